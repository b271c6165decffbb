/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/loss.h"
#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/trace/index.h"
#include "tests/unit/unit.h"

START_TEST(losses_have_names_and_totals)
{
	struct evloss l = { .reason = LOSS_RING, .cls = 1 + RC_FD, .count = 2, .from_ts = 9, .to_ts = 10 };
	struct loss_totals t = { 0 };
	uint32_t v;

	ck_assert_str_eq(loss_reason_name(LOSS_RING), "ring_full");
	ck_assert_ptr_null(loss_reason_name(77));
	ck_assert_str_eq(loss_class_name(0), "unknown");
	ck_assert_str_eq(loss_class_name(1 + RC_IO), "io");
	ck_assert_ptr_null(loss_class_name(LOSS_CLASSES));
	ck_assert(loss_reason_of(STR("payload"), &v) && v == LOSS_PAYLOAD);
	ck_assert(loss_class_of(STR("identity"), &v) && v == 1 + RC_CRED);
	ck_assert(!loss_class_of(STR("ring_full"), &v));
	ck_assert(loss_is_events(&l));
	ck_assert_uint_eq(loss_hides(&l), HIDES_FDS);
	loss_totals_add(&t, &l);
	l.from_ts = 5;
	l.count = 0;
	loss_totals_add(&t, &l);
	l.reason = LOSS_PAYLOAD;
	ck_assert(!loss_is_events(&l));
	ck_assert_uint_eq(loss_hides(&l), HIDES_NOTHING);
	loss_totals_add(&t, &l);
	/* Numbers nobody knows: an event may be anything. */
	l.reason = 0x101;
	l.cls = UINT32_MAX;
	ck_assert_uint_eq(loss_hides(&l), HIDES_BOTH);
	loss_totals_add(&t, &l);
	ck_assert_uint_eq(t.n, 3);
	ck_assert_uint_eq(t.v[0].reason, LOSS_UNKNOWN);
	ck_assert_uint_eq(t.v[0].cls, 0);
	ck_assert_uint_eq(t.v[1].count, 2);
	ck_assert_uint_eq(t.v[1].blocks, 2);
	ck_assert_uint_eq(t.v[1].unknown, 1);
	ck_assert_uint_eq(t.v[1].from_ts, 5);
	ck_assert_uint_eq(t.v[1].to_ts, 10);
	ck_assert_uint_eq(t.v[2].reason, LOSS_PAYLOAD);
	loss_totals_release(&t);
}
END_TEST

/* An older body has no class, a newer one more; nothing between. */
START_TEST(a_body_may_grow)
{
	struct evloss loss = { 1, 2, 3, -1, 5, 7 }, back;
	struct buf b = BUF_INIT;
	size_t i;

	loss_pack(&b, &loss);
	ck_assert(loss_unpack(&back, b.data, b.len));
	ck_assert_int_eq(back.cpu, -1);
	ck_assert_uint_eq(back.reason, 5);
	ck_assert_uint_eq(back.cls, 7);
	ck_assert(loss_unpack(&back, b.data, 32));
	ck_assert_uint_eq(back.cls, 0);
	ck_assert_uint_eq(back.reason, 5);
	for (i = 0; i < 36; i++)
		ck_assert(loss_unpack(&back, b.data, i) == (i == 32));
	buf_le64(&b, 0);
	ck_assert(loss_unpack(&back, b.data, b.len));
	ck_assert_uint_eq(back.cls, 7);
	buf_release(&b);
}
END_TEST

/* Who forges numbers must not make a sum of nothing. */
START_TEST(sums_end)
{
	struct loss_totals t = { 0 };

	loss_totals_add(&t, &(struct evloss){ .count = UINT64_MAX - 999, .reason = LOSS_RING });
	loss_totals_add(&t, &(struct evloss){ .count = 1000, .reason = LOSS_RING });
	ck_assert_uint_eq(t.n, 1);
	ck_assert_uint_eq(t.v[0].count, UINT64_MAX);
	ck_assert_uint_eq(num_add(UINT64_MAX, UINT64_MAX), UINT64_MAX);
	ck_assert_uint_eq(num_add(1, 2), 3);
	loss_totals_release(&t);
}
END_TEST

UNIT_MAIN("loss", a_body_may_grow, losses_have_names_and_totals, sums_end)
