/* SPDX-License-Identifier: Apache-2.0 */
/* Text to the bytes of a parameter. */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/event/valid.h"
#include "replay/asm/value.h"

#define AT_FDCWD_TRACE	(-100)
#define NUMBERS_MAX	4096	/* errors and signals are below */

/* One value being made. */
struct make {
	struct asm_text *t;
	const struct evparam *info;
	const struct word *w;
	const struct asm_ids *ids;
	struct arena *a;
	uint8_t ptype;
};

bool asm_is_list(const struct evparam *info)
{
	static const char *const names[] = { "args", "env", "cgroups" };
	size_t i;

	if (info->ptype == PT_CHARBUFARRAY || info->ptype == PT_CHARBUF_PAIR_ARRAY)
		return true;
	for (i = 0; info->ptype == PT_BYTEBUF && i < ARRAY_SIZE(names); i++)
		if (!strcmp(info->name, names[i]))
			return true;
	return false;
}

static bool digits(struct str s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;
	unsigned d;
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.p[i];

		d = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
		    c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) :
		    c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 99;
		if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	*out = v;
	return s.len > 0;
}

bool asm_number(struct str s, int64_t *out)
{
	bool minus = s.len && s.p[0] == '-';
	unsigned base = 10;
	uint64_t v;

	s = str_sub(s, minus, s.len);
	if (s.len > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x') {
		base = 16;
		s = str_sub(s, 2, s.len);
	} else if (s.len > 1 && s.p[0] == '0') {
		base = 8;
	}
	if (!digits(s, base, &v) || (minus && v > (uint64_t)INT64_MAX + 1))
		return false;
	*out = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

bool asm_time(struct str s, uint64_t *ns)
{
	return digits(s, 10, ns) || num_time(s, ns);
}

static bool asm_duration(struct str s, uint64_t *ns)
{
	return digits(s, 10, ns) || num_duration(s, ns);
}

bool asm_id(const struct word *w, const struct smap *names, uint32_t *out)
{
	void *known = smap_get(names, w->v);
	int64_t v;

	if (known) {
		*out = (uint32_t)((uintptr_t)known - 1);
		return true;
	}
	if (!asm_number(w->v, &v) || v < -1 || v > UINT32_MAX) {
		*out = 0;
		return str_eq(w->v, STR("root"));
	}
	*out = (uint32_t)v;
	return true;
}

/* The number that a table of names has for s; -1: none. */
static int64_t by_name(const char *(*name_of)(int64_t), struct str s)
{
	int64_t i;
	const char *name;

	for (i = 0; i < NUMBERS_MAX; i++) {
		name = name_of(i);
		if (name && str_eq(str_of(name), s))
			return i;
	}
	return -1;
}

/* -ENOENT, AT_FDCWD */
static bool negative_name(struct str s, int64_t *out)
{
	int64_t v;

	*out = AT_FDCWD_TRACE;
	if (str_eq(s, STR("AT_FDCWD")))
		return true;
	if (s.len < 2 || s.p[0] != '-')
		return false;
	v = by_name(errno_name, str_sub(s, 1, s.len));
	*out = -v;
	return v > 0;
}

static bool one_flag(const struct flagtab *tab, struct str s, int64_t *out)
{
	unsigned i;

	for (i = 0; tab && i < tab->n; i++) {
		if (str_eq(str_of(tab->v[i].name), s)) {
			*out = tab->v[i].value;
			return true;
		}
	}
	return asm_number(s, out);
}

static void unknown_flag(struct make *k, struct str s)
{
	const struct flagtab *tab = k->info->flags;
	const char *names[512], *near;
	struct diag_item *it;
	unsigned i;

	it = asm_error(k->t, k->w->raw.p, "'%.*s' is no flag of %s", STR_FMT(s), k->info->name);
	for (i = 0; tab && i < tab->n && i < ARRAY_SIZE(names); i++)
		names[i] = tab->v[i].name;
	near = str_nearest(s, names, i);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "names are joined with '|'; 'vestige list events' has them");
}

static bool flags_of(struct make *k, int64_t *out)
{
	struct str rest = k->w->v, part;
	int64_t v;

	*out = 0;
	do {
		part = str_cut(&rest, '|');
		if (!one_flag(k->info->flags, part, &v)) {
			unknown_flag(k, part);
			return false;
		}
		*out |= v;
	} while (rest.p);
	return true;
}

static bool wrong(struct make *k, const char *what)
{
	asm_error(k->t, k->w->raw.p, "%s: '%.*s' is %s", k->info->name, STR_FMT(k->w->raw), what);
	return false;
}

static bool signal_of(struct str s, int64_t *out)
{
	*out = by_name(signal_name, s);
	return *out >= 0 || asm_number(s, out);
}

static bool syscall_of(struct str s, int64_t *out)
{
	unsigned sc;

	if (!scinfo_by_name(s, &sc))
		return asm_number(s, out);
	*out = sc;
	return true;
}

static bool id_of(struct make *k, const struct smap *names, int64_t *out)
{
	uint32_t id;

	if (!asm_id(k->w, names, &id))
		return false;
	*out = id;
	return true;
}

/* The number a word stands for, by the parameter's type. */
static bool number_of(struct make *k, int64_t *out)
{
	struct str s = k->w->v;
	uint64_t ns;

	switch (k->ptype) {
	case PT_ERRNO: case PT_FD: case PT_FD32: case PT_PID: case PT_INT64: case PT_INT32:
		return negative_name(s, out) || asm_number(s, out) || wrong(k, "no number");
	case PT_FLAGS8: case PT_FLAGS16: case PT_FLAGS32: case PT_MODE:
	case PT_ENUMFLAGS8: case PT_ENUMFLAGS16: case PT_ENUMFLAGS32:
		return flags_of(k, out);
	case PT_SIGTYPE:
		return signal_of(s, out) || wrong(k, "no signal");
	case PT_SYSCALLID:
		return syscall_of(s, out) || wrong(k, "no system call");
	case PT_UID:
		return id_of(k, &k->ids->users, out) || wrong(k, "no user that a line gave");
	case PT_GID:
		return id_of(k, &k->ids->groups, out) || wrong(k, "no group that a line gave");
	case PT_BOOL:
		*out = str_eq(s, STR("true"));
		return *out || str_eq(s, STR("false")) || asm_number(s, out) ||
		       wrong(k, "neither true nor false");
	case PT_ABSTIME:
		if (!asm_time(s, &ns))
			return wrong(k, "no time");
		*out = (int64_t)ns;
		return true;
	case PT_RELTIME:
		if (!asm_duration(s, &ns))
			return wrong(k, "no duration");
		*out = (int64_t)ns;
		return true;
	default:
		return asm_number(s, out) || wrong(k, "no number");
	}
}

static bool fits(int64_t v, unsigned size)
{
	return size == 8 || (v >= -(1ll << (size * 8 - 1)) && v < 1ll << size * 8);
}

static bool make_number(struct make *k, unsigned size, struct param *out)
{
	uint8_t *p = arena_alloc(k->a, 8);
	int64_t v;

	if (!number_of(k, &v))
		return false;
	if (!fits(v, size))
		return wrong(k, "too large for it");
	put_le64(p, (uint64_t)v);
	*out = (struct param){ p, size };
	return true;
}

static bool make_text(struct make *k, struct param *out)
{
	if (k->w->v.len && memchr(k->w->v.p, '\0', k->w->v.len))
		return wrong(k, "a text with a NUL in it; b\"...\" gives bytes");
	*out = (struct param){ (uint8_t *)arena_strdup(k->a, k->w->v),
			       (uint32_t)k->w->v.len + 1 };
	return true;
}

/* A single text is cut at its blanks, as a shell would do first. */
static void make_list(struct make *k, struct param *out)
{
	struct str s = k->w->v;
	char *to = arena_alloc(k->a, s.len + 1), *from = to;
	size_t i;

	if (k->w->kind == WORD_LIST) {
		*out = (struct param){ (const uint8_t *)s.p, (uint32_t)s.len };
		return;
	}
	for (i = 0; i < s.len; i++) {
		if (s.p[i] != ' ')
			*to++ = s.p[i];
		else if (to > from && to[-1])
			*to++ = '\0';
	}
	if (to > from && to[-1])
		*to++ = '\0';
	*out = (struct param){ (uint8_t *)from, (uint32_t)(to - from) };
}

static bool make_fdlist(struct make *k, struct param *out)
{
	struct str rest = k->w->v, one, what;
	struct buf b = BUF_INIT;
	uint64_t num, events;

	buf_le16(&b, (uint16_t)k->w->n);
	while (k->w->kind == WORD_LIST && rest.len) {
		one = str_cut(&rest, '\0');
		what = one;
		one = str_cut(&what, ':');
		if (!digits(one, 10, &num) || !digits(what, 16, &events) || events > UINT16_MAX)
			break;
		buf_le64(&b, num);
		buf_le16(&b, (uint16_t)events);
	}
	*out = (struct param){ arena_dup(k->a, b.data, b.len), (uint32_t)b.len };
	num = b.len;
	buf_release(&b);
	if (k->w->kind == WORD_LIST && k->w->n <= UINT16_MAX && num == 2 + 10u * k->w->n)
		return true;
	diag_hint(asm_error(k->t, k->w->raw.p, "%s is a list of descriptors", k->info->name),
		  "[3:1 4:4], the events in hexadecimal");
	return false;
}

static bool make_addr(struct make *k, struct param *out)
{
	struct asm_addr near, far;
	bool two = false, tuple = k->ptype == PT_SOCKTUPLE;

	if (!(tuple ? asm_tuple(k->w->v, &near, &far, &two) : asm_addr(k->w->v, &far))) {
		diag_hint(asm_error(k->t, k->w->raw.p, "'%.*s' is no address",
				    STR_FMT(k->w->raw)),
			  "192.0.2.1:80, [2001:db8::1]:80, unix:/run/x.sock%s",
			  tuple ? "; two of them with -> between" : "");
		return false;
	}
	if (tuple && !two)
		near.family = far.family;
	*out = tuple ? asm_tuple_bytes(&near, &far, k->a) : asm_addr_bytes(&far, k->a);
	return true;
}

static bool make_ip(struct make *k, struct param *out)
{
	uint8_t *ip = arena_alloc(k->a, 16);
	bool v6;

	if (!asm_ip(k->w->v, &v6, ip) || v6 != (k->ptype == PT_IPV6ADDR))
		return wrong(k, "no address of its kind");
	*out = (struct param){ ip, v6 ? 16 : 4 };
	return true;
}

static bool make_value(struct make *k, struct param *out);

/* SELECTOR:VALUE */
static bool make_dynamic(struct make *k, struct param *out)
{
	struct str rest = k->w->v, first = str_cut(&rest, ':');
	struct word value = { .v = rest, .raw = k->w->raw };
	struct make inner = *k;
	uint64_t selector;
	uint8_t *p, fmt;

	if (!rest.p || !digits(first, 10, &selector) || selector > UINT8_MAX ||
	    !dyntype_of(k->info->dyn, (unsigned)selector, &inner.ptype, &fmt))
		return wrong(k, "not TYPE:VALUE");
	inner.w = &value;
	*out = (struct param){ NULL, 0 };
	if (rest.len && !make_value(&inner, out))
		return false;
	p = arena_alloc(k->a, out->len + 1u);
	p[0] = (uint8_t)selector;
	if (out->len)
		memcpy(p + 1, out->p, out->len);
	*out = (struct param){ p, out->len + 1 };
	return true;
}

static bool make_value(struct make *k, struct param *out)
{
	switch (k->ptype) {
	case PT_CHARBUF: case PT_FSPATH: case PT_FSRELPATH:
		return make_text(k, out);
	case PT_CHARBUFARRAY: case PT_CHARBUF_PAIR_ARRAY:
		make_list(k, out);
		return true;
	case PT_BYTEBUF:
		*out = (struct param){ (const uint8_t *)k->w->v.p, (uint32_t)k->w->v.len };
		if (asm_is_list(k->info))
			make_list(k, out);
		return true;
	case PT_SOCKADDR: case PT_SOCKTUPLE:
		return make_addr(k, out);
	case PT_FDLIST:
		return make_fdlist(k, out);
	case PT_IPV4ADDR: case PT_IPV6ADDR:
		return make_ip(k, out);
	case PT_DYN:
		return make_dynamic(k, out);
	default:
		if (k->ptype >= PT_COUNT || !ptype_size[k->ptype] || k->ptype == PT_DOUBLE)
			return wrong(k, "of a type without a text; b\"...\" gives bytes");
		return make_number(k, ptype_size[k->ptype], out);
	}
}

bool asm_value(struct asm_text *t, const struct evparam *info, const struct word *w,
	       const struct asm_ids *ids, struct arena *a, struct param *out)
{
	struct make k = { t, info, w, ids, a, info->ptype };

	if (w->v.len > ASM_VALUE_MAX)
		return wrong(&k, "too long for a parameter");
	if (w->kind == WORD_BYTES) {
		*out = (struct param){ (const uint8_t *)w->v.p, (uint32_t)w->v.len };
		return param_valid(info->ptype, *out) || wrong(&k, "not of its type");
	}
	if (w->kind == WORD_LIST && !asm_is_list(info) && info->ptype != PT_FDLIST)
		return wrong(&k, "a list, which it does not take");
	return make_value(&k, out);
}
