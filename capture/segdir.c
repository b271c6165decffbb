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

/* '0' stands for a digit; the number and the end follow */
static const char pattern[] = "seg-00000000T000000Z-";
static const char end[] = ".vtr";
#define NUMBER_DIGITS	6		/* at least, with zeros before them */

bool segdir_is_name(const char *name, uint64_t *number)
{
	size_t i, len;

	for (i = 0; pattern[i]; i++)
		if (pattern[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != pattern[i])
			return false;
	name += i;
	len = strspn(name, "0123456789");
	if (len < NUMBER_DIGITS || (len > NUMBER_DIGITS && name[0] == '0') ||
	    strcmp(name + len, end))
		return false;
	return num_u64((struct str){ name, len }, number) && *number <= SEGDIR_NUMBER_MAX;
}

/* By the clock's time those of one number, which no recorder makes. */
static int by_number(const void *a, const void *b, void *ctx)
{
	const struct segdir_file *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Whatever has the name of a segment takes its number; a regular file is one. */
static void see(struct segdir *s, const char *name)
{
	uint64_t number;
	struct stat st;

	if (!segdir_is_name(name, &number))
		return;
	if (number > s->highest)
		s->highest = number;
	if (fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return;
	XGROW(s->v, s->cap, s->n + 1);
	s->v[s->n++] = (struct segdir_file){
		.name = xstrdup(name), .number = number, .size = (uint64_t)st.st_size };
	s->bytes += (uint64_t)st.st_size;
}

/* 0, or -1 and errno. */
static int list(struct segdir *s)
{
	int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;

	if (!dir) {
		err = errno;
		if (fd >= 0)
			close(fd);
		errno = err;
		return -1;
	}
	while (errno = 0, (de = readdir(dir)))
		see(s, de->d_name);
	err = errno;
	closedir(dir);
	sort_stable(s->v, s->n, sizeof(*s->v), by_number, NULL);
	errno = err;
	return err ? -1 : 0;
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
	if (list(s))
		return cannot(path, "choose a folder that can be read, too", d);
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

	buf_addf(&b, "seg-%04u%02u%02uT%02u%02u%02uZ-%0*" PRIu64 "%s",
		 (unsigned)(c.year % 10000), c.month, c.day, c.hour, c.min, c.sec,
		 NUMBER_DIGITS, number, end);
	return buf_take(&b);
}

static void prune(struct segdir *s, uint64_t current, bool again);

int segdir_next(struct segdir *s, struct output *o, uint64_t wall_ns, struct diag *d)
{
	char *name;
	int ret;

	if (s->highest >= SEGDIR_NUMBER_MAX) {
		diag_hint(diag_add(d, DIAG_ERROR, "no number is left for a further segment: "
				   "one has %" PRIu64 ", the last there is", s->highest),
			  "move the segment of that number out of the folder, or choose another");
		return -E_WRITE;
	}
	name = name_of(wall_ns, s->highest + 1);
	prune(s, s->lim.size, true);
	ret = output_openat(o, s->fd, name, d);
	if (ret) {
		free(name);
		return ret;
	}
	s->highest++;
	free(s->name);
	s->name = name;
	return 0;
}

void segdir_done(struct segdir *s, uint64_t size)
{
	if (!s->name)
		return;
	XGROW(s->v, s->cap, s->n + 1);
	s->v[s->n++] = (struct segdir_file){ .name = s->name, .number = s->highest, .size = size };
	s->bytes += size;
	s->name = NULL;
}

static bool too_much(const struct segdir *s, size_t n, uint64_t current)
{
	return (s->lim.keep && n + 1 > s->lim.keep) ||
	       (s->lim.budget && s->bytes + current > s->lim.budget);
}

/* Is it gone?  One that somebody else deleted is, too. */
static bool delete(struct segdir *s, struct segdir_file *f)
{
	int err = unlinkat(s->fd, f->name, 0) ? errno : 0;

	if (err && err != ENOENT) {
		if (!f->stuck)
			s->stuck++;
		f->stuck = true;
		s->why = err;
		return false;
	}
	if (f->stuck)
		s->stuck--;
	if (!err)
		s->deleted++;
	s->bytes -= f->size;
	free(f->name);
	return true;
}

/*
 * What cannot be deleted goes on counting, so that younger ones make room
 * for it.  again: try those that could not be deleted before, too.
 */
static void prune(struct segdir *s, uint64_t current, bool again)
{
	size_t kept = 0, i;

	for (i = 0; i < s->n; i++)
		if (!too_much(s, kept + s->n - i, current) || (s->v[i].stuck && !again) ||
		    !delete(s, &s->v[i]))
			s->v[kept++] = s->v[i];
	s->n = kept;
}

void segdir_prune(struct segdir *s, uint64_t current)
{
	prune(s, current, false);
}

void segdir_explain(const struct segdir *s, struct buf *out)
{
	size_t i;

	for (i = 0; i < s->n && !s->v[i].stuck; i++)
		;
	if (i == s->n)
		return;
	buf_addf(out, "%s cannot be deleted", s->v[i].name);
	if (s->stuck > 1)
		buf_addf(out, ", like %" PRIu64 " more", s->stuck - 1);
	buf_addf(out, ": %s; it goes on counting, and younger ones are deleted in its place",
		 strerror(s->why));
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
	*s = (struct segdir){ .fd = -1, .deleted = s->deleted, .stuck = s->stuck };
}
