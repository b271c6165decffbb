/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/kind.h"
#include "lib/trace/rows_model.h"

#define mix	model_mix
#define recall	cells_recall

/* What is asked for; A_COLUMN is mixed with the kind and the column. */
enum { A_KIND = 1, A_TS, A_TID, A_CPU, A_FLAGS, A_SEQ, A_NVALUES, A_COLUMN };

/* The set of weights for whether a number is missing. */
#define Q_MISSING 16

uint64_t rows_model_name(const char *name)
{
	uint64_t h = 0;

	while (*name)
		h = mix(h, (uint8_t)*name++);
	return h;
}

/* --- what all rows have --- */

/* The row before, and the kinds that have come. */
struct walk {
	uint64_t tid, kind;
	uint32_t nkinds;
};

/* What is remembered of a thread: the kinds of its last rows, the newest first, and
 * the first cell of the last one. */
struct past {
	uint64_t kind[3], first;
};

static struct past past_of(struct cells *c, uint64_t tid)
{
	return (struct past){
		{ *recall(c, mix(1001, tid)), *recall(c, mix(1002, tid)), *recall(c, mix(1003, tid)) },
		*recall(c, mix(1004, tid)),
	};
}

static void note_row(struct cells *c, uint64_t tid, const struct past *p, uint16_t kind,
		     uint64_t first)
{
	*recall(c, mix(1001, tid)) = kind;
	*recall(c, mix(1002, tid)) = p->kind[0];
	*recall(c, mix(1003, tid)) = p->kind[1];
	*recall(c, mix(1004, tid)) = first;
}

static uint64_t code_tid(struct cells *c, const struct walk *w, uint64_t v)
{
	uint64_t last = w->tid;
	struct ask q = { .id = A_TID, .x = w->kind, .n = 4, .guess = {
		&last, recall(c, mix(1010, w->tid)), recall(c, mix(mix(1011, w->tid), w->kind)),
		recall(c, 1012) } };

	return cells_answer(c, &q, v, STR(""));
}

static uint64_t code_kind(struct cells *c, const struct past *p, uint64_t next, uint64_t v)
{
	uint64_t a = p->kind[0], two = mix(a, p->kind[1]);
	struct ask q = { .id = A_KIND, .x = two, .n = 6, .guess = {
		recall(c, mix(mix(1020, two), p->kind[2])), recall(c, mix(mix(1021, two), p->first)),
		recall(c, mix(1022, two)), recall(c, mix(mix(1023, a), p->first)),
		recall(c, mix(1024, a)), &next } };

	return cells_answer(c, &q, v, STR(""));
}

/* A number that seldom changes where x is the same. */
static uint64_t code_steady(struct cells *c, uint64_t id, uint64_t x, uint64_t usual, uint64_t v)
{
	struct ask q = { .id = id, .x = x, .n = 3, .guess = {
		recall(c, mix(mix(id, 2), x)), &usual, recall(c, mix(id, 1)) } };

	return cells_answer(c, &q, v, STR(""));
}

/* --- cells --- */

static struct str string_of(const struct model_column *col, uint32_t row)
{
	const struct dict_entry *e;

	if (!col->from || !col->v[row])
		return STR("");
	e = &col->from->v[col->v[row] - 1];
	return (struct str){ col->from->bytes.data + e->off, e->len };
}

/* The column before this one that had the same value, and so may again. */
static uint64_t peer_of(const struct model_kind *k, const uint64_t *row, unsigned i, uint64_t peer)
{
	unsigned j;

	if (peer < i && row[peer] == row[i])
		return peer;
	for (j = i; j--; )
		if (row[j] == row[i] && k->cols[j].text == k->cols[i].text)
			return j;
	return peer;
}

static uint64_t column_id(const struct model_kind *k, unsigned i)
{
	return mix(A_COLUMN, (uint64_t)k->id << 6 | i);
}

/* tid: whose row; x: the kind before of that thread; row: the cells so far. */
static void code_cell(struct cells *c, const struct model_kind *k, uint64_t tid, uint64_t x,
		      uint64_t *row, unsigned i)
{
	struct model_column *col = &k->cols[i];
	uint64_t id = column_id(k, i), left = i ? row[i - 1] : 0;
	uint64_t peer = *recall(c, mix(id, 9)), *newest = recall(c, mix(id, 10));
	uint64_t like = peer < i ? row[peer] : CELLS_UNKNOWN;
	struct ask q = { .id = id, .x = x, .text = col->text, .name = col->name,
			 .n = 5, .guess = {
		recall(c, mix(mix(col->name, 11), tid)), &like, recall(c, mix(mix(id, 12), left)),
		recall(c, mix(mix(mix(id, 13), x), *newest)), newest } };

	row[i] = cells_answer(c, &q, col->v[k->next], string_of(col, k->next));
	if (model_reading(c->m))
		col->v[k->next] = row[i];
	*recall(c, mix(id, 9)) = peer_of(k, row, i, peer);
}

static bool some_missing(const struct model_kind *k, const struct model_column *col)
{
	uint32_t i;

	for (i = 0; i < k->count; i++)
		if (!col->has[i])
			return true;
	return false;
}

/* Whether a number is there is told only in columns where some are not. */
static bool code_has(struct cells *c, struct model_kind *k, unsigned i)
{
	struct model_column *col = &k->cols[i];
	uint64_t id = column_id(k, i), *last = recall(c, mix(id, 17));
	bool has = true;

	if (!(k->told >> i & 1))
		k->gaps |= (uint64_t)model_bit(c->m, Q_MISSING, (uint64_t[]){ mix(id, 19), 19 },
			2, !model_reading(c->m) && some_missing(k, col)) << i;
	k->told |= 1ull << i;
	if (k->gaps >> i & 1)
		has = !model_bit(c->m, Q_MISSING, (uint64_t[]){ mix(id, 20),
				 mix(mix(id, 21), *last) }, 2, !col->has[k->next]);
	*last = has;
	if (model_reading(c->m))
		col->has[k->next] = has;
	return has;
}

/* The cells of a row; returns the first one. */
static uint64_t code_cells(struct cells *c, struct model_kind *k, uint64_t tid, uint64_t x)
{
	uint64_t row[KIND_COLUMNS_MAX] = { 0 };
	unsigned i;

	for (i = 0; i < k->nvalues[k->next] && !c->bad; i++)
		if (k->cols[i].text || code_has(c, k, i))
			code_cell(c, k, tid, x, row, i);
	return row[0];
}

/* --- rows --- */

static struct model_kind *kind_with(const struct model_rows *r, uint64_t id)
{
	uint32_t i;

	for (i = 0; i < r->nkinds; i++)
		if (r->kinds[i].id == id)
			return r->kinds[i].next < r->kinds[i].count ? &r->kinds[i] : NULL;
	return NULL;
}

/* Of which kind is row at? */
static struct model_kind *code_which(struct cells *c, struct model_rows *r, struct walk *w,
				     const struct past *p, uint32_t at)
{
	uint64_t next = w->nkinds < r->nkinds ? r->kinds[w->nkinds].id : CELLS_UNKNOWN, id = 0;
	struct model_kind *k;

	if (!model_reading(c->m))
		id = r->kinds[r->order[MR_KIND][at]].id;
	k = kind_with(r, code_kind(c, p, next, id));
	if (!k)
		return NULL;
	r->order[MR_KIND][at] = (uint64_t)(k - r->kinds);
	w->nkinds += k->id == next;
	return k;
}

static void code_row(struct cells *c, struct model_rows *r, struct walk *w, uint32_t at)
{
	uint64_t *tid = &r->order[MR_TID][at], *ts = &r->order[MR_TS][at];
	uint64_t *cpu = &r->order[MR_CPU][at], *flags = &r->order[MR_FLAGS][at];
	uint64_t *seq = &r->order[MR_SEQ][at], nvalues;
	struct model_kind *k;
	struct past p;

	*tid = code_tid(c, w, *tid);
	p = past_of(c, *tid);
	k = code_which(c, r, w, &p, at);
	if (!k) {
		c->bad = true;
		return;
	}
	*ts = cells_number(c, mix(mix(A_TS, k->id), *tid == w->tid), p.kind[0], *ts);
	*cpu = code_steady(c, A_CPU, *tid, 0, *cpu);
	*flags = code_steady(c, A_FLAGS, k->id, 0, *flags);
	*seq = code_steady(c, A_SEQ, *cpu, UINT64_MAX, *seq);
	nvalues = code_steady(c, A_NVALUES, k->id, k->ncols, k->nvalues[k->next]);
	if (nvalues > k->ncols) {
		c->bad = true;
		return;
	}
	k->nvalues[k->next] = (uint8_t)nvalues;
	note_row(c, *tid, &p, k->id, code_cells(c, k, *tid, p.kind[0]));
	w->tid = *tid;
	w->kind = k->id;
	k->next++;
}

bool rows_model(struct cells *c, struct model_rows *r)
{
	struct walk w = { 0 };
	uint32_t i;

	for (i = 0; i < r->nkinds; i++)
		r->kinds[i].next = r->kinds[i].told = r->kinds[i].gaps = 0;
	for (i = 0; i < r->count && !c->bad; i++) {
		code_row(c, r, &w, i);
		c->bad |= model_reading(c->m) && model_overrun(c->m);
	}
	return !c->bad;
}
