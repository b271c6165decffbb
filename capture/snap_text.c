/* SPDX-License-Identifier: Apache-2.0 */
/* Getting text out of /proc. */
#include "lib/base/compat.h"

#include <dirent.h>
#include <fcntl.h>

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "capture/snap.h"

int snap_read(int dirfd, const char *path, struct buf *out)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	buf_clear(out);
	if (fd < 0)
		return -E_READ;
	/* The size of a /proc file is known only when it ends. */
	do {
		n = read(fd, buf_grow(out, 16384), 16384);
		if (n > 0)
			out->len += (size_t)n;
	} while ((n > 0 || (n < 0 && errno == EINTR)) && out->len < SNAP_TEXT_MAX);
	close(fd);
	if (n < 0)
		return -E_READ;
	out->data[out->len] = '\0';
	return 0;
}

int snap_link(int dirfd, const char *path, struct buf *out)
{
	ssize_t n;

	buf_clear(out);
	n = readlinkat(dirfd, path, buf_grow(out, SNAP_LINK_MAX), SNAP_LINK_MAX);
	if (n < 0)
		return -E_READ;
	out->len = (size_t)n;
	out->data[n] = '\0';
	return 0;
}

struct str snap_line(struct str text, const char *name)
{
	size_t len = strlen(name);
	struct str line;

	while (text.p) {
		line = str_cut(&text, '\n');
		if (line.len > len && line.p[len] == ':' && !memcmp(line.p, name, len))
			return str_trim(str_sub(line, len + 1, line.len), " \t");
	}
	return (struct str){ NULL, 0 };
}

struct str snap_word(struct str s, unsigned n)
{
	size_t i = 0, from;

	for (;;) {
		while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t'))
			i++;
		from = i;
		while (i < s.len && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n')
			i++;
		if (from == i)
			return STR("");
		if (!n--)
			return str_sub(s, from, i);
	}
}

static int by_number(const void *a, const void *b, void *ctx)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t *snap_numbers(int dirfd, const char *path, size_t *n)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int64_t *v = NULL, number;
	struct dirent *de;
	size_t cap = 0;

	*n = 0;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	XGROW(v, cap, 1);
	while ((de = readdir(dir))) {
		if (!num_i64(str_of(de->d_name), &number) || number < 0)
			continue;
		XGROW(v, cap, *n + 1);
		v[(*n)++] = number;
	}
	closedir(dir);
	sort_stable(v, *n, sizeof(*v), by_number, NULL);
	return v;
}
