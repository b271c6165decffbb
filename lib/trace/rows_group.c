/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of one kind in a block. */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/event/valid.h"
#include "lib/trace/format.h"
#include "lib/trace/limits.h"
#include "lib/trace/rows_get.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "decoded columns are used in place: a big-endian host needs a swap");

/* Where the group's columns are: a frame of its own, or its part of the
 * shared one, where groups stand in the order of the kinds. */
static bool find_section(struct rows_get *g, struct group *k, struct rcur *out)
{
	const uint8_t *p = rows_get_frame(g, k->frame), *section;
	const struct group *o;
	struct rcur c;
	uint64_t len;

	if (!p)
		return false;
	c = rcur_of(p, g->frames[k->frame].raw);
	if (k->frame != FRAME_COLUMNS) {
		*out = c;
		return true;
	}
	for (o = g->groups; ; o++) {
		if (o->frame != FRAME_COLUMNS)
			continue;
		len = rcur_varint(&c);
		section = len <= VTR_RAW_MAX ? rcur_take(&c, len) : NULL;
		if (!section)
			return false;
		if (o == k)
			break;
	}
	*out = rcur_of(section, len);
	return true;
}

static bool take_bitmap(struct rcur *c, const struct group *k, struct fixed_col *f)
{
	f->bitmap = rcur_take(c, (k->count + 7) / 8);
	return f->bitmap != NULL;
}

/* The numbers of the column that another one is like, whole; NULL: damaged. */
static uint64_t *peer_of(struct rows_get *g, const struct list_at *at, uint32_t n)
{
	uint64_t *to = slab_alloc(&g->slab, n * sizeof(*to)), mask;
	struct rcur c;
	uint32_t i;

	if (!at->p)
		return NULL;
	c = rcur_of(at->p, (size_t)(at->end - at->p));
	if (!ints_get_all(&c, g->scratch, to, 8, n))
		return NULL;
	mask = UINT64_MAX >> (64 - 8 * at->width);
	for (i = 0; i < n; i++)
		to[i] &= mask;
	return to;
}

/* Is a LIKE next, and of which column before this one? */
static const struct list_at *like_next(const struct rows_get *g, const struct rcur *c,
				       unsigned column)
{
	if (rcur_left(c) < 2 || c->p[0] != ENC_LIKE || c->p[1] >= column)
		return NULL;
	return &g->lists[c->p[1]];
}

/* A column that is told as being like another. */
static bool take_like(struct rows_get *g, struct rcur *c, const struct list_at *at,
		      uint8_t *to, unsigned width, uint32_t n)
{
	uint64_t *v = peer_of(g, at, n);
	struct ints_like like;
	uint32_t i;

	/* The peer first: both work in the scratch. */
	if (!v || !ints_get_like(c, g->scratch, &like, n))
		return false;
	for (i = 0; i < n; i++)
		if (like.code[i])
			v[i] = *like.values++;
	ints_cut(to, width, v, n);
	return true;
}

static bool take_fixed(struct rows_get *g, struct rcur *c, const struct group *k,
		       struct fixed_col *f, uint8_t shape, unsigned width,
		       unsigned column)
{
	struct ints_const one = { false, 0 };
	uint8_t *to = slab_alloc(&g->slab, (size_t)k->count * width + 8);
	const struct list_at *peer;

	f->bitmap = NULL;
	if (!width || ((shape & SHAPE_F_BITMAP) && !take_bitmap(c, k, f)))
		return false;
	g->lists[column] = (struct list_at){ c->p, c->end, (uint8_t)width };
	peer = like_next(g, c, column);
	if (peer ? !take_like(g, c, peer, to, width, k->count) :
		   !ints_get(c, g->scratch, &one, to, width, k->count))
		return false;
	if (one.is)
		put_le64(to, one.value);
	f->base = to;
	f->len = (uint8_t)width;
	f->stride = one.is ? 0 : (uint8_t)width;
	return true;
}

/* Codes to ids: 0 missing, 1 the next new value, else 2 + an earlier one. */
static bool undo_codes(uint32_t *ids, uint32_t n, uint32_t nvalues)
{
	uint32_t i, code, next = 0, bad = 0;

	for (i = 0; i < n; i++) {
		code = ids[i];
		next += code == 1;
		ids[i] = code == 1 ? next : code ? code - 1 : 0;
		bad |= ids[i] > next;
	}
	return !bad && next <= nvalues;
}

static bool take_values(struct rows_get *g, struct rcur *c, uint32_t n, unsigned frame,
			struct param *values)
{
	uint32_t *lens = slab_alloc(&g->slab, n * sizeof(*lens)), i;
	const uint8_t *p = rows_get_frame(g, frame);
	uint64_t at;

	if (!ints_get_all(c, g->scratch, lens, 4, n))
		return false;
	at = rcur_varint(c);
	if (!p || at > g->frames[frame].raw)
		return false;
	values[0] = (struct param){ NULL, 0 };
	for (i = 0; i < n; i++) {
		if (lens[i] > g->frames[frame].raw - at)
			return false;
		values[i + 1] = (struct param){ p + at, lens[i] };
		at += lens[i];
	}
	return true;
}

static bool take_bytes(struct rows_get *g, struct rcur *c, const struct group *k,
		       struct bytes_col *s, unsigned frame)
{
	uint32_t *ids = slab_alloc(&g->slab, k->count * sizeof(*ids));
	struct param *values;
	uint64_t n;

	if (!ints_get_all(c, g->scratch, ids, 4, k->count))
		return false;
	n = rcur_varint(c);
	if (c->bad || n > k->count || !undo_codes(ids, k->count, (uint32_t)n))
		return false;
	values = slab_alloc(&g->slab, (n + 1) * sizeof(*values));
	if (!take_values(g, c, (uint32_t)n, frame, values))
		return false;
	s->ids = ids;
	s->values = values;
	s->nvalues = (uint32_t)n;
	return true;
}

/* Over the codes and lengths of a column nobody wants. */
static bool skip_bytes(struct rcur *c, uint32_t count)
{
	uint64_t n;

	if (!ints_skip(c, count))
		return false;
	n = rcur_varint(c);
	if (c->bad || n > count || !ints_skip(c, n))
		return false;
	rcur_varint(c);
	return !c->bad;
}

/* Over a column of any shape; where its numbers are goes to at. */
static bool skip_column(struct rcur *c, uint32_t count, uint8_t shape, unsigned width,
			struct list_at *at)
{
	switch (shape & SHAPE_MASK) {
	case SHAPE_MISSING:
		return !c->bad;
	case SHAPE_INTS:
		if (!width || ((shape & SHAPE_F_BITMAP) && !rcur_take(c, (count + 7) / 8)))
			return false;
		*at = (struct list_at){ c->p, c->end, (uint8_t)width };
		return ints_skip(c, count);
	case SHAPE_PAYLOAD:
	case SHAPE_BYTES:
		return skip_bytes(c, count);
	default:
		return false;
	}
}

bool rows_get_wanted(const struct rows_get *g, const struct group *k, int dest, bool payload)
{
	if (dest < 0 || (g->no_payload && payload))
		return false;
	return !g->columns || k->id >= KIND_SNAP || g->columns[k->id] >> dest & 1;
}

static bool take_column(struct rows_get *g, struct rcur *c, struct group *k,
			unsigned column, unsigned width, int dest)
{
	struct fixed_col *f = &k->fixed[k->nfixed];
	struct bytes_col *s = &k->bytes[k->nbytes];
	uint8_t shape = rcur_u8(c);

	f->dest = s->dest = (uint8_t)dest;
	if (shape & ~(SHAPE_MASK | SHAPE_F_BITMAP))
		return false;
	if ((shape & SHAPE_MASK) == SHAPE_MISSING ||
	    !rows_get_wanted(g, k, dest, shape == SHAPE_PAYLOAD)) {
		if (dest >= 0)
			k->none[k->nnone++] = (uint8_t)dest;
		return skip_column(c, k->count, shape, width, &g->lists[column]);
	}
	switch (shape & SHAPE_MASK) {
	case SHAPE_INTS:
		k->where[dest] = (uint8_t)(AT_FIXED + k->nfixed++);
		return take_fixed(g, c, k, f, shape, width, column);
	case SHAPE_PAYLOAD:
	case SHAPE_BYTES:
		k->where[dest] = (uint8_t)(AT_BYTES + k->nbytes++);
		return take_bytes(g, c, k, s, shape == SHAPE_PAYLOAD ?
				  FRAME_PAYLOAD : FRAME_STRINGS);
	default:
		return false;
	}
}

static bool take_nvalues(struct rows_get *g, struct rcur *c, struct group *k)
{
	uint8_t *to = slab_alloc(&g->slab, k->count);
	struct ints_const one;
	uint32_t i;

	if (!ints_get(c, g->scratch, &one, to, 1, k->count))
		return false;
	k->plain = one.is;
	k->nvalues = one.value <= k->ncols ? (uint8_t)one.value : (uint8_t)k->ncols;
	k->values_of = to;
	for (i = 0; !one.is && i < k->count; i++)
		if (to[i] > k->ncols)
			return false;
	return !one.is || one.value <= k->ncols;
}

/* Columns this build knows and the file does not have. */
static void missing_columns(struct group *k)
{
	uint64_t have = 0;
	unsigned i;

	for (i = 0; i < k->ncols; i++)
		if (!k->in_file)
			have |= 1ull << i;
		else if (k->in_file->cols[i].dest >= 0)
			have |= 1ull << k->in_file->cols[i].dest;
	for (i = 0; i < k->known->ncols; i++)
		if (!(have >> i & 1))
			k->none[k->nnone++] = (uint8_t)i;
}

static bool decode_group(struct rows_get *g, struct group *k)
{
	struct rcur c;
	unsigned i, width;

	if (g->head.modelled) {
		rows_get_model_group(g, k);
		missing_columns(k);
		return true;
	}
	if (!find_section(g, k, &c) || !take_nvalues(g, &c, k))
		return false;
	for (i = 0; i < k->ncols; i++) {
		width = coltype_size(k->in_file ? k->in_file->cols[i].type :
				     k->known->cols[i].type);
		g->lists[i].p = NULL;
		if (!take_column(g, &c, k, i, width,
				 k->in_file ? k->in_file->cols[i].dest : (int)i))
			return false;
	}
	missing_columns(k);
	return !c.bad && c.p == c.end;
}

/* A file may hold anything: what consumers could not bear goes missing.  Each
 * distinct value is looked at once, not each row. */
static void drop_invalid(struct rows_get *g, struct group *k)
{
	const struct evinfo *info = evinfo_of(k->known->id - KIND_CANONICAL);
	struct bytes_col *s;
	uint32_t i;

	for (s = k->bytes; s < k->bytes + k->nbytes; s++) {
		for (i = 1; i <= s->nvalues; i++) {
			if (param_valid(info->params[s->dest].ptype, s->values[i]))
				continue;
			s->values[i] = (struct param){ NULL, 0 };
			g->bad = true;
		}
	}
}

static void no_columns(struct group *k)
{
	k->nfixed = k->nbytes = k->nnone = 0;
	memset(k->where, AT_NONE, k->known->ncols);
}

bool rows_get_group(struct rows_get *g, struct group *k)
{
	if (k->state != GROUP_PACKED)
		return k->state == GROUP_READY;
	no_columns(k);
	if (decode_group(g, k)) {
		k->state = GROUP_READY;
		if (k->known->id < KIND_SNAP)
			drop_invalid(g, k);
		return true;
	}
	k->state = GROUP_BAD;
	no_columns(k);
	k->plain = true;
	k->nvalues = 0;
	k->reach[0] = 0;
	g->bad = true;
	return false;
}

void rows_get_anew(struct rows_get *g)
{
	unsigned i;

	for (i = 0; i < g->head.nkinds; i++)
		if (g->groups[i].state == GROUP_READY)
			g->groups[i].state = GROUP_PACKED;
}
