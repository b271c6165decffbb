/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"
#include "analyze/filter/transform.h"

static struct str drop_nuls(struct str s)
{
	while (s.len && !s.p[s.len - 1])
		s.len--;
	return s;
}

static struct str change_case(struct str s, bool up, struct arena *a)
{
	char *out = arena_alloc(a, s.len);
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (up)
			out[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] & ~0x20) : s.p[i];
		else
			out[i] = ascii_lower(s.p[i]);
	}
	return str_mem(out, s.len);
}

static int b64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Padding may be missing, but what is there must be right, and the bits of
 * the last digit that stand for nothing must be zero. */
static bool b64_decode(struct str s, struct arena *a, struct str *out)
{
	size_t i, n = 0, pad = 0;
	uint32_t bits = 0;
	char *to;
	int d;

	while (pad < 2 && s.len && s.p[s.len - 1] == '=') {
		s.len--;
		pad++;
	}
	if (s.len % 4 == 1 || (pad && (s.len + pad) % 4))
		return false;
	to = arena_alloc(a, s.len / 4 * 3 + 3);
	for (i = 0; i < s.len; i++) {
		d = b64_digit(s.p[i]);
		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		if (i % 4)
			to[n++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	if ((s.len % 4 == 2 && (bits & 0xf)) || (s.len % 4 == 3 && (bits & 0x3)))
		return false;
	*out = str_mem(to, n);
	return true;
}

static struct str basename_of(struct str s)
{
	ssize_t slash = str_rchr(s, '/');

	return slash < 0 ? s : str_sub(s, (size_t)slash + 1, s.len);
}

static bool one_text(enum xform xf, struct str s, struct arena *a, struct str *out)
{
	s = drop_nuls(s);
	switch (xf) {
	case XF_TOLOWER:
	case XF_TOUPPER:
		*out = change_case(s, xf == XF_TOUPPER, a);
		return true;
	case XF_B64:
		return b64_decode(s, a, out);
	default:
		*out = basename_of(s);
		return true;
	}
}

/* Transformers that work on each text alone. */
static bool each_text(enum xform xf, const struct value *in, struct arena *a,
		      struct value *out)
{
	struct value *v;
	size_t i;

	*out = *in;
	if (in->shape == VAL_SCALAR)
		return one_text(xf, in->s, a, &out->s);
	v = arena_alloc(a, in->list.n * sizeof(*v));
	for (i = 0; i < in->list.n; i++) {
		v[i] = in->list.v[i];
		if (!one_text(xf, in->list.v[i].s, a, &v[i].s))
			return false;
	}
	out->list.v = v;
	return true;
}

static bool length(const struct value *in, struct value *out)
{
	*out = (struct value){
		.ptype = PT_UINT64,
		.u = in->shape == VAL_SCALAR ? drop_nuls(in->s).len : in->list.n,
	};
	return true;
}

static struct value text_value(struct str s)
{
	return (struct value){ .ptype = PT_CHARBUF, .s = s };
}

static bool join(const struct value *args, struct arena *a, struct value *out)
{
	struct str sep = drop_nuls(args[0].s), s;
	const struct value *v = args[1].list.v;
	size_t i, n = args[1].list.n, len = 0;
	char *to, *p;

	for (i = 0; i < n; i++)
		len += drop_nuls(v[i].s).len + sep.len;
	p = to = arena_alloc(a, len);
	for (i = 0; i < n; i++) {
		if (i && sep.len)
			p = (char *)memcpy(p, sep.p, sep.len) + sep.len;
		s = drop_nuls(v[i].s);
		if (s.len)
			p = (char *)memcpy(p, s.p, s.len) + s.len;
	}
	*out = text_value(str_mem(to, (size_t)(p - to)));
	return true;
}

static bool concat(const struct value *args, size_t n, struct arena *a, struct value *out)
{
	const struct value both[2] = {
		text_value(STR("")),
		{ .ptype = PT_CHARBUF, .shape = VAL_LIST, .list = { args, n } },
	};

	return join(both, a, out);
}

/* ---- getopt ---- */

struct getopt {
	struct str opts;
	struct arena *a;
	struct value *v;	/* what was emitted */
	size_t n;
	char option;		/* selector, 0: none */
	bool found;
	struct str value;	/* of the selector's last occurrence */
};

/* 0: no such option, 1: takes no value, 2: takes one. */
static int option_kind(struct str opts, char c)
{
	ssize_t i = c == ':' ? -1 : str_chr(opts, c);

	if (i < 0)
		return 0;
	return (size_t)i + 1 < opts.len && opts.p[i + 1] == ':' ? 2 : 1;
}

static void emit(struct getopt *g, struct str s)
{
	if (!g->option)
		g->v[g->n++] = text_value(s);
}

/* One element of options, e.p[0] is '-'; true when the next element was taken
 * as a value. */
static bool cluster(struct getopt *g, struct str e, const struct value *next)
{
	struct str letter, value;
	size_t i;
	int kind;

	for (i = 1; i < e.len; i++) {
		letter = str_sub(e, i, i + 1);
		kind = option_kind(g->opts, e.p[i]);
		emit(g, kind ? letter : STR("?"));
		if (!kind)
			continue;
		value = letter;
		if (kind == 2) {
			value = str_sub(e, i + 1, e.len);
			if (!value.len)
				value = next ? drop_nuls(next->s) : STR("");
			emit(g, value);
		}
		if (e.p[i] == g->option) {
			g->found = true;
			g->value = value;
		}
		if (kind == 2)
			return next && i + 1 == e.len;
	}
	return false;
}

static bool is_option(struct str s)
{
	return s.len > 1 && s.p[0] == '-';
}

static bool getopt_walk(const struct value *args, char option, struct arena *a,
			struct value *out)
{
	const struct value *v = args[0].list.v;
	struct getopt g = { .opts = drop_nuls(args[1].s), .a = a, .option = option };
	size_t i, n = args[0].list.n, room = 1;
	struct str s;

	for (i = 0; i < n; i++)
		room += v[i].s.len + 2;
	if (!option)
		g.v = arena_alloc(a, room * sizeof(*g.v));
	if (g.opts.len && g.opts.p[0] == ':')
		g.opts = str_sub(g.opts, 1, g.opts.len);
	for (i = 0; i < n; i++) {
		s = drop_nuls(v[i].s);
		if (str_eq(s, STR("--")))
			break;
		if (s.len > 2 && str_starts(s, STR("--")))
			continue;
		if (!is_option(s))
			break;
		i += cluster(&g, s, i + 1 < n ? &v[i + 1] : NULL);
	}
	if (option) {
		*out = text_value(g.value);
		return g.found;
	}
	*out = (struct value){ .ptype = PT_CHARBUF, .shape = VAL_LIST, .list = { g.v, g.n } };
	return true;
}

bool transform(enum xform xf, char option, const struct value *args, size_t n,
	       struct arena *a, struct value *out)
{
	switch (xf) {
	case XF_LEN:
		return length(&args[0], out);
	case XF_JOIN:
		return join(args, a, out);
	case XF_CONCAT:
		return concat(args, n, a, out);
	case XF_GETOPT:
		return getopt_walk(args, option, a, out);
	default:
		return each_text(xf, &args[0], a, out);
	}
}

/* ---- lists ---- */

static struct value as_text(const struct value *v, struct arena *a)
{
	if (type_class(v->ptype, false) & (OC_STR | OC_BUF))
		return text_value(v->s);
	if (v->ptype == PT_DOUBLE)
		return text_value(str_of(arena_printf(a, "%" PRId64, (int64_t)v->d)));
	if (ptype_is_signed(v->ptype))
		return text_value(str_of(arena_printf(a, "%" PRId64, v->i)));
	return text_value(str_of(arena_printf(a, "%" PRIu64, v->u)));
}

bool transform_list(const struct value *args, size_t n, struct arena *a, struct value *out)
{
	struct value *v;
	size_t i, j, room = 0, at = 0;

	for (i = 0; i < n; i++)
		room += args[i].shape == VAL_SCALAR ? 1 : args[i].list.n;
	v = arena_alloc(a, room * sizeof(*v));
	for (i = 0; i < n; i++) {
		if (args[i].shape == VAL_SCALAR)
			v[at++] = as_text(&args[i], a);
		else
			for (j = 0; j < args[i].list.n; j++)
				v[at++] = as_text(&args[i].list.v[j], a);
	}
	*out = (struct value){ .ptype = PT_CHARBUF, .shape = VAL_LIST, .list = { v, at } };
	return true;
}
