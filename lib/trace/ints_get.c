/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/format.h"
#include "lib/trace/ints.h"

/* The loops below are the floor of reading speed: let them vectorise. */
#ifndef __clang__		/* which vectorises at -O2 */
#pragma GCC optimize("O3")
#endif

#define CHUNK 512

/* Cut n numbers to width bytes and put them at row `at` of to. */
static void store(void *to, unsigned width, size_t at, const uint64_t *v, size_t n)
{
	uint8_t *o8 = (uint8_t *)to + at * width;
	size_t i;

	switch (width) {
	case 1:
		for (i = 0; i < n; i++)
			o8[i] = (uint8_t)v[i];
		break;
	case 2:
		for (i = 0; i < n; i++)
			put_le16(o8 + 2 * i, (uint16_t)v[i]);
		break;
	case 4:
		for (i = 0; i < n; i++)
			put_le32(o8 + 4 * i, (uint32_t)v[i]);
		break;
	default:
		for (i = 0; i < n; i++)
			put_le64(o8 + 8 * i, v[i]);
	}
}

/* v[i] = the b planes at row `at`; planes are n apart. */
static void gather(uint64_t *v, const uint8_t *planes, unsigned b, size_t n,
		   size_t at, size_t len)
{
	const uint8_t *p = planes + at;
	unsigned k;
	size_t i;

	for (i = 0; i < len; i++)
		v[i] = p[i];
	for (k = 1; k < b; k++) {
		p += n;
		for (i = 0; i < len; i++)
			v[i] |= (uint64_t)p[i] << (8 * k);
	}
}

static const uint8_t *take_planes(struct rcur *c, unsigned *b, uint64_t *base, size_t n)
{
	*b = rcur_u8(c);
	*base = unzigzag(rcur_varint(c));
	if (*b < 1 || *b > 8) {
		c->bad = true;
		return NULL;
	}
	return rcur_take(c, n * *b);
}

/* By far the most common: one or two planes. */
#define WIDEN(T)							\
static void widen_##T(T *to, const uint8_t *p, unsigned b, uint64_t base, size_t n) \
{									\
	size_t i;							\
									\
	if (b == 1)							\
		for (i = 0; i < n; i++)					\
			to[i] = (T)(base + p[i]);			\
	else								\
		for (i = 0; i < n; i++)					\
			to[i] = (T)(base + ((uint32_t)p[n + i] << 8 | p[i])); \
}

WIDEN(uint8_t)
WIDEN(uint16_t)
WIDEN(uint32_t)
WIDEN(uint64_t)

static void widen(void *to, unsigned width, const uint8_t *p, unsigned b,
		  uint64_t base, size_t n)
{
	switch (width) {
	case 1:
		widen_uint8_t(to, p, b, base, n);
		break;
	case 2:
		widen_uint16_t(to, p, b, base, n);
		break;
	case 4:
		widen_uint32_t(to, p, b, base, n);
		break;
	default:
		widen_uint64_t(to, p, b, base, n);
	}
}

static bool get_planes(struct rcur *c, void *to, unsigned width, size_t n)
{
	uint64_t v[CHUNK], base;
	unsigned b;
	const uint8_t *p = take_planes(c, &b, &base, n);
	size_t at, len, i;

	if (!p)
		return false;
	if (b <= 2) {
		widen(to, width, p, b, base, n);
		return true;
	}
	for (at = 0; at < n; at += len) {
		len = n - at < CHUNK ? n - at : CHUNK;
		gather(v, p, b, n, at, len);
		for (i = 0; i < len; i++)
			v[i] += base;
		store(to, width, at, v, len);
	}
	return true;
}

/* base is the first number; planes tell the n - 1 others. */
static bool get_delta(struct rcur *c, void *to, unsigned width, size_t n)
{
	uint64_t v[CHUNK], last;
	unsigned b;
	const uint8_t *p = take_planes(c, &b, &last, n - 1);
	size_t at, len, i;

	if (!p)
		return false;
	store(to, width, 0, &last, 1);
	for (at = 0; at < n - 1; at += len) {
		len = n - 1 - at < CHUNK ? n - 1 - at : CHUNK;
		gather(v, p, b, n - 1, at, len);
		for (i = 0; i < len; i++)
			v[i] = last += unzigzag(v[i]);
		store(to, width, at + 1, v, len);
	}
	return true;
}

static bool get(struct rcur *c, struct ints_scratch *s, struct ints_const *k,
		void *to, unsigned width, size_t n, unsigned allowed);

static void spread(void *to, unsigned width, size_t n, uint64_t value)
{
	uint64_t v[CHUNK];
	size_t at, len, i;

	for (i = 0; i < CHUNK && i < n; i++)
		v[i] = value;
	for (at = 0; at < n; at += len) {
		len = n - at < CHUNK ? n - at : CHUNK;
		store(to, width, at, v, len);
	}
}

static bool get_all(struct rcur *c, struct ints_scratch *s, void *to,
		    unsigned width, size_t n, unsigned allowed)
{
	struct ints_const k;

	if (!get(c, s, &k, to, width, n, allowed))
		return false;
	if (k.is)
		spread(to, width, n, k.value);
	return true;
}

/* What is done per number, once for each width. */
#define TYPED(T)							\
static bool look_up_##T(T *to, size_t n, const uint64_t *dict, size_t nd)	\
{									\
	size_t i, code, bad = 0;					\
									\
	for (i = 0; i < n; i++) {					\
		code = (size_t)to[i];					\
		bad |= code >= nd;					\
		to[i] = (T)dict[code < nd ? code : 0];			\
	}								\
	return !bad;							\
}									\
									\
static bool repeat_##T(T *to, size_t n, const uint64_t *values,		\
		       const uint64_t *lens, size_t nr)			\
{									\
	size_t i, j, at = 0, len;					\
	T v;								\
									\
	for (i = 0; i < nr; i++) {					\
		len = lens[i];						\
		if (len > n - at)					\
			return false;					\
		v = (T)values[i];					\
		for (j = 0; j < len; j++)				\
			to[at + j] = v;					\
		at += len;						\
	}								\
	return at == n;							\
}

TYPED(uint8_t)
TYPED(uint16_t)
TYPED(uint32_t)
TYPED(uint64_t)

/* Codes go where the values will be, then each is looked up in place. */
static bool get_dict(struct rcur *c, struct ints_scratch *s, void *to,
		     unsigned width, size_t n)
{
	uint64_t nd = rcur_varint(c);

	if (c->bad || !nd || nd > VTR_ROWS_MAX ||
	    !get_all(c, s, s->dict, 8, nd, INTS_BASIC) ||
	    !get_all(c, s, to, width, n, INTS_BASIC))
		return false;
	switch (width) {
	case 1:
		return look_up_uint8_t(to, n, s->dict, nd);
	case 2:
		return look_up_uint16_t(to, n, s->dict, nd);
	case 4:
		return look_up_uint32_t(to, n, s->dict, nd);
	default:
		return look_up_uint64_t(to, n, s->dict, nd);
	}
}

static bool get_runs(struct rcur *c, struct ints_scratch *s, void *to,
		     unsigned width, size_t n)
{
	uint64_t nr = rcur_varint(c);

	if (c->bad || !nr || nr > n ||
	    !get_all(c, s, s->runs, 8, nr, INTS_INNER) ||
	    !get_all(c, s, s->at, 8, nr, INTS_BASIC))
		return false;
	switch (width) {
	case 1:
		return repeat_uint8_t(to, n, s->runs, s->at, nr);
	case 2:
		return repeat_uint16_t(to, n, s->runs, s->at, nr);
	case 4:
		return repeat_uint32_t(to, n, s->runs, s->at, nr);
	default:
		return repeat_uint64_t(to, n, s->runs, s->at, nr);
	}
}

static bool get_patch(struct rcur *c, struct ints_scratch *s, void *to,
		      unsigned width, size_t n)
{
	uint64_t ne;
	size_t i;

	if (!get_planes(c, to, width, n))
		return false;
	ne = rcur_varint(c);
	if (c->bad || !ne || ne > n ||
	    !get_all(c, s, s->at, 8, ne, INTS_BASIC) ||
	    !get_all(c, s, s->runs, 8, ne, INTS_BASIC))
		return false;
	for (i = 0; i < ne; i++) {
		if (s->at[i] >= n)
			return false;
		store(to, width, s->at[i], &s->runs[i], 1);
	}
	return true;
}

/* n bits from bit `at` on; INTS_SLACK bytes behind p can be read.  The first at
 * most 63, the second, which is what nearly all numbers need, 57. */
static inline uint64_t peek(const uint8_t *p, uint64_t at, unsigned n)
{
	const uint8_t *q = p + (at >> 3);
	unsigned shift = at & 7;

	return (le64(q) >> shift | (uint64_t)q[8] << 1 << (63 - shift)) & ((1ull << n) - 1);
}

static inline uint64_t peek_short(const uint8_t *p, uint64_t at, unsigned n)
{
	return le64(p + (at >> 3)) >> (at & 7) & ((1ull << n) - 1);
}

#define SHORT_WIDTH 58	/* the highest bit of a number is not told */

/* Numbers of these widths to v; the bit behind the last. */
static uint64_t take_numbers(const uint8_t *p, uint64_t at, const uint8_t *widths, size_t n,
			     bool all_short, uint64_t *v)
{
	uint64_t any;
	unsigned told;
	size_t i;

	for (i = 0; i < n; i++) {
		any = widths[i] != 0;
		told = (unsigned)(widths[i] - any);
		v[i] = any << told | (LIKELY(all_short) ? peek_short(p, at, told) :
							  peek(p, at, told));
		at += told;
	}
	return at;
}

/* Widths are told: false when the bits do not reach. */
static bool bits_fit(const struct ints_scratch *s, const uint8_t *widths, size_t n,
		     uint64_t at, bool *all_short)
{
	uint64_t sum = 0;
	unsigned bad = 0, wide = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		bad |= widths[i] > 64;
		wide |= widths[i] > SHORT_WIDTH;
		sum += widths[i] - (widths[i] != 0);
	}
	*all_short = !wide;
	return !bad && at <= s->bits_len && (sum + 7) / 8 <= s->bits_len - at;
}

static bool get_bits(struct rcur *c, struct ints_scratch *s, void *to, unsigned width,
		     size_t n)
{
	uint8_t how = rcur_u8(c), *widths = (uint8_t *)s->at;
	uint64_t v[CHUNK], base = unzigzag(rcur_varint(c)), at;
	size_t skip = how & BITS_STEPS, row, len, i;
	unsigned shift = how >> 1;
	bool all_short;

	if (c->bad || shift > 63 || n < 2 ||
	    !get_all(c, s, widths, 1, n - skip, INTS_BASIC))
		return false;
	at = rcur_varint(c);
	if (c->bad || !bits_fit(s, widths, n - skip, at, &all_short))
		return false;
	at *= 8;
	if (skip)
		store(to, width, 0, &base, 1);
	for (row = 0; row < n - skip; row += len, widths += len) {
		len = n - skip - row < CHUNK ? n - skip - row : CHUNK;
		at = take_numbers(s->bits, at, widths, len, all_short, v);
		for (i = 0; i < len; i++)
			v[i] = skip ? base += unzigzag(v[i]) << shift :
				      base + (v[i] << shift);
		store(to, width, row + skip, v, len);
	}
	return true;
}

static bool get(struct rcur *c, struct ints_scratch *s, struct ints_const *k,
		void *to, unsigned width, size_t n, unsigned allowed)
{
	uint8_t enc = rcur_u8(c);

	*k = (struct ints_const){ false, 0 };
	if (c->bad || n > VTR_ROWS_MAX || enc >= ENC_COUNT || !(allowed >> enc & 1) ||
	    (!n && enc != ENC_CONST))
		return false;
	switch (enc) {
	case ENC_CONST:
		k->is = true;
		k->value = unzigzag(rcur_varint(c));
		return !c->bad;
	case ENC_PLANES:
		return get_planes(c, to, width, n);
	case ENC_DELTA:
		return get_delta(c, to, width, n);
	case ENC_DICT:
		return get_dict(c, s, to, width, n);
	case ENC_RUNS:
		return get_runs(c, s, to, width, n);
	case ENC_BITS:
		return get_bits(c, s, to, width, n);
	default:
		return get_patch(c, s, to, width, n);
	}
}

bool ints_get(struct rcur *c, struct ints_scratch *s, struct ints_const *k,
	      void *to, unsigned width, size_t n)
{
	return get(c, s, k, to, width, n, INTS_ANY);
}

bool ints_get_all(struct rcur *c, struct ints_scratch *s, void *to,
		  unsigned width, size_t n)
{
	return get_all(c, s, to, width, n, INTS_ANY);
}

void ints_cut(void *to, unsigned width, const uint64_t *v, size_t n)
{
	store(to, width, 0, v, n);
}

bool ints_get_basic(struct rcur *c, struct ints_scratch *s, uint64_t *to, size_t n)
{
	return get_all(c, s, to, 8, n, INTS_BASIC);
}

bool ints_get_like(struct rcur *c, struct ints_scratch *s, struct ints_like *like, size_t n)
{
	struct rcur at = *c;
	uint8_t *code = s->code;
	uint64_t ne;
	size_t used = 0, i;

	*like = (struct ints_like){ .is = rcur_u8(&at) == ENC_LIKE && !at.bad };
	if (!like->is)
		return true;
	*c = at;
	like->column = rcur_u8(c);
	if (c->bad || !n || n > VTR_ROWS_MAX || !get_all(c, s, code, 1, n, INTS_BASIC))
		return false;
	for (i = 0; i < n; i++) {
		if (code[i] > 1)
			return false;
		used += code[i];
	}
	ne = rcur_varint(c);
	if (c->bad || ne != used)
		return false;
	if (ne && !get_all(c, s, s->runs, 8, ne, INTS_EXCEPTIONS))
		return false;
	like->code = code;
	like->values = s->runs;
	return true;
}

/* --- skipping --- */

static bool skip_planes(struct rcur *c, size_t n)
{
	unsigned b;
	uint64_t base;

	return take_planes(c, &b, &base, n) != NULL;
}

static bool skip(struct rcur *c, size_t n, unsigned allowed)
{
	uint8_t enc = rcur_u8(c);
	uint64_t k;

	if (c->bad || n > VTR_ROWS_MAX || enc >= ENC_COUNT || !(allowed >> enc & 1) ||
	    (!n && enc != ENC_CONST))
		return false;
	switch (enc) {
	case ENC_CONST:
		rcur_varint(c);
		return !c->bad;
	case ENC_PLANES:
		return skip_planes(c, n);
	case ENC_DELTA:
		return skip_planes(c, n - 1);
	case ENC_DICT:
		k = rcur_varint(c);
		return k && k <= VTR_ROWS_MAX && skip(c, k, INTS_BASIC) &&
		       skip(c, n, INTS_BASIC);
	case ENC_RUNS:
		k = rcur_varint(c);
		return k && k <= n && skip(c, k, INTS_INNER) && skip(c, k, INTS_BASIC);
	case ENC_BITS:
		k = rcur_u8(c);
		rcur_varint(c);
		if (c->bad || k >> 1 > 63 || n < 2 ||
		    !skip(c, n - (k & BITS_STEPS), INTS_BASIC))
			return false;
		rcur_varint(c);
		return !c->bad;
	case ENC_LIKE:
		rcur_u8(c);
		if (!skip(c, n, INTS_BASIC))
			return false;
		k = rcur_varint(c);
		return !c->bad && k <= n && (!k || skip(c, k, INTS_EXCEPTIONS));
	default:
		if (!skip_planes(c, n))
			return false;
		k = rcur_varint(c);
		return k && k <= n && skip(c, k, INTS_BASIC) && skip(c, k, INTS_BASIC);
	}
}

bool ints_skip(struct rcur *c, size_t n)
{
	return skip(c, n, INTS_COLUMN);
}
