/* SPDX-License-Identifier: Apache-2.0 */
/* What `info` believes of an INDEX. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "lib/trace/format.h"
#include "lib/trace/index.h"
#include "lib/trace/limits.h"
#include "lib/trace/summary.h"
#include "tests/trace/sample.h"
#include "tests/unit/unit.h"

/* The next block of a segment that a liar writes. */
static void add_block(struct buf *b, struct chain *c, uint8_t type, const struct buf *body)
{
	uint8_t head[VTR_HEADER];

	block_head_make(head, c, type, body->data, (uint32_t)body->len);
	buf_add(b, head, sizeof(head));
	buf_addstr(b, buf_str(body));
}

/* META of the sample, one LOSS block, an INDEX that names it so often. */
static void make_losses(struct buf *b, size_t times)
{
	struct chain c = { 0 };
	struct block_head h;
	struct index x = INDEX_INIT;
	struct buf body = BUF_INIT, packed = BUF_INIT;
	struct codec *codec = codec_new(0);
	uint64_t at;

	sample_make(b, NULL);
	ck_assert(block_head_parse(&h, (const uint8_t *)b->data));
	buf_add(&body, b->data + VTR_HEADER, h.length);
	buf_clear(b);
	add_block(b, &c, VTR_META, &body);
	at = b->len;
	buf_clear(&body);
	loss_pack(&body, &(struct evloss){ .count = 1, .reason = LOSS_RING });
	add_block(b, &c, VTR_LOSS, &body);
	while (times--)
		index_add(&x, &(struct index_entry){ .offset = at, .type = VTR_LOSS });
	buf_clear(&body);
	index_pack(&x, &body);
	block_pack(codec, &packed, body.data, body.len);
	at = b->len;
	add_block(b, &c, VTR_INDEX, &packed);
	buf_clear(&body);
	buf_le64(&body, at);
	buf_le64(&body, b->len + VTR_HEADER + VTR_TRAILER_BODY);
	add_block(b, &c, VTR_TRAILER, &body);
	codec_free(codec);
	index_release(&x);
	buf_release(&body);
	buf_release(&packed);
}

/* Each entry was a seek and a read, however many told of one block. */
START_TEST(an_index_that_lies_of_losses)
{
	struct summary s;
	struct buf b = BUF_INIT;
	struct input in;
	size_t times;

	for (times = 1; times < 5; times++) {
		buf_clear(&b);
		make_losses(&b, times);
		input_mem(&in, b.data, b.len);
		ck_assert_int_eq(vtr_summarise(&in, &s), 0);
		ck_assert(s.from_index == (times == 1));	/* a lie is not believed */
		ck_assert_int_eq(s.status, 0);
		ck_assert_uint_eq(s.losses.n, 1);
		ck_assert_uint_eq(s.losses.v[0].count, 1);
		summary_release(&s);
	}
	buf_release(&b);
}
END_TEST

START_TEST(as_many_as_an_index_has)
{
	struct index_entry e = { .type = VTR_SCHEMA };
	struct index x = INDEX_INIT, y = INDEX_INIT;
	struct buf b = BUF_INIT;

	for (; e.offset < VTR_INDEX_MAX; e.offset++)
		index_add(&x, &e);
	index_pack(&x, &b);
	ck_assert(index_unpack(&y, b.data, b.len, VTR_VERSION));
	ck_assert_uint_eq(y.n, VTR_INDEX_MAX);
	ck_assert(index_same_blocks(&y, &x));
	index_add(&x, &e);
	ck_assert(!index_same_blocks(&y, &x));
	index_release(&x);
	index_release(&y);
	buf_release(&b);
}
END_TEST

static uint64_t events_of(const struct buf *b, size_t len)
{
	char path[] = "/tmp/check_summary.XXXXXX";
	int fd = mkstemp(path);
	uint64_t n;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_full(fd, b->data, len), 0);
	close(fd);
	n = vtr_events_of(path);
	unlink(path);
	return n;
}

/* Whole segments by their headers, anything else as a summary has it. */
START_TEST(events_of_a_file)
{
	struct buf b = BUF_INIT, again = BUF_INIT;
	struct summary s;
	struct input in;
	size_t one, len;

	sample_make(&b, NULL);
	sample_make(&again, NULL);
	one = b.len;
	ck_assert_uint_eq(events_of(&b, one), SAMPLE_EVENTS);
	buf_addstr(&b, buf_str(&again));
	ck_assert_uint_eq(events_of(&b, b.len), 2 * SAMPLE_EVENTS);
	ck_assert_uint_eq(events_of(&b, 0), 0);
	ck_assert_uint_eq(events_of(&b, 7), 0);
	for (len = one; len < b.len; len += 61) {
		input_mem(&in, b.data, len);
		ck_assert_int_eq(vtr_summarise(&in, &s), 0);
		ck_assert_uint_eq(events_of(&b, len), s.events);
		summary_release(&s);
	}
	b.data[one + VTR_HEADER / 2] ^= 1;	/* the second one's first header */
	ck_assert_uint_eq(events_of(&b, b.len), 2 * SAMPLE_EVENTS);
	buf_release(&b);
	buf_release(&again);
}
END_TEST

UNIT_MAIN("trace_summary", an_index_that_lies_of_losses, as_many_as_an_index_has, events_of_a_file)
