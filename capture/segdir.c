/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "capture/segdir.h"
#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

/* '0' stands for a digit */
static const char pattern[] = "seg-00000000T000000Z-000000.vtr";

bool segdir_is_name(const char *name)
{
	size_t i;

	if (strlen(name) != sizeof(pattern) - 1)
		return false;
	for (i = 0; pattern[i]; i++)
		if (pattern[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != pattern[i])
			return false;
	return true;
}

static int by_name(const void *a, const void *b, void *ctx)
{
	const struct segdir_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void list(struct segdir *s)
{
	int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;
	struct stat st;

	while (dir && (de = readdir(dir))) {
		if (!segdir_is_name(de->d_name) ||
		    fstatat(s->fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		XGROW(s->v, s->cap, s->n + 1);
		s->v[s->n++] = (struct segdir_file){ xstrdup(de->d_name), (uint64_t)st.st_size };
		s->bytes += (uint64_t)st.st_size;
	}
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	sort_stable(s->v, s->n, sizeof(*s->v), by_name, NULL);
}

static int cannot(const char *path, const char *hint, struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "cannot record into %s: %s", path, strerror(errno)),
		  "%s", hint);
	return -E_WRITE;
}

int segdir_open(struct segdir *s, const char *path, const struct segdir_limits *lim,
		struct diag *d)
{
	*s = (struct segdir){ .fd = -1, .lim = *lim };
	if (mkdir(path, 0700) && errno != EEXIST)
		return cannot(path, "choose a folder that exists and can be written", d);
	s->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		return cannot(path, "choose a folder that exists and can be written", d);
	if (flock(s->fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return cannot(path, "choose another folder", d);
		diag_hint(diag_add(d, DIAG_ERROR, "another recorder writes into %s", path),
			  "give each recorder a folder of its own");
		return -E_WRITE;
	}
	list(s);
	return 0;
}

int segdir_check(const struct segdir *s, const char *path, struct diag *d)
{
	if (!faccessat(s->fd, ".", W_OK | X_OK, AT_EACCESS))
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "no further segment could be made in %s: %s", path,
			   strerror(errno)),
		  "the recorder gives up the privilege to write where it does not own: "
		  "choose a folder that belongs to its user");
	return -E_PRIV;
}

/* "seg-20261122T034500Z-000001.vtr" */
static char *name_of(uint64_t wall_ns, uint64_t number)
{
	struct civil c = num_civil(wall_ns, 0);
	struct buf b = BUF_INIT;

	buf_addf(&b, "seg-%04u%02u%02uT%02u%02u%02uZ-%06u.vtr", (unsigned)(c.year % 10000),
		 c.month, c.day, c.hour, c.min, c.sec, (unsigned)(number % 1000000));
	return buf_take(&b);
}

int segdir_next(struct segdir *s, struct output *o, uint64_t wall_ns, uint64_t number,
		struct diag *d)
{
	char *name = name_of(wall_ns, number);
	int ret;

	segdir_prune(s, s->lim.size);
	ret = output_openat(o, s->fd, name, d);
	if (ret) {
		free(name);
		return ret;
	}
	free(s->name);
	s->name = name;
	return 0;
}

void segdir_done(struct segdir *s, uint64_t size)
{
	if (!s->name)
		return;
	XGROW(s->v, s->cap, s->n + 1);
	s->v[s->n++] = (struct segdir_file){ s->name, size };
	s->bytes += size;
	s->name = NULL;
}

static bool too_much(const struct segdir *s, size_t n, uint64_t current)
{
	return (s->lim.keep && n + 1 > s->lim.keep) ||
	       (s->lim.budget && s->bytes + current > s->lim.budget);
}

void segdir_prune(struct segdir *s, uint64_t current)
{
	size_t gone = 0, i;

	while (gone < s->n && too_much(s, s->n - gone, current)) {
		unlinkat(s->fd, s->v[gone].name, 0);
		s->bytes -= s->v[gone].size;
		free(s->v[gone++].name);
		s->deleted++;
	}
	for (i = gone; gone && i < s->n; i++)
		s->v[i - gone] = s->v[i];
	s->n -= gone;
}

void segdir_release(struct segdir *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i].name);
	free(s->v);
	free(s->name);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct segdir)SEGDIR_INIT;
}
