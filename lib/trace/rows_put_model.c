/* SPDX-License-Identifier: Apache-2.0 */
/* Few rows: by the model. */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/trace/primer.h"
#include "lib/trace/rows_put_int.h"

/* Rows and bytes that the model may take: some 100 ms. */
#define MODEL_ROWS	5000
#define MODEL_BYTES	(512 << 10)

_Static_assert((int)MODEL_ROWS <= (int)MODEL_ROWS_MAX, "limits.h");

/* Codes of a column's strings as their numbers, from 1. */
static uint64_t *string_numbers(const struct wcol *c, uint32_t n)
{
	uint64_t *to = xcalloc(n, sizeof(*to)), next = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		to[i] = c->v[i] == 1 ? ++next : c->v[i] ? c->v[i] - 1 : 0;
	return to;
}

static void model_column(struct model_column *to, struct wcol *c, uint32_t n, const char *name)
{
	*to = (struct model_column){ .name = rows_model_name(name), .text = !c->width };
	if (c->width) {
		to->v = c->v;
		to->has = c->has;
		return;
	}
	to->v = string_numbers(c, n);
	to->from = &c->dict;
}

static struct model_kind *model_kinds(struct rows_put *b)
{
	struct model_kind *to = xcalloc(b->nused, sizeof(*to));
	struct wkind *k;
	unsigned i, j;

	for (i = 0; i < b->nused; i++) {
		k = b->used[i];
		to[i] = (struct model_kind){ .id = k->kind->id, .ncols = k->kind->ncols,
			.count = k->n, .nvalues = k->nvalues,
			.cols = xcalloc(k->kind->ncols + 1u, sizeof(*to[i].cols)) };
		for (j = 0; j < k->kind->ncols; j++)
			model_column(&to[i].cols[j], &k->cols[j], k->n, k->kind->cols[j].name);
	}
	return to;
}

static void model_kinds_free(struct model_kind *v, uint32_t n)
{
	uint32_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < v[i].ncols; j++)
			if (v[i].cols[j].text)
				free(v[i].cols[j].v);
		free(v[i].cols);
	}
	free(v);
}

/* Rows that say what they are in the way their columns were meant to. */
static bool in_their_way(const struct rows_put *b)
{
	unsigned i, j;

	for (i = 0; i < b->nused; i++)
		for (j = 0; j < b->used[i]->kind->ncols; j++)
			if (b->used[i]->cols[j].odd)
				return false;
	return true;
}

bool rows_put_few(const struct rows_put *b)
{
	return b->n <= MODEL_ROWS && b->bytes <= MODEL_BYTES && in_their_way(b);
}

static struct cells *learnt(struct rows_put *b)
{
	if (!b->cells) {
		b->cells = xmalloc(sizeof(*b->cells));
		cells_init(b->cells);
	}
	if (!b->unprimed)
		cells_learn_from(b->cells, primer());
	return b->cells;
}

static size_t code(struct rows_put *b, struct cells *c)
{
	struct model_rows r = { .count = (uint32_t)b->n, .nkinds = (uint32_t)b->nused };
	size_t i, before = c->text.len;

	for (i = 0; i < MR_COUNT; i++)
		r.order[i] = b->order[i];
	r.kinds = model_kinds(b);
	model_write(c->m, &b->packed);
	rows_model(c, &r);
	model_end(c->m);
	model_kinds_free(r.kinds, r.nkinds);
	return c->text.len - before;
}

bool rows_put_model(struct rows_put *b)
{
	struct cells *c;
	size_t text, i;

	if (!rows_put_few(b))
		return false;
	c = learnt(b);
	text = code(b, c);
	if (!model_may(model_bits(c->m), b->packed.len)) {
		buf_clear(&b->packed);
		return false;
	}
	rows_dir_frame(&b->dir, CODEC_MODEL, text, b->packed.len);
	for (i = 0; i < b->nused; i++)
		rows_dir_kind(&b->dir, b->used[i]->kind->id, b->used[i]->n,
			      b->used[i]->kind->ncols, FRAME_ROWS);
	b->small = true;
	return true;
}
