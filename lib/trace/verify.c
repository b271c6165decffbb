/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/index.h"
#include "lib/trace/metaio.h"
#include "lib/trace/reader.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/verify.h"
#include "lib/trace/walk.h"

struct verifier {
	struct walk walk;
	struct verify_report *r;
	const uint8_t *key;
	struct schema *schema;
	struct rows_get rows;
	struct buf text;
	/* Of the segment: */
	uint64_t segment_at;		/* offset of its first block */
	size_t segment_breach;		/* its first breach */
	struct chain chain;
	bool chain_known;		/* chain.digest is that of the block before */
	bool damage_before;		/* numbers may jump without another breach */
	uint64_t events, last_num, last_ts;
	uint64_t index_at;		/* offset in the segment, 0: none */
	struct index index;
	bool seal_seen;
};

static struct breach *breach(struct verifier *v, enum breach_kind kind, const char *text)
{
	static struct breach dropped;
	struct verify_report *r = v->r;
	const struct walk *w = &v->walk;

	if (r->breaches++ >= BREACHES_MAX)
		return &dropped;
	XGROW(r->v, r->cap, r->n + 1);
	r->v[r->n] = (struct breach){
		.kind = kind, .block = v->chain.next, .text = text,
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

/* The INDEX, when it is whole, knows better than the neighbours. */
static void exact_ranges(struct verifier *v)
{
	const struct index_entry *e;
	struct breach *b;
	size_t i, j;

	for (i = v->segment_breach; i < v->r->n; i++) {
		b = &v->r->v[i];
		for (j = 0; j < v->index.n; j++) {
			e = &v->index.v[j];
			if (e->offset + v->segment_at != b->offset || e->type != VTR_EVENTS)
				continue;
			b->from_ts = e->min_ts;
			b->to_ts = e->max_ts;
			b->from_num = e->first;
			b->to_num = e->first + e->count - 1;
		}
	}
}

static void begin_segment(struct verifier *v)
{
	memset(&v->chain, 0, sizeof(v->chain));
	v->chain_known = true;
	v->damage_before = v->seal_seen = false;
	v->events = v->last_num = v->index_at = 0;
	v->segment_at = v->walk.offset;
	v->segment_breach = v->r->n;
	schema_clear(v->schema);
	index_release(&v->index);
	v->r->segments++;
}

static bool unpack(struct verifier *v)
{
	buf_clear(&v->text);
	return block_unpack(v->rows.codec, &v->text, v->walk.body, v->walk.head.length);
}

static bool meta_ok(struct verifier *v)
{
	struct vtr_meta meta = VTR_META_INIT;
	bool ok = unpack(v) && meta_unpack(&meta, v->text.data, v->text.len);

	vtr_meta_release(&meta);
	return ok;
}

static bool rows_ok(struct verifier *v, bool events)
{
	struct rows_get *g = &v->rows;
	unsigned i;

	if (!rows_get_open(g, v->walk.body, v->walk.head.length, v->schema))
		return false;
	for (i = 0; i < g->head.nkinds; i++)
		if (g->groups[i].known)
			rows_get_group(g, &g->groups[i]);
	if (g->bad || !events)
		return !g->bad;
	close_ranges(v, g->head.min_ts, g->head.first);
	if (!v->r->events)
		v->r->first_ts = g->head.min_ts;
	v->r->events += g->head.count;
	v->events += g->head.count;
	v->last_num = g->head.first + g->head.count - 1;
	v->r->last_ts = v->last_ts = g->head.max_ts;
	return true;
}

static void check_seal(struct verifier *v)
{
	const struct walk *w = &v->walk;
	struct seal s;

	v->seal_seen = true;
	if (!seal_unpack(&s, w->body, w->head.length)) {
		breach(v, BREACH_CONTENT, "the seal is too short");
		return;
	}
	v->r->sealed++;
	/* Events of blocks that are damaged were told of already. */
	if (s.blocks != w->head.number ||
	    (s.events != v->events && v->r->n == v->segment_breach) ||
	    (v->chain_known && memcmp(s.digest, v->chain.digest, VTR_DIGEST)))
		breach(v, BREACH_SEAL, "the seal is over other blocks than these");
	if (!s.is_signed) {
		if (v->key)
			breach(v, BREACH_KEY, "the seal is not signed");
		return;
	}
	if (!seal_signature_ok(&s, w->body, w->head.length)) {
		breach(v, BREACH_SEAL, "the signature is not that of its key");
		return;
	}
	v->r->is_signed++;
	memcpy(v->r->public_key, s.public_key, SEAL_PUBLIC);
	if (v->key && memcmp(s.public_key, v->key, SEAL_PUBLIC))
		breach(v, BREACH_KEY, "the seal is signed with another key");
}

static void check_trailer(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (!v->seal_seen)
		breach(v, BREACH_SEAL, "a trailer without a seal before it");
	if (w->head.length != VTR_TRAILER_BODY || le64(w->body) != v->index_at ||
	    le64(w->body + 8) != w->offset + w->length - v->segment_at)
		breach(v, BREACH_SEAL, "the trailer tells other places than these");
}

static void check_content(struct verifier *v)
{
	const struct walk *w = &v->walk;
	struct evloss loss;
	bool ok = true;

	switch (w->head.type) {
	case VTR_META:
		ok = meta_ok(v);
		break;
	case VTR_SCHEMA:
		ok = unpack(v) && schema_add(v->schema, v->text.data, v->text.len);
		break;
	case VTR_SNAPSHOT:
	case VTR_EVENTS:
		ok = rows_ok(v, w->head.type == VTR_EVENTS);
		break;
	case VTR_LOSS:
		ok = loss_unpack(&loss, w->body, w->head.length);
		break;
	case VTR_INDEX:
		v->index_at = w->offset - v->segment_at;
		ok = unpack(v) && index_unpack(&v->index, v->text.data, v->text.len,
					      w->head.version);
		if (ok)
			exact_ranges(v);
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
	if (!ok)
		breach(v, BREACH_CONTENT, "the block does not hold what it must");
}

static void check_chain(struct verifier *v)
{
	const struct walk *w = &v->walk;
	uint8_t digest[VTR_DIGEST];

	if (le32(w->raw_head + VTR_H_RESERVED))
		breach(v, BREACH_CHAIN, "reserved bytes are not zero");
	if (!v->chain_known)
		return;
	block_digest(digest, v->chain.digest, w->raw_head, w->body, w->head.length);
	if (memcmp(digest, w->head.digest, VTR_DIGEST))
		breach(v, BREACH_CHAIN, "the block does not continue the one before it: "
		       "one of the two was modified");
}

static void check_block(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (w->head.type == VTR_META)
		begin_segment(v);
	else if (!v->r->segments)
		begin_segment(v);	/* its META is damaged or missing */
	if (w->head.number != v->chain.next) {
		if (!v->damage_before)
			breach(v, BREACH_MISSING, "blocks are missing before this one");
		v->chain_known = false;
		v->chain.next = w->head.number;
	}
	v->damage_before = false;
	if ((w->head.flags & VTR_FLAGS_MUST_KNOW) || w->head.version > VTR_VERSION) {
		breach(v, BREACH_VERSION, "the block was written by a newer version");
	} else {
		check_chain(v);
		check_content(v);
	}
	memcpy(v->chain.digest, w->head.digest, VTR_DIGEST);
	v->chain_known = true;
	v->chain.next = w->head.number + 1;
	v->r->blocks++;
}

static void check_damaged(struct verifier *v)
{
	const struct walk *w = &v->walk;

	if (!v->r->segments)
		begin_segment(v);
	breach(v, BREACH_BYTES, w->have_head ? "the body does not agree with its checksum" :
	       "the header does not agree with its checksum");
	v->damage_before = true;
	v->chain_known = w->have_head;
	if (w->have_head)
		memcpy(v->chain.digest, w->head.digest, VTR_DIGEST);
	v->chain.next++;
}

static void check_cut(struct verifier *v)
{
	struct verify_report *r = v->r;

	r->cut = true;
	r->cut_at = v->walk.offset;
	breach(v, BREACH_CUT, v->walk.length ? "the trace ends inside this block" :
	       "the trace ends without its seal and trailer");
}

static int first_look(struct verifier *v)
{
	const uint8_t *p;
	size_t got = input_want(&v->walk.in, VTR_HEADER, &p);

	if (v->walk.in.err)
		return v->walk.in.err;
	if (!got)
		return -E_EMPTY;
	return vtr_probe(p, got) ? 0 : -E_FOREIGN;
}

static int run(struct verifier *v)
{
	int err = first_look(v);

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
	v.schema = schema_new();
	buf_init(&v.text);
	rows_get_init(&v.rows);
	err = run(&v);
	memcpy(r->digest, v.chain.digest, VTR_DIGEST);
	*in = v.walk.in;
	rows_get_release(&v.rows);
	schema_free(v.schema);
	index_release(&v.index);
	buf_release(&v.text);
	return err;
}

void verify_report_release(struct verify_report *r)
{
	free(r->v);
	*r = (struct verify_report){ 0 };
}
