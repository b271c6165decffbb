/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/event/valid.h"
#include "lib/trace/format.h"
#include "lib/trace/limits.h"
#include "lib/trace/rows_dir.h"
#include "lib/trace/rows_get.h"

void rows_get_init(struct rows_get *g)
{
	memset(g, 0, sizeof(*g));
	g->codec = codec_new(0);
	g->scratch = xmalloc(sizeof(*g->scratch));
	buf_init(&g->directory);
}

void rows_get_release(struct rows_get *g)
{
	codec_free(g->codec);
	free(g->scratch);
	free(g->frames);
	free(g->groups);
	free(g->lanes);
	buf_release(&g->directory);
	slab_release(&g->slab);
	if (g->cells)
		cells_release(g->cells);
	free(g->cells);
	memset(g, 0, sizeof(*g));
}

bool rows_head_parse(struct rows_head *h, const void *body, size_t len)
{
	const uint8_t *p = body;

	if (len < VTR_E_HEAD)
		return false;
	h->count = le32(p + VTR_E_COUNT);
	h->lost = le32(p + VTR_E_LOST);
	h->first = le64(p + VTR_E_FIRST);
	h->min_ts = le64(p + VTR_E_MIN_TS);
	h->max_ts = le64(p + VTR_E_MAX_TS);
	h->nkinds = le16(p + VTR_E_KINDS) & (uint16_t)~VTR_E_F_DIRECTORY;
	h->directory = le16(p + VTR_E_KINDS) & VTR_E_F_DIRECTORY;
	h->nframes = le16(p + VTR_E_FRAMES);
	h->modelled = h->directory && h->nframes == 1;
	return h->count && h->count <= VTR_ROWS_MAX && h->nkinds &&
	       h->nkinds <= VTR_BLOCK_KINDS_MAX && h->nframes <= VTR_FRAMES_MAX &&
	       (h->modelled || h->nframes >= (h->directory ? FRAME_OWN : FRAME_BITS));
}

bool rows_head_rest(const struct rows_head *h, const void *body, size_t len,
		    struct codec *codec, struct buf *text, struct rcur *c,
		    struct rcur *rest)
{
	*c = rcur_of(body, len);
	rcur_take(c, VTR_E_HEAD);
	*rest = *c;
	if (!h->directory)
		return true;
	buf_clear(text);
	if (!rows_dir_open(text, rest, codec, h->nkinds, h->nframes))
		return false;
	*c = rcur_of(text->data, text->len);
	return true;
}

/* Which known column each file column is, and how far a row reaches. */
static void map_columns(struct group *k)
{
	unsigned i, reach = 0;
	int dest;

	k->reach[0] = 0;
	for (i = 0; i < k->ncols; i++) {
		dest = k->in_file ? k->in_file->cols[i].dest : (int)i;
		if (dest >= (int)reach)
			reach = (unsigned)dest + 1;
		k->reach[i + 1] = (uint8_t)reach;
	}
}

/* May the columns of a kind be in this frame? */
static bool frame_of_kind(const struct rows_head *h, uint64_t frame)
{
	if (h->modelled)
		return frame == FRAME_ROWS;
	return frame >= FRAME_COLUMNS && frame < h->nframes &&
	       !(h->directory && frame == FRAME_BITS);
}

static bool take_kind(struct rows_get *g, struct rcur *c, struct group *k,
		      const struct schema *schema)
{
	uint64_t id = rcur_varint(c), count = rcur_varint(c);
	uint64_t ncols = rcur_varint(c), frame = rcur_varint(c);

	if (c->bad || id > UINT16_MAX || !count || count > g->head.count ||
	    ncols > KIND_COLUMNS_MAX || !frame_of_kind(&g->head, frame))
		return false;
	k->id = (uint16_t)id;
	k->count = (uint32_t)count;
	k->ncols = (uint16_t)ncols;
	k->frame = (uint16_t)frame;
	k->state = GROUP_PACKED;
	k->in_file = schema_find(schema, k->id);
	k->known = k->in_file ? k->in_file->known : kind_of(k->id);
	if (k->in_file ? k->in_file->ncols != ncols :
	    k->known && k->known->ncols != ncols)
		return false;
	if (k->known)
		map_columns(k);
	return true;
}

/* rest: where the frames' bytes follow, when that is not behind c. */
static bool take_frames(struct rows_get *g, struct rcur *c, struct rcur *rest)
{
	uint64_t raw, stored, sum = 0;
	struct frame *f;
	unsigned i;

	for (i = 0; i < g->head.nframes; i++) {
		f = &g->frames[i];
		f->how = rcur_u8(c);
		raw = rcur_varint(c);
		stored = rcur_varint(c);
		if (c->bad || raw > VTR_RAW_MAX || (sum += raw) > VTR_RAW_MAX ||
		    stored > VTR_BODY_MAX)
			return false;
		f->raw = (uint32_t)raw;
		f->stored = (uint32_t)stored;
		f->tried = false;
		f->data = NULL;
	}
	if (g->head.directory && c->p != c->end)
		return false;
	if (!g->head.directory)
		*rest = *c;
	for (i = 0; i < g->head.nframes; i++)
		g->frames[i].p = rcur_take(rest, g->frames[i].stored);
	return !rest->bad && rest->p == rest->end;
}

const uint8_t *rows_get_frame(struct rows_get *g, unsigned i)
{
	struct frame *f = &g->frames[i];
	uint8_t *to;

	if (f->tried)
		return f->data;
	f->tried = true;
	to = slab_alloc(&g->slab, f->raw + (size_t)INTS_SLACK);
	if (codec_unpack(g->codec, f->how, to, f->raw, f->p, f->stored))
		f->data = to;
	return f->data;
}

/* The bits of lists are needed by whoever needs a list: copied at once. */
static bool take_bits(struct rows_get *g)
{
	static const uint8_t none[INTS_SLACK];	/* of a list whose numbers have none */
	struct ints_scratch *s = g->scratch;

	s->bits = none;
	s->bits_len = 0;
	if (!g->head.directory || !g->frames[FRAME_BITS].raw)
		return true;
	s->bits = rows_get_frame(g, FRAME_BITS);
	if (!s->bits)
		return false;
	s->bits_len = g->frames[FRAME_BITS].raw;
	memset(g->frames[FRAME_BITS].data + s->bits_len, 0, INTS_SLACK);
	return true;
}

/* Do the rows name the kinds as often as the head says? */
static bool counts_agree(struct rows_get *g)
{
	uint32_t *count = slab_alloc(&g->slab, g->head.nkinds * sizeof(*count)), i;

	memset(count, 0, g->head.nkinds * sizeof(*count));
	for (i = 0; i < g->head.count; i++) {
		if (g->kind[i] >= g->head.nkinds)
			return false;
		count[g->kind[i]]++;
	}
	for (i = 0; i < g->head.nkinds; i++)
		if (count[i] != g->groups[i].count)
			return false;
	return true;
}

static void *take_list(struct rows_get *g, struct rcur *c, unsigned width)
{
	void *to = slab_alloc(&g->slab, g->head.count * (size_t)width);

	if (!ints_get_all(c, g->scratch, to, width, g->head.count))
		c->bad = true;
	return to;
}

/* Times are told as the distance from the one before. */
static void undo_ts(struct rows_get *g)
{
	uint64_t ts = g->head.min_ts;
	uint32_t i;

	for (i = 0; i < g->head.count; i++)
		g->ts[i] = ts += unzigzag(g->ts[i]);
}

/* Sequence numbers are told as the distance from the next one of their cpu;
 * all the same distance -1 means that none were recorded. */
static void undo_seq(struct rows_get *g)
{
	uint32_t *last, i;

	for (i = 0; i < g->head.count && g->seq[i] == UINT32_MAX; i++)
		;
	if (i == g->head.count) {
		g->seq = NULL;
		return;
	}
	last = xcalloc(UINT16_MAX + 1, sizeof(*last));
	for (i = 0; i < g->head.count; i++)
		last[g->cpu[i]] = g->seq[i] += last[g->cpu[i]] + 1;
	free(last);
}

uint32_t rows_get_seq(struct rows_get *g, uint32_t at)
{
	if (!g->seq_known && g->seq)
		undo_seq(g);
	g->seq_known = true;
	return g->seq ? g->seq[at] : 0;
}

/* Their distances; NULL where one look tells that there are none. */
static uint32_t *take_seq(struct rows_get *g, struct rcur *c)
{
	uint32_t *to = slab_alloc(&g->slab, g->head.count * sizeof(*to)), i;
	struct ints_const one = { false, 0 };

	if (!ints_get(c, g->scratch, &one, to, sizeof(*to), g->head.count))
		c->bad = true;
	if (one.is && (uint32_t)one.value == UINT32_MAX)
		return NULL;
	for (i = 0; one.is && i < g->head.count; i++)
		to[i] = (uint32_t)one.value;
	return to;
}

static bool take_order(struct rows_get *g)
{
	const uint8_t *p = rows_get_frame(g, FRAME_ORDER);
	struct rcur c;

	if (!p)
		return false;
	c = rcur_of(p, g->frames[FRAME_ORDER].raw);
	g->kind = take_list(g, &c, 2);
	g->ts = take_list(g, &c, 8);
	g->tid = take_list(g, &c, 8);
	g->cpu = take_list(g, &c, 2);
	g->flags = take_list(g, &c, 1);
	g->seq = take_seq(g, &c);
	return !c.bad && c.p == c.end && counts_agree(g);
}

bool rows_get_open(struct rows_get *g, const void *body, size_t len,
		   const struct schema *schema)
{
	struct rcur c, rest;
	unsigned i;

	slab_reset(&g->slab);
	g->at = 0;
	g->bad = g->seq_known = false;
	if (!rows_head_parse(&g->head, body, len) ||
	    !rows_head_rest(&g->head, body, len, g->codec, &g->directory, &c, &rest))
		return false;
	XGROW(g->groups, g->groups_cap, g->head.nkinds);
	XGROW(g->lanes, g->lanes_cap, g->head.nkinds);
	XGROW(g->frames, g->frames_cap, g->head.nframes);
	for (i = 0; i < g->head.nkinds; i++) {
		if (!take_kind(g, &c, &g->groups[i], schema))
			return false;
		g->lanes[i] = (struct lane){ .id = g->groups[i].id };
	}
	if (!take_frames(g, &c, &rest) ||
	    !(g->head.modelled ? rows_get_modelled(g) : take_bits(g) && take_order(g)))
		return false;
	undo_ts(g);
	return true;
}
