/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been told: three arrays of words, each as the number of those that are
 * not as at first, the words, and the gaps between them; the text behind the
 * dictionary's; the strings; what was met.
 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/cells.h"

#define WORD	4
#define ARRAYS	3

struct words {
	uint8_t *p;
	size_t n;
};

static void arrays_of(const struct cells *c, struct words w[ARRAYS])
{
	w[0].p = model_learnt(c->m, &w[0].n);
	w[1] = (struct words){ (uint8_t *)c->memory, sizeof(*c->memory) / WORD << CELLS_MEMORY_BITS };
	w[2] = (struct words){ (uint8_t *)c->match, sizeof(*c->match) / WORD << CELLS_MATCH_BITS };
}

static void pack_words(struct buf *out, const struct words *w, const struct words *first)
{
	struct buf changed = BUF_INIT, gaps = BUF_INIT;
	size_t i, last = 0, n = 0;

	for (i = 0; i < w->n; i++) {
		if (!memcmp(w->p + WORD * i, first->p + WORD * i, WORD))
			continue;
		buf_add(&changed, w->p + WORD * i, WORD);
		buf_varint(&gaps, i - last);
		last = i;
		n++;
	}
	buf_varint(out, n);
	buf_addstr(out, buf_str(&changed));
	buf_addstr(out, buf_str(&gaps));
	buf_release(&changed);
	buf_release(&gaps);
}

void cells_pack(const struct cells *c, struct buf *out)
{
	struct words now[ARRAYS], then[ARRAYS];
	struct cells first;
	size_t i;

	cells_init(&first);
	arrays_of(c, now);
	arrays_of(&first, then);
	for (i = 0; i < ARRAYS; i++)
		pack_words(out, &now[i], &then[i]);
	buf_varint(out, c->text.len - first.text.len);
	buf_add(out, c->text.data + first.text.len, c->text.len - first.text.len);
	buf_varint(out, c->nstrings);
	for (i = 0; i < c->nstrings; i++) {
		buf_varint(out, c->strings[i].off);
		buf_varint(out, c->strings[i].len);
	}
	buf_varint(out, c->met);
	buf_varint(out, c->met_len);
	cells_release(&first);
}

static void unpack_words(struct rcur *in, const struct words *w)
{
	uint64_t n = rcur_varint(in), at = 0;
	const uint8_t *changed = n <= w->n ? rcur_take(in, WORD * n) : NULL;
	uint64_t i;

	for (i = 0; changed && i < n; i++) {
		at += rcur_varint(in);
		if (at >= w->n)
			break;
		memcpy(w->p + WORD * at, changed + WORD * i, WORD);
	}
	in->bad |= !changed || i < n;
}

static void unpack_strings(struct rcur *in, struct cells *c)
{
	uint64_t n = rcur_varint(in);

	for (c->nstrings = 0; !in->bad && c->nstrings < n; c->nstrings++) {
		XGROW(c->strings, c->strings_cap, c->nstrings + 1);
		c->strings[c->nstrings].off = (uint32_t)rcur_varint(in);
		c->strings[c->nstrings].len = (uint32_t)rcur_varint(in);
	}
}

bool cells_unpack(struct cells *c, const void *p, size_t len)
{
	struct rcur in = rcur_of(p, len);
	struct words w[ARRAYS];
	const uint8_t *text;
	uint64_t n;
	size_t i;

	arrays_of(c, w);
	for (i = 0; i < ARRAYS; i++)
		unpack_words(&in, &w[i]);
	n = rcur_varint(&in);
	text = rcur_take(&in, n);
	if (text)
		buf_add(&c->text, text, n);
	unpack_strings(&in, c);
	c->met = (uint32_t)rcur_varint(&in);
	c->met_len = (uint32_t)rcur_varint(&in);
	return !in.bad && !rcur_left(&in);
}
