/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text and as JSON, the way Falco prints %field and output_fields. */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "analyze/filter/format.h"
#include "analyze/filter/op.h"

#define BYTES_SHOWN	1023	/* of a byte buffer */

static bool is_number(const struct value *v)
{
	switch (v->ptype) {
	case PT_UID:
	case PT_GID:
	case PT_FD32:
	case PT_PID32:
	case PT_L4PROTO:
	case PT_SOCKFAMILY:
	case PT_SIGSET:
		return true;
	default:
		return type_class(v->ptype, false) == OC_NUM;
	}
}

/* Hex and octal show the bits of the type's own width. */
static uint64_t bits_of(const struct value *v)
{
	unsigned size = ptype_size[v->ptype];

	return size && size < 8 ? v->u & (((uint64_t)1 << size * 8) - 1) : v->u;
}

static void number_print(const struct value *v, struct buf *out)
{
	switch (v->pfmt) {
	case PF_NA:
		buf_adds(out, "<NA>");
		break;
	case PF_HEX:
		buf_addf(out, "%" PRIX64, bits_of(v));
		break;
	case PF_OCT:
		buf_addf(out, "%" PRIo64, bits_of(v));
		break;
	case PF_PADDED_DEC:
		if (ptype_is_signed(v->ptype))
			buf_addf(out, "%09" PRId64, v->i);
		else
			buf_addf(out, "%09" PRIu64, v->u);
		break;
	default:
		if (ptype_is_signed(v->ptype))
			buf_addi(out, v->i);
		else
			buf_addu(out, v->u);
		break;
	}
}

static void bytes_print(struct str s, struct buf *out)
{
	size_t i;

	s = str_sub(s, 0, BYTES_SHOWN);
	buf_grow(out, s.len);
	for (i = 0; i < s.len; i++)
		buf_addc(out, s.p[i] >= 0x20 && s.p[i] < 0x7f ? s.p[i] : '.');
}

static void ip_print(const struct ipaddr *ip, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(ip->len == 4 ? AF_INET : AF_INET6, ip->b, text, sizeof(text)))
		buf_adds(out, text);
}

static void list_print(const struct value *v, struct buf *out)
{
	size_t i;

	buf_addc(out, '(');
	for (i = 0; i < v->list.n; i++) {
		if (i)
			buf_addc(out, ',');
		value_print(&v->list.v[i], out);
	}
	buf_addc(out, ')');
}

void value_print(const struct value *v, struct buf *out)
{
	if (v->shape != VAL_SCALAR) {
		list_print(v, out);
		return;
	}
	if (v->ptype == PT_DOUBLE) {
		buf_addf(out, "%.1f", v->d);
		return;
	}
	if (is_number(v)) {
		number_print(v, out);
		return;
	}
	switch (type_class(v->ptype, false)) {
	case OC_BOOL:
		buf_adds(out, v->u ? "true" : "false");
		break;
	case OC_STR:
		buf_addstr(out, v->s);
		break;
	case OC_BUF:
		bytes_print(v->s, out);
		break;
	case OC_IP:
		ip_print(&v->ip, out);
		break;
	case OC_NET:
		buf_adds(out, "<IPNET>");
		break;
	default:
		buf_adds(out, "<NA>");
		break;
	}
}

/* The shortest text that reads back as the same number; whole numbers keep
 * one decimal. */
static void double_json(double d, struct jsonw *w)
{
	char text[40];
	double back;
	int digits;

	if (d > -1e15 && d < 1e15 && !(d - (double)(int64_t)d > 0) &&
	    !(d - (double)(int64_t)d < 0)) {
		snprintf(text, sizeof(text), "%.1f", d);
		jsonw_raw(w, str_of(text));
		return;
	}
	for (digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		back = strtod(text, NULL);
		if (!(back < d) && !(back > d))
			break;
	}
	/* JSON has no infinity and no "not a number". */
	jsonw_raw(w, strpbrk(text, "n") ? STR("null") : str_of(text));
}

static void number_json(const struct value *v, struct jsonw *w)
{
	struct buf text = BUF_INIT;

	switch (v->pfmt) {
	case PF_NA:
		jsonw_null(w);
		break;
	case PF_HEX:
	case PF_OCT:
		number_print(v, &text);
		jsonw_str(w, buf_str(&text));
		break;
	default:
		if (ptype_is_signed(v->ptype))
			jsonw_i64(w, v->i);
		else
			jsonw_u64(w, v->u);
		break;
	}
	buf_release(&text);
}

void value_json(const struct value *v, struct jsonw *w)
{
	struct buf text = BUF_INIT;
	size_t i;

	if (v->shape != VAL_SCALAR && !v->list.n) {
		jsonw_null(w);		/* an empty list, as in Falco */
	} else if (v->shape != VAL_SCALAR) {
		jsonw_array(w);
		for (i = 0; i < v->list.n; i++)
			value_json(&v->list.v[i], w);
		jsonw_end(w);
	} else if (v->ptype == PT_DOUBLE) {
		double_json(v->d, w);
	} else if (is_number(v)) {
		number_json(v, w);
	} else if (v->ptype == PT_BOOL) {
		jsonw_bool(w, v->u != 0);
	} else if (type_class(v->ptype, false) == OC_STR) {
		jsonw_str(w, v->s);
	} else {
		value_print(v, &text);
		if (str_eq(buf_str(&text), STR("<NA>")))
			jsonw_null(w);
		else
			jsonw_str(w, buf_str(&text));
	}
	buf_release(&text);
}
