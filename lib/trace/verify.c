/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/map.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/content.h"
#include "lib/trace/index.h"
#include "lib/trace/metaio.h"
#include "lib/trace/reader.h"
#include "lib/trace/verify.h"
#include "lib/trace/walk.h"

struct verifier {
	struct walk walk;
	struct verify_report *r;
	const uint8_t *key;
	struct content content;
	/* Of the segment: */
	uint64_t segment_at;		/* offset of its first block */
	size_t segment_breach;		/* its first breach */
	uint64_t breaches_before;	/* it: of all */
	uint8_t last_type;		/* of the block before, 0: not known */
	uint64_t next_block;
	bool damage_before;		/* numbers may jump without another breach */
	uint64_t events, last_num, last_ts;
	uint64_t lost;			/* told as damage since the last EVENTS block */
	bool numbers_open;		/* a breach took blocks, maybe with events */
	uint64_t index_at;		/* offset in the segment, 0: none */
	struct index index, found;	/* as told, and as it is */
	bool key_told;			/* signed by the key asked for, or told that it is not */
	/* Of all segments: */
	uint8_t end[VTR_DIGEST];	/* of the block before */
	uint8_t before[VTR_DIGEST];	/* end of the segment before */
	struct smap seals;		/* the chains that were sealed */
};

static struct breach *breach(struct verifier *v, enum breach_kind kind, const char *text)
{
	static struct breach dropped;
	struct verify_report *r = v->r;
	const struct walk *w = &v->walk;

	r->of_kind[kind]++;
	if (r->breaches++ >= BREACHES_MAX)
		return &dropped;
	XGROW(r->v, r->cap, r->n + 1);
	r->v[r->n] = (struct breach){
		.kind = kind, .block = v->next_block, .text = text,
		.type = w->have_head ? w->head.type : 0,
		.offset = w->offset, .length = w->length,
		.from_ts = v->last_ts, .from_num = v->last_num + 1,
	};
	return &r->v[r->n++];
}

/* Breaches since the last whole EVENTS block end where this one begins. */
static void close_ranges(struct verifier *v, uint64_t ts, uint64_t num)
{
	struct verify_report *r = v->r;
	size_t i;

	for (i = r->n; i > v->segment_breach && !r->v[i - 1].to_ts; i--) {
		r->v[i - 1].to_ts = ts;
		r->v[i - 1].to_num = num > r->v[i - 1].from_num ? num - 1 : r->v[i - 1].from_num;
	}
}

/* What the events were that lay where the breach is. */
static void exact_range(struct verifier *v, struct breach *b)
{
	const struct index_entry *e;
	bool any = false;
	uint64_t at;
	size_t i;

	for (i = 0; i < v->index.n; i++) {
		e = &v->index.v[i];
		at = e->offset + v->segment_at;
		if (e->type != VTR_EVENTS || !e->count || at < b->offset ||
		    at - b->offset >= b->length)
			continue;
		if (!any) {
			b->from_num = e->first;
			b->from_ts = e->min_ts;
			b->to_ts = e->max_ts;
		}
		b->from_ts = e->min_ts < b->from_ts ? e->min_ts : b->from_ts;
		b->to_ts = e->max_ts > b->to_ts ? e->max_ts : b->to_ts;
		b->to_num = e->first + e->count - 1;
		any = true;
	}
}

/* The INDEX, when it is whole, knows better than the neighbours: but not what is
 * missing, behind which blocks lie elsewhere. */
static void exact_ranges(struct verifier *v)
{
	size_t i;

	for (i = v->segment_breach; i < v->r->n && v->r->v[i].kind != BREACH_MISSING; i++)
		exact_range(v, &v->r->v[i]);
}

/* Nothing wrong was met in this segment. */
static bool clean(const struct verifier *v)
{
	return v->r->breaches == v->breaches_before;
}

/* What has no seal is signed by nobody. */
static void end_segment(struct verifier *v)
{
	if (v->key && v->r->segments && !v->key_told)
		breach(v, BREACH_KEY, "the segment before here is not signed");
}

static void begin_segment(struct verifier *v)
{
	end_segment(v);
	memcpy(v->before, v->end, VTR_DIGEST);
	v->next_block = 0;
	v->numbers_open = v->key_told = false;
	v->events = v->last_num = v->lost = v->index_at = 0;
	v->last_type = 0;
	v->segment_at = v->walk.offset;
	v->segment_breach = v->r->n;
	v->breaches_before = v->r->breaches;
	content_begin(&v->content);
	index_release(&v->index);
	index_release(&v->found);
	v->r->segments++;
	v->r->recordings++;
}

/* Does the segment name the end of the one before it? */
static bool continues(const struct verifier *v, const struct vtr_meta *meta)
{
	const char *parent = vtr_meta_get(meta, "segment.parent");
	char hex[2 * VTR_DIGEST + 1];

	sodium_bin2hex(hex, sizeof(hex), v->before, VTR_DIGEST);
	return v->r->segments > 1 && parent && !strcmp(parent, hex);
}

static bool meta_ok(struct verifier *v)
{
	struct vtr_meta meta = VTR_META_INIT;
	const struct buf *text = &v->content.text;
	bool ok = content_unpack(&v->content, &v->walk) &&
		  meta_unpack(&meta, text->data, text->len);

	if (ok && continues(v, &meta))
		v->r->recordings--;
	vtr_meta_release(&meta);
	return ok;
}

/* For the INDEX to be held against. */
static void note_rows(struct verifier *v)
{
	const struct rows_get *g = &v->content.rows;
	unsigned i;

	index_add(&v->found, &(struct index_entry){
		.offset = v->walk.offset - v->segment_at, .type = v->walk.head.type,
		.count = g->head.count, .first = g->head.first,
		.min_ts = g->head.min_ts, .max_ts = g->head.max_ts });
	for (i = 0; i < g->head.nkinds; i++)
		index_count(&v->found, g->groups[i].id, g->groups[i].count);
}

/* One after the other, but for what is told as lost of the file. */
static void check_numbers(struct verifier *v, uint64_t first)
{
	uint64_t next = v->last_num + 1;

	if (first < next)
		breach(v, BREACH_ORDER, "its events have numbers of events before them");
	else if (!v->numbers_open && first - next > v->lost)
		breach(v, BREACH_MISSING, "events are missing before this block");
	v->numbers_open = false;
	v->lost = 0;
}

static bool rows_ok(struct verifier *v, bool events)
{
	const struct rows_get *g = &v->content.rows;

	if (!content_rows(&v->content, &v->walk))
		return false;
	note_rows(v);
	if (!events)
		return true;
	check_numbers(v, g->head.first);
	close_ranges(v, g->head.min_ts, g->head.first);
	if (!v->r->events)
		v->r->first_ts = g->head.min_ts;
	v->r->events += g->head.count;
	v->events += g->head.count;
	v->last_num = g->head.first + g->head.count - 1;
	v->r->last_ts = v->last_ts = g->head.max_ts;
	return true;
}

static void note_signer(struct verify_report *r, const uint8_t key[SEAL_PUBLIC])
{
	unsigned i = 0;

	r->is_signed++;
	memcpy(r->public_key, key, SEAL_PUBLIC);
	while (i < r->nsigners && memcmp(r->signers[i].public_key, key, SEAL_PUBLIC))
		i++;
	if (i == SIGNERS_MAX) {
		r->more_signed++;
		return;
	}
	if (i == r->nsigners)
		memcpy(r->signers[r->nsigners++].public_key, key, SEAL_PUBLIC);
	r->signers[i].segments++;
}

/* The same chain sealed twice is the same evidence twice, whoever signs it. */
static void check_again(struct verifier *v)
{
	struct str chain = { (const char *)v->walk.before, VTR_DIGEST };

	if (!v->walk.before_known)
		return;
	if (smap_find(&v->seals, chain)) {
		breach(v, BREACH_ORDER, "the same segment again");
		return;
	}
	chain.p = memcpy(xmalloc(VTR_DIGEST), chain.p, VTR_DIGEST);
	smap_put(&v->seals, chain, v);
}

static void end_seals(struct verifier *v)
{
	struct verify_report *r = v->r;
	struct smap_entry *e;

	r->seals = xcalloc(v->seals.live + 1, sizeof(*r->seals));
	for (e = smap_next(&v->seals, NULL); e; e = smap_next(&v->seals, e)) {
		memcpy(r->seals[r->nseals++], e->key.p, VTR_DIGEST);
		free((char *)e->key.p);
	}
	smap_release(&v->seals);
}

static void breach_key(struct verifier *v, const char *text)
{
	v->key_told = true;
	if (v->key)
		breach(v, BREACH_KEY, text);
}

static void check_seal(struct verifier *v)
{
	const struct walk *w = &v->walk;
	struct seal s;

	if (!seal_unpack(&s, w->body, w->head.length)) {
		breach(v, BREACH_CONTENT, "the seal is too short");
		return;
	}
	v->r->sealed++;
	/* Events of blocks that are damaged were told of already. */
	if (s.blocks != w->head.number ||
	    (s.events != v->events && clean(v)) ||
	    (w->before_known && memcmp(s.digest, w->before, VTR_DIGEST)))
		breach(v, BREACH_SEAL, "the seal is over other blocks than these");
	if (!seal_is_exact(&s, w->body, w->head.length))
		breach(v, BREACH_SEAL, "bytes stand behind the seal, which does not cover them");
	check_again(v);
	if (!s.is_signed) {
		breach_key(v, "the seal is not signed");
		return;
	}
	if (!seal_signature_ok(&s, w->body, w->head.length)) {
		breach(v, BREACH_SEAL, "the signature is not that of its key");
		return;
	}
	note_signer(v->r, s.public_key);
	v->key_told = true;
	if (v->key && memcmp(s.public_key, v->key, SEAL_PUBLIC))
		breach_key(v, "the seal is signed with another key");
}

static void check_trailer(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (w->head.length != VTR_TRAILER_BODY || le64(w->body) != v->index_at ||
	    le64(w->body + 8) != w->offset + w->length - v->segment_at)
		breach(v, BREACH_SEAL, "the trailer tells other places than these");
}

static bool schema_ok(struct verifier *v)
{
	index_add(&v->found, &(struct index_entry){
		.offset = v->walk.offset - v->segment_at, .type = VTR_SCHEMA });
	return content_schema(&v->content, &v->walk);
}

static bool loss_ok(struct verifier *v)
{
	const struct walk *w = &v->walk;
	struct evloss loss;

	if (!loss_unpack(&loss, w->body, w->head.length))
		return false;
	index_loss(&v->found, &loss, w->offset - v->segment_at);
	if (loss.reason == LOSS_FILE)
		v->lost = num_add(v->lost, loss.count);
	return true;
}

/* Whoever seeks by it must not miss what it leaves out. */
static bool index_ok(struct verifier *v)
{
	const struct walk *w = &v->walk;

	v->index_at = w->offset - v->segment_at;
	index_release(&v->index);
	if (!content_unpack(&v->content, &v->walk) ||
	    !index_unpack(&v->index, v->content.text.data, v->content.text.len, w->head.version))
		return false;
	exact_ranges(v);
	if (clean(v) && !(index_same_blocks(&v->index, &v->found) &&
			  index_same_totals(&v->index, &v->found)))
		breach(v, BREACH_CONTENT, "the index tells of other blocks than these");
	return true;
}

static void check_content(struct verifier *v)
{
	const struct walk *w = &v->walk;
	bool ok = true;

	switch (w->head.type) {
	case VTR_META:
		ok = meta_ok(v);
		break;
	case VTR_SCHEMA:
		ok = schema_ok(v);
		break;
	case VTR_SNAPSHOT:
	case VTR_EVENTS:
		ok = rows_ok(v, w->head.type == VTR_EVENTS);
		break;
	case VTR_LOSS:
		ok = loss_ok(v);
		break;
	case VTR_INDEX:
		ok = index_ok(v);
		break;
	case VTR_SEAL:
		check_seal(v);
		break;
	case VTR_TRAILER:
		check_trailer(v);
		break;
	default:
		break;
	}
	if (ok)
		return;
	breach(v, BREACH_CONTENT, "the block does not hold what it must");
	v->numbers_open = true;
}

static void check_chain(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (le32(w->raw_head + VTR_H_RESERVED))
		breach(v, BREACH_CHAIN, "reserved bytes are not zero");
	if (!walk_continues(w))
		breach(v, BREACH_CHAIN, "the block does not continue the one before it: "
		       "one of the two was modified");
}

/* Why a block of this type may not follow one of that, or NULL. */
static const char *misplaced(uint8_t last, uint8_t type)
{
	if (last == VTR_TRAILER && type != VTR_META)
		return "it stands behind the trailer of its segment: no seal covers it";
	if (last == VTR_SEAL && type != VTR_TRAILER)
		return "it stands behind the seal, which does not cover it";
	if (last == VTR_INDEX && type != VTR_SEAL)
		return "it stands behind the index, where only the seal may";
	if (type == VTR_META && last != VTR_TRAILER)
		return "the segment before it ends without its seal and trailer";
	if (type == VTR_SEAL && last != VTR_INDEX)
		return "a seal without an index before it";
	if (type == VTR_TRAILER && last != VTR_SEAL)
		return "a trailer without a seal before it";
	return NULL;
}

/* Before a segment begins with it: what is wrong is wrong with the one before. */
static void check_place(struct verifier *v)
{
	const struct block_head *head = &v->walk.head;
	const char *why = NULL;

	/* Behind damage or missing blocks nobody knows what stood there. */
	if (v->last_type && !v->damage_before &&
	    (v->walk.anew || head->number == v->next_block))
		why = misplaced(v->last_type, head->type);
	if (why)
		breach(v, BREACH_ORDER, why);
}

static void check_number(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (w->head.number == v->next_block)
		return;
	if (w->stray)
		breach(v, BREACH_ORDER, w->stray == STRAY_AGAIN ? "the same block again" :
		       "it stands behind a block that comes after it");
	else if (!v->damage_before)
		breach(v, BREACH_MISSING, "blocks are missing before this one");
	v->numbers_open = true;
	v->next_block = w->head.number;
}

static void check_block(struct verifier *v)
{
	const struct walk *w = &v->walk;

	check_place(v);
	if (w->anew || !v->r->segments)
		begin_segment(v);
	if (w->head.type == VTR_META)
		v->damage_before = false;
	check_number(v);
	v->damage_before = false;
	if (w->stray == STRAY_AGAIN) {
		v->next_block++;
		return;
	}
	v->last_type = w->head.type;
	if (block_is_newer(&w->head)) {
		breach(v, BREACH_VERSION, "the block was written by a newer version");
		v->numbers_open = true;
	} else {
		check_chain(v);
		check_content(v);
	}
	memcpy(v->end, w->head.digest, VTR_DIGEST);
	v->next_block = w->head.number + 1;
	v->r->blocks++;
}

static void check_damaged(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (!v->r->segments)
		begin_segment(v);
	breach(v, BREACH_BYTES, w->have_head ? "the body does not agree with its checksum" :
	       "the header does not agree with its checksum");
	v->damage_before = v->numbers_open = true;
	if (w->have_head)
		memcpy(v->end, w->head.digest, VTR_DIGEST);
	v->next_block++;
}

static void check_cut(struct verifier *v)
{
	struct verify_report *r = v->r;

	r->cut = true;
	r->cut_at = v->walk.offset;
	breach(v, BREACH_CUT, v->walk.length ? "the trace ends inside this block" :
	       "the trace ends without its seal and trailer");
}

static int run(struct verifier *v)
{
	int err = walk_look(&v->walk);

	if (err)
		return err;
	for (;;) {
		switch (walk_next(&v->walk)) {
		case WALK_BLOCK:
			check_block(v);
			break;
		case WALK_DAMAGED:
			check_damaged(v);
			break;
		case WALK_CUT:
			check_cut(v);
			break;
		case WALK_ERROR:
			return v->walk.in.err;
		case WALK_END:
			end_segment(v);
			return v->r->breaches ? -E_VERIFY : 0;
		}
	}
}

int vtr_verify(struct input *in, const uint8_t key[SEAL_PUBLIC],
	       struct verify_report *r)
{
	struct verifier v = { .r = r, .key = key };
	int err;

	*r = (struct verify_report){ 0 };
	if (!block_digest_init())
		return -E_ENV;
	v.walk.in = *in;
	content_init(&v.content);
	err = run(&v);
	memcpy(r->digest, v.end, VTR_DIGEST);
	*in = v.walk.in;
	content_release(&v.content);
	index_release(&v.index);
	index_release(&v.found);
	end_seals(&v);
	return err;
}

void verify_report_vouch(struct verify_report *r)
{
	size_t i, kept = 0;

	for (i = 0; i < r->n; i++)
		if (r->v[i].kind != BREACH_KEY)
			r->v[kept++] = r->v[i];
	r->n = kept;
	r->breaches -= r->of_kind[BREACH_KEY];
	r->of_kind[BREACH_KEY] = 0;
}

void verify_report_release(struct verify_report *r)
{
	free(r->v);
	free(r->seals);
	*r = (struct verify_report){ 0 };
}
