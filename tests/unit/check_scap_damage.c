/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damage: small captures cut at every byte and with every bit flipped.  The
 * answer is right or an error is told; never a crash, never an event that
 * breaks the reader's promises (drain.c checks those).  The same is done to
 * the shared conformance capture by tests/scap/reference.sh.
 */
#include "lib/base/compat.h"

#include "lib/scap/deflate.h"
#include "tests/scap/build.h"
#include "tests/scap/damage.h"
#include "tests/unit/unit.h"

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

/* Old and new events, lists, an unknown block, two sections. */
static void small_capture(struct buf *b)
{
	build_section(b);
	build_block(b, SCAP_MI, (uint8_t[SCAP_MI_BODY]){ 2 }, SCAP_MI_BODY);
	build_block(b, SCAP_UL_V2, "\x0c\0\0\0\1\5\0\0\0\1\0g", 12);
	build_block(b, 0x7777, "what", 4);
	build_close(b, 1);
	build_event(b, (struct build_ev){
		.tid = 4, .type = EV_SYSCALL_OPENAT_E,
		BUILD_PARAMS(U64(-100), TEXT("name"), U32(1), U32(2)),
	});
	build_event(b, (struct build_ev){
		.block = SCAP_EVF, .tid = 4, .type = EV_SYSCALL_OPENAT_X,
		BUILD_PARAMS(U64(3)),
	});
	build_event(b, (struct build_ev){
		.tid = 4, .type = EV_SOCKET_CONNECT_X,
		BUILD_PARAMS(U64(0), BYTES("\2ssssppddddpp"), U64(3), BYTES("\1/a")),
	});
	build_section(b);
	build_event(b, (struct build_ev){
		.block = SCAP_EV_V2_LARGE, .tid = -1, .type = EV_ASYNCEVENT_E,
		BUILD_PARAMS(U32(0), TEXT("container"), TEXT("{}")),
	});
}

static void compress(struct buf *out, const struct buf *in)
{
	struct deflater *z = deflater_new(true, to_buf, out);

	ck_assert_int_eq(deflater_put(z, in->data, in->len), 0);
	ck_assert_int_eq(deflater_end(z), 0);
}

static void damage(struct buf *b)
{
	struct diag d = DIAG_INIT;
	struct buf gz = BUF_INIT;
	struct drained whole = drain_mem(b->data, b->len, &d);

	ck_assert_int_eq(whole.open, 0);
	ck_assert_int_eq(whole.status, 0);
	ck_assert_uint_gt(whole.events, 0);
	compress(&gz, b);
	ck_assert_ptr_null(damage_cut(b, &whole, false));
	ck_assert_ptr_null(damage_flip(b, &whole, false));
	ck_assert_ptr_null(damage_cut(&gz, &whole, true));
	ck_assert_ptr_null(damage_flip(&gz, &whole, true));
	buf_release(&gz);
	diag_release(&d);
}

START_TEST(of_a_small_capture)
{
	struct buf b = BUF_INIT;

	small_capture(&b);
	damage(&b);
	buf_release(&b);
}
END_TEST

UNIT_MAIN("scap_damage", of_a_small_capture)
