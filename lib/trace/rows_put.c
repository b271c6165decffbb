/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/rows_put_int.h"

/*
 * A block of few bytes is what a quiet second or a short recording comes to:
 * there is time to pack it well (with the dictionary some 20 ms, at level 12
 * some 30 ms).
 */
#define FEW_BYTES	(128 << 10)
#define SOME_BYTES	(512 << 10)

/* A column group of this many bytes gets a frame of its own. */
#define OWN_FRAME (16 << 10)

struct rows_put *rows_put_new(int level)
{
	struct rows_put *b = xcalloc(1, sizeof(*b));
	unsigned i;

	b->codec = codec_new(level);
	b->given_level = level != 0;
	b->ints = ints_writer_new(b->codec);
	for (i = 0; i < MR_COUNT; i++)
		b->order[i] = xcalloc(VTR_ROWS_MAX, sizeof(uint64_t));
	b->tmp = xcalloc(VTR_ROWS_MAX, sizeof(uint64_t));
	for (i = 0; i < FRAME_OWN; i++)
		buf_init(&b->frames[i]);
	buf_init(&b->groups);
	buf_init(&b->packed);
	b->dir = (struct rows_dir)ROWS_DIR_INIT;
	ints_writer_bits(b->ints, &b->frames[FRAME_BITS]);
	return b;
}

static void kind_free(struct wkind *k)
{
	unsigned i;

	if (!k)
		return;
	for (i = 0; i < k->kind->ncols; i++) {
		free(k->cols[i].v);
		free(k->cols[i].has);
		dict_release(&k->cols[i].dict);
	}
	free(k->cols);
	free(k->nvalues);
	free(k);
}

void rows_put_free(struct rows_put *b)
{
	unsigned i;

	if (!b)
		return;
	for (i = 0; i <= UINT16_MAX; i++)
		kind_free(b->by_id[i]);
	for (i = 0; i < MR_COUNT; i++)
		free(b->order[i]);
	for (i = 0; i < FRAME_OWN; i++)
		buf_release(&b->frames[i]);
	buf_release(&b->groups);
	buf_release(&b->packed);
	rows_dir_release(&b->dir);
	free(b->used);
	free(b->tmp);
	ints_writer_free(b->ints);
	if (b->cells)
		cells_release(b->cells);
	free(b->cells);
	codec_free(b->codec);
	free(b);
}

static struct wkind *kind_new(const struct kind *kind)
{
	static const struct dict none = DICT_INIT;
	struct wkind *k = xcalloc(1, sizeof(*k));
	unsigned i;

	k->kind = kind;
	k->cols = xcalloc(kind->ncols + 1u, sizeof(*k->cols));
	for (i = 0; i < kind->ncols; i++) {
		k->cols[i].width = (uint8_t)coltype_size(kind->cols[i].type);
		k->cols[i].payload = kind->cols[i].flags & COLF_PAYLOAD;
		k->cols[i].dict = none;
	}
	return k;
}

static void kind_room(struct wkind *k)
{
	unsigned i;

	if (k->n < k->cap)
		return;
	k->cap = k->cap ? 2 * k->cap : 16;
	k->nvalues = xreallocarray(k->nvalues, k->cap, 1);
	for (i = 0; i < k->kind->ncols; i++) {
		k->cols[i].v = xreallocarray(k->cols[i].v, k->cap, sizeof(uint64_t));
		k->cols[i].has = xreallocarray(k->cols[i].has, k->cap, 1);
	}
}

static struct wkind *kind_get(struct rows_put *b, const struct kind *kind)
{
	struct wkind *k = b->by_id[kind->id];

	if (UNLIKELY(!k))
		k = b->by_id[kind->id] = kind_new(kind);
	if (!k->n) {
		XGROW(b->used, b->used_cap, b->nused + 1);
		k->at = (uint16_t)b->nused;
		b->used[b->nused++] = k;
	}
	kind_room(k);
	return k;
}

static uint64_t number(const struct param *p)
{
	switch (p->len) {
	case 1:
		return *p->p;
	case 2:
		return le16(p->p);
	case 4:
		return le32(p->p);
	default:
		return le64(p->p);
	}
}

/* Signed columns are kept sign-extended: their small negatives stay small. */
static uint64_t extended(uint64_t v, unsigned width)
{
	unsigned shift = 64 - 8 * width;

	return (uint64_t)((int64_t)(v << shift) >> shift);
}

/* A value of another size than the column's: bytes, for this block. */
static void make_odd(struct wcol *c, uint32_t n)
{
	uint8_t le[8];
	uint32_t i;

	c->odd = true;
	for (i = 0; i < n; i++) {
		put_le64(le, c->v[i]);
		c->v[i] = c->has[i] ? dict_code(&c->dict, le, c->width) : 0;
	}
}

static void col_add(struct rows_put *b, struct wcol *c, uint32_t n,
		    const struct param *p, bool is_signed)
{
	size_t before;

	if (c->width && !c->odd && (p->len == c->width || !p->len)) {
		c->has[n] = p->len != 0;
		if (p->len) {
			c->v[n] = is_signed ? extended(number(p), c->width) : number(p);
			b->bytes += p->len;
			return;
		}
		c->missing++;
		c->v[n] = n ? c->v[n - 1] : 0;
		return;
	}
	if (c->width && !c->odd)
		make_odd(c, n);
	before = c->dict.bytes.len;
	c->missing += !p->len;
	c->v[n] = p->len ? dict_code(&c->dict, p->p, p->len) : 0;
	b->bytes += c->dict.bytes.len - before + 2;
}

static bool row_fits(const struct row *r)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < r->ncols; i++)
		sum += r->col[i].len;
	return sum <= VTR_VALUE_MAX && r->ncols <= r->kind->ncols;
}

bool rows_put_add(struct rows_put *b, const struct row *r)
{
	static const struct param none;
	size_t at = b->n;
	struct wkind *k;
	unsigned i;

	if (!row_fits(r) || b->n == VTR_ROWS_MAX)
		return false;
	k = kind_get(b, r->kind);
	for (i = 0; i < k->kind->ncols; i++)
		col_add(b, &k->cols[i], k->n, i < r->ncols ? &r->col[i] : &none,
			k->kind->cols[i].flags & COLF_SIGNED);
	k->nvalues[k->n++] = r->ncols;
	b->order[MR_KIND][at] = k->at;
	if (!at)
		b->min_ts = b->max_ts = b->first_ts = b->last_ts = r->ts;
	if (r->ts < b->min_ts)
		b->min_ts = r->ts;
	if (r->ts > b->max_ts)
		b->max_ts = r->ts;
	b->order[MR_TS][at] = zigzag(r->ts - b->last_ts);
	b->last_ts = r->ts;
	b->order[MR_TID][at] = (uint64_t)r->tid;
	b->order[MR_CPU][at] = r->cpu;
	b->order[MR_FLAGS][at] = r->flags & (uint8_t)~EVF_OURS;
	b->order[MR_SEQ][at] = r->seq - b->last_seq[r->cpu] - 1;
	b->last_seq[r->cpu] = r->seq;
	b->bytes += 8;
	b->n++;
	return true;
}

size_t rows_put_count(const struct rows_put *b)
{
	return b->n;
}

size_t rows_put_bytes(const struct rows_put *b)
{
	return b->bytes;
}

uint64_t rows_put_min_ts(const struct rows_put *b)
{
	return b->min_ts;
}

uint64_t rows_put_max_ts(const struct rows_put *b)
{
	return b->max_ts;
}

const struct kind *rows_put_kind(const struct rows_put *b, size_t i, uint32_t *rows)
{
	if (i >= b->nused)
		return NULL;
	*rows = b->used[i]->n;
	return b->used[i]->kind;
}

static void put_bitmap(struct buf *out, const uint8_t *has, uint32_t n)
{
	uint8_t byte = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		byte |= (uint8_t)(has[i] << (i & 7));
		if ((i & 7) == 7 || i + 1 == n) {
			buf_le8(out, byte);
			byte = 0;
		}
	}
}

static void put_strings(struct rows_put *b, struct wcol *c, uint32_t n)
{
	struct buf *to = &b->frames[c->payload ? FRAME_PAYLOAD : FRAME_STRINGS];
	size_t i;

	buf_le8(&b->groups, c->payload ? SHAPE_PAYLOAD : SHAPE_BYTES);
	ints_put(b->ints, &b->groups, c->v, n, &c->hint);
	buf_varint(&b->groups, c->dict.n);
	for (i = 0; i < c->dict.n; i++)
		b->tmp[i] = c->dict.v[i].len;
	ints_put(b->ints, &b->groups, b->tmp, c->dict.n, &c->len_hint);
	buf_varint(&b->groups, to->len);
	buf_add(to, c->dict.bytes.data, c->dict.bytes.len);
}

static void put_numbers(struct rows_put *b, struct wcol *c, uint32_t n, unsigned column)
{
	struct ints_peers *peers = &b->peers;
	uint64_t mask = UINT64_MAX >> (64 - 8 * c->width);

	buf_le8(&b->groups, c->missing ? SHAPE_INTS | SHAPE_F_BITMAP : SHAPE_INTS);
	if (c->missing)
		put_bitmap(&b->groups, c->has, n);
	if (ints_put_column(b->ints, &b->groups, c->v, n, &c->hint, peers, mask))
		peers->v[peers->n++] = (struct ints_peer){ c->v, mask, (uint8_t)column };
}

static void put_column(struct rows_put *b, struct wcol *c, uint32_t n, unsigned column)
{
	if (c->missing == n) {
		buf_le8(&b->groups, SHAPE_MISSING);
	} else if (!c->width || c->odd) {
		put_strings(b, c, n);
	} else {
		put_numbers(b, c, n, column);
	}
}

static void put_group(struct rows_put *b, struct wkind *k)
{
	uint32_t i;

	k->begin = b->groups.len;
	for (i = 0; i < k->n; i++)
		b->tmp[i] = k->nvalues[i];
	ints_put(b->ints, &b->groups, b->tmp, k->n, NULL);
	b->peers.n = 0;
	for (i = 0; i < k->kind->ncols; i++)
		put_column(b, &k->cols[i], k->n, i);
	k->end = b->groups.len;
}

/* Small groups share a frame; each says its length there. */
static void place_groups(struct rows_put *b)
{
	unsigned next = FRAME_OWN;
	struct buf *shared = &b->frames[FRAME_COLUMNS];
	struct wkind *k;
	size_t i;

	for (i = 0; i < b->nused; i++) {
		k = b->used[i];
		if (k->end - k->begin >= OWN_FRAME) {
			k->frame = next++;
			continue;
		}
		k->frame = FRAME_COLUMNS;
		buf_varint(shared, k->end - k->begin);
		buf_add(shared, b->groups.data + k->begin, k->end - k->begin);
	}
}

/* How to pack this block. */
static void set_level(struct rows_put *b)
{
	size_t bytes = b->groups.len + b->frames[FRAME_BITS].len, i;

	for (i = 0; i < FRAME_COLUMNS; i++)
		bytes += b->frames[i].len;
	b->small = bytes <= FEW_BYTES;
	codec_set_level(b->codec, !b->given_level && bytes <= SOME_BYTES ? 12 : 0);
}

static void put_frame(struct rows_put *b, const void *p, size_t len, bool as_is)
{
	size_t before = b->packed.len;
	uint8_t how = CODEC_NONE;

	if (as_is)
		buf_add(&b->packed, p, len);
	else if (b->small)
		how = codec_pack_small(b->codec, &b->packed, p, len);
	else
		how = codec_pack(b->codec, &b->packed, p, len);
	rows_dir_frame(&b->dir, how, len, b->packed.len - before);
}

static void put_frames(struct rows_put *b)
{
	struct wkind *k;
	size_t i;

	for (i = 0; i < FRAME_OWN; i++) {
		put_frame(b, b->frames[i].data, b->frames[i].len, i == FRAME_BITS);
		buf_clear(&b->frames[i]);
	}
	for (i = 0; i < b->nused; i++) {
		k = b->used[i];
		rows_dir_kind(&b->dir, k->kind->id, k->n, k->kind->ncols, k->frame);
		if (k->frame != FRAME_COLUMNS)
			put_frame(b, b->groups.data + k->begin, k->end - k->begin, false);
	}
	buf_clear(&b->groups);
}

static void put_head(struct rows_put *b, struct buf *out, uint64_t first, uint32_t lost)
{
	buf_le32(out, (uint32_t)b->n);
	buf_le32(out, lost);
	buf_le64(out, first);
	buf_le64(out, b->min_ts);
	buf_le64(out, b->max_ts);
	buf_le16(out, (uint16_t)(b->nused | VTR_E_F_DIRECTORY));
	buf_le16(out, (uint16_t)b->dir.nframes);
}

static void put_columns(struct rows_put *b)
{
	size_t i;

	for (i = 0; i < MR_COUNT; i++)
		ints_put(b->ints, &b->frames[FRAME_ORDER], b->order[i], b->n,
			 &b->order_hint[i]);
	for (i = 0; i < b->nused; i++)
		put_group(b, b->used[i]);
	place_groups(b);
	set_level(b);
	put_frames(b);
}

static void forget(struct rows_put *b)
{
	size_t i;
	unsigned j;

	for (i = 0; i < b->nused; i++) {
		for (j = 0; j < b->used[i]->kind->ncols; j++) {
			b->used[i]->cols[j].missing = 0;
			b->used[i]->cols[j].odd = false;
			dict_clear(&b->used[i]->cols[j].dict);
		}
		b->used[i]->n = 0;
	}
	buf_clear(&b->packed);
	memset(b->last_seq, 0, sizeof(b->last_seq));
	b->n = b->nused = b->bytes = 0;
}

void rows_put_unprimed(struct rows_put *b)
{
	b->unprimed = true;
}

void rows_put_body(struct rows_put *b, struct buf *out, uint64_t first, uint32_t lost,
		   bool few)
{
	/* The first row's distance is from the head's smallest time. */
	b->order[MR_TS][0] = zigzag(b->first_ts - b->min_ts);
	if (!few || !rows_put_model(b))
		put_columns(b);
	put_head(b, out, first, lost);
	rows_dir_put(&b->dir, out, b->codec, b->small);
	buf_add(out, b->packed.data, b->packed.len);
	forget(b);
}
