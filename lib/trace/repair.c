/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/err.h"
#include "lib/event/loss.h"
#include "lib/trace/index.h"
#include "lib/trace/metaio.h"
#include "lib/trace/reader.h"
#include "lib/trace/repair.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/walk.h"

#define STEP ((size_t)256 << 10)

struct repair {
	struct walk walk;
	const struct vtr_writer_opts *opts;
	int (*write)(void *ctx, const void *p, size_t len);
	void *ctx;
	struct repair_report *r;
	char parent[2 * VTR_DIGEST + 1];
	struct vtr_writer *w;		/* of the segment, NULL: none yet */
	struct codec *codec;
	uint64_t next_block, next_event, last_ts;
	uint64_t end_event, end_ts;	/* told by the INDEX; 0: it was not met */
	bool gap;
	int err;
};

/* BLAKE2b-256 of the whole file, as `b2sum -l 256` prints it. */
static int digest_file(struct input *in, char hex[2 * VTR_DIGEST + 1])
{
	uint8_t digest[VTR_DIGEST];
	crypto_generichash_state st;
	const uint8_t *p;
	size_t got;

	crypto_generichash_init(&st, NULL, 0, sizeof(digest));
	while ((got = input_want(in, STEP, &p))) {
		crypto_generichash_update(&st, p, got);
		input_skip(in, got);
	}
	crypto_generichash_final(&st, digest, sizeof(digest));
	sodium_bin2hex(hex, 2 * VTR_DIGEST + 1, digest, sizeof(digest));
	if (in->err)
		return in->err;
	return input_seek(in, 0) ? 0 : -E_READ;
}

static void keep(struct repair *p, int err)
{
	if (err && !p->err)
		p->err = err;
}

/* How many are missing at the end an INDEX tells, where there is one. */
static void tell_end(struct repair *p)
{
	uint64_t count = p->end_event > p->next_event ? p->end_event - p->next_event : 0;

	keep(p, vtr_writer_loss(p->w, &(struct evloss){
		.from_ts = p->last_ts, .to_ts = count ? p->end_ts : 0, .count = count,
		.cpu = -1, .reason = LOSS_FILE }));
	p->r->lost += count;
	p->r->lost_unknown |= !p->end_event;
	p->gap = false;
}

static void end_segment(struct repair *p)
{
	if (!p->w)
		return;
	if (p->gap)
		tell_end(p);
	keep(p, vtr_writer_close(p->w));
	p->w = NULL;
}

/* body NULL: the META is missing. */
static void begin_segment(struct repair *p, const void *body, size_t len)
{
	struct vtr_meta meta = VTR_META_INIT;
	struct buf text = BUF_INIT;

	end_segment(p);
	if (body && (!block_unpack(p->codec, &text, body, len) ||
		     !meta_unpack(&meta, text.data, text.len)))
		p->r->damaged++;
	vtr_meta_set(&meta, "repair.parent", str_of(p->parent));
	p->w = vtr_writer_new(&meta, p->opts, p->write, p->ctx);
	p->next_event = 1;
	p->last_ts = p->end_event = p->end_ts = 0;
	vtr_meta_release(&meta);
	buf_release(&text);
}

static void tell_gap(struct repair *p, const struct rows_head *h)
{
	uint64_t count = h->first > p->next_event ? h->first - p->next_event : 0;

	if (!p->gap && !count)
		return;
	keep(p, vtr_writer_loss(p->w, &(struct evloss){
		.from_ts = p->last_ts, .to_ts = h->min_ts, .count = count,
		.cpu = -1, .reason = LOSS_FILE }));
	p->r->lost += count;
	p->gap = false;
}

static void copy_loss(struct repair *p)
{
	struct evloss loss;

	if (!loss_unpack(&loss, p->walk.body, p->walk.head.length)) {
		p->r->damaged++;
		return;
	}
	if (loss.reason == LOSS_FILE)
		p->next_event += loss.count;
	keep(p, vtr_writer_loss(p->w, &loss));
}

static void copy(struct repair *p)
{
	const struct walk *w = &p->walk;
	struct rows_head h;

	if (w->head.type == VTR_EVENTS) {
		if (!rows_head_parse(&h, w->body, w->head.length)) {
			p->r->damaged++;
			p->gap = true;
			return;
		}
		tell_gap(p, &h);
		p->next_event = h.first + h.count;
		p->last_ts = h.max_ts;
		p->r->events += h.count;
	}
	if (w->head.type == VTR_INDEX &&
	    !index_body_end(p->codec, w->body, w->head.length, w->head.version, &p->end_event, &p->end_ts))
		p->r->damaged++;
	keep(p, vtr_writer_copy(p->w, w->head.type, w->body, w->head.length));
	p->r->blocks++;
}

static void take_block(struct repair *p)
{
	const struct walk *w = &p->walk;

	if (w->head.type == VTR_META) {
		begin_segment(p, w->body, w->head.length);
		p->next_block = w->head.number;
	} else if (!p->w) {
		begin_segment(p, NULL, 0);
	}
	if (w->head.number != p->next_block && !p->gap) {
		p->r->damaged++;
		p->gap = true;
	}
	p->next_block = w->head.number + 1;
	if (w->head.type == VTR_LOSS)
		copy_loss(p);
	else
		copy(p);
}

static int run(struct repair *p)
{
	while (!p->err) {
		switch (walk_next(&p->walk)) {
		case WALK_BLOCK:
			take_block(p);
			break;
		case WALK_DAMAGED:
			p->r->damaged++;
			p->gap = true;
			p->next_block++;
			break;
		case WALK_CUT:
			p->r->cut = p->gap = true;
			break;
		case WALK_ERROR:
			return p->walk.in.err;
		case WALK_END:
			return 0;
		}
	}
	return p->err;
}

static int first_look(struct input *in)
{
	const uint8_t *p;
	size_t got = input_want(in, VTR_HEADER, &p);

	if (in->err)
		return in->err;
	if (!got)
		return -E_EMPTY;
	return vtr_probe(p, got) ? 0 : -E_FOREIGN;
}

int vtr_repair(struct input *in, const struct vtr_writer_opts *opts,
	       int (*write)(void *ctx, const void *p, size_t len), void *ctx,
	       struct repair_report *r)
{
	struct repair p = { .opts = opts, .write = write, .ctx = ctx, .r = r };
	int err = first_look(in);

	*r = (struct repair_report){ 0 };
	if (!err)
		err = block_digest_init() ? digest_file(in, p.parent) : -E_ENV;
	if (err)
		return err;
	p.walk.in = *in;
	p.codec = codec_new(0);
	keep(&p, run(&p));
	if (!p.w)
		begin_segment(&p, NULL, 0);
	end_segment(&p);
	codec_free(p.codec);
	*in = p.walk.in;
	return p.err;
}
