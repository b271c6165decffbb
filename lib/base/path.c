/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/path.h"

#define PATH_TOO_LONG	"/DIR_TOO_LONG/FILENAME_TOO_LONG"
#define PATH_LIMIT	1024

/* Back over the last component, but never over the root or before start. */
static void pop(struct buf *out, size_t start, bool absolute)
{
	size_t at = out->len, floor = start + absolute;

	while (at > floor && out->data[at - 1] != '/')
		at--;
	if (at > floor)
		at--;			/* its slash */
	buf_setlen(out, at);
}

static void push(struct buf *out, size_t start, bool absolute, struct str name)
{
	if (out->len > start + absolute)
		buf_addc(out, '/');
	buf_addstr(out, name);
}

static void add_parts(struct buf *out, size_t start, bool absolute, struct str path)
{
	while (path.p) {
		struct str name = str_cut(&path, '/');

		if (!name.len || str_eq(name, STR(".")))
			continue;
		if (str_eq(name, STR("..")))
			pop(out, start, absolute);
		else
			push(out, start, absolute, name);
	}
}

void path_join(struct buf *out, struct str base, struct str path)
{
	size_t start = out->len;
	bool absolute;

	if (base.len + path.len + 1 > PATH_LIMIT) {
		buf_adds(out, PATH_TOO_LONG);
		return;
	}
	if (path.len && path.p[0] == '/')
		base = str_mem(NULL, 0);
	absolute = (base.len ? base : path).len && (base.len ? base : path).p[0] == '/';
	if (absolute)
		buf_addc(out, '/');
	add_parts(out, start, absolute, base);
	add_parts(out, start, absolute, path);
}
