/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/limits.h"
#include "lib/trace/model.h"

#define COUNTERS_BITS	20
#define COUNTERS	(1u << COUNTERS_BITS)
#define SEEN_MAX	20	/* a counter goes on to learn at that rate */
#define INPUTS		MODEL_CONTEXTS_MAX

/* How likely a 1 is, of 65536, and how many bits said so. */
struct counter {
	uint16_t p, seen;
};

struct learnt {
	struct counter counters[COUNTERS];
	int32_t weights[MODEL_SETS][INPUTS];
};

struct model {
	struct learnt learnt;
	int16_t stretched[4096];
	uint32_t rates[SEEN_MAX + 1];
	/* the coder: what is coded lies in low..high */
	uint32_t low, high, code;
	struct buf *out;		/* NULL: reading */
	const uint8_t *p, *end;
	unsigned overrun;		/* bytes asked for behind the end */
	uint64_t bits;
	size_t len;
};

/* 65536 / (1 + e^-x) for x = -8, -7.5, ... 8. */
static const uint16_t squash_at[33] = {
	22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625,
	24743, 32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816,
	65097, 65269, 65374, 65438, 65476, 65500, 65514,
};

/* x in 256ths, from -2047 to 2047, to a likelihood. */
static uint32_t squash(int x)
{
	unsigned at;

	x = x > 2047 ? 2047 : x < -2047 ? -2047 : x;
	at = (unsigned)(x + 2048);
	return (squash_at[at >> 7] * (128 - (at & 127)) + squash_at[(at >> 7) + 1] * (at & 127)) >> 7;
}

/* The way back: for each likelihood in 4096ths the first x that has it. */
static void stretch(int16_t to[4096])
{
	unsigned p = 0, upto;
	int x;

	for (x = -2047; x <= 2047; x++)
		for (upto = squash(x) >> 4; p <= upto; p++)
			to[p] = (int16_t)x;
	while (p < 4096)
		to[p++] = 2047;
}

struct model *model_new(void)
{
	struct model *m = xcalloc(1, sizeof(*m));
	struct learnt *l = &m->learnt;
	unsigned i, j;

	stretch(m->stretched);
	for (i = 0; i <= SEEN_MAX; i++)
		m->rates[i] = 655360 / (10 * i + 12);
	for (i = 0; i < COUNTERS; i++)
		l->counters[i] = (struct counter){ 32768, 0 };
	for (i = 0; i < MODEL_SETS; i++)
		for (j = 0; j < INPUTS; j++)
			l->weights[i][j] = 20480;
	return m;
}

void model_free(struct model *m)
{
	free(m);
}

void model_learn_from(struct model *m, const struct model *other)
{
	memcpy(&m->learnt, &other->learnt, sizeof(m->learnt));
}

void *model_learnt(struct model *m, size_t *words)
{
	*words = sizeof(m->learnt) / 4;
	return &m->learnt;
}

static void begin(struct model *m)
{
	m->low = 0;
	m->high = UINT32_MAX;
	m->code = 0;
	m->out = NULL;
	m->p = m->end = NULL;
	m->overrun = 0;
	m->bits = m->len = 0;
}

void model_write(struct model *m, struct buf *out)
{
	begin(m);
	m->out = out;
}

static uint8_t next_byte(struct model *m)
{
	if (m->p < m->end)
		return *m->p++;
	m->overrun += m->overrun < UINT_MAX;
	return 0;
}

void model_read(struct model *m, const void *p, size_t len)
{
	unsigned i;

	begin(m);
	m->p = p;
	m->end = m->p + len;
	m->len = len;
	for (i = 0; i < 4; i++)
		m->code = m->code << 8 | next_byte(m);
}

bool model_reading(const struct model *m)
{
	return !m->out;
}

uint64_t model_bits(const struct model *m)
{
	return m->bits;
}

bool model_may(uint64_t bits, size_t len)
{
	return bits <= MODEL_BITS_FREE + (uint64_t)MODEL_BITS_A_BYTE * len;
}

/* Four bytes behind the end are what the writer left out. */
bool model_overrun(const struct model *m)
{
	return m->overrun > 4 || (!m->out && !model_may(m->bits, m->len));
}

static unsigned code_bit(struct model *m, uint32_t p, unsigned bit)
{
	uint32_t range = m->high - m->low;
	uint32_t mid = m->low + (range >> 16) * p + ((range & 0xffff) * p >> 16);

	m->bits++;
	if (!m->out)
		bit = m->code <= mid;
	if (bit)
		m->high = mid;
	else
		m->low = mid + 1;
	while (!((m->low ^ m->high) >> 24)) {
		if (m->out)
			buf_le8(m->out, (uint8_t)(m->high >> 24));
		else
			m->code = m->code << 8 | next_byte(m);
		m->low <<= 8;
		m->high = m->high << 8 | 255;
	}
	return bit;
}

/* The fewest bytes that name a number in low..high, when noughts follow. */
void model_end(struct model *m)
{
	uint32_t keep = 0;
	unsigned i;

	for (i = 0; i < 4 && (m->high & keep) < m->low; i++) {
		keep = ~(UINT32_MAX >> 8 >> 8 * i);
		buf_le8(m->out, (uint8_t)(m->high >> (24 - 8 * i)));
	}
}

static void learn(const struct model *m, struct counter *c, unsigned bit)
{
	int32_t to = bit ? 65535 : 0;

	c->p = (uint16_t)(c->p + (int32_t)(((int64_t)(to - c->p) * m->rates[c->seen]) >> 16));
	c->seen = (uint16_t)(c->seen + (c->seen < SEEN_MAX));
}

#define LEARN_RATE 10

unsigned model_bit(struct model *m, unsigned set, const uint64_t *ctx, unsigned n,
		   unsigned bit)
{
	struct counter *c[MODEL_CONTEXTS_MAX];
	int32_t *w = m->learnt.weights[set], x[INPUTS];
	int64_t sum = 0;
	int32_t miss, p;
	unsigned i;

	for (i = 0; i < n; i++) {
		c[i] = &m->learnt.counters[ctx[i] * 0x94d049bb133111ebu >> (64 - COUNTERS_BITS)];
		x[i] = m->stretched[c[i]->p >> 4];
	}
	for (i = 0; i < n; i++)
		sum += (int64_t)x[i] * w[i];
	sum >>= 16;
	p = (int32_t)squash(sum > 2047 ? 2047 : sum < -2047 ? -2047 : (int)sum);
	p = p < 32 ? 32 : p > 65504 ? 65504 : p;
	bit = code_bit(m, (uint32_t)p, bit);
	miss = (((int32_t)(bit << 16) - p) >> 4) * LEARN_RATE;
	for (i = 0; i < n; i++)
		w[i] += (x[i] * miss + 32768) >> 16;
	for (i = 0; i < n; i++)
		learn(m, c[i], bit);
	return bit;
}

unsigned model_tree(struct model *m, unsigned set, const uint64_t *ctx, unsigned n,
		    unsigned v, unsigned bits)
{
	uint64_t c[MODEL_CONTEXTS_MAX];
	unsigned node = 1, i;

	while (bits--) {
		for (i = 0; i < n; i++)
			c[i] = model_mix(ctx[i], node);
		node = 2 * node + model_bit(m, set, c, n, v >> bits & 1);
	}
	return node & ~(UINT_MAX << (31 - __builtin_clz(node)));
}
