/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/event/loss.h"
#include "lib/trace/index.h"
#include "lib/trace/private.h"

/* The worst error stays; the first sentence of it was told. */
void reader_fail(struct reader *r, int err)
{
	if (!r->status || (r->status == -E_CUT && err == -E_DAMAGED))
		r->status = err;
}

static void damage(struct reader *r, uint64_t number, const char *what)
{
	if (r->status != -E_DAMAGED)
		diag_hint(diag_off(r->d, DIAG_ERROR, r->name, (int64_t)r->walk.offset,
				   "block %" PRIu64 " %s", number, what),
			  "`vestige verify` names every damaged block");
	reader_fail(r, -E_DAMAGED);
	r->gap = true;
}

void reader_damaged(struct reader *r, const char *what)
{
	const struct walk *w = &r->walk;
	struct buf text = BUF_INIT;

	buf_addf(&text, "(%s) %s", w->have_head ? block_name(w->head.type) : "unknown", what);
	damage(r, w->have_head ? w->head.number : r->next_block, text.data);
	buf_release(&text);
}

static void cut(struct reader *r)
{
	const struct walk *w = &r->walk;

	if (w->in.gone)
		diag_off(r->d, DIAG_ERROR, r->name, -1, "the trace %s: everything that was whole "
			 "was read", w->in.gone);
	else if (w->length)
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
			 "the trace is cut inside block %" PRIu64
			 ": everything before it was read", r->next_block);
	else
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
			 "the trace ends after block %" PRIu64 " without a seal: "
			 "it was cut or the recorder was killed", r->next_block - 1);
	reader_fail(r, -E_CUT);
}

static enum arch arch_of(const struct vtr_meta *m)
{
	const char *name = vtr_meta_get(m, "host.arch");

	return name && !strcmp(name, "aarch64") ? ARCH_ARM64 : ARCH_X86_64;
}

/* Nothing is known of a segment that begins here. */
static void forget_segment(struct reader *r)
{
	vtr_meta_release(&r->meta);
	schema_clear(r->schema);
	r->from = (struct vtr_position){ .meta = r->walk.offset };
	r->next_event = 1;
	r->last_ts = 0;
	r->beyond = false;
}

static void begin_raw(struct reader *r)
{
	r->have_meta = true;
	rawdec_free(r->raw);
	r->raw = rawdec_new(arch_of(&r->meta));
}

void reader_take_meta(struct reader *r)
{
	forget_segment(r);
	buf_clear(&r->text);
	if (!block_unpack(r->rows.codec, &r->text, r->walk.body, r->walk.head.length) ||
	    !meta_unpack(&r->meta, r->text.data, r->text.len))
		reader_damaged(r, "does not hold what META must hold");
	begin_raw(r);
}

void reader_take_schema(struct reader *r)
{
	if (r->from.nschemas < VTR_SCHEMAS_MAX)
		r->from.schema[r->from.nschemas] = r->walk.offset;
	r->from.nschemas++;
	buf_clear(&r->text);
	if (!block_unpack(r->rows.codec, &r->text, r->walk.body, r->walk.head.length) ||
	    !schema_add(r->schema, r->text.data, r->text.len))
		reader_damaged(r, "does not describe kinds as it must");
}

/* Events missing between what was read and the block of these rows. */
static bool lost_before(struct reader *r, const struct rows_head *h, struct evsource_next *out)
{
	bool gap = r->gap || h->first > r->next_event;

	r->gap = false;
	if (!gap)
		return false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){
		.from_ts = r->last_ts, .to_ts = h->min_ts, .cpu = -1,
		.count = h->first > r->next_event ? h->first - r->next_event : 0,
		.reason = LOSS_FILE,
	};
	r->after_gap = true;
	return true;
}

/* The last blocks before an INDEX are missing: it tells how many events. */
static bool lost_at_end(struct reader *r, struct evsource_next *out)
{
	uint64_t end, to_ts;

	if (!r->gap || r->beyond || !index_body_end(r->rows.codec, r->walk.body, r->walk.head.length,
				       r->walk.head.version,
				       &end, &to_ts) || end <= r->next_event)
		return false;
	r->gap = false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){
		.from_ts = r->last_ts, .to_ts = to_ts, .cpu = -1,
		.count = end - r->next_event, .reason = LOSS_FILE,
	};
	r->next_event = end;
	return true;
}

/* Rows of EVENTS were passed; true: *out tells what is missing before them. */
static bool take_head(struct reader *r, const struct rows_head *h, struct evsource_next *out)
{
	bool lost = lost_before(r, h, out);

	r->next_event = h->first + h->count;
	r->last_ts = h->max_ts;
	return lost;
}

/* Behind a block that is beyond to_ts nothing is told lost, up to one that is not. */
static bool pass_beyond(struct reader *r, const struct rows_head *h, struct evsource_next *out)
{
	r->gap = r->gap && !r->beyond;
	if (r->beyond)
		r->next_event = h->first;
	r->beyond = true;
	r->skipped += h->count;
	r->unseen -= r->unseen < h->count ? r->unseen : h->count;
	r->stopped = r->stop_at && r->walk.offset >= r->stop_at;
	return take_head(r, h, out);
}

static bool take_events(struct reader *r, struct evsource_next *out)
{
	const struct walk *w = &r->walk;
	struct rows_head h;

	if (r->to_ts && rows_head_parse(&h, w->body, w->head.length) && h.min_ts > r->to_ts)
		return pass_beyond(r, &h, out);
	r->beyond = false;
	reader_take_rows(r, false);
	return r->in_rows && take_head(r, &r->rows.head, out);
}

static bool take_loss(struct reader *r, struct evsource_next *out)
{
	out->what = EVS_LOSS;
	if (!loss_unpack(&out->loss, r->walk.body, r->walk.head.length)) {
		reader_damaged(r, "does not tell a loss as it must");
		return false;
	}
	r->gap = r->gap && !loss_is_events(&out->loss);
	/* Told by a repair: these had numbers of their own. */
	if (out->loss.reason == LOSS_FILE)
		r->next_event += out->loss.count;
	return !r->beyond;
}

/* The segment before has no end, and another one stands behind it. */
static void cut_before(struct reader *r)
{
	diag_off(r->d, DIAG_ERROR, r->name, (int64_t)r->walk.offset,
		 "another trace begins here, but the one before has no seal: it was cut");
	reader_fail(r, -E_CUT);
	r->gap = true;
}

/* What is missing at the end of the segment before; true: *out tells it. */
static bool lost_before_segment(struct reader *r, struct evsource_next *out)
{
	bool gap = r->gap && !r->beyond;

	r->gap = false;
	if (!gap)
		return false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){ .from_ts = r->last_ts, .cpu = -1, .reason = LOSS_FILE };
	return true;
}

/* With its META, or without: what that would tell is taken for what most traces
 * tell, and some of it is told as the damage it is. */
static void begin_segment(struct reader *r)
{
	const struct block_head *h = &r->walk.head;

	r->next_block = h->type == VTR_META ? h->number : 1;
	if (h->type == VTR_META && !block_is_newer(h)) {
		reader_take_meta(r);
		return;
	}
	forget_segment(r);
	begin_raw(r);
	if (h->type != VTR_META)
		damage(r, 0, "is missing: nothing tells whose the segment is that begins here");
}

/* Before the block itself is taken; true: *out is set, and it is taken again. */
static bool take_anew(struct reader *r, struct evsource_next *out)
{
	bool first = !r->have_meta;

	if (r->stage == BLOCK_MET && !first) {
		r->stage = BLOCK_GAP_TOLD;
		if (r->walk.unended && !r->gap)
			cut_before(r);
		if (lost_before_segment(r, out))
			return true;
	}
	r->stage = BLOCK_BEGUN;
	begin_segment(r);
	out->what = EVS_RESTART;
	return !first;
}

/* A block that was met before tells nothing new; its events are past. */
static void pass_again(struct reader *r)
{
	struct rows_head h;
	bool gap = r->gap;

	reader_damaged(r, "is there twice");
	r->gap = gap;
	r->next_block = r->walk.head.number + 1;
	if (r->walk.head.type == VTR_EVENTS &&
	    rows_head_parse(&h, r->walk.body, r->walk.head.length) &&
	    r->next_event < h.first + h.count)
		r->next_event = h.first + h.count;
}

static void check_number(struct reader *r)
{
	const struct block_head *h = &r->walk.head;

	if (r->walk.stray)
		reader_damaged(r, "stands behind a block that comes after it");
	else if (h->number != r->next_block && r->next_block != BLOCK_ANY)
		damage(r, r->next_block, "is missing");
	r->next_block = h->number + 1;
}

static void newer(struct reader *r)
{
	const struct block_head *h = &r->walk.head;

	diag_off(r->d, DIAG_ERROR, r->name, (int64_t)r->walk.offset,
		 "block %" PRIu64 " was written by a newer version of this program: "
		 "it is of format version %u, this one reads up to %u", h->number,
		 h->version, VTR_VERSION);
	reader_fail(r, -E_VERSION);
	r->gap = true;
}

static void take_end(struct reader *r)
{
	r->ended = true;
	memcpy(r->end, r->walk.head.digest, VTR_DIGEST);
	if (!ends_again(&r->ends, r->end) || r->again_told)
		return;
	r->again_told = true;
	diag_hint(diag_off(r->d, DIAG_WARNING, r->name, (int64_t)r->walk.offset,
			   "the segment that ends here is in the file twice: "
			   "all that it tells counts twice"), "`vestige verify` tells where");
}

/* A whole block; true: *out is set. */
static bool take_block(struct reader *r, struct evsource_next *out)
{
	const struct walk *w = &r->walk;

	if (w->anew && r->stage != BLOCK_BEGUN && take_anew(r, out))
		return true;
	r->stage = BLOCK_MET;
	if (w->stray == STRAY_AGAIN) {
		pass_again(r);
		return false;
	}
	check_number(r);
	if (block_is_newer(&w->head)) {
		newer(r);
		return false;
	}
	if (!r->raw && (w->head.type == VTR_SNAPSHOT || w->head.type == VTR_EVENTS))
		begin_raw(r);	/* its META was damaged */
	switch (w->head.type) {
	case VTR_SCHEMA:
		reader_take_schema(r);
		return false;
	case VTR_SNAPSHOT:
		reader_take_rows(r, true);
		return false;
	case VTR_EVENTS:
		return take_events(r, out);
	case VTR_LOSS:
		return take_loss(r, out);
	case VTR_INDEX:
		return lost_at_end(r, out);
	case VTR_TRAILER:
		take_end(r);
		return false;
	default:
		return false;	/* what readers do not need, or do not know */
	}
}

static void finish(struct reader *r, struct evsource_next *out)
{
	if (r->unknown_rows)
		diag_off(r->d, DIAG_WARNING, r->name, -1, "%" PRIu64 " records of kinds "
			 "this version does not know were left out", r->unknown_rows);
	r->unknown_rows = 0;
	out->what = EVS_END;
	out->skipped = r->skipped;
	if (!r->gap || r->beyond)
		return;
	r->gap = false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){ .from_ts = r->last_ts, .cpu = -1,
				     .reason = LOSS_FILE };
	r->skipped = 0;
}

/* What follows, the INDEX tells, is beyond to_ts. */
static void stop(struct reader *r, struct evsource_next *out)
{
	vtr_end_ahead(&r->src);
	out->what = EVS_END;
	out->skipped = r->skipped;
	if (r->end_event > r->next_event)
		out->skipped += r->end_event - r->next_event;
}

#define AHEAD_AFTER	2	/* blocks of rows: shorter traces are read at once */

/* A file that is all there is read ahead, once it proves long. */
static enum walk_what next_block(struct reader *r)
{
	if (!r->prefetch && r->ahead && r->nrows == AHEAD_AFTER && !r->walk.in.wait &&
	    input_size(&r->walk.in)) {
		r->ahead = false;
		r->prefetch = prefetch_new(&r->walk, r->schema, &r->rows);
	}
	r->opened = false;
	return r->prefetch ? prefetch_next(r->prefetch, &r->walk, &r->rows, &r->opened) :
			     walk_next(&r->walk);
}

/* On to the next block; true: *out is set. */
bool reader_step(struct reader *r, struct evsource_next *out)
{
	if (r->stopped) {
		stop(r, out);
		return true;
	}
	if (r->stage != BLOCK_MET)
		return take_block(r, out);
	switch (next_block(r)) {
	case WALK_BLOCK:
		return take_block(r, out);
	case WALK_DAMAGED:
		reader_damaged(r, "is damaged: its bytes do not agree with its checksum");
		r->next_block += r->walk.have_head;
		return false;
	case WALK_CUT:
		cut(r);
		return false;
	case WALK_ERROR:
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)r->walk.offset,
			 "cannot be read any further");
		reader_fail(r, r->walk.in.err);
		return false;
	case WALK_END:
		break;
	}
	finish(r, out);
	return true;
}
