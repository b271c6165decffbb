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

struct str text_sanitize(struct fieldctx *c, struct str s)
{
	size_t begin;

	if (LIKELY(utf8_plain(s)))
		return s;
	begin = work_begin(c);
	utf8_printable(&c->work, s);
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
