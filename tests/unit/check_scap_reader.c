/* SPDX-License-Identifier: Apache-2.0 */
/* Sections, blocks and events of the reader, on captures built by hand. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/scap/limits.h"
#include "tests/scap/build.h"
#include "tests/unit/unit.h"

static struct buf b;		/* the capture under construction */
static struct diag d;

static void begin(void)
{
	b = (struct buf)BUF_INIT;
	d = (struct diag)DIAG_INIT;
	build_section(&b);
}

static struct drained finish(void)
{
	return drain_mem(b.data, b.len, &d);
}

/* Does any message contain this? */
static bool said(const char *text)
{
	size_t i;

	for (i = 0; i < d.n; i++)
		if (strstr(d.items[i].text, text))
			return true;
	return false;
}

/* The first event, for a look at its parameters; the source stays open. */
static struct event *first_event(struct evsource **s)
{
	struct evsource_next next;

	ck_assert_int_eq(scap_open_mem(s, b.data, b.len, "test", &d), 0);
	do {
		(*s)->next(*s, &next);
	} while (next.what == EVS_SNAP);
	ck_assert_int_eq(next.what, EVS_EVENT);
	return next.ev;
}

START_TEST(event_versions)
{
	static const uint32_t types[] = {
		SCAP_EV, 0x8010ABCD, SCAP_EVF, SCAP_EV_V2, SCAP_EVF_V2,
		SCAP_EV_V2_LARGE, SCAP_EVF_V2_LARGE,
	};
	struct evsource *s;
	struct event *ev;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		begin();
		build_event(&b, (struct build_ev){
			.block = types[i], .ts = 1234567890123456789, .tid = -1,
			.cpu = 513, .type = EV_SYSCALL_OPEN_X, .flags = 1,
			BUILD_PARAMS(U64(-2), TEXT("/a"), U32(1), U32(0644), U32(5), U64(77)),
		});
		ev = first_event(&s);
		ck_assert_uint_eq(ev->ts, 1234567890123456789);
		ck_assert_int_eq(ev->tid, EVENT_NO_TID);
		ck_assert_uint_eq(ev->cpu, 513);
		ck_assert_uint_eq(ev->type, EV_SYSCALL_OPEN_X);
		ck_assert_uint_eq(ev->nparams, 6);
		ck_assert_int_eq(event_i64(ev, 0, 0), -2);
		ck_assert_text(event_text(ev, 1), "/a");
		ck_assert_uint_eq(event_u64(ev, 5, 0), 77);
		ck_assert_int_eq(ev->flags & EVF_STATE_ONLY,
				 types[i] == SCAP_EVF || types[i] == SCAP_EVF_V2 ||
				 types[i] == SCAP_EVF_V2_LARGE);
		s->close(s);
		buf_release(&b);
	}
}
END_TEST

/* The oldest form tells no parameter count: it follows from the lengths. */
START_TEST(v1_counts)
{
	struct evsource *s;
	struct event *ev;

	begin();
	build_event(&b, (struct build_ev){
		.block = SCAP_EV, .tid = 3, .type = EV_SYSCALL_OPEN_X,
		BUILD_PARAMS(U64(4), TEXT("f"), U32(1), U32(0)),
	});
	ev = first_event(&s);
	ck_assert_uint_eq(ev->nparams, 6);	/* 4, and lifted */
	ck_assert_text(event_text(ev, 1), "f");
	ck_assert_uint_eq(ev->param[5].len, 0);
	s->close(s);
	buf_release(&b);
}
END_TEST

/* Two kinds of events had their length three bytes too long. */
START_TEST(v1_wrong_length)
{
	struct evsource *s;
	struct event *ev;

	begin();
	build_event(&b, (struct build_ev){
		.block = SCAP_EV, .type = EV_NOTIFICATION_E, .lie = 3,
		BUILD_PARAMS(TEXT("id"), TEXT("what")),
	});
	build_event(&b, (struct build_ev){
		.block = SCAP_EV, .type = EV_INFRASTRUCTURE_EVENT_E, .lie = 3,
		BUILD_PARAMS(TEXT("a"), TEXT("b"), TEXT("c"), TEXT("d")),
	});
	ev = first_event(&s);
	ck_assert_uint_eq(ev->nparams, 2);
	ck_assert_text(event_text(ev, 1), "what");
	s->close(s);
	ck_assert_uint_eq(finish().events, 2);
	buf_release(&b);
}
END_TEST

/* Large-payload events have 32-bit lengths; LARGE blocks pass 64 KiB. */
START_TEST(large)
{
	static char data[200001];
	struct evsource *s;
	struct event *ev;
	struct drained r;

	memset(data, 'x', sizeof(data));
	begin();
	build_event(&b, (struct build_ev){
		.block = SCAP_EV_V2_LARGE, .tid = -1, .type = EV_ASYNCEVENT_E,
		BUILD_PARAMS(U32(0), TEXT("container"),
			     ((struct param){ (const uint8_t *)data, sizeof(data) })),
	});
	ev = first_event(&s);
	ck_assert_uint_eq(ev->param[2].len, sizeof(data));
	ck_assert_int_eq(ev->param[2].p[sizeof(data) - 1], 'x');
	s->close(s);
	buf_release(&b);

	/* The same in a block that may not be so long: damage. */
	begin();
	build_close(&b, 1);
	build_event(&b, (struct build_ev){
		.tid = -1, .type = EV_ASYNCEVENT_E,
		BUILD_PARAMS(U32(0), TEXT("container"),
			     ((struct param){ (const uint8_t *)data, sizeof(data) })),
	});
	build_close(&b, 2);
	r = finish();
	ck_assert_uint_eq(r.events, 1);
	ck_assert_int_eq(r.status, -E_DAMAGED);
	ck_assert(said("impossible length"));
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(unknown_things)
{
	struct drained r;

	begin();
	build_block(&b, 0x7777, "abcde", 5);	/* among the lists */
	build_close(&b, 1);
	build_event(&b, (struct build_ev){ .type = 4000 });
	build_event(&b, (struct build_ev){ .type = 65535 });
	build_block(&b, 0x7778, "", 0);		/* between events */
	build_block(&b, SCAP_PL_V9, "", 0);	/* a list where none may be */
	build_close(&b, 2);
	r = finish();
	ck_assert_int_eq(r.open, 0);
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(r.events, 2);
	ck_assert_uint_eq(r.stats.unknown_blocks, 3);
	ck_assert_uint_eq(r.stats.unknown_events, 2);
	ck_assert_uint_eq(d.errors, 0);
	ck_assert_uint_eq(d.warnings, 1);
	ck_assert(said("3 blocks"));
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(concatenated)
{
	struct drained r;

	begin();
	build_close(&b, 1);
	/* The enter event must not serve the second capture's exit. */
	build_event(&b, (struct build_ev){
		.tid = 7, .type = EV_SYSCALL_CLOSE_E, BUILD_PARAMS(U64(9)),
	});
	build_section(&b);
	build_event(&b, (struct build_ev){
		.tid = 7, .type = EV_SYSCALL_CLOSE_X, BUILD_PARAMS(U64(0)),
	});
	r = finish();
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(r.events, 2);
	ck_assert_uint_eq(r.restarts, 1);
	ck_assert_uint_eq(r.stats.captures, 2);
	ck_assert_uint_eq(r.stats.stored, 1);
	buf_release(&b);
}
END_TEST

START_TEST(newer_and_older_sections)
{
	struct drained r;

	begin();
	build_close(&b, 1);
	b.data[12] = 2;			/* major */
	r = finish();
	ck_assert_int_eq(r.open, -E_VERSION);
	ck_assert(said("version 2.2"));
	buf_release(&b);
	diag_release(&d);

	begin();
	build_close(&b, 1);
	b.data[14] = 99;		/* minor: nobody compares it */
	ck_assert_uint_eq(finish().events, 1);
	buf_release(&b);

	/* Options behind the header are skipped. */
	begin();
	buf_clear(&b);
	buf_le32(&b, SCAP_SHB);
	buf_le32(&b, SCAP_SHB_LEN + 8);
	buf_le32(&b, SCAP_MAGIC);
	buf_le32(&b, 1);
	buf_le64(&b, UINT64_MAX);
	buf_le64(&b, 0);
	buf_le32(&b, SCAP_SHB_LEN + 8);
	build_close(&b, 1);
	ck_assert_uint_eq(finish().events, 1);
	buf_release(&b);
}
END_TEST

START_TEST(foreign)
{
	static const uint8_t big_endian[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d,
		0, 1, 0, 2, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 28,
	};
	struct drained r;

	d = (struct diag)DIAG_INIT;
	ck_assert(scap_probe(big_endian, sizeof(big_endian)));
	r = drain_mem(big_endian, sizeof(big_endian), &d);
	ck_assert_int_eq(r.open, -E_FOREIGN);
	ck_assert(said("big-endian"));
	diag_clear(&d);
	ck_assert_int_eq(drain_mem("", 0, &d).open, -E_EMPTY);
	diag_clear(&d);
	ck_assert_int_eq(drain_mem("hello world", 11, &d).open, -E_FOREIGN);
	ck_assert(!scap_probe("hello world", 11));
	diag_clear(&d);
	ck_assert_int_eq(drain_mem("hell", 4, &d).open, -E_CUT);
	diag_release(&d);

	begin();
	ck_assert(scap_probe(b.data, b.len));
	ck_assert(!scap_probe(b.data, 11));
	buf_le32(&b, 1);	/* an interface description block */
	buf_le32(&b, 20);
	buf_pad(&b, '\0', 8);
	buf_le32(&b, 20);
	ck_assert_int_eq(finish().open, -E_FOREIGN);
	ck_assert(said("pcapng"));
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(no_events)
{
	struct drained r;

	begin();
	build_block(&b, SCAP_PL_V9, "", 0);
	r = finish();
	ck_assert_int_eq(r.open, 0);
	ck_assert_int_eq(r.status, -E_EMPTY);
	ck_assert(said("no events"));
	buf_release(&b);
	diag_release(&d);
}
END_TEST

/* Where the block's own lengths agree only the event inside is lost. */
START_TEST(event_that_lies)
{
	static const int lies[] = { -1, 1, 4, 1000, -26, -20, INT32_MAX };
	struct drained r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		begin();
		build_close(&b, 1);
		build_event(&b, (struct build_ev){
			.type = EV_SYSCALL_CLOSE_X, .lie = lies[i],
			BUILD_PARAMS(U64(0), U64(1)),
		});
		build_close(&b, 2);
		r = finish();
		ck_assert_uint_eq(r.events, 2);
		ck_assert_uint_eq(r.stats.bad_events, 1);
		ck_assert_int_eq(r.status, -E_DAMAGED);
		ck_assert_int_eq(d.items[0].offset, 88);
		buf_release(&b);
		diag_release(&d);
	}
}
END_TEST

/* Where they do not, nobody knows where the next block begins. */
START_TEST(block_that_lies)
{
	struct drained r;

	begin();
	build_close(&b, 1);
	b.data[SCAP_SHB_LEN + 4] += 4;
	build_close(&b, 2);
	r = finish();
	ck_assert_uint_eq(r.events, 0);
	ck_assert_int_eq(r.status, -E_DAMAGED);
	ck_assert_int_eq(d.items[0].offset, SCAP_SHB_LEN);
	buf_release(&b);
	diag_release(&d);

	begin();
	build_block(&b, SCAP_UL_V2, "", 0);
	b.data[b.len - 1] ^= 1;
	build_close(&b, 2);
	r = finish();
	ck_assert_int_eq(r.status, -E_DAMAGED);
	ck_assert(said("two lengths differ"));
	buf_release(&b);
	diag_release(&d);
}
END_TEST

/* The parameter count and the lengths array may not leave the event. */
START_TEST(count_that_lies)
{
	static const uint32_t counts[] = { 1, 3, 20, 0x7fffffff, 0xffffffff };
	struct drained r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		begin();
		build_close(&b, 1);
		put_le32(b.data + SCAP_SHB_LEN + SCAP_BLOCK_HEAD + SCAP_CPU + 22, counts[i]);
		build_close(&b, 2);
		r = finish();
		ck_assert_uint_eq(r.events, 1);
		ck_assert_uint_eq(r.stats.bad_events, 1);
		buf_release(&b);
		diag_release(&d);
	}
}
END_TEST

START_TEST(wrong_sizes)
{
	struct drained r;

	begin();
	build_event(&b, (struct build_ev){
		.type = EV_SYSCALL_CLOSE_X, BUILD_PARAMS(U64(0), U32(1)),
	});
	build_event(&b, (struct build_ev){
		.type = EV_SYSCALL_CLOSE_X, BUILD_PARAMS(BYTES("123456789"), U64(1)),
	});
	build_event(&b, (struct build_ev){	/* missing is no wrong size */
		.type = EV_SYSCALL_CLOSE_X, BUILD_PARAMS(U64(0), NOTHING),
	});
	r = finish();
	ck_assert_uint_eq(r.events, 1);
	ck_assert_uint_eq(r.stats.bad_params, 2);
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(d.warnings, 2);	/* the first, and how many */
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(repaired_text)
{
	struct evsource *s;
	struct event *ev;

	begin();
	build_event(&b, (struct build_ev){
		.type = EV_SYSCALL_RENAME_X,
		BUILD_PARAMS(U64(0), BYTES("from"), BYTES("to")),
	});
	ev = first_event(&s);
	ck_assert_uint_eq(ev->param[1].len, 5);
	ck_assert_mem_eq(ev->param[1].p, "from", 5);
	ck_assert_uint_eq(ev->param[2].len, 3);
	ck_assert_mem_eq(ev->param[2].p, "to", 3);
	ck_assert_uint_eq(scap_stats(s)->fixed_params, 1);
	s->close(s);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

/* A connect event with this tuple; what became of it. */
static struct param tuple_after(struct param tuple, struct evsource **s)
{
	begin();
	build_event(&b, (struct build_ev){
		.type = EV_SOCKET_CONNECT_X,
		BUILD_PARAMS(U64(0), tuple, U64(3), NOTHING),
	});
	return first_event(s)->param[1];
}

START_TEST(addresses)
{
	static const struct {
		struct param in;
		uint32_t len;
	} cases[] = {
		{ BYTES("\2" "ssss" "pp" "dddd" "p"), 0 },
		{ BYTES("\2" "ssss" "pp" "dddd" "pp"), 13 },
		{ BYTES("\012" "0123456789abcdef" "pp" "0123456789abcdef" "p"), 0 },
		{ BYTES("\012" "0123456789abcdef" "pp" "0123456789abcdef" "pp"), 37 },
		{ BYTES("\1" "01234567" "0123456"), 0 },
		{ BYTES("\1" "01234567" "01234567"), 18 },
		{ TEXT("\1" "01234567" "01234567" "/path"), 23 },
		{ BYTES("\1" "01234567" "01234567" "/path"), 23 },
		{ BYTES("\020"), 1 },
	};
	struct evsource *s;
	struct param got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		got = tuple_after(cases[i].in, &s);
		ck_assert_msg(got.len == cases[i].len, "case %zu: %u", i, got.len);
		if (got.len)
			ck_assert_mem_eq(got.p, cases[i].in.p, cases[i].in.len);
		if (got.len >= 18 && got.p[0] == 1)
			ck_assert_int_eq(got.p[got.len - 1], 0);
		s->close(s);
		buf_release(&b);
		diag_release(&d);
	}
}
END_TEST

START_TEST(descriptor_lists)
{
	static const struct {
		struct param in;
		uint32_t len;
	} cases[] = {
		{ BYTES("\0"), 0 },
		{ BYTES("\0\0"), 2 },
		{ BYTES("\1\0" "ffffffffff"), 12 },
		{ BYTES("\1\0" "fffffffff"), 0 },
		{ BYTES("\377\377" "ffffffffff"), 0 },
	};
	struct evsource *s;
	struct event *ev;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin();
		build_event(&b, (struct build_ev){
			.type = EV_SYSCALL_POLL_X,
			BUILD_PARAMS(U64(0), cases[i].in, U64(3)),
		});
		ev = first_event(&s);
		ck_assert_uint_eq(ev->param[1].len, cases[i].len);
		s->close(s);
		buf_release(&b);
		diag_release(&d);
	}
}
END_TEST

/* More parameters than we know of: the known ones. */
START_TEST(future_parameters)
{
	struct evsource *s;
	struct event *ev;

	begin();
	build_event(&b, (struct build_ev){
		.type = EV_SYSCALL_CLOSE_X,
		BUILD_PARAMS(U64(0), U64(5), U64(6), BYTES("?")),
	});
	build_event(&b, (struct build_ev){
		.type = EV_USER_ADDED_E,
		BUILD_PARAMS(U32(0), U32(0), TEXT("u"), TEXT("h"), TEXT("s"), TEXT(""),
			     U64(6), BYTES("?")),
	});
	ev = first_event(&s);
	ck_assert_uint_eq(ev->nparams, 2);
	ck_assert_int_eq(event_i64(ev, 1, 0), 5);
	s->close(s);
	ck_assert_uint_eq(finish().events, 2);
	buf_release(&b);
}
END_TEST

/* What cannot be converted is told once a kind, with its count. */
START_TEST(unconvertible)
{
	struct drained r;
	int i;

	begin();
	for (i = 0; i < 3; i++)
		build_event(&b, (struct build_ev){
			.type = EV_SYSCALL_READ_X, BUILD_PARAMS(U64(0)),
		});
	build_event(&b, (struct build_ev){
		.type = EV_SYSCALL_WRITE_X, BUILD_PARAMS(U64(0)),
	});
	build_close(&b, 1);
	r = finish();
	ck_assert_uint_eq(r.events, 1);
	ck_assert_uint_eq(r.stats.unconvertible, 4);
	ck_assert_uint_eq(d.warnings, 2);
	ck_assert(said("3 read events"));
	ck_assert(said("1 write event "));
	ck_assert_int_eq(r.status, 0);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

UNIT_MAIN("scap_reader", event_versions, v1_counts, v1_wrong_length, large,
	  unknown_things, concatenated, newer_and_older_sections, foreign, no_events,
	  event_that_lies, block_that_lies, count_that_lies, wrong_sizes, repaired_text,
	  addresses, descriptor_lists, future_parameters, unconvertible)
