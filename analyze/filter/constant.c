/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "analyze/filter/constant.h"
#include "analyze/filter/op.h"

bool ipaddr_eq(const struct ipaddr *a, const struct ipaddr *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

bool ipnet_has(const struct ipnet *net, const struct ipaddr *ip)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	if (ip->len != net->addr.len || memcmp(ip->b, net->addr.b, whole))
		return false;
	return !rest || (ip->b[whole] & mask) == net->addr.b[whole];
}

/*
 * A decimal number the way scanf reads one: blanks before it, a sign, what is
 * too large saturates at 64 bits, and the field's width cuts off the rest.
 */
static bool number(struct str s, bool is_signed, unsigned size, uint64_t *out)
{
	uint64_t v = 0, limit;
	bool neg = false, over = false;
	size_t i = 0;

	while (i < s.len && (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r')))
		i++;
	if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
		neg = s.p[i++] == '-';
	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		unsigned digit = (unsigned)(s.p[i] - '0');

		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (v > (UINT64_MAX - digit) / 10)
			over = true;
		v = v * 10 + digit;
	}
	limit = is_signed ? (uint64_t)INT64_MAX + neg : UINT64_MAX;
	if (over || v > limit)
		v = limit;
	else if (!is_signed && neg)
		v = 0 - v;
	if (is_signed && neg)
		v = 0 - v;
	if (size && size < 8) {
		unsigned shift = 64 - size * 8;

		v = is_signed ? (uint64_t)((int64_t)(v << shift) >> shift) : v << shift >> shift;
	}
	*out = v;
	return true;
}

static bool not_a_number(struct str s, struct buf *why)
{
	buf_addf(why, "%.*s is not a valid number", STR_FMT(s));
	return false;
}

static bool port(struct str s, uint64_t *out, struct buf *why)
{
	uint16_t p;
	size_t i;

	for (i = 0; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	if (i == s.len)
		return number(s, false, 2, out) || not_a_number(s, why);
	if (!service_port(s, &p)) {
		buf_addf(why, "unrecognized protocol %.*s", STR_FMT(s));
		return false;
	}
	*out = p;
	return true;
}

static bool boolean(struct str s, uint64_t *out, struct buf *why)
{
	*out = str_eq(s, STR("true"));
	if (*out || str_eq(s, STR("false")))
		return true;
	buf_addf(why, "filter error: unrecognized boolean value %.*s", STR_FMT(s));
	return false;
}

/* inet_pton() wants a C string; no address is longer than this. */
static bool address(struct str s, struct ipaddr *ip)
{
	bool v4 = str_chr(s, '.') >= 0;
	char text[INET6_ADDRSTRLEN + 1];

	memset(ip, 0, sizeof(*ip));
	if (!s.len || s.len >= sizeof(text) || memchr(s.p, '\0', s.len))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	ip->len = v4 ? 4 : 16;
	return inet_pton(v4 ? AF_INET : AF_INET6, text, ip->b) == 1;
}

static const char *family(struct str s)
{
	return str_chr(s, '.') >= 0 ? "IPv4" : "IPv6";
}

static bool ip(struct str s, struct ipaddr *out, struct buf *why)
{
	if (address(s, out))
		return true;
	buf_addf(why, "unrecognized %s address %.*s", family(s), STR_FMT(s));
	return false;
}

static void clear_host_bits(struct ipnet *net)
{
	unsigned i;

	for (i = net->bits; i < net->addr.len * 8u; i++)
		net->addr.b[i / 8] &= (uint8_t)~(0x80u >> i % 8);
}

static bool network(struct str s, struct ipnet *net, struct buf *why)
{
	ssize_t slash = str_chr(s, '/');
	struct str addr, len;
	uint64_t v;
	int32_t bits;

	if (slash < 0) {
		buf_addf(why, "unrecognized IP network %.*s", STR_FMT(s));
		return false;
	}
	addr = str_sub(s, 0, (size_t)slash);
	len = str_sub(s, (size_t)slash + 1, s.len);
	if (!address(addr, &net->addr)) {
		buf_addf(why, "unrecognized %s address %.*s",
			 str_chr(addr, '.') >= 0 ? "IP" : "IPv6", STR_FMT(s));
		return false;
	}
	if (!number(len, true, 4, &v))
		return not_a_number(len, why);
	bits = (int32_t)v;
	if (bits < 0 || bits > net->addr.len * 8) {
		buf_addf(why, "invalid %snetmask %d", net->addr.len == 4 ? "" : "v6 ", bits);
		return false;
	}
	net->bits = (uint8_t)bits;
	clear_host_bits(net);
	return true;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_bytes(struct str s, struct arena *a, struct str *out, struct buf *why)
{
	uint8_t *b = arena_alloc(a, s.len / 2);
	size_t i;
	int hi, lo;

	for (i = 0; i + 1 < s.len; i += 2) {
		hi = nibble(s.p[i]);
		lo = nibble(s.p[i + 1]);
		if (hi < 0 || lo < 0)
			break;
		b[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	if (i == s.len) {
		*out = str_mem(b, s.len / 2);
		return true;
	}
	buf_adds(why, "filter error: bcontains and bstartswith operator support hex strings only");
	return false;
}

static bool text_constant(struct str s, struct arena *a, struct str *out, struct buf *why)
{
	if (s.len && memchr(s.p, '\0', s.len)) {
		buf_adds(why, "filter error: a text value cannot hold a NUL byte");
		return false;
	}
	*out = arena_str(a, s);
	return true;
}

bool constant_parse(unsigned ptype, bool hex, struct str s, struct arena *a,
		    struct constant *out, struct buf *why)
{
	uint64_t v;

	memset(out, 0, sizeof(*out));
	if (ptype == PT_PORT)
		return port(s, &out->u, why);
	if (ptype == PT_DOUBLE) {
		if (!number(s, true, 4, &v))
			return not_a_number(s, why);
		out->d = (double)(int64_t)v;
		return true;
	}
	switch (type_class(ptype, false)) {
	case OC_NUM:
		return number(s, ptype_is_signed(ptype), ptype_size[ptype], &out->u) ||
		       not_a_number(s, why);
	case OC_BOOL:
		return boolean(s, &out->u, why);
	case OC_STR:
		return text_constant(s, a, &out->s, why);
	case OC_BUF:
		if (hex)
			return hex_bytes(s, a, &out->s, why);
		out->s = arena_str(a, s);
		return true;
	case OC_IP:
		return ip(s, &out->ip, why);
	case OC_NET:
		return network(s, &out->net, why);
	default:
		buf_addf(why, "values of type '%s' cannot be compared", ptype_name(ptype));
		return false;
	}
}
