/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/cells.h"
#include "lib/trace/dictionary.h"
#include "lib/trace/ints.h"

#define mix model_mix

/* The sets of weights: Q_GUESS one for each guess, Q_BYTE three. */
enum { Q_GUESS = 0, Q_WIDTH = 8, Q_HIGH, Q_LOW, Q_END, Q_BYTE };

#define NO_GUESS 15

uint64_t *cells_recall(struct cells *c, uint64_t key)
{
	return &c->memory[key * 0x94d049bb133111ebu >> (64 - CELLS_MEMORY_BITS)];
}

static uint64_t known(uint64_t v)
{
	return v == CELLS_UNKNOWN ? 0 : v;
}

/* --- numbers --- */

static unsigned width_of(uint64_t v)
{
	return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* The bits below the highest: three (all, of a small number) in the context of
 * those before, the others by where they stand. */
static uint64_t low_bits(struct cells *c, uint64_t id, unsigned width, uint64_t v)
{
	uint64_t got = 1, done = 0, bit;
	unsigned i;

	for (i = width - 1; i--; done++) {
		if (done < 3 || width <= 10)
			bit = model_bit(c->m, Q_HIGH, (uint64_t[]){
				mix(mix(id, 4 + width), got), mix(mix(9, width), got),
				mix(mix(id, 77), i * 64 + width) }, 3, v >> i & 1);
		else
			bit = model_bit(c->m, Q_LOW, (uint64_t[]){
				mix(mix(id, 78), i), mix(mix(id, 79), i * 64 + width) }, 2,
				v >> i & 1);
		got = got << 1 | bit;
	}
	return got;
}

uint64_t cells_number(struct cells *c, uint64_t id, uint64_t x, uint64_t v)
{
	uint64_t *last = cells_recall(c, mix(id, 50));
	uint64_t w = model_tree(c->m, Q_WIDTH, (uint64_t[]){
		mix(id, 1), mix(mix(id, 2), *last), mix(mix(id, 3), x), mix(4, *last) }, 4, width_of(v), 7);

	if (w > 64) {
		c->bad = true;
		w = 0;
	}
	*last = w;
	return w < 2 ? w : low_bits(c, id, (unsigned)w, v);
}

#define BASES 4

/* A number that was not guessed: its distance from nought or from one of the first
 * guesses, whichever it used to be small from. */
static uint64_t far_number(struct cells *c, const struct ask *q, const uint64_t *guess, uint64_t v)
{
	uint64_t base[BASES] = { 0 }, usual[BASES], best = 0;
	unsigned i;

	/* how wide the distances have been of late, in 16ths of a bit */
	for (i = 0; i < BASES; i++) {
		usual[i] = *cells_recall(c, mix(q->id, 40 + i));
		if (usual[i] == CELLS_UNKNOWN)
			usual[i] = i ? 160 : 128;
		if (i && i <= q->n)
			base[i] = known(guess[i - 1]);
		if (usual[i] < usual[best])
			best = i;
	}
	v = base[best] + unzigzag(cells_number(c, mix(q->id, 60 + best), q->x,
					       zigzag(v - base[best])));
	for (i = 0; i < BASES; i++)
		*cells_recall(c, mix(q->id, 40 + i)) = usual[i] + (uint64_t)
			((int64_t)(16 * width_of(zigzag(v - base[i])) - usual[i]) >> 2);
	return v;
}

/* --- strings --- */

static uint32_t *same_four(struct cells *c, const uint8_t *end)
{
	return &c->match[le32(end - 4) * 0x9e3779b1u >> (32 - CELLS_MATCH_BITS)];
}

/* A byte has come: what is likely to follow it? */
static void note_byte(struct cells *c, uint8_t byte)
{
	struct buf *t = &c->text;
	uint32_t *slot, k;

	if (c->met && (uint8_t)t->data[c->met] == byte) {
		c->met++;
		c->met_len++;
	} else {
		c->met = c->met_len = 0;
	}
	buf_addc(t, (char)byte);
	slot = same_four(c, (const uint8_t *)t->data + t->len);
	if (!c->met && *slot) {
		for (k = 0; k < 32 && k < *slot; k++)
			if (t->data[t->len - 1 - k] != t->data[*slot - 1 - k])
				break;
		if (k >= 4) {
			c->met = *slot;
			c->met_len = k;
		}
	}
	*slot = (uint32_t)t->len;
}

static bool ends(struct cells *c, uint64_t name, size_t at, const unsigned last[5],
		 bool end)
{
	uint64_t place = at < 30 ? at : 30;

	return model_bit(c->m, Q_END, (uint64_t[]){
		mix(mix(name, 500), last[0]), mix(mix(501, last[0]), last[1] << 9 | last[2]),
		mix(mix(name, 502), place), mix(503, c->met_len < 15 ? c->met_len : 15) }, 4, end);
}

static uint8_t next_byte(struct cells *c, uint64_t name, const unsigned l[5],
			 uint8_t byte)
{
	uint64_t likely = c->met ? (uint8_t)c->text.data[c->met] : 256;
	uint64_t two = (uint64_t)l[1] << 9 | l[0], three = (uint64_t)l[2] << 18 | two;
	uint64_t five = (uint64_t)l[4] << 36 | (uint64_t)l[3] << 27 | three;
	unsigned len = c->met_len < 15 ? c->met_len : 15;

	return (uint8_t)model_tree(c->m, Q_BYTE + (len > 0) + (len > 6), (uint64_t[]){
		mix(511, two), mix(512, three), mix(514, five),
		mix(mix(name, 515), l[0]), mix(516, likely << 4 | len) }, 5, byte, 8);
}

/* A string that was not guessed; its number. */
static uint64_t new_string(struct cells *c, uint64_t name, struct str s)
{
	unsigned last[5] = { 256, 256, 256, 256, 256 };
	size_t at = 0, begin = c->text.len;
	uint8_t byte;

	while (!c->bad && !ends(c, name, at, last, at == s.len)) {
		if (model_overrun(c->m)) {
			c->bad = true;
			return 0;
		}
		byte = next_byte(c, name, last, at < s.len ? (uint8_t)s.p[at] : 0);
		note_byte(c, byte);
		memmove(last + 1, last, 4 * sizeof(*last));
		last[0] = byte;
		at++;
	}
	XGROW(c->strings, c->strings_cap, c->nstrings + 1);
	c->strings[c->nstrings] = (struct cells_string){ (uint32_t)begin, (uint32_t)at };
	return c->nstrings++;
}

/* --- one cell --- */

/* The i-th guess, when it may be one and is not an earlier one. */
static bool is_guess(const struct cells *c, bool text, const uint64_t *guess, unsigned i)
{
	unsigned j;

	if (guess[i] == CELLS_UNKNOWN || (text && guess[i] >= c->nstrings))
		return false;
	for (j = 0; j < i; j++)
		if (guess[j] == guess[i])
			return false;
	return true;
}

/* Which guesses there are, and which of them are the same. */
static uint64_t pattern(const uint64_t *guess, unsigned n)
{
	uint64_t got = 1;
	unsigned i, j;

	for (i = 0; i < n; i++) {
		got = got << 1 | (guess[i] == CELLS_UNKNOWN);
		for (j = 0; j < i; j++)
			got = got << 1 | (guess[i] == guess[j]);
	}
	return got;
}

static bool is_right(const struct cells *c, bool text, uint64_t guess, uint64_t v, struct str s)
{
	return text ? str_eq(cells_string(c, guess), s) : guess == v;
}

/* Which guess is right; NO_GUESS: none is.  before: which ones were. */
static unsigned right_guess(struct cells *c, const struct ask *q, const uint64_t *guess,
			    uint64_t before, uint64_t v, struct str s)
{
	uint64_t same = pattern(guess, q->n), id;
	bool writing = !model_reading(c->m);
	unsigned i;

	for (i = 0; i < q->n; i++) {
		if (!is_guess(c, q->text, guess, i))
			continue;
		id = mix(q->id, 20 + i);
		if (model_bit(c->m, Q_GUESS + i, (uint64_t[]){
			mix(mix(id, 1), same), mix(mix(id, 2), guess[i]), mix(mix(id, 3), q->x),
			mix(21 + i, (before & 4095) << 1 | q->text) }, 4,
			writing && is_right(c, q->text, guess[i], v, s)))
			return i;
	}
	return NO_GUESS;
}

uint64_t cells_answer(struct cells *c, const struct ask *q, uint64_t v, struct str s)
{
	uint64_t *place = cells_recall(c, mix(q->id, 7)), before = known(*place);
	uint64_t guess[CELLS_GUESSES_MAX];
	unsigned i, right;

	for (i = 0; i < q->n; i++)
		guess[i] = *q->guess[i];
	right = right_guess(c, q, guess, before, v, s);
	*place = before << 4 | right;
	if (right != NO_GUESS)
		v = guess[right];
	else
		v = q->text ? new_string(c, q->name, s) : far_number(c, q, guess, v);
	for (i = 0; i < q->n; i++)
		*q->guess[i] = v;
	return v;
}

/* --- what has been told --- */

void cells_init(struct cells *c)
{
	size_t i;

	*c = (struct cells){ .m = model_new() };
	c->memory = xcalloc(1 << CELLS_MEMORY_BITS, sizeof(*c->memory));
	c->match = xcalloc(1 << CELLS_MATCH_BITS, sizeof(*c->match));
	for (i = 0; i < 1 << CELLS_MEMORY_BITS; i++)
		c->memory[i] = CELLS_UNKNOWN;
	buf_init(&c->text);
	buf_add(&c->text, dictionary_1, dictionary_1_size);
	for (i = 4; i <= dictionary_1_size; i++)
		*same_four(c, (const uint8_t *)c->text.data + i) = (uint32_t)i;
	XGROW(c->strings, c->strings_cap, 1);
	c->strings[0] = (struct cells_string){ 0, 0 };
	c->nstrings = 1;
}

void cells_release(struct cells *c)
{
	model_free(c->m);
	free(c->memory);
	free(c->match);
	free(c->strings);
	buf_release(&c->text);
	*c = (struct cells){ 0 };
}

void cells_learn_from(struct cells *c, const struct cells *other)
{
	model_learn_from(c->m, other->m);
	memcpy(c->memory, other->memory, sizeof(*c->memory) << CELLS_MEMORY_BITS);
	memcpy(c->match, other->match, sizeof(*c->match) << CELLS_MATCH_BITS);
	buf_clear(&c->text);
	buf_addstr(&c->text, buf_str(&other->text));
	XGROW(c->strings, c->strings_cap, other->nstrings);
	memcpy(c->strings, other->strings, other->nstrings * sizeof(*c->strings));
	c->nstrings = other->nstrings;
	c->met = other->met;
	c->met_len = other->met_len;
	c->bad = false;
}

struct str cells_string(const struct cells *c, uint64_t number)
{
	const struct cells_string *s = &c->strings[number];

	return (struct str){ c->text.data + s->off, s->len };
}
