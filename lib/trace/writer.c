/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/block.h"
#include "lib/trace/index.h"
#include "lib/trace/limits.h"
#include "lib/trace/metaio.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_put.h"
#include "lib/trace/schema.h"
#include "lib/trace/seal.h"
#include "lib/trace/writer.h"

enum holding { NOTHING, EVENTS, SNAPS };

struct vtr_writer {
	struct rows_put *rows;		/* NULL until the first row: a repair has none */
	struct rows_put *waiting;	/* SNAPSHOT of a trace that may be short, or NULL */
	struct codec *codec;
	int level;
	bool patient;
	int (*write)(void *ctx, const void *p, size_t len);
	void *ctx;
	int err;
	enum holding holding;
	uint32_t block_events, block_bytes;
	uint64_t last_ts;		/* of the newest event so far */
	uint32_t lost;			/* since the last EVENTS block */
	struct chain chain;
	struct index index;
	struct vtr_writer_stats stats;
	struct buf body, packed, frame;
	bool described;			/* the kinds of this build */
	uint8_t known[(UINT16_MAX + 1) / 8];	/* other ones described so far */
	const uint8_t *key;
	uint8_t key_bytes[SEAL_SECRET];
};

static void put_block(struct vtr_writer *w, uint8_t type, const void *body, size_t len)
{
	uint8_t head[VTR_HEADER];

	if (w->err)
		return;
	if (len > VTR_BODY_MAX) {
		w->err = -E_LIMIT;
		return;
	}
	block_head_make(head, &w->chain, type, body, (uint32_t)len);
	/* in one piece: whoever writes can cut back to the last whole block */
	buf_clear(&w->frame);
	buf_add(&w->frame, head, sizeof(head));
	buf_add(&w->frame, body, len);
	w->err = w->write(w->ctx, w->frame.data, w->frame.len);
	w->stats.file_bytes += sizeof(head) + len;
	w->stats.blocks++;
}

/* Text-like bodies: packed when that helps (a leading byte tells). */
static void put_packed(struct vtr_writer *w, uint8_t type, struct str body)
{
	struct buf *out = &w->packed;

	buf_clear(out);
	block_pack(w->codec, out, body.p, body.len);
	put_block(w, type, out->data, out->len);
}

static bool is_ours(const struct kind *k)
{
	return k == kind_of(k->id);
}

static void put_schema_block(struct vtr_writer *w, struct str body)
{
	index_add(&w->index, &(struct index_entry){
		.offset = w->stats.file_bytes, .type = VTR_SCHEMA });
	put_packed(w, VTR_SCHEMA, body);
}

/* Describe the kinds of rows to come that no SCHEMA has described. */
static void put_schema(struct vtr_writer *w, const struct rows_put *from)
{
	struct buf kinds = BUF_INIT, all = BUF_INIT;
	const struct kind *k;
	uint64_t n = 0;
	uint32_t rows;
	size_t i;

	if (!w->described)
		put_schema_block(w, schema_own());
	w->described = true;
	for (i = 0; (k = rows_put_kind(from, i, &rows)); i++) {
		if (is_ours(k) || w->known[k->id >> 3] >> (k->id & 7) & 1)
			continue;
		w->known[k->id >> 3] |= (uint8_t)(1 << (k->id & 7));
		schema_pack_kind(&kinds, k);
		n++;
	}
	if (n) {
		buf_varint(&all, n);
		buf_add(&all, kinds.data, kinds.len);
		put_schema_block(w, buf_str(&all));
	}
	buf_release(&kinds);
	buf_release(&all);
}

static void note_kinds(struct vtr_writer *w, const struct rows_put *rows)
{
	const struct kind *k;
	uint32_t n;
	size_t i;

	for (i = 0; (k = rows_put_kind(rows, i, &n)); i++)
		index_count(&w->index, k->id, n);
}

/* The rows as a block; few: by the model, when it may be. */
static void put_rows(struct vtr_writer *w, struct rows_put *rows, uint8_t type, bool few)
{
	bool events = type == VTR_EVENTS;
	struct index_entry e;

	put_schema(w, rows);
	note_kinds(w, rows);
	e = (struct index_entry){
		.offset = w->stats.file_bytes, .type = type,
		.count = (uint32_t)rows_put_count(rows), .first = w->stats.events + 1,
		.min_ts = rows_put_min_ts(rows), .max_ts = rows_put_max_ts(rows),
	};
	w->stats.raw_bytes += rows_put_bytes(rows);
	buf_clear(&w->body);
	rows_put_body(rows, &w->body, e.first, events ? w->lost : 0, few);
	put_block(w, type, w->body.data, w->body.len);
	index_add(&w->index, &e);
	if (events && !w->err) {
		w->stats.events += e.count;
		w->lost = 0;
	}
}

/* last: nothing more will come.  A short trace is one block of events and the
 * SNAPSHOT before it, which has waited to know. */
static int flush(struct vtr_writer *w, bool last)
{
	bool few = last && w->patient && w->holding == EVENTS && !w->stats.events &&
		   rows_put_few(w->rows);

	if (w->waiting) {
		put_rows(w, w->waiting, VTR_SNAPSHOT, few);
		rows_put_free(w->waiting);
		w->waiting = NULL;
	}
	if (w->holding != NOTHING)
		put_rows(w, w->rows, w->holding == EVENTS ? VTR_EVENTS : VTR_SNAPSHOT, few);
	w->holding = NOTHING;
	return w->err;
}

int vtr_writer_flush(struct vtr_writer *w)
{
	return flush(w, false);
}

struct vtr_writer *vtr_writer_new(const struct vtr_meta *meta,
				  const struct vtr_writer_opts *opts,
				  int (*write)(void *ctx, const void *p, size_t len),
				  void *ctx)
{
	static const struct vtr_writer_opts none;
	struct vtr_writer *w = xcalloc(1, sizeof(*w));

	opts = opts ? opts : &none;
	w->write = write;
	w->ctx = ctx;
	w->block_events = opts->block_events ? opts->block_events : VTR_ROWS_MAX;
	if (w->block_events > VTR_ROWS_MAX)
		w->block_events = VTR_ROWS_MAX;
	w->block_bytes = opts->block_bytes ? opts->block_bytes : 4 << 20;
	w->level = opts->level;
	w->patient = opts->patient && !opts->level;
	w->codec = codec_new(opts->level);
	buf_init(&w->body);
	buf_init(&w->packed);
	buf_init(&w->frame);
	if (opts->sign_key) {
		memcpy(w->key_bytes, opts->sign_key, SEAL_SECRET);
		w->key = w->key_bytes;
	}
	if (!block_digest_init())
		w->err = -E_ENV;
	meta_pack(meta, &w->body);
	put_packed(w, VTR_META, buf_str(&w->body));
	return w;
}

/* Rows of another sort are to come than those that are held. */
static void let_go(struct vtr_writer *w)
{
	if (w->holding != SNAPS || !w->patient || w->stats.events || w->waiting) {
		vtr_writer_flush(w);
		return;
	}
	w->waiting = w->rows;
	w->rows = NULL;
	w->holding = NOTHING;
}

static int add(struct vtr_writer *w, const struct row *r, enum holding what)
{
	if (w->holding != what)
		let_go(w);
	if (UNLIKELY(!w->rows))
		w->rows = rows_put_new(w->level);
	if (!rows_put_add(w->rows, r))
		return w->err ? w->err : -E_LIMIT;
	w->holding = what;
	if (UNLIKELY(rows_put_count(w->rows) >= w->block_events ||
		     rows_put_bytes(w->rows) >= w->block_bytes))
		return vtr_writer_flush(w);
	return w->err;
}

int vtr_writer_row(struct vtr_writer *w, const struct row *r)
{
	struct row late;

	if (LIKELY(r->ts >= w->last_ts)) {
		w->last_ts = r->ts;
		return add(w, r, EVENTS);
	}
	late = *r;
	late.flags |= EVF_LATE;
	return add(w, &late, EVENTS);
}

int vtr_writer_event(struct vtr_writer *w, struct event *ev)
{
	struct row r;

	row_of_event(&r, ev);
	return vtr_writer_row(w, &r);
}

int vtr_writer_snap(struct vtr_writer *w, const struct snap_item *item)
{
	struct rowbuf scratch;
	struct row r;

	row_of_snap(&r, item, &scratch);
	return add(w, &r, SNAPS);
}

int vtr_writer_loss(struct vtr_writer *w, const struct evloss *loss)
{
	vtr_writer_flush(w);
	if (loss_is_events(loss))
		w->lost += loss->count > UINT32_MAX - w->lost ? UINT32_MAX - w->lost :
							       (uint32_t)loss->count;
	index_loss(&w->index, loss, w->stats.file_bytes);
	buf_clear(&w->body);
	loss_pack(&w->body, loss);
	put_block(w, VTR_LOSS, w->body.data, w->body.len);
	return w->err;
}

/* Totals of a body that was made elsewhere. */
static void note_copy(struct vtr_writer *w, uint8_t type, const void *body, size_t len)
{
	struct rows_head h;
	struct index_entry e;

	if (!rows_head_parse(&h, body, len) || !index_count_body(&w->index, w->codec, body, len))
		return;
	e = (struct index_entry){
		.offset = w->stats.file_bytes, .type = type, .count = h.count,
		.first = h.first, .min_ts = h.min_ts, .max_ts = h.max_ts,
	};
	index_add(&w->index, &e);
	if (type != VTR_EVENTS)
		return;
	w->stats.events += h.count;
	if (h.max_ts > w->last_ts)
		w->last_ts = h.max_ts;
}

int vtr_writer_copy(struct vtr_writer *w, uint8_t type, const void *body, size_t len)
{
	vtr_writer_flush(w);
	if (type == VTR_META || type == VTR_INDEX || type == VTR_SEAL ||
	    type == VTR_TRAILER)
		return w->err;
	if (type == VTR_EVENTS || type == VTR_SNAPSHOT)
		note_copy(w, type, body, len);
	if (type == VTR_SCHEMA)
		index_add(&w->index, &(struct index_entry){
			.offset = w->stats.file_bytes, .type = VTR_SCHEMA });
	put_block(w, type, body, len);
	return w->err;
}

/* INDEX, SEAL over everything before it, TRAILER. */
static void put_end(struct vtr_writer *w)
{
	uint64_t at = w->stats.file_bytes;

	buf_clear(&w->body);
	index_pack(&w->index, &w->body);
	put_packed(w, VTR_INDEX, buf_str(&w->body));
	buf_clear(&w->body);
	seal_make(&w->body, &w->chain, w->stats.events, w->key);
	put_block(w, VTR_SEAL, w->body.data, w->body.len);
	buf_clear(&w->body);
	buf_le64(&w->body, at);
	buf_le64(&w->body, w->stats.file_bytes + VTR_HEADER + VTR_TRAILER_BODY);
	put_block(w, VTR_TRAILER, w->body.data, w->body.len);
}

int vtr_writer_close(struct vtr_writer *w)
{
	uint8_t unused[VTR_DIGEST];

	return vtr_writer_close_digest(w, unused);
}

int vtr_writer_close_digest(struct vtr_writer *w, uint8_t digest[VTR_DIGEST])
{
	int err;

	flush(w, true);
	put_end(w);
	memcpy(digest, w->chain.digest, VTR_DIGEST);
	err = w->err;
	rows_put_free(w->rows);
	rows_put_free(w->waiting);
	codec_free(w->codec);
	index_release(&w->index);
	buf_release(&w->body);
	buf_release(&w->packed);
	buf_release(&w->frame);
	seal_wipe(w->key_bytes);
	free(w);
	return err;
}

struct vtr_writer_stats vtr_writer_stats(const struct vtr_writer *w)
{
	return w->stats;
}
