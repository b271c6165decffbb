/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
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

/* Does each slash stand before a component that is neither empty nor dots? */
static NOINLINE bool each_part_is_normal(struct str s)
{
	const char *at = s.p, *end = s.p + s.len;

	while ((at = memchr(at, '/', (size_t)(end - at)))) {
		if (++at == end || *at == '/')
			return false;
		if (*at == '.' && (at + 1 == end || at[1] == '/' || at[1] == '.'))
			return false;
	}
	return true;
}

/* The top bit of each byte that is zero, maybe also of one above it that is 1. */
static inline uint64_t zeros(uint64_t x)
{
	return (x - ~0ULL / 255) & ~x & ~0ULL / 255 * 0x80;
}

/* In eight bytes: a slash before a slash or a dot. */
static inline bool slash_before_either(const char *p)
{
	uint64_t x = le64(p), each = ~0ULL / 255;

	/* '.' | 1 is '/'; what is 1 above a slash is a dot, which is told anyway. */
	return zeros(x ^ each * '/') << 8 & zeros((x | each) ^ each * '/');
}

/* Most paths know neither, and words tell that sooner than bytes do; each
 * begins with the last byte of the one before, the last ends with the path. */
static bool parts_are_normal(struct str s)
{
	size_t i;

	if (s.len < 8)
		return each_part_is_normal(s);
	for (i = 0; i + 8 < s.len; i += 7)
		if (slash_before_either(s.p + i))
			return each_part_is_normal(s);
	return s.p[s.len - 1] != '/' &&
		(!slash_before_either(s.p + s.len - 8) || each_part_is_normal(s));
}

bool path_is_normal(struct str path)
{
	return path.len && path.p[0] == '/' && parts_are_normal(path);
}

/* Nothing to take out on the way from the root; false: out is as it was. */
static bool join_normal(struct buf *out, struct str base, struct str path)
{
	if (path_is_normal(path)) {
		buf_addstr(out, path);
		return true;
	}
	if (base.len > 1 && base.p[base.len - 1] == '/')
		base.len--;
	if (!path_is_normal(base) || !path.len || path.p[0] == '/' || path.p[0] == '.' ||
	    !parts_are_normal(path))
		return false;
	buf_addstr(out, base);
	buf_addc(out, '/');
	buf_addstr(out, path);
	return true;
}

void path_join(struct buf *out, struct str base, struct str path)
{
	size_t start = out->len;
	bool absolute;

	if (base.len + path.len + 1 > PATH_LIMIT) {
		buf_adds(out, PATH_TOO_LONG);
		return;
	}
	if (join_normal(out, base, path))
		return;
	if (path.len && path.p[0] == '/')
		base = str_mem(NULL, 0);
	absolute = (base.len ? base : path).len && (base.len ? base : path).p[0] == '/';
	if (absolute)
		buf_addc(out, '/');
	add_parts(out, start, absolute, base);
	add_parts(out, start, absolute, path);
}
