/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bit flips do not reach: blocks with checksums that are right and other
 * contents, versions or places; bytes missing from the middle; two traces in
 * one file, the second without its beginning or the first without its end.
 * verify never says intact, no event comes that was not written, and what
 * repair makes of it is intact and reads as the original did.
 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/event/loss.h"
#include "lib/trace/block.h"
#include "lib/trace/crc.h"
#include "lib/trace/reader.h"
#include "lib/trace/repair.h"
#include "lib/trace/summary.h"
#include "tests/trace/convert.h"
#include "tests/trace/torn.h"

#define RECORDINGS	3

/* What a reader gives, recording by recording. */
struct tally {
	unsigned recordings, losses;
	unsigned events[RECORDINGS];
	bool got[RECORDINGS][SAMPLE_EVENTS];
	bool from[RECORDINGS][2];	/* events of the sample, of the other host */
	int err;
};

static void note_event(struct tally *t, uint64_t ts)
{
	bool other = ts >= sample_ts(0) + SAMPLE_LATER;
	unsigned i, at = t->recordings - 1;

	ts -= other ? SAMPLE_LATER : 0;
	i = (unsigned)((ts - sample_ts(0)) / 1000003);
	if (i >= SAMPLE_EVENTS || ts != sample_ts(i) || at >= RECORDINGS) {
		complain("an event that was never written", ts, i);
		return;
	}
	t->events[at] += !t->got[at][i];
	t->got[at][i] = t->from[at][other] = true;
}

static void take(struct tally *t, const struct buf *b)
{
	struct diag d = DIAG_INIT;
	struct evsource_next n;
	struct evsource *s;

	*t = (struct tally){ .recordings = 1 };
	t->err = vtr_open_mem(&s, b->data, b->len, "sample", &d);
	if (!t->err) {
		for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
			t->recordings += n.what == EVS_RESTART;
			t->losses += n.what == EVS_LOSS;
			if (n.what != EVS_EVENT)
				continue;
			event_params(n.ev);
			note_event(t, n.ev->ts);
		}
		t->err = s->status(s);
		s->close(s);
	}
	diag_release(&d);
}

/* The checksums of the block at this offset made right again; not its digest. */
static void put_sums(struct buf *b, uint64_t at)
{
	uint8_t *p = (uint8_t *)b->data + at;

	put_le32(p + VTR_H_BODYSUM, crc32_of(0, p + VTR_HEADER, le32(p + VTR_H_LENGTH)));
	put_le32(p + VTR_H_SUM, crc32_of(0, p, VTR_H_SUM));
}

/* The whole chain made anew, as whoever has the program can. */
static void put_chain(struct buf *b)
{
	static const uint8_t zero[VTR_DIGEST];
	const uint8_t *prev = zero;
	uint32_t len;
	uint8_t *p;
	size_t at;

	for (at = 0; at < b->len; at += VTR_HEADER + len) {
		p = (uint8_t *)b->data + at;
		len = le32(p + VTR_H_LENGTH);
		put_le32(p + VTR_H_BODYSUM, crc32_of(0, p + VTR_HEADER, len));
		block_digest(p + VTR_H_DIGEST, prev, p, p + VTR_HEADER, len);
		put_sums(b, at);
		prev = p + VTR_H_DIGEST;
	}
}

static struct repair_report rep;	/* of the last mend() */

/* What repair makes of it: always intact. */
static void mend(const struct buf *b, struct buf *out, const char *what, uint64_t at)
{
	struct verify_report r;
	struct input in;

	buf_init(out);
	input_mem(&in, b->data, b->len);
	if (vtr_repair(&in, NULL, buf_sink, out, &rep))
		complain(what, at, -1);
	input_release(&in);
	if (verify(out->data, out->len, &r))
		complain(what, at, r.n ? (int64_t)r.v[0].kind : -2);
	verify_report_release(&r);
}

static void check_not_intact(const struct buf *b, const char *what, uint64_t at)
{
	struct verify_report r;

	if (verify(b->data, b->len, &r) != -E_VERIFY)
		complain(what, at, 0);
	verify_report_release(&r);
}

static void check_summary(const struct buf *b, const char *what, uint64_t at)
{
	struct summary s;
	struct input in;

	input_mem(&in, b->data, b->len);
	if (!vtr_summarise(&in, &s) && !s.status)
		complain(what, at, -5);
	summary_release(&s);
	input_release(&in);
}

/* Whole blocks read the same before and after. */
static void check_mended(const struct buf *b, const char *what, uint64_t at)
{
	struct tally before, after;
	struct buf out;

	take(&before, b);
	check_not_intact(b, what, at);
	check_summary(b, what, at);
	mend(b, &out, what, at);
	take(&after, &out);
	if (!before.err || after.err || before.recordings != after.recordings ||
	    memcmp(before.got, after.got, sizeof(before.got)))
		complain(what, at, before.err);
	if (!rep.damaged && !rep.modified && !rep.misplaced && !rep.unplaced && !rep.cut)
		complain(what, at, -3);
	buf_release(&out);
}

static void copy(struct buf *out, const struct buf *b)
{
	buf_init(out);
	buf_addstr(out, buf_str(b));
}

static void add_block(struct buf *out, const struct buf *b, unsigned block)
{
	buf_add(out, b->data + places[block].offset, places[block].length);
}

static void add_blocks(struct buf *out, const struct buf *b, unsigned from, unsigned to)
{
	for (; from < to; from++)
		add_block(out, b, from);
}

static struct buf other = BUF_INIT;	/* the sample of another host */
static struct place others[PLACES];	/* its blocks */

static void make_other(void)
{
	struct block_head h;
	unsigned n, first = 0;
	size_t at = 0;

	sample_make_other(&other);
	for (n = 0; n < nplaces; n++) {
		if (!block_head_parse(&h, (uint8_t *)other.data + at))
			abort();
		others[n] = (struct place){ .offset = at, .first = first };
		first += h.type == VTR_EVENTS ? le32(other.data + at + VTR_HEADER) : 0;
		at += VTR_HEADER + h.length;
	}
	if (at != other.len)
		abort();
}

static void add_rest_of_other(struct buf *out, unsigned from)
{
	buf_add(out, other.data + others[from].offset, other.len - others[from].offset);
}

/* ---- one block ---- */

static void other_bodies(const struct buf *b)
{
	struct buf f, out;
	unsigned i;
	size_t at;

	for (i = 0; i < nplaces; i++)
		for (at = 0; at < places[i].length - VTR_HEADER; at += 1 + at / 8) {
			copy(&f, b);
			f.data[places[i].offset + VTR_HEADER + at] ^= 0x11;
			put_sums(&f, places[i].offset);
			check_not_intact(&f, "another body", i);
			mend(&f, &out, "another body", i);
			/* A seal is not saved, the chain tells of all else. */
			if (!rep.modified && !rep.damaged)
				complain("another body is not told", i, (int64_t)at);
			buf_release(&out);
			buf_release(&f);
		}
}

/* Header bytes a reader must heed. */
static void other_headers(const struct buf *b)
{
	static const struct { const char *what; unsigned at, value; } rows[] = {
		{ "a newer version", VTR_H_VERSION, VTR_VERSION + 1 },
		{ "a flag to be known", VTR_H_FLAGS + 1, 0x40 },
		{ "a reserved byte", VTR_H_RESERVED, 1 },
		{ "a digest", VTR_H_DIGEST, 0x55 },
	};
	struct buf f, out;
	struct tally t;
	unsigned i, k;

	for (i = 1; i < nplaces; i++)
		for (k = 0; k < ARRAY_SIZE(rows); k++) {
			copy(&f, b);
			f.data[places[i].offset + rows[k].at] = (char)rows[k].value;
			put_sums(&f, places[i].offset);
			check_not_intact(&f, rows[k].what, i);
			mend(&f, &out, rows[k].what, i);
			take(&t, &out);
			if (t.events[0] != SAMPLE_EVENTS - (k < 2 ? places[i].count : 0))
				complain(rows[k].what, i, t.events[0]);
			if (!rep.modified && !rep.damaged)
				complain(rows[k].what, i, -4);
			buf_release(&out);
			buf_release(&f);
		}
}

/* What repair takes for lost is at most what is told lost: the page says no more. */
static void loss_of_the_file(const struct buf *b)
{
	struct buf f, out;
	struct tally t;
	unsigned i;

	for (i = 1; places[i].type != VTR_LOSS; i++)
		;
	copy(&f, b);
	put_le32((uint8_t *)f.data + places[i].offset + VTR_HEADER + 28, LOSS_FILE);
	put_sums(&f, places[i].offset);
	mend(&f, &out, "a loss of the file", i);
	take(&t, &out);
	if (t.events[0] != SAMPLE_EVENTS || rep.damaged || rep.unplaced)
		complain("a loss of the file takes events", i, t.events[0]);
	buf_release(&out);
	buf_release(&f);
}

/* Bytes missing from, or too many in, a body: that block is lost and no other. */
static void other_lengths(const struct buf *b)
{
	static const int bytes[] = { -1, -7, -40, -1000, 1, 9, 500 };
	struct buf f;
	struct tally t;
	unsigned i, k;
	uint64_t at, n;

	for (i = 1; i + 1 < nplaces; i++)
		for (k = 0; k < ARRAY_SIZE(bytes); k++) {
			at = places[i].offset + VTR_HEADER + 3;
			n = bytes[k] < 0 ? (uint64_t)-bytes[k] : 0;
			if (n > places[i].length - VTR_HEADER - 3)
				continue;
			buf_init(&f);
			buf_add(&f, b->data, at);
			buf_pad(&f, 'x', bytes[k] > 0 ? (size_t)bytes[k] : 0);
			buf_add(&f, b->data + at + n, b->len - at - n);
			take(&t, &f);
			if (t.events[0] != SAMPLE_EVENTS - places[i].count)
				complain("another length takes other blocks", i, t.events[0]);
			check_mended(&f, "another length", i);
			buf_release(&f);
		}
}

/* ---- their places ---- */

static void other_places(const struct buf *b)
{
	struct buf f, out;
	struct tally t;
	unsigned i;

	for (i = 1; i < nplaces; i++) {
		buf_init(&f);
		add_blocks(&f, b, 0, i);
		add_blocks(&f, b, i + 1, nplaces);
		if (i + 1 < nplaces || places[i].type != VTR_TRAILER)
			check_mended(&f, "a block taken out", i);
		buf_release(&f);

		buf_init(&f);
		add_blocks(&f, b, 0, i + 1);
		add_blocks(&f, b, i, nplaces);
		check_not_intact(&f, "a block twice", i);
		mend(&f, &out, "a block twice", i);
		take(&t, &out);
		if (t.events[0] != SAMPLE_EVENTS || t.recordings != 1 || !rep.misplaced)
			complain("a block twice", i, t.events[0]);
		buf_release(&out);
		buf_release(&f);

		if (i == 1)
			continue;	/* what does not begin with META is no trace */
		buf_init(&f);
		add_blocks(&f, b, 0, i - 1);
		add_block(&f, b, i);
		add_block(&f, b, i - 1);
		add_blocks(&f, b, i + 1, nplaces);
		check_not_intact(&f, "two blocks swapped", i);
		mend(&f, &out, "two blocks swapped", i);
		buf_release(&out);
		buf_release(&f);
	}
}

/* ---- two traces ---- */

static void check_two(const struct buf *f, const char *what, unsigned at, unsigned first,
		      unsigned second)
{
	struct tally t;

	take(&t, f);
	if (t.recordings != 2 || t.events[0] != first || t.events[1] != second || !t.losses)
		complain(what, at, t.recordings * 10000 + t.events[0] * 100 + t.events[1]);
	check_mended(f, what, at);
}

/* The second lacks some of its first blocks; they are gone, or damaged. */
static void without_beginning(const struct buf *b)
{
	struct buf f;
	unsigned n, i, missing;

	for (n = 1; n < nplaces - 3; n++) {
		missing = places[n].first;
		buf_init(&f);
		buf_addstr(&f, buf_str(b));
		add_rest_of_other(&f, n);
		check_two(&f, "the second begins late", n, SAMPLE_EVENTS,
			  SAMPLE_EVENTS - missing);
		buf_release(&f);

		buf_init(&f);
		buf_addstr(&f, buf_str(b));
		add_rest_of_other(&f, 0);
		for (i = 0; i < n; i++)
			f.data[b->len + others[i].offset + 70] ^= 4;
		check_two(&f, "the second begins with damage", n, SAMPLE_EVENTS,
			  SAMPLE_EVENTS - missing);
		for (i = 0; i < n; i++)
			f.data[b->len + others[i].offset + 2] ^= 4;
		check_two(&f, "the second begins with noise", n, SAMPLE_EVENTS,
			  SAMPLE_EVENTS - missing);
		buf_release(&f);
	}
}

/* The first is cut, anywhere. */
static void without_end(const struct buf *b)
{
	struct buf f;
	unsigned i, first;
	size_t len;

	for (len = places[1].offset; len < b->len; len += 13) {
		first = 0;
		for (i = 0; i < nplaces; i++)
			if (places[i].offset + places[i].length <= len)
				first += places[i].count;
		buf_init(&f);
		buf_add(&f, b->data, len);
		add_rest_of_other(&f, 0);
		check_two(&f, "the first is cut", (unsigned)len, first, SAMPLE_EVENTS);
		buf_release(&f);
	}
	for (i = 1; i < nplaces; i++) {
		buf_init(&f);
		add_blocks(&f, b, 0, i);
		add_rest_of_other(&f, 0);
		check_two(&f, "the first is cut between blocks", i, places[i].first,
			  SAMPLE_EVENTS);
		buf_release(&f);
	}
}

/* ---- two hosts ---- */

/* The first so many blocks of the one, all but so many of the other. */
static void splice(const struct buf *a, unsigned first, unsigned second)
{
	struct buf f, out;
	struct tally t;
	bool back = second < first;

	buf_init(&f);
	add_blocks(&f, a, 0, first);
	add_rest_of_other(&f, second);
	take(&t, &f);
	if (back && t.events[1] && (t.from[0][1] || t.from[1][0]))
		complain("two hosts in one", first, second);
	if (back && t.events[0] + t.events[1] !=
		    places[first].first + SAMPLE_EVENTS - others[second].first)
		complain("a splice takes events", first, second);
	if (back && t.from[0][0] && t.from[0][1])
		complain("two hosts in one recording", first, second);
	if (!t.err && second != first)
		complain("a splice is not told", first, second);
	check_not_intact(&f, "a splice is intact", first * 100 + second);
	mend(&f, &out, "a splice mended", first * 100 + second);
	take(&t, &out);
	if (back && ((t.from[0][0] && t.from[0][1]) ||
		     t.events[0] + t.events[1] != places[first].first + SAMPLE_EVENTS - others[second].first))
		complain("a mended splice", first * 100 + second, t.recordings);
	buf_release(&out);
	buf_release(&f);
}

static void splices(const struct buf *a)
{
	unsigned i, k;

	for (i = 1; i < nplaces; i++)
		for (k = 0; k < nplaces; k++)
			splice(a, i, k);
}

/* A block anywhere else, or there, too: nothing of what can be read is lost. */
static void wander(const struct buf *b)
{
	struct buf f, out;
	struct tally t;
	unsigned from, to, stays;

	for (from = 1; from < nplaces; from++)
		for (to = 1; to <= nplaces; to++)
			for (stays = 0; stays < 2; stays++) {
				if (!stays && (to == from || to == from + 1))
					continue;
				buf_init(&f);
				add_blocks(&f, b, 0, to < from ? to : stays ? to : from);
				if (to < from) {
					add_block(&f, b, from);
					add_blocks(&f, b, to, stays ? nplaces : from);
					if (!stays)
						add_blocks(&f, b, from + 1, nplaces);
				} else {
					if (!stays)
						add_blocks(&f, b, from + 1, to);
					add_block(&f, b, from);
					add_blocks(&f, b, to, nplaces);
				}
				take(&t, &f);
				if (t.recordings != 1 || t.events[0] != SAMPLE_EVENTS || !t.err)
					complain("a block that wandered", from * 100 + to, t.events[0]);
				check_not_intact(&f, "a block that wandered", from * 100 + to);
				mend(&f, &out, "a block that wandered", from * 100 + to);
				take(&t, &out);
				if (t.recordings != 1 || t.events[0] != SAMPLE_EVENTS || !rep.misplaced)
					complain("a block that wandered is not put back",
						 from * 100 + to, t.events[0]);
				buf_release(&out);
				buf_release(&f);
			}
}

/* A first number that is another's or nobody's, its checksums right, or all of the chain. */
static void other_number(const struct buf *b, uint64_t number, bool chained)
{
	struct buf f, out;
	struct tally t;
	unsigned i, last = nplaces;

	while (places[--last].type != VTR_EVENTS)
		;
	for (i = 1; i < nplaces; i++) {
		/* Behind the last of a chain made anew nothing contradicts it. */
		if (places[i].type != VTR_EVENTS || places[i].first + 1 == number ||
		    (chained && i == last))
			continue;
		copy(&f, b);
		put_le64((uint8_t *)f.data + places[i].offset + VTR_HEADER + VTR_E_FIRST, number);
		put_sums(&f, places[i].offset);
		if (chained)
			put_chain(&f);
		check_not_intact(&f, "a far number", i);
		mend(&f, &out, "a far number", i);
		take(&t, &out);
		if (t.events[0] < SAMPLE_EVENTS - places[i].count || rep.lost > SAMPLE_EVENTS)
			complain("a far number takes other events", i, t.events[0]);
		buf_release(&out);
		buf_release(&f);
	}
}

static void newer_altogether(const struct buf *b)
{
	struct verify_report r;
	struct buf f;
	struct tally t;
	unsigned i;

	copy(&f, b);
	for (i = 0; i < nplaces; i++) {
		f.data[places[i].offset + VTR_H_VERSION] = VTR_VERSION + 1;
		put_sums(&f, places[i].offset);
	}
	take(&t, &f);
	check_summary(&f, "info of a newer trace", 0);
	if (t.err != -E_VERSION || verify(f.data, f.len, &r) != -E_VERSION)
		complain("a newer trace", 0, t.err);
	verify_report_release(&r);
	buf_release(&f);

	copy(&f, b);	/* its META alone, an INDEX that agrees with all */
	f.data[VTR_H_VERSION] = VTR_VERSION + 1;
	put_chain(&f);
	check_summary(&f, "info of a newer META", 0);
	buf_release(&f);
}

/* Bytes behind the signature, which it does not cover, must not pass. */
static void behind_the_seal(const struct buf *b)
{
	struct verify_report r;
	struct buf f;
	uint8_t *p;

	buf_init(&f);
	add_blocks(&f, b, 0, nplaces - 1);
	buf_adds(&f, "more");
	add_block(&f, b, nplaces - 1);
	p = (uint8_t *)f.data + places[nplaces - 2].offset;
	put_le32(p + VTR_H_LENGTH, le32(p + VTR_H_LENGTH) + 4);
	p = (uint8_t *)f.data + f.len - VTR_TRAILER_BODY;
	put_le64(p + 8, f.len);
	put_chain(&f);
	if (verify(f.data, f.len, &r) != -E_VERIFY ||
	    r.breaches != 1 || r.v[0].kind != BREACH_SEAL || r.is_signed != 1)
		complain("bytes behind the seal", 0, (int64_t)r.breaches);
	verify_report_release(&r);
	buf_release(&f);
}

int main(void)
{
	struct buf b = BUF_INIT;

	sample_make(&b, sample_key);
	find_places(&b);
	make_other();
	other_bodies(&b);
	other_headers(&b);
	other_lengths(&b);
	loss_of_the_file(&b);
	other_places(&b);
	without_beginning(&b);
	without_end(&b);
	splices(&b);
	wander(&b);
	other_number(&b, UINT64_C(1) << 62, false);
	other_number(&b, UINT64_C(1) << 62, true);
	other_number(&b, 1, false);
	other_number(&b, 1, true);
	newer_altogether(&b);
	behind_the_seal(&b);
	printf("%zu bytes, %u blocks, %u failures\n", b.len, nplaces, failures);
	buf_release(&other);
	buf_release(&b);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
