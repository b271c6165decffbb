/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/err.h"
#include "lib/base/map.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/content.h"
#include "lib/trace/index.h"
#include "lib/trace/metaio.h"
#include "lib/trace/repair.h"
#include "lib/trace/repair_plan.h"
#include "lib/trace/seal.h"

#define STEP ((size_t)256 << 10)

struct repair {
	struct walk walk;
	const struct vtr_writer_opts *opts;
	int (*write)(void *ctx, const void *p, size_t len);
	void *ctx;
	struct repair_report *r;
	char parent[2 * VTR_DIGEST + 1];
	uint64_t segments;		/* begun */
	struct smap seals;		/* the chains that were sealed */
	struct vtr_writer *w;		/* of the segment, NULL: none yet */
	struct content content;
	const struct piece *at;
	uint32_t segment;		/* the one w is of, in the plan */
	uint64_t next_block, next_event, last_ts;
	uint64_t told;			/* as lost of the file, since the last events */
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

/* Events before number `first` that are neither there nor told as lost. */
static uint64_t missing(const struct repair *p, uint64_t first)
{
	uint64_t n = first > p->next_event ? first - p->next_event : 0;

	return n > p->told ? n - p->told : 0;
}

/* How many are missing at the end an INDEX tells, where there is one. */
static void tell_end(struct repair *p)
{
	uint64_t count = missing(p, p->end_event);

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

/* With the META that was met last, or where it is missing. */
static void begin_segment(struct repair *p, bool with_meta)
{
	const struct buf *text = &p->content.text;
	struct vtr_meta meta = VTR_META_INIT;

	end_segment(p);
	content_begin(&p->content);
	if (with_meta && (!content_unpack(&p->content, &p->walk) ||
			  !meta_unpack(&meta, text->data, text->len)))
		p->r->damaged++;
	else
		p->r->blocks += with_meta;
	vtr_meta_set(&meta, "repair.parent", str_of(p->parent));
	if (p->segments++)
		vtr_meta_setu(&meta, "repair.segment", p->segments);	/* no two are the same */
	p->w = vtr_writer_new(&meta, p->opts, p->write, p->ctx);
	p->next_event = 1;
	p->last_ts = p->end_event = p->end_ts = 0;
	p->told = 0;
	vtr_meta_release(&meta);
}

static void tell_gap(struct repair *p, const struct rows_head *h)
{
	uint64_t count = missing(p, h->first);

	p->told = 0;
	if (!p->gap && !count)
		return;
	p->r->damaged += !p->gap;
	keep(p, vtr_writer_loss(p->w, &(struct evloss){
		.from_ts = p->last_ts, .to_ts = h->min_ts, .count = count,
		.cpu = -1, .reason = LOSS_FILE }));
	p->r->lost += count;
	p->gap = false;
}

/* What this block held is missing. */
static void leave_out(struct repair *p)
{
	p->r->damaged++;
	p->gap = true;
}

static void copy(struct repair *p)
{
	const struct walk *w = &p->walk;

	keep(p, vtr_writer_copy(p->w, w->head.type, w->body, w->head.length));
	p->r->blocks++;
}

static void copy_if(struct repair *p, bool good)
{
	if (good)
		copy(p);
	else
		leave_out(p);
}

static void take_loss(struct repair *p)
{
	struct evloss loss;

	if (!loss_unpack(&loss, p->walk.body, p->walk.head.length)) {
		p->r->damaged++;
		return;
	}
	if (loss.reason == LOSS_FILE)
		p->told = num_add(p->told, loss.count);
	keep(p, vtr_writer_loss(p->w, &loss));
	p->r->blocks++;
}

/* Its events go on where the others ended, or lie in a gap: not beyond those that
 * come next, if they have a place themselves.  Where what was modified would lie
 * nobody knows but by these. */
static bool fits(const struct repair *p, const struct rows_head *h)
{
	uint64_t limit = p->at->limit;

	if (h->first < p->next_event)
		return false;
	if (limit < UINT64_MAX && limit >= p->next_event)
		return h->count <= limit && h->first <= limit - h->count;
	return !p->at->modified || h->first == p->next_event;
}

static void take_events(struct repair *p)
{
	const struct rows_head *h = &p->content.rows.head;

	if (!content_rows(&p->content, &p->walk)) {
		leave_out(p);
		return;
	}
	if (!fits(p, h)) {
		p->r->unplaced++;
		p->r->unplaced_events += h->count;
		p->gap = true;
		return;
	}
	tell_gap(p, h);
	p->next_event = h->first + h->count;
	p->last_ts = h->max_ts;
	p->r->events += h->count;
	copy(p);
}

/* The copy gets an INDEX of its own; this one tells how many events there were. */
static void take_index(struct repair *p)
{
	const struct walk *w = &p->walk;

	if (!index_body_end(p->content.rows.codec, w->body, w->head.length, w->head.version,
			    &p->end_event, &p->end_ts))
		p->r->damaged++;
}

/* The same chain again is the same segment again: it is saved as any other. */
static void take_seal(struct repair *p)
{
	struct seal s;
	struct str chain = { (const char *)s.digest, VTR_DIGEST };

	if (!seal_unpack(&s, p->walk.body, p->walk.head.length)) {
		p->r->damaged++;
		return;
	}
	if (smap_find(&p->seals, chain)) {
		p->r->again++;
		return;
	}
	chain.p = memcpy(xmalloc(VTR_DIGEST), chain.p, VTR_DIGEST);
	smap_put(&p->seals, chain, p);
}

static void forget_seals(struct repair *p)
{
	struct smap_entry *e;

	for (e = smap_next(&p->seals, NULL); e; e = smap_next(&p->seals, e))
		free((char *)(uintptr_t)e->key.p);
	smap_release(&p->seals);
}

static void take_body(struct repair *p)
{
	switch (p->walk.head.type) {
	case VTR_META:
		break;
	case VTR_SEAL:
		take_seal(p);
		break;
	case VTR_LOSS:
		take_loss(p);
		break;
	case VTR_EVENTS:
		take_events(p);
		break;
	case VTR_SNAPSHOT:
		copy_if(p, content_rows(&p->content, &p->walk));
		break;
	case VTR_SCHEMA:
		copy_if(p, content_schema(&p->content, &p->walk));
		break;
	case VTR_INDEX:
		take_index(p);
		break;
	case VTR_TRAILER:
		break;
	default:
		copy(p);
		break;
	}
}

static void begin_anew(struct repair *p)
{
	const struct block_head *h = &p->walk.head;
	bool first = !p->w, is_meta = h->type == VTR_META;

	if (p->at->unended && !p->gap)
		leave_out(p);
	begin_segment(p, is_meta && !block_is_newer(h));
	p->next_block = is_meta ? h->number : first ? 0 : 1;
	if (!is_meta && !first)
		leave_out(p);
}

static void check_number(struct repair *p)
{
	uint64_t number = p->walk.head.number;

	if (number > p->next_block && !p->gap)
		leave_out(p);
	p->next_block = number + 1;
}

static void take_block(struct repair *p)
{
	const struct walk *w = &p->walk;

	keep(p, walk_again(&p->walk, p->at->offset));
	if (p->err)
		return;
	if (!p->w || p->segment != p->at->segment)
		begin_anew(p);
	p->segment = p->at->segment;
	check_number(p);
	p->r->modified += p->at->modified;
	if (block_is_newer(&w->head))
		leave_out(p);
	else
		take_body(p);
}

static void take_piece(struct repair *p)
{
	switch (p->at->kind) {
	case PIECE_BLOCK:
		take_block(p);
		break;
	case PIECE_DAMAGE:
		leave_out(p);
		if (p->w && p->segment == p->at->segment && p->next_block <= p->at->number)
			p->next_block = p->at->number + 1;
		break;
	default:
		p->r->cut = p->gap = true;
		break;
	}
}

static int copy_all(struct repair *p, const struct repair_plan *plan)
{
	for (p->at = plan->v; !p->err && p->at < plan->v + plan->n; p->at++)
		take_piece(p);
	p->r->misplaced = plan->misplaced;
	if (!p->w)
		begin_segment(p, false);
	end_segment(p);
	return p->err;
}

static int run(struct repair *p)
{
	struct repair_plan plan;
	int err;

	content_init(&p->content);
	err = repair_plan_make(&plan, &p->walk);
	if (!err)
		err = copy_all(p, &plan);
	repair_plan_release(&plan);
	content_release(&p->content);
	forget_seals(p);
	return err;
}

int vtr_repair(struct input *in, const struct vtr_writer_opts *opts,
	       int (*write)(void *ctx, const void *p, size_t len), void *ctx,
	       struct repair_report *r)
{
	struct repair p = { .walk.in = *in, .opts = opts, .write = write, .ctx = ctx, .r = r };
	int err = walk_look(&p.walk);

	*r = (struct repair_report){ 0 };
	if (!err)
		err = block_digest_init() ? digest_file(&p.walk.in, p.parent) : -E_ENV;
	if (!err)
		err = run(&p);
	*in = p.walk.in;
	return err;
}
