/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "lib/base/utf8.h"
#include "analyze/field/getters.h"

bool text_next(struct str *rest, struct str *out)
{
	const char *nul;

	if (!rest->len)
		return false;
	nul = memchr(rest->p, '\0', rest->len);
	out->p = rest->p;
	out->len = nul ? (size_t)(nul - rest->p) : rest->len;
	rest->p += out->len + (nul ? 1 : 0);
	rest->len -= out->len + (nul ? 1 : 0);
	return true;
}

struct str text_join(struct fieldctx *c, struct str strings)
{
	char *p;
	size_t i;

	if (strings.len && strings.p[strings.len - 1] == '\0')
		strings.len--;
	if (!strings.len)
		return STR("");
	p = arena_dup(&c->scratch, strings.p, strings.len);
	for (i = 0; i < strings.len; i++)
		if (!p[i])
			p[i] = ' ';
	return str_mem(p, strings.len);
}

/*
 * True when all bytes are printable ASCII: nearly always, so eight at a time.
 * A byte's top bit shows up when it is below 0x20, above 0x7f or 0x7f itself.
 */
static bool is_plain(struct str s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x;
	size_t i;

	for (i = 0; i + 8 <= s.len; i += 8) {
		memcpy(&x, s.p + i, 8);
		if (((x - ones * 0x20) | x | (x + ones)) & ones * 0x80)
			return false;
	}
	for (; i < s.len; i++)
		if ((uint8_t)(s.p[i] - 0x20) > 0x7e - 0x20)
			return false;
	return true;
}

/* Bytes of an ill-formed sequence that one U+FFFD stands for: as much of it
 * as could have begun a well-formed one. */
static size_t bad_len(const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t want, i;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 1;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n > 1 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		      (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 1;
	for (i = 1; i < want && i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			break;
	return i;
}

struct str text_sanitize(struct fieldctx *c, struct str s)
{
	size_t i = 0, n, begin;
	uint32_t cp;

	if (LIKELY(is_plain(s)))
		return s;
	begin = work_begin(c);
	while (i < s.len) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n && cp >= 0x20 && cp != 0x7f) {
			buf_add(&c->work, s.p + i, n);
			i += n;
			continue;
		}
		buf_adds(&c->work, "\xef\xbf\xbd");
		i += n ? n : bad_len(s.p + i, s.len - i);
	}
	return work_end(c, begin);
}

void text_path(struct fieldctx *c, struct str base, struct str path, struct buf *out)
{
	struct str both = path;
	size_t n;

	if (base.len && !(path.len && path.p[0] == '/')) {
		n = work_begin(c);
		buf_addstr(&c->work, base);
		buf_addstr(&c->work, path);
		both = work_end(c, n);
	}
	path_join(out, STR(""), both);
}

struct str dirfd_base(struct fieldctx *c, int64_t dirfd, struct str unknown)
{
	struct fdtab *fds;
	const struct fd *f;
	size_t n;

	if (dirfd == AT_CWD)
		return machine_cwd(c->m, c->cur->thread);
	fds = machine_fdtab(c->m, c->cur->thread);
	f = fds ? fdtab_get(fds, dirfd) : NULL;
	if (!f)
		return unknown;
	n = work_begin(c);
	buf_addstr(&c->work, rstr_str(f->name));
	buf_addc(&c->work, '/');
	return work_end(c, n);
}
