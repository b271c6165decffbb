/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a parameter to text that reads back as the same bytes. */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "replay/asm/value.h"
#include "replay/sock.h"

#define AT_FDCWD_TRACE	(-100)

static bool is_plain(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("\"\\[]#=!", c);
}

static void add_escaped(struct str s, struct buf *out)
{
	size_t i;

	buf_addc(out, '"');
	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_addc(out, '\\');
		if (c == '\n')
			buf_adds(out, "\\n");
		else if (c == '\t')
			buf_adds(out, "\\t");
		else if (c < 0x20 || c >= 0x7f)
			buf_addf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

void asm_print_text(struct str s, struct buf *out)
{
	size_t i;

	for (i = 0; i < s.len && is_plain(s.p[i]); i++)
		;
	if (!s.len || i < s.len)
		add_escaped(s, out);
	else
		buf_addstr(out, s);
}

void asm_print_bytes(struct str s, struct buf *out)
{
	buf_addc(out, 'b');
	add_escaped(s, out);
}

void asm_print_list(struct str s, struct buf *out)
{
	size_t n = 0;

	if (s.len && s.p[s.len - 1]) {
		asm_print_bytes(s, out);
		return;
	}
	buf_addc(out, '[');
	while (s.len) {
		if (n++)
			buf_addc(out, ' ');
		asm_print_text(str_cut(&s, '\0'), out);
	}
	buf_addc(out, ']');
}

static void add_flags(const struct flagtab *tab, uint32_t v, struct buf *out)
{
	uint32_t rest = v;
	unsigned i, n = 0;

	for (i = 0; tab && i < tab->n && rest; i++) {
		uint32_t f = tab->v[i].value;

		if (!f || (v & f) != f || !(f & rest))
			continue;
		if (n++)
			buf_addc(out, '|');
		buf_adds(out, tab->v[i].name);
		rest &= ~f;
	}
	if (rest || !n)
		buf_addf(out, rest ? "%s%#x" : "%s%u", n ? "|" : "", rest);
}

static void add_enum(const struct flagtab *tab, uint32_t v, struct buf *out)
{
	unsigned i;

	for (i = 0; tab && i < tab->n; i++) {
		if (tab->v[i].value == v) {
			buf_adds(out, tab->v[i].name);
			return;
		}
	}
	buf_addu(out, v);
}

/* Results and descriptors that are errors or the current directory. */
static bool add_negative(unsigned ptype, int64_t v, struct buf *out)
{
	const char *name;

	if (v >= 0 || (ptype != PT_ERRNO && ptype != PT_FD && ptype != PT_FD32 &&
		       ptype != PT_PID))
		return false;
	if (v == AT_FDCWD_TRACE && ptype != PT_ERRNO) {
		buf_adds(out, "AT_FDCWD");
		return true;
	}
	name = v > INT64_MIN ? errno_name(-v) : NULL;
	if (name)
		buf_addf(out, "-%s", name);
	return name != NULL;
}

static void add_number(const struct evparam *info, uint8_t ptype, struct param p,
		       struct buf *out)
{
	const char *name = NULL;
	int64_t v = 0;

	param_int(p, ptype_is_signed(ptype), &v);
	switch (ptype) {
	case PT_FLAGS8: case PT_FLAGS16: case PT_FLAGS32:
		add_flags(info->flags, (uint32_t)v, out);
		return;
	case PT_ENUMFLAGS8: case PT_ENUMFLAGS16: case PT_ENUMFLAGS32:
		add_enum(info->flags, (uint32_t)v, out);
		return;
	case PT_MODE:
		buf_addf(out, v ? "0%" PRIo64 : "%" PRIo64, (uint64_t)v);
		return;
	case PT_SIGTYPE:
		name = v ? signal_name(v) : NULL;
		break;
	case PT_SYSCALLID:
		name = scinfo_of((unsigned)v) ? scinfo_of((unsigned)v)->name : NULL;
		break;
	case PT_UID: case PT_GID:
		v = (int32_t)v;
		break;
	}
	if (name)
		buf_adds(out, name);
	else if (add_negative(ptype, v, out))
		return;
	else if (info->pfmt == PF_HEX && !ptype_is_signed(ptype) && v)
		buf_addf(out, "%#" PRIx64, (uint64_t)v);
	else if (info->pfmt == PF_OCT && v > 0)
		buf_addf(out, "0%" PRIo64, (uint64_t)v);
	else if (ptype_is_signed(ptype) || ptype == PT_UID || ptype == PT_GID)
		buf_addi(out, v);
	else
		buf_addu(out, (uint64_t)v);
}

static bool add_text(struct param p, struct buf *out)
{
	if (memchr(p.p, '\0', p.len) != p.p + p.len - 1)
		return false;
	asm_print_text(str_mem(p.p, p.len - 1), out);
	return true;
}

/* A path with its NUL at the end and nowhere else. */
static bool add_unix(struct param p, uint32_t path_at, struct buf *out)
{
	struct buf b = BUF_INIT;
	struct str path;
	bool ends;

	if (p.len <= path_at || memchr(p.p + path_at, '\0', p.len - path_at) != p.p + p.len - 1)
		return false;
	path = str_mem(p.p + path_at, p.len - path_at - 1);
	ends = path_at > 1 && (le64(p.p + 1) || le64(p.p + 9));
	buf_adds(&b, "unix:");
	if (ends || str_find(path, STR("->")) >= 0)
		buf_addf(&b, "%" PRIx64 "->%" PRIx64 ":", path_at > 1 ? le64(p.p + 1) : 0,
			 path_at > 1 ? le64(p.p + 9) : 0);
	buf_addstr(&b, path);
	asm_print_text(buf_str(&b), out);
	buf_release(&b);
	return true;
}

static bool add_addr(struct param p, unsigned n, struct buf *out)
{
	bool v6 = p.p[0] == SOCK_AF_INET6;
	uint32_t size = v6 ? 18 : 6;
	unsigned i;

	if (p.p[0] == SOCK_AF_UNIX)
		return add_unix(p, n == 1 ? 1 : 17, out);
	if ((!v6 && p.p[0] != SOCK_AF_INET) || p.len != 1 + n * size)
		return false;
	for (i = 0; i < n; i++) {
		const uint8_t *at = p.p + 1 + i * size;

		if (i)
			buf_adds(out, "->");
		asm_print_end(v6, at, le16(at + size - 2), out);
	}
	return true;
}

static bool add_fdlist(struct param p, struct buf *out)
{
	unsigned i, n = p.len >= 2 ? le16(p.p) : 0;

	if (p.len != 2 + 10 * n)
		return false;
	buf_addc(out, '[');
	for (i = 0; i < n; i++) {
		const uint8_t *at = p.p + 2 + 10 * i;

		buf_addf(out, "%s%" PRIu64 ":%x", i ? " " : "", le64(at), le16(at + 8));
	}
	buf_addc(out, ']');
	return true;
}

static bool add_dynamic(const struct evparam *info, struct param p, struct buf *out)
{
	uint8_t ptype, fmt;

	if (!dyntype_of(info->dyn, p.p[0], &ptype, &fmt) || !ptype_size[ptype] ||
	    p.len != ptype_size[ptype] + 1u)
		return false;
	buf_addf(out, "%u:", p.p[0]);
	add_number(info, ptype, (struct param){ p.p + 1, p.len - 1 }, out);
	return true;
}

static bool print(const struct evparam *info, struct param p, struct buf *out)
{
	switch (info->ptype) {
	case PT_CHARBUF: case PT_FSPATH: case PT_FSRELPATH:
		return add_text(p, out);
	case PT_BYTEBUF: case PT_CHARBUFARRAY: case PT_CHARBUF_PAIR_ARRAY:
		if (asm_is_list(info))
			asm_print_list(str_mem(p.p, p.len), out);
		else
			asm_print_text(str_mem(p.p, p.len), out);
		return true;
	case PT_SOCKADDR:
		return add_addr(p, 1, out);
	case PT_SOCKTUPLE:
		return add_addr(p, 2, out);
	case PT_FDLIST:
		return add_fdlist(p, out);
	case PT_IPV4ADDR: case PT_IPV6ADDR:
		if (p.len != (info->ptype == PT_IPV4ADDR ? 4 : 16))
			return false;
		sock_print_ip(out, info->ptype == PT_IPV6ADDR, p.p);
		return true;
	case PT_DYN:
		return add_dynamic(info, p, out);
	default:
		if (info->ptype >= PT_COUNT || info->ptype == PT_DOUBLE ||
		    !ptype_size[info->ptype] || ptype_size[info->ptype] != p.len)
			return false;
		add_number(info, info->ptype, p, out);
		return true;
	}
}

void asm_print_value(const struct evparam *info, struct param p, struct buf *out)
{
	if (!print(info, p, out))
		asm_print_bytes(str_mem(p.p, p.len), out);
}
