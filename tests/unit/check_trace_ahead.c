/* SPDX-License-Identifier: Apache-2.0 */
/* Read ahead by a thread or not: the same events, the same words. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/trace/reader.h"
#include "tests/trace/convert.h"
#include "tests/trace/sample.h"

static struct evsource *open_one(const struct buf *b, bool ahead, struct diag *d)
{
	struct vtr_projection p = { .payload = true, .ahead = ahead };
	struct evsource *s;

	ck_assert_int_eq(vtr_open_mem(&s, b->data, b->len, "t", d), 0);
	vtr_project(s, &p);
	return s;
}

static uint64_t compare(const struct buf *b, size_t at)
{
	struct diag da = DIAG_INIT, db = DIAG_INIT;
	struct evsource *s = open_one(b, false, &da), *t = open_one(b, true, &db);
	char why[200] = "";
	uint64_t n;
	size_t i;

	ck_assert_msg(same(s, t, why, sizeof(why), &n), "byte %zu: event %" PRIu64 ": %s", at, n, why);
	ck_assert_int_eq(s->status(s), t->status(t));
	ck_assert_uint_eq(da.n, db.n);
	for (i = 0; i < da.n; i++) {
		ck_assert_str_eq(da.items[i].text, db.items[i].text);
		ck_assert_int_eq(da.items[i].offset, db.items[i].offset);
	}
	s->close(s);
	t->close(t);
	diag_release(&da);
	diag_release(&db);
	return n;
}

/* Two segments, for META, SCHEMA and SNAPSHOT in the middle; whole, with a
 * byte changed here and there, and cut. */
START_TEST(same_with_damage)
{
	struct buf b = BUF_INIT;
	size_t i, len;

	sample_make(&b, NULL);
	sample_make(&b, NULL);
	ck_assert_uint_eq(compare(&b, 0), 2 * SAMPLE_EVENTS);
	for (i = 200; i < b.len; i += 13) {
		b.data[i] ^= 1 << i % 8;
		compare(&b, i);
		b.data[i] ^= 1 << i % 8;
	}
	for (len = b.len; b.len > 300; buf_setlen(&b, b.len - 97))
		compare(&b, len);
	buf_release(&b);
}
END_TEST

START_TEST(same_big)
{
	struct buf b = BUF_INIT;

	sample_make_big(&b);
	ck_assert_uint_gt(compare(&b, 0), 1000);
	buf_release(&b);
}
END_TEST

/* Closed before the end, wherever the thread is. */
START_TEST(closed_early)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct evsource_next n;
	struct evsource *s;
	unsigned i, k;

	sample_make(&b, NULL);
	for (i = 0; i < 2 * SAMPLE_EVENTS; i++) {
		s = open_one(&b, true, &d);
		for (k = 0; k < i; k++)
			s->next(s, &n);
		s->close(s);
	}
	buf_release(&b);
	diag_release(&d);
}
END_TEST

UNIT_MAIN("trace_ahead", same_with_damage, same_big, closed_early)
