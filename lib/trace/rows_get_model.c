/* SPDX-License-Identifier: Apache-2.0 */
/* A body that was coded by the model: all of it is read at once. */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/limits.h"
#include "lib/trace/primer.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_model.h"

/* How a column of a group is described: in the file, or where that says
 * nothing by this build. */
static struct schema_col column_of(const struct group *k, unsigned i)
{
	const struct column *c;

	if (k->in_file)
		return k->in_file->cols[i];
	c = &k->known->cols[i];
	return (struct schema_col){ .name = (char *)(uintptr_t)c->name, .type = c->type,
				    .flags = c->flags, .dest = (int16_t)i };
}

/* Room for what a group's rows have. */
static void make_kind(struct rows_get *g, const struct group *k, struct model_kind *to)
{
	struct model_column *col;
	struct schema_col c;
	unsigned i;

	*to = (struct model_kind){ .id = k->id, .ncols = k->ncols, .count = k->count };
	to->nvalues = slab_alloc(&g->slab, k->count);
	memset(to->nvalues, 0, k->count);
	to->cols = slab_alloc(&g->slab, (k->ncols + 1u) * sizeof(*to->cols));
	for (i = 0; i < k->ncols; i++) {
		c = column_of(k, i);
		col = &to->cols[i];
		*col = (struct model_column){ .name = rows_model_name(c.name),
					      .text = c.type == COL_BYTES };
		col->v = slab_alloc(&g->slab, k->count * sizeof(*col->v));
		memset(col->v, 0, k->count * sizeof(*col->v));
		if (col->text)
			continue;
		col->has = slab_alloc(&g->slab, k->count);
		memset(col->has, 0, k->count);
	}
}

/* The kinds of the body; NULL: not all of them can be told, or there is a lie. */
static struct model_kind *make_kinds(struct rows_get *g)
{
	struct model_kind *v = slab_alloc(&g->slab, g->head.nkinds * sizeof(*v));
	uint64_t rows = 0;
	unsigned i;

	for (i = 0; i < g->head.nkinds; i++) {
		rows += g->groups[i].count;
		if (!g->groups[i].in_file && !g->groups[i].known)
			return NULL;
	}
	if (rows != g->head.count || rows > MODEL_ROWS_MAX)
		return NULL;
	for (i = 0; i < g->head.nkinds; i++)
		make_kind(g, &g->groups[i], &v[i]);
	return v;
}

static bool read_rows(struct rows_get *g, struct model_rows *r)
{
	const struct frame *f = &g->frames[FRAME_ROWS];
	size_t before;

	if (!g->cells) {
		g->cells = xmalloc(sizeof(*g->cells));
		cells_init(g->cells);
	}
	if (!g->unprimed)
		cells_learn_from(g->cells, primer());
	before = g->cells->text.len;
	model_read(g->cells->m, f->p, f->stored);
	return rows_model(g->cells, r) && g->cells->text.len - before == f->raw;
}

static void take_order(struct rows_get *g, const struct model_rows *r)
{
	uint32_t i;

	g->ts = r->order[MR_TS];
	g->tid = r->order[MR_TID];
	g->kind = slab_alloc(&g->slab, r->count * sizeof(*g->kind));
	g->cpu = slab_alloc(&g->slab, r->count * sizeof(*g->cpu));
	g->flags = slab_alloc(&g->slab, r->count);
	g->seq = slab_alloc(&g->slab, r->count * sizeof(*g->seq));
	for (i = 0; i < r->count; i++) {
		g->kind[i] = (uint16_t)r->order[MR_KIND][i];
		g->cpu[i] = (uint16_t)r->order[MR_CPU][i];
		g->flags[i] = (uint8_t)r->order[MR_FLAGS][i];
		g->seq[i] = (uint32_t)r->order[MR_SEQ][i];
	}
}

bool rows_get_modelled(struct rows_get *g)
{
	struct model_rows r = { .count = g->head.count, .nkinds = g->head.nkinds };
	unsigned i;

	if (g->frames[FRAME_ROWS].how != CODEC_MODEL)
		return false;
	r.kinds = g->modelled = make_kinds(g);
	if (!r.kinds)
		return false;
	for (i = 0; i < MR_COUNT; i++) {
		r.order[i] = slab_alloc(&g->slab, r.count * sizeof(uint64_t));
		memset(r.order[i], 0, r.count * sizeof(uint64_t));
	}
	if (!read_rows(g, &r))
		return false;
	take_order(g, &r);
	return true;
}

static void fixed_column(struct rows_get *g, const struct model_column *from, uint32_t n,
			 unsigned width, struct fixed_col *to)
{
	uint8_t *base = slab_alloc(&g->slab, (size_t)n * width + 8);
	uint8_t *bitmap = slab_alloc(&g->slab, (n + 7) / 8);
	uint32_t i;

	ints_cut(base, width, from->v, n);
	memset(bitmap, 0, (n + 7) / 8);
	for (i = 0; i < n; i++)
		bitmap[i / 8] |= (uint8_t)(from->has[i] << i % 8);
	*to = (struct fixed_col){ .dest = to->dest, .len = (uint8_t)width,
				  .stride = (uint8_t)width, .base = base, .bitmap = bitmap };
}

static void bytes_column(struct rows_get *g, const struct model_column *from, uint32_t n,
			 struct bytes_col *to)
{
	struct param *values = slab_alloc(&g->slab, (n + 1) * sizeof(*values));
	uint32_t *ids = slab_alloc(&g->slab, n * sizeof(*ids)), i;
	struct str s;

	values[0] = (struct param){ NULL, 0 };
	for (i = 0; i < n; i++) {
		s = cells_string(g->cells, from->v[i]);
		values[i + 1] = (struct param){ (const uint8_t *)s.p, (uint32_t)s.len };
		ids[i] = s.len ? i + 1 : 0;
	}
	*to = (struct bytes_col){ .dest = to->dest, .ids = ids, .nvalues = n, .values = values };
}

void rows_get_model_group(struct rows_get *g, struct group *k)
{
	const struct model_kind *from = &((struct model_kind *)g->modelled)[k - g->groups];
	struct schema_col c;
	unsigned i;

	k->plain = false;
	k->values_of = from->nvalues;
	for (i = 0; i < k->ncols; i++) {
		c = column_of(k, i);
		if (!rows_get_wanted(g, k, c.dest, c.flags & COLF_PAYLOAD)) {
			if (c.dest >= 0)
				k->none[k->nnone++] = (uint8_t)c.dest;
			continue;
		}
		if (from->cols[i].text) {
			k->where[c.dest] = (uint8_t)(AT_BYTES + k->nbytes);
			k->bytes[k->nbytes].dest = (uint8_t)c.dest;
			bytes_column(g, &from->cols[i], k->count, &k->bytes[k->nbytes++]);
		} else {
			k->where[c.dest] = (uint8_t)(AT_FIXED + k->nfixed);
			k->fixed[k->nfixed].dest = (uint8_t)c.dest;
			fixed_column(g, &from->cols[i], k->count, coltype_size(c.type),
				     &k->fixed[k->nfixed++]);
		}
	}
}
