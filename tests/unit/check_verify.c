/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forged traces: whoever has no key can still make every checksum and digest
 * anew.  What verify holds them to besides: the order of blocks, one seal over
 * each segment, numbers of events, the INDEX; and whose seals they are.
 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/base/err.h"
#include "lib/base/lebuf.h"
#include "lib/event/loss.h"
#include "lib/trace/index.h"
#include "lib/trace/reader.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/summary.h"
#include "lib/trace/verify.h"
#include "tests/trace/convert.h"
#include "tests/trace/sample.h"

enum { PER_BLOCK = 4, EVENTS = 12 };	/* META SCHEMA EVENTS x 3 INDEX SEAL TRAILER */
enum { AT_META, AT_SCHEMA, AT_EVENTS, AT_INDEX = 5, AT_SEAL, AT_TRAILER, NBLOCKS };

static const uint8_t *const good_key = sample_key + 32;
static uint8_t other_secret[SEAL_SECRET];

/* Of the seed of 32 zero bytes. */
static void make_other_key(void)
{
	static const char public_key[] =
		"3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
	unsigned i, v;

	for (i = 0; i < SEAL_PUBLIC; i++) {
		ck_assert_int_eq(sscanf(public_key + 2 * i, "%2x", &v), 1);
		other_secret[SEAL_PUBLIC + i] = (uint8_t)v;
	}
}

/* A segment of EVENTS events; its last digest to end, for the next one's parent. */
static void make(struct buf *out, const char *name, const uint8_t *secret,
		 const char *parent, uint8_t end[VTR_DIGEST])
{
	struct vtr_writer_opts opts = { .block_events = PER_BLOCK, .sign_key = secret };
	struct vtr_meta meta = VTR_META_INIT;
	struct vtr_writer *w;
	struct row r = { .tid = 1, .kind = kind_of(EV_SYSCALL_CLOSE_X) };
	unsigned i;

	vtr_meta_set(&meta, "case.id", str_of(name));
	if (parent)
		vtr_meta_set(&meta, "segment.parent", str_of(parent));
	w = vtr_writer_new(&meta, &opts, buf_sink, out);
	vtr_meta_release(&meta);
	for (i = 0; i < EVENTS; i++) {
		r.ts = sample_ts(i);
		ck_assert_int_eq(vtr_writer_row(w, &r), 0);
	}
	ck_assert_int_eq(vtr_writer_close_digest(w, end), 0);
}

/* --- what a forger does --- */

struct piece {
	uint8_t type;
	const char *body;
	uint32_t len;
};

struct forgery {
	struct buf from, bodies;	/* a trace, and what was made up */
	struct piece v[32];
	unsigned n;
};

static void take_apart(struct forgery *f, const char *name, const uint8_t *secret)
{
	uint8_t end[VTR_DIGEST];
	struct block_head h;
	size_t at = 0;

	*f = (struct forgery){ .from = BUF_INIT, .bodies = BUF_INIT };
	make(&f->from, name, secret, NULL, end);
	buf_grow(&f->bodies, 1 << 16);	/* stays where it is */
	for (; at < f->from.len; at += VTR_HEADER + h.length) {
		ck_assert(block_head_parse(&h, (uint8_t *)f->from.data + at));
		f->v[f->n++] = (struct piece){ h.type, f->from.data + at + VTR_HEADER, h.length };
	}
	ck_assert_uint_eq(f->n, NBLOCKS);
}

static void forgery_release(struct forgery *f)
{
	buf_release(&f->from);
	buf_release(&f->bodies);
}

static void put_in(struct forgery *f, unsigned at, struct piece p)
{
	unsigned i;

	for (i = f->n++; i > at; i--)
		f->v[i] = f->v[i - 1];
	f->v[at] = p;
}

static void take_out(struct forgery *f, unsigned at, unsigned n)
{
	unsigned i;

	f->n -= n;
	for (i = at; i < f->n; i++)
		f->v[i] = f->v[i + n];
}

/* Another body: a copy that may be written to. */
static uint8_t *change(struct forgery *f, unsigned at)
{
	struct piece *p = &f->v[at];
	size_t to = f->bodies.len;

	ck_assert_uint_lt(to + p->len, 1 << 16);
	buf_add(&f->bodies, p->body, p->len);
	p->body = f->bodies.data + to;
	return (uint8_t *)f->bodies.data + to;
}

/* The number of the first event of the EVENTS block there. */
static void renumber(struct forgery *f, unsigned at, uint64_t first)
{
	put_le64(change(f, at) + VTR_E_FIRST, first);
}

static void honest_entry(struct index *x, struct codec *codec, const struct piece *p,
			 uint64_t offset)
{
	struct index_entry e = { .offset = offset, .type = p->type };
	struct evloss loss;
	struct rows_head h;

	if (p->type == VTR_LOSS && loss_unpack(&loss, p->body, p->len)) {
		index_loss(x, &loss, offset);
		return;
	}
	if (p->type == VTR_EVENTS) {
		ck_assert(rows_head_parse(&h, p->body, p->len));
		ck_assert(index_count_body(x, codec, p->body, p->len));
		e.count = h.count;
		e.first = h.first;
		e.min_ts = h.min_ts;
		e.max_ts = h.max_ts;
	}
	if (p->type == VTR_EVENTS || p->type == VTR_SCHEMA)
		index_add(x, &e);
}

static void put_block(struct buf *out, struct chain *c, const struct piece *p)
{
	uint8_t head[VTR_HEADER];

	block_head_make(head, c, p->type, p->body, p->len);
	buf_add(out, head, sizeof(head));
	buf_add(out, p->body, p->len);
}

static void put_index(struct buf *out, struct chain *c, struct index *x, struct codec *codec)
{
	struct buf raw = BUF_INIT, body = BUF_INIT;

	index_pack(x, &raw);
	block_pack(codec, &body, raw.data, raw.len);
	put_block(out, c, &(struct piece){ VTR_INDEX, body.data, (uint32_t)body.len });
	buf_release(&raw);
	buf_release(&body);
}

static void put_seal(struct buf *out, struct chain *c, uint64_t events, const uint8_t *secret)
{
	struct buf body = BUF_INIT;

	seal_make(&body, c, events, secret);
	put_block(out, c, &(struct piece){ VTR_SEAL, body.data, (uint32_t)body.len });
	buf_release(&body);
}

static void put_trailer(struct buf *out, struct chain *c, uint64_t index_at, size_t start)
{
	uint8_t body[VTR_TRAILER_BODY];

	put_le64(body, index_at);
	put_le64(body + 8, out->len + VTR_HEADER + sizeof(body) - start);
	put_block(out, c, &(struct piece){ VTR_TRAILER, (char *)body, sizeof(body) });
}

enum { HONEST, LEAVE_OUT, WRONG_TIME, WRONG_TOTAL, NO_BLOCKS };

static void lie_in(struct index *x, unsigned how)
{
	if (how == LEAVE_OUT)
		memmove(&x->v[2], &x->v[3], (--x->n - 2) * sizeof(x->v[0]));
	if (how == WRONG_TIME)
		x->v[2].min_ts = x->v[2].max_ts = 1;
	if (how == WRONG_TOTAL)
		x->totals[0].rows++;
	if (how == NO_BLOCKS)
		x->n = x->ntotals = 0;
}

/*
 * The pieces with all digests, an INDEX, a SEAL and a TRAILER that are right
 * for them, wherever they stand; lie: but for the INDEX.
 */
static void put_together(struct buf *out, const struct forgery *f, unsigned lie,
			 const uint8_t *secret)
{
	struct chain c = { 0 };
	struct index x = INDEX_INIT;
	struct codec *codec = codec_new(0);
	size_t start = out->len;
	uint64_t index_at = 0, events = 0;
	unsigned i;

	for (i = 0; i < f->n; i++) {
		const struct piece *p = &f->v[i];

		honest_entry(&x, codec, p, out->len - start);
		events += p->type == VTR_EVENTS ? le32(p->body) : 0;
		if (p->type == VTR_INDEX) {
			index_at = out->len - start;
			lie_in(&x, lie);
			put_index(out, &c, &x, codec);
		} else if (p->type == VTR_SEAL) {
			put_seal(out, &c, events, secret);
		} else if (p->type == VTR_TRAILER) {
			put_trailer(out, &c, index_at, start);
		} else {
			put_block(out, &c, p);
		}
	}
	index_release(&x);
	codec_free(codec);
}

/* --- and what verify says --- */

static int verify(const struct buf *b, const uint8_t *key, struct verify_report *r)
{
	struct input in;

	input_mem(&in, b->data, b->len);
	return vtr_verify(&in, key, r);
}

static void is_intact(const struct buf *b, const uint8_t *key)
{
	struct verify_report r;
	int err = verify(b, key, &r);

	ck_assert_msg(!err, "%s", r.n ? r.v[0].text : "no breach");
	verify_report_release(&r);
}

/* The first breach is of that kind, in that block. */
static void is_breach(const struct buf *b, const uint8_t *key, enum breach_kind kind,
		      uint64_t block)
{
	struct verify_report r;

	ck_assert_int_eq(verify(b, key, &r), -E_VERIFY);
	ck_assert_uint_ge(r.n, 1);
	ck_assert_msg(r.v[0].kind == kind && r.v[0].block == block, "block %" PRIu64 ": %s",
		      r.v[0].block, r.v[0].text);
	verify_report_release(&r);
}

static void forged_is(struct forgery *f, unsigned lie, enum breach_kind kind, uint64_t block)
{
	struct buf b = BUF_INIT;

	put_together(&b, f, lie, sample_key);
	is_breach(&b, NULL, kind, block);
	is_breach(&b, good_key, kind, block);
	buf_release(&b);
	forgery_release(f);
}

START_TEST(a_forger_who_changes_nothing)
{
	struct buf b = BUF_INIT;
	struct forgery f;

	take_apart(&f, "a", sample_key);
	put_together(&b, &f, HONEST, sample_key);
	ck_assert_uint_eq(b.len, f.from.len);
	ck_assert(!memcmp(b.data, f.from.data, b.len));
	is_intact(&b, good_key);
	buf_release(&b);
	forgery_release(&f);
}
END_TEST

/* Behind a seal somebody else made, in the segment it does not cover. */
START_TEST(behind_the_seal)
{
	struct forgery f;

	take_apart(&f, "a", sample_key);
	put_in(&f, AT_TRAILER, f.v[AT_EVENTS]);
	renumber(&f, AT_TRAILER, EVENTS + 1);
	forged_is(&f, HONEST, BREACH_ORDER, AT_TRAILER);
	take_apart(&f, "a", sample_key);
	put_in(&f, NBLOCKS, f.v[AT_EVENTS]);
	renumber(&f, NBLOCKS, EVENTS + 1);
	put_in(&f, NBLOCKS + 1, f.v[AT_TRAILER]);
	forged_is(&f, HONEST, BREACH_ORDER, NBLOCKS);
	/* a second seal, which covers the first one too */
	take_apart(&f, "a", sample_key);
	put_in(&f, AT_TRAILER, f.v[AT_SEAL]);
	forged_is(&f, HONEST, BREACH_ORDER, AT_TRAILER);
}
END_TEST

START_TEST(order_of_the_end)
{
	struct forgery f;

	take_apart(&f, "a", sample_key);
	put_in(&f, AT_SEAL, f.v[AT_EVENTS]);
	renumber(&f, AT_SEAL, EVENTS + 1);
	forged_is(&f, HONEST, BREACH_ORDER, AT_SEAL);
	take_apart(&f, "a", sample_key);
	take_out(&f, AT_INDEX, 1);
	forged_is(&f, HONEST, BREACH_ORDER, AT_INDEX);
	take_apart(&f, "a", sample_key);
	take_out(&f, AT_SEAL, 1);
	forged_is(&f, HONEST, BREACH_ORDER, AT_SEAL);
}
END_TEST

/* A segment nobody sealed, before, between and behind segments that are signed. */
START_TEST(unsealed_segments)
{
	struct buf b = BUF_INIT, whole = BUF_INIT, next = BUF_INIT;
	struct verify_report r;
	uint8_t end[VTR_DIGEST];
	struct forgery f;

	make(&whole, "a", sample_key, NULL, end);
	make(&next, "c", sample_key, NULL, end);
	take_apart(&f, "b", NULL);
	take_out(&f, AT_INDEX, 3);
	put_together(&b, &f, HONEST, NULL);
	buf_add(&b, whole.data, whole.len);
	is_breach(&b, NULL, BREACH_ORDER, AT_INDEX);
	is_breach(&b, good_key, BREACH_ORDER, AT_INDEX);
	ck_assert_int_eq(verify(&b, good_key, &r), -E_VERIFY);
	ck_assert_uint_eq(r.of_kind[BREACH_KEY], 1);
	verify_report_release(&r);
	buf_clear(&b);
	buf_add(&b, whole.data, whole.len);
	put_together(&b, &f, HONEST, NULL);
	is_breach(&b, good_key, BREACH_CUT, AT_INDEX);
	buf_add(&b, next.data, next.len);
	is_breach(&b, good_key, BREACH_ORDER, AT_INDEX);
	buf_release(&b);
	buf_release(&whole);
	buf_release(&next);
	forgery_release(&f);
}
END_TEST

START_TEST(numbers_of_events)
{
	struct forgery f;

	take_apart(&f, "a", sample_key);	/* the same events twice */
	put_in(&f, AT_INDEX, f.v[AT_INDEX - 1]);
	forged_is(&f, HONEST, BREACH_ORDER, AT_INDEX);
	take_apart(&f, "a", sample_key);	/* the first ones are gone */
	renumber(&f, AT_EVENTS, 100000);
	forged_is(&f, HONEST, BREACH_MISSING, AT_EVENTS);
	take_apart(&f, "a", sample_key);	/* a block in the middle is */
	take_out(&f, AT_EVENTS + 1, 1);
	forged_is(&f, HONEST, BREACH_MISSING, AT_EVENTS + 1);
	take_apart(&f, "a", sample_key);
	renumber(&f, AT_EVENTS + 2, UINT64_MAX - 1);
	forged_is(&f, HONEST, BREACH_CONTENT, AT_EVENTS + 2);
}
END_TEST

/* What a repair tells as lost of the file had numbers. */
START_TEST(numbers_that_were_lost)
{
	struct buf b = BUF_INIT, body = BUF_INIT;
	struct evloss loss = { .count = PER_BLOCK, .cpu = -1, .reason = LOSS_FILE };
	struct forgery f;
	unsigned i;

	for (i = 0; i < 3; i++) {
		loss.count = PER_BLOCK - i % 2;
		loss.reason = i < 2 ? LOSS_FILE : LOSS_RING;
		buf_clear(&body);
		loss_pack(&body, &loss);
		take_apart(&f, "a", sample_key);
		f.v[AT_EVENTS + 1] = (struct piece){ VTR_LOSS, body.data, (uint32_t)body.len };
		buf_clear(&b);
		put_together(&b, &f, HONEST, sample_key);
		if (i)
			is_breach(&b, NULL, BREACH_MISSING, AT_EVENTS + 2);
		else
			is_intact(&b, good_key);
		forgery_release(&f);
	}
	buf_release(&b);
	buf_release(&body);
}
END_TEST

/* Times in the head of a block that its events do not have. */
START_TEST(times_of_a_block)
{
	struct forgery f;

	take_apart(&f, "a", sample_key);
	put_le64(change(&f, AT_EVENTS) + VTR_E_MAX_TS, sample_ts(0));
	forged_is(&f, HONEST, BREACH_CONTENT, AT_EVENTS);
}
END_TEST

/* How many events are read from this time on. */
static unsigned read_from(const struct buf *b, uint64_t from_ts)
{
	struct vtr_projection p = { .payload = true, .from_ts = from_ts };
	struct diag d = DIAG_INIT;
	struct evsource_next n;
	struct evsource *s;
	unsigned seen = 0;

	ck_assert_int_eq(vtr_open_mem(&s, b->data, b->len, "b", &d), 0);
	vtr_project(s, &p);
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n))
		seen += n.what == EVS_EVENT && n.ev->ts >= from_ts;
	s->close(s);
	diag_release(&d);
	return seen;
}

/* verify tells, and nobody misses events by it. */
START_TEST(an_index_that_lies)
{
	struct summary s;
	struct buf b = BUF_INIT;
	struct input in;
	struct forgery f;
	unsigned lie;

	for (lie = LEAVE_OUT; lie <= NO_BLOCKS; lie++) {
		take_apart(&f, "a", sample_key);
		buf_clear(&b);
		put_together(&b, &f, lie, sample_key);
		is_breach(&b, good_key, BREACH_CONTENT, AT_INDEX);
		ck_assert_uint_eq(read_from(&b, sample_ts(PER_BLOCK)), EVENTS - PER_BLOCK);
		input_mem(&in, b.data, b.len);
		ck_assert_int_eq(vtr_summarise(&in, &s), 0);
		ck_assert_uint_eq(s.events, EVENTS);
		summary_release(&s);
		forgery_release(&f);
	}
	buf_release(&b);
}
END_TEST

/* So many small blocks, and the events of one more. */
static void make_long(struct buf *out, const struct forgery *f, unsigned n)
{
	struct vtr_writer_opts opts = { .block_events = PER_BLOCK, .sign_key = sample_key };
	struct row r = { .tid = 1, .kind = kind_of(EV_SYSCALL_CLOSE_X), .ts = sample_ts(0) };
	struct vtr_meta meta = VTR_META_INIT;
	const struct piece *p = f->v;
	struct vtr_writer *w;

	while (p->type != VTR_SCHEMA)
		p++;
	buf_clear(out);
	vtr_meta_set(&meta, "case.id", STR("long"));
	w = vtr_writer_new(&meta, &opts, buf_sink, out);
	vtr_meta_release(&meta);
	while (n--)
		vtr_writer_copy(w, VTR_SCHEMA, p->body, p->len);
	ck_assert_int_eq(vtr_writer_row(w, &r), 0);
	ck_assert_int_eq(vtr_writer_close(w), 0);
}

START_TEST(more_blocks_than_an_index_has)
{
	struct buf out = BUF_INIT;
	struct index x = INDEX_INIT;
	struct forgery f;
	struct input in;

	take_apart(&f, "a", sample_key);
	make_long(&out, &f, VTR_INDEX_MAX - 1);	/* two come by themselves */
	is_intact(&out, good_key);
	input_mem(&in, out.data, out.len);
	ck_assert(!vtr_load_index(&in, &x));
	input_release(&in);
	buf_release(&out);
	forgery_release(&f);
}
END_TEST

START_TEST(who_signed)
{
	struct buf b = BUF_INIT;
	struct verify_report r;
	uint8_t end[VTR_DIGEST];

	make_other_key();
	make(&b, "a", sample_key, NULL, end);
	make(&b, "b", other_secret, NULL, end);
	make(&b, "c", sample_key, NULL, end);
	make(&b, "d", NULL, NULL, end);
	ck_assert_int_eq(verify(&b, NULL, &r), 0);
	ck_assert_uint_eq(r.segments, 4);
	ck_assert_uint_eq(r.is_signed, 3);
	ck_assert_uint_eq(r.nsigners, 2);
	ck_assert(!memcmp(r.signers[0].public_key, good_key, SEAL_PUBLIC));
	ck_assert_uint_eq(r.signers[0].segments, 2);
	ck_assert(!memcmp(r.signers[1].public_key, other_secret + 32, SEAL_PUBLIC));
	ck_assert_uint_eq(r.signers[1].segments, 1);
	verify_report_release(&r);
	/* one segment by another key, one by none */
	ck_assert_int_eq(verify(&b, good_key, &r), -E_VERIFY);
	ck_assert_uint_eq(r.breaches, 2);
	ck_assert_uint_eq(r.of_kind[BREACH_KEY], 2);
	verify_report_vouch(&r);
	ck_assert_uint_eq(r.breaches + r.n, 0);
	verify_report_release(&r);
	buf_release(&b);
}
END_TEST

START_TEST(segments_that_continue)
{
	struct buf b = BUF_INIT;
	struct verify_report r;
	uint8_t end[VTR_DIGEST];
	char parent[2 * VTR_DIGEST + 1];
	unsigned i;

	make(&b, "a", sample_key, NULL, end);
	for (i = 0; i < VTR_DIGEST; i++)
		snprintf(parent + 2 * i, 3, "%02x", end[i]);
	make(&b, "b", sample_key, parent, end);
	ck_assert_int_eq(verify(&b, good_key, &r), 0);
	ck_assert_uint_eq(r.segments, 2);
	ck_assert_uint_eq(r.recordings, 1);
	verify_report_release(&r);
	/* its parent is not the one before it */
	make(&b, "c", sample_key, parent, end);
	ck_assert_int_eq(verify(&b, good_key, &r), 0);
	ck_assert_uint_eq(r.segments, 3);
	ck_assert_uint_eq(r.recordings, 2);
	verify_report_release(&r);
	buf_release(&b);
}
END_TEST

/* All evidence twice, even when each copy has a seal of its own. */
START_TEST(the_same_segment_again)
{
	struct buf b = BUF_INIT;
	uint8_t end[VTR_DIGEST];
	unsigned i;

	make_other_key();
	for (i = 0; i < 2; i++) {
		buf_clear(&b);
		make(&b, "a", sample_key, NULL, end);
		make(&b, "b", sample_key, NULL, end);
		is_intact(&b, good_key);
		make(&b, "a", i ? other_secret : sample_key, NULL, end);
		is_breach(&b, NULL, BREACH_ORDER, AT_SEAL);
	}
	buf_release(&b);
}
END_TEST

UNIT_MAIN("verify", a_forger_who_changes_nothing, behind_the_seal, order_of_the_end,
	  unsealed_segments, numbers_of_events, numbers_that_were_lost, times_of_a_block,
	  an_index_that_lies, more_blocks_than_an_index_has, who_signed,
	  segments_that_continue, the_same_segment_again)
