/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/hash.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/ints.h"

#define REMEASURE 16		/* lists a choice is kept for */
#define MEASURE_MIN 32		/* shorter lists: the plain length decides */
#define SLOTS (2 * VTR_ROWS_MAX)

struct ints_writer {
	struct codec *codec;
	struct buf *bits;
	/* Of the column being written; NULL: it has no peers. */
	const struct ints_peers *peers;
	uint64_t mask;
	struct buf cand, best;
	uint64_t *values, *codes, *lens;	/* VTR_ROWS_MAX each */
	uint64_t *inner_values, *inner_codes;	/* DICT inside RUNS */
	uint32_t *slots;			/* code + 1 by hash */
};

struct ints_writer *ints_writer_new(struct codec *codec)
{
	struct ints_writer *w = xcalloc(1, sizeof(*w));

	w->codec = codec;
	buf_init(&w->cand);
	buf_init(&w->best);
	w->values = xcalloc(5 * VTR_ROWS_MAX, sizeof(*w->values));
	w->codes = w->values + VTR_ROWS_MAX;
	w->lens = w->codes + VTR_ROWS_MAX;
	w->inner_values = w->lens + VTR_ROWS_MAX;
	w->inner_codes = w->inner_values + VTR_ROWS_MAX;
	w->slots = xcalloc(SLOTS, sizeof(*w->slots));
	return w;
}

void ints_writer_bits(struct ints_writer *w, struct buf *bits)
{
	w->bits = bits;
}

void ints_writer_free(struct ints_writer *w)
{
	if (!w)
		return;
	buf_release(&w->cand);
	buf_release(&w->best);
	free(w->values);
	free(w->slots);
	free(w);
}

struct ints_facts {
	int64_t min, max;
	uint64_t max_step;	/* zigzag distance to the one before */
	size_t runs;
};

static unsigned bytes_of(uint64_t v)
{
	return v ? (unsigned)(71 - __builtin_clzll(v)) / 8 : 1;
}

static void look(struct ints_facts *f, const uint64_t *v, size_t n)
{
	uint64_t step;
	size_t i;

	*f = (struct ints_facts){ .min = (int64_t)v[0], .max = (int64_t)v[0], .runs = 1 };
	for (i = 1; i < n; i++) {
		if ((int64_t)v[i] < f->min)
			f->min = (int64_t)v[i];
		if ((int64_t)v[i] > f->max)
			f->max = (int64_t)v[i];
		step = zigzag(v[i] - v[i - 1]);
		if (step > f->max_step)
			f->max_step = step;
		f->runs += step != 0;
	}
}

static void put_planes(struct buf *out, const uint64_t *v, size_t n, unsigned b,
		       uint64_t base)
{
	uint8_t *to;
	unsigned k;
	size_t i;

	buf_le8(out, (uint8_t)b);
	buf_varint(out, zigzag(base));
	to = (uint8_t *)buf_grow(out, n * b);
	for (k = 0; k < b; k++)
		for (i = 0; i < n; i++)
			*to++ = (uint8_t)((v[i] - base) >> (8 * k));
	out->len += n * b;
	out->data[out->len] = '\0';
}

static void put_delta(struct buf *out, const uint64_t *v, size_t n, unsigned b)
{
	uint8_t *to;
	unsigned k;
	size_t i;

	buf_le8(out, (uint8_t)b);
	buf_varint(out, zigzag(v[0]));
	to = (uint8_t *)buf_grow(out, (n - 1) * b);
	for (k = 0; k < b; k++)
		for (i = 1; i < n; i++)
			*to++ = (uint8_t)(zigzag(v[i] - v[i - 1]) >> (8 * k));
	out->len += (n - 1) * b;
	out->data[out->len] = '\0';
}

/* Without dictionary and runs: what takes the fewest bytes as it stands. */
void ints_put_basic(struct buf *out, const uint64_t *v, size_t n)
{
	struct ints_facts f;
	unsigned b, step;

	if (!n) {
		buf_le8(out, ENC_CONST);
		buf_varint(out, 0);
		return;
	}
	look(&f, v, n);
	if (f.runs == 1) {
		buf_le8(out, ENC_CONST);
		buf_varint(out, zigzag(v[0]));
		return;
	}
	b = bytes_of((uint64_t)f.max - (uint64_t)f.min);
	step = bytes_of(f.max_step);
	buf_le8(out, step < b ? ENC_DELTA : ENC_PLANES);
	if (step < b)
		put_delta(out, v, n, step);
	else
		put_planes(out, v, n, b, (uint64_t)f.min);
}

/* Distinct values in order of first use and an index into them; their number,
 * or 0 when there are more than limit. */
static size_t make_dict(struct ints_writer *w, const uint64_t *v, size_t n,
			size_t limit, uint64_t *values, uint64_t *codes)
{
	size_t nd = 0, i, mask = 64, at;
	uint32_t code;

	while (mask < 2 * n)
		mask *= 2;
	memset(w->slots, 0, mask * sizeof(*w->slots));
	mask--;
	for (i = 0; i < n; i++) {
		if (i && v[i] == v[i - 1]) {
			codes[i] = codes[i - 1];
			continue;
		}
		at = hash_u64(v[i]) & mask;
		while ((code = w->slots[at]) && values[code - 1] != v[i])
			at = (at + 1) & mask;
		if (!code) {
			if (nd == limit)
				return 0;
			values[nd++] = v[i];
			w->slots[at] = code = (uint32_t)nd;
		}
		codes[i] = code - 1;
	}
	return nd;
}

static bool put_dict(struct ints_writer *w, struct buf *out, const uint64_t *v,
		     size_t n, uint64_t *values, uint64_t *codes)
{
	size_t nd = make_dict(w, v, n, n / 3 + 2, values, codes);

	if (!nd)
		return false;
	buf_le8(out, ENC_DICT);
	buf_varint(out, nd);
	ints_put_basic(out, values, nd);
	ints_put_basic(out, codes, n);
	return true;
}

static bool put_runs(struct ints_writer *w, struct buf *out, const uint64_t *v,
		     size_t n)
{
	size_t nr = 0, i, before;

	for (i = 0; i < n; i++) {
		if (i && v[i] == v[i - 1]) {
			w->lens[nr - 1]++;
			continue;
		}
		w->values[nr] = v[i];
		w->lens[nr++] = 1;
	}
	buf_le8(out, ENC_RUNS);
	buf_varint(out, nr);
	before = out->len;
	if (!put_dict(w, out, w->values, nr, w->inner_values, w->inner_codes)) {
		buf_setlen(out, before);
		ints_put_basic(out, w->values, nr);
	}
	ints_put_basic(out, w->lens, nr);
	return true;
}

/* So many bytes that few numbers need more, 8 when there is no such. */
static unsigned most_fit(const uint64_t *v, size_t n)
{
	size_t need[9] = { 0 }, over = 0, i;
	unsigned b;

	for (i = 0; i < n; i++)
		need[bytes_of(v[i])]++;
	for (b = 8; b > 1; b--) {
		over += need[b];
		if (over > n / 64)
			break;
	}
	return b;
}

/* Numbers that need more than b bytes are exceptions. */
static bool put_patch(struct ints_writer *w, struct buf *out, const uint64_t *v,
		      size_t n, const struct ints_facts *f)
{
	unsigned b = most_fit(v, n);
	size_t ne = 0, i;

	if (f->min >= 0 && bytes_of((uint64_t)f->max) <= b)
		return false;	/* all fit */
	if (b >= bytes_of((uint64_t)f->max - (uint64_t)f->min))
		return false;
	buf_le8(out, ENC_PATCH);
	put_planes(out, v, n, b, 0);
	for (i = 0; i < n; i++) {
		if (bytes_of(v[i]) <= b)
			continue;
		w->codes[ne] = i;
		w->values[ne++] = v[i];
	}
	buf_varint(out, ne);
	ints_put_basic(out, w->codes, ne);
	ints_put_basic(out, w->values, ne);
	return true;
}

/* The low bits of v, width - 1 of them: the highest is always 1. */
struct bit_sink {
	struct buf *out;
	uint64_t held;
	unsigned n;
};

static void put_bits(struct bit_sink *s, uint64_t v, unsigned n)
{
	s->held |= v << s->n;
	if (s->n + n < 64) {
		s->n += n;
		return;
	}
	buf_le64(s->out, s->held);
	s->held = s->n ? v >> (64 - s->n) : 0;
	s->n = s->n + n - 64;
}

static void put_number(struct bit_sink *s, uint64_t v, unsigned width)
{
	if (width > 1)
		put_bits(s, v ^ 1ull << (width - 1), width - 1);
}

static void end_bits(struct bit_sink *s)
{
	for (; s->n; s->n = s->n > 8 ? s->n - 8 : 0, s->held >>= 8)
		buf_le8(s->out, (uint8_t)s->held);
}

static unsigned width_of(uint64_t v)
{
	return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* The low bits that no difference has, of all from a base or of each from the
 * one before. */
static unsigned idle_bits(const uint64_t *v, size_t n, uint64_t base, bool steps)
{
	uint64_t any = 0;
	size_t i;

	if (steps)
		for (i = 1; i < n; i++)
			any |= v[i] - v[i - 1];
	else
		for (i = 0; i < n; i++)
			any |= v[i] - base;
	return any ? (unsigned)__builtin_ctzll(any) : 0;
}

static bool put_bit_list(struct ints_writer *w, struct buf *out, const uint64_t *v,
			 size_t n, const struct ints_facts *f, bool steps)
{
	uint64_t base = steps ? v[0] : (uint64_t)f->min, x;
	struct bit_sink s = { w->bits, 0, 0 };
	unsigned idle;
	size_t at, i;

	if (!w->bits || n < 2)
		return false;
	at = w->bits->len;
	idle = idle_bits(v, n, base, steps);
	for (i = steps; i < n; i++) {
		x = steps ? zigzag((uint64_t)((int64_t)(v[i] - v[i - 1]) >> idle)) :
			    (v[i] - base) >> idle;
		w->lens[i - steps] = width_of(x);
		put_number(&s, x, width_of(x));
	}
	end_bits(&s);
	buf_le8(out, ENC_BITS);
	buf_le8(out, (uint8_t)(idle << 1 | steps));
	buf_varint(out, zigzag(base));
	ints_put_basic(out, w->lens, n - steps);
	buf_varint(out, at);
	return true;
}

#define PEER_SAMPLE 512

/* The peer most rows agree with, at least a quarter of the first ones. */
static const struct ints_peer *best_peer(const struct ints_writer *w, const uint64_t *v,
					 size_t n)
{
	const struct ints_peer *p, *best = NULL;
	size_t most, same, i;

	n = n < PEER_SAMPLE ? n : PEER_SAMPLE;
	most = n / 4;
	for (p = w->peers->v; p < w->peers->v + w->peers->n; p++) {
		for (same = i = 0; i < n; i++)
			same += !(((p->v[i] & p->mask) ^ v[i]) & w->mask);
		if (same > most) {
			most = same;
			best = p;
		}
	}
	return best;
}

/* Few or many, and chosen anew each time: what takes the fewest bytes. */
static void put_exceptions(struct ints_writer *w, struct buf *out, const uint64_t *v,
			   size_t n)
{
	size_t before = out->len, bits = w->bits ? w->bits->len : 0, basic;
	struct ints_facts f;

	ints_put_basic(out, v, n);
	basic = out->len - before;
	look(&f, v, n);
	if (f.runs == 1)
		return;
	buf_setlen(out, before);
	if (put_dict(w, out, v, n, w->inner_values, w->inner_codes) &&
	    out->len - before < basic)
		return;
	buf_setlen(out, before);
	if (put_bit_list(w, out, v, n, &f, false)) {
		if (out->len - before + w->bits->len - bits < basic)
			return;
		buf_setlen(w->bits, bits);
		buf_setlen(out, before);
	}
	ints_put_basic(out, v, n);
}

static bool put_like(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
		     unsigned column)
{
	const struct ints_peer *p, *end;
	size_t ne = 0, i;

	if (!w->peers)
		return false;
	end = w->peers->v + w->peers->n;
	for (p = w->peers->v; p < end && p->column != column; p++)
		;
	if (p == end)
		return false;
	for (i = 0; i < n; i++) {
		w->codes[i] = ((p->v[i] & p->mask) ^ v[i]) & w->mask ? 1 : 0;
		if (w->codes[i])
			w->values[ne++] = v[i];
	}
	buf_le8(out, ENC_LIKE);
	buf_le8(out, (uint8_t)column);
	ints_put_basic(out, w->codes, n);
	buf_varint(out, ne);
	if (ne)
		put_exceptions(w, out, w->values, ne);
	return true;
}

/* Append v as enc; false when that is impossible or pointless. */
static bool put_as(struct ints_writer *w, struct buf *out, const uint64_t *v,
		   size_t n, const struct ints_facts *f, unsigned enc, unsigned how)
{
	unsigned b = bytes_of((uint64_t)f->max - (uint64_t)f->min);

	switch (enc) {
	case ENC_PLANES:
		buf_le8(out, ENC_PLANES);
		put_planes(out, v, n, b, (uint64_t)f->min);
		return true;
	case ENC_DELTA:
		buf_le8(out, ENC_DELTA);
		put_delta(out, v, n, bytes_of(f->max_step));
		return true;
	case ENC_DICT:
		return b > 1 && put_dict(w, out, v, n, w->values, w->codes);
	case ENC_RUNS:
		return f->runs <= n / 3 && put_runs(w, out, v, n);
	case ENC_PATCH:
		return put_patch(w, out, v, n, f);
	case ENC_BITS:
		return put_bit_list(w, out, v, n, f, how);
	case ENC_LIKE:
		return put_like(w, out, v, n, how);
	default:
		return false;
	}
}

struct choice {
	size_t size;
	uint8_t enc, how;
};

/* Is this better than what was best so far? */
static void weigh(struct ints_writer *w, struct choice *best, const uint64_t *v, size_t n,
		const struct ints_facts *f, unsigned enc, unsigned how)
{
	size_t size, bits = w->bits ? w->bits->len : 0;

	buf_clear(&w->cand);
	if (!put_as(w, &w->cand, v, n, f, enc, how))
		return;
	size = n < MEASURE_MIN ? w->cand.len :
	       codec_measure(w->codec, w->cand.data, w->cand.len);
	/* Fewer planes are also faster to read: a tie goes there. */
	size += w->cand.len / 64;
	if (w->bits) {
		size += w->bits->len - bits;
		buf_setlen(w->bits, bits);
	}
	if (size < best->size)
		*best = (struct choice){ size, (uint8_t)enc, (uint8_t)how };
}

static struct choice measure(struct ints_writer *w, const uint64_t *v, size_t n,
			     const struct ints_facts *f)
{
	struct choice best = { SIZE_MAX, ENC_PLANES, 0 };
	const struct ints_peer *peer = w->peers ? best_peer(w, v, n) : NULL;
	unsigned enc;

	for (enc = ENC_PLANES; enc <= ENC_PATCH; enc++)
		weigh(w, &best, v, n, f, enc, 0);
	weigh(w, &best, v, n, f, ENC_BITS, false);
	weigh(w, &best, v, n, f, ENC_BITS, true);
	if (peer)
		weigh(w, &best, v, n, f, ENC_LIKE, peer->column);
	return best;
}

bool ints_put_column(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
		     struct ints_hint *hint, const struct ints_peers *peers, uint64_t mask)
{
	struct ints_facts f;
	struct choice c;
	size_t before = out->len;

	w->peers = peers;
	w->mask = mask;
	if (n)
		look(&f, v, n);
	if (!n || f.runs == 1) {
		ints_put_basic(out, v, n);
		return true;
	}
	if (hint && hint->left) {
		hint->left--;
		c = (struct choice){ 0, hint->enc, hint->how };
	} else {
		c = measure(w, v, n, &f);
		/* A short list says little about the next one. */
		if (hint && n >= MEASURE_MIN)
			*hint = (struct ints_hint){ c.enc, REMEASURE, c.how };
	}
	if (put_as(w, out, v, n, &f, c.enc, c.how))
		return c.enc != ENC_LIKE;
	buf_setlen(out, before);
	return put_as(w, out, v, n, &f, ENC_PLANES, 0);
}

void ints_put(struct ints_writer *w, struct buf *out, const uint64_t *v, size_t n,
	      struct ints_hint *hint)
{
	ints_put_column(w, out, v, n, hint, NULL, UINT64_MAX);
}
