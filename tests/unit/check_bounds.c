/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a session ends: --to TIME of traces that are out of order, with and
 * without an INDEX, of several recordings, in one file and in many.
 */
#include "lib/base/compat.h"

#include "lib/base/digest.h"
#include "lib/base/err.h"
#include "lib/event/loss.h"
#include "lib/trace/block.h"
#include "lib/trace/writer.h"
#include "replay/session.h"
#include "tests/unit/evbuild.h"
#include "tests/unit/unit.h"

#define START	UINT64_C(1700000000000000000)
#define EVENTS	300
#define BLOCK	7

static char dir[] = "/tmp/vestige-bounds-XXXXXX";
static char path_a[64], path_b[64];

/* A recording: event i makes descriptor i + 3 at ts[i]; lost before it? */
struct recording {
	uint64_t ts[EVENTS];
	bool lost[EVENTS];
	struct buf bytes;
	uint8_t digest[VTR_DIGEST];	/* in: of the one it continues; out: its own */
};

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static uint32_t seed;

static uint32_t any(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Each 10 ns after the one before, but for some. */
static void make_times(struct recording *r, uint64_t from)
{
	unsigned i;

	for (i = 0; i < EVENTS; i++) {
		r->ts[i] = START + from + 10 * i;
		if (!any(20))
			r->ts[i] += any(400);
		else if (!any(20))
			r->ts[i] -= any(400);
		r->lost[i] = !any(25);
	}
}

static void record(struct recording *r)
{
	static struct evb b = EVB_INIT;
	struct vtr_writer_opts o = { .block_events = BLOCK };
	struct vtr_meta meta = VTR_META_INIT;
	char hex[2 * VTR_DIGEST + 1];
	struct vtr_writer *w;
	unsigned i;

	digest_hex(r->digest, VTR_DIGEST, hex);
	vtr_meta_set(&meta, "segment.parent", str_of(hex));
	buf_init(&r->bytes);
	w = vtr_writer_new(&meta, &o, to_buf, &r->bytes);
	vtr_meta_release(&meta);
	vtr_writer_snap(w, &(struct snap_item){
		.kind = SNAP_PROC,
		.proc = { .tid = 100, .pid = 100, .ptid = 1, .vtid = 100, .vpid = 100,
			  .comm = STR("sh"), .cwd = STR("/") } });
	for (i = 0; i < EVENTS; i++) {
		if (r->lost[i])
			vtr_writer_loss(w, &(struct evloss){ .count = i, .cpu = -1,
							     .reason = LOSS_RING });
		evb_begin(&b, EV_SYSCALL_EVENTFD2_X, 100);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_res, i + 3);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_flags, 0);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_initval, 0);
		b.ev.ts = r->ts[i];
		vtr_writer_event(w, evb_end(&b));
	}
	ck_assert_int_eq(vtr_writer_close_digest(w, r->digest), 0);
}

/* Without its INDEX, SEAL and TRAILER. */
static size_t unended(const struct buf *b)
{
	struct block_head h;
	size_t at = 0;

	for (;;) {
		ck_assert(block_head_parse(&h, (uint8_t *)b->data + at));
		if (h.type == VTR_INDEX)
			return at;
		at += VTR_HEADER + h.length;
	}
}

static void write_file(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, len, f), len);
	fclose(f);
}

/* What is shown, as text, and the descriptors at the end. */
struct seen {
	struct buf text;
	uint32_t fds;
};

static void add_event(struct seen *s, uint64_t num, uint64_t ts)
{
	buf_addf(&s->text, "%" PRIu64 " %" PRIu64 "\n", num, ts - START);
}

static void add_loss(void *ctx, const struct evloss *loss)
{
	buf_addf(&((struct seen *)ctx)->text, "lost %" PRIu64 "\n", loss->count);
}

static void look(struct seen *s, char *const *files, size_t n, const struct session_opts *o)
{
	struct session_hooks hooks = { .loss = add_loss, .ctx = s };
	struct diag d = DIAG_INIT;
	struct session *v = session_new(files, n, o, &d);
	struct event *ev;
	struct thread *t;

	*s = (struct seen){ .text = BUF_INIT };
	session_set_hooks(v, &hooks);
	while ((ev = session_next(v)))
		add_event(s, ev->num, ev->ts);
	t = machine_thread(session_machine(v), 100);
	s->fds = t ? t->fds.n : 0;
	session_free(v);
	diag_release(&d);
}

/* What must be shown of a recording whose events count from num. */
static void expect(struct seen *s, const struct recording *r, uint64_t num, uint64_t to)
{
	unsigned i;

	s->fds = 0;
	for (i = 0; i < EVENTS; i++) {
		if (r->lost[i] && (!i || r->ts[i - 1] <= to))
			add_loss(s, &(struct evloss){ .count = i });
		if (r->ts[i] > to)
			continue;
		add_event(s, num + i, r->ts[i]);
		s->fds++;
	}
}

static void same(const struct seen *got, const struct seen *want, const char *what)
{
	ck_assert_msg(str_eq(buf_str(&got->text), buf_str(&want->text)), "%s: got\n%swant\n%s",
		      what, got->text.data ? got->text.data : "",
		      want->text.data ? want->text.data : "");
	ck_assert_msg(got->fds == want->fds, "%s: %u descriptors", what, got->fds);
}

static void begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path_a, sizeof(path_a), "%s/a.vtr", dir);
	snprintf(path_b, sizeof(path_b), "%s/b.vtr", dir);
}

static void end(void)
{
	unlink(path_a);
	unlink(path_b);
	rmdir(dir);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

START_TEST(out_of_order)
{
	struct recording r = { .bytes = BUF_INIT };
	struct session_opts o = { 0 };
	struct seen got, want;
	unsigned round, i;

	begin();
	for (round = 0; round < 200; round++) {
		if (round % 10 == 0) {
			buf_release(&r.bytes);
			seed = round;
			make_times(&r, 0);
			record(&r);
		}
		o.to_ts = START + 1 + any(10 * EVENTS);
		want = (struct seen){ .text = BUF_INIT };
		expect(&want, &r, 1, o.to_ts);
		for (i = 0; i < 4; i++) {	/* with an INDEX, without, both read ahead */
			o.no_ahead = i & 2;
			write_file(path_a, r.bytes.data, i & 1 ? unended(&r.bytes) : r.bytes.len);
			look(&got, (char *[]){ path_a }, 1, &o);
			same(&got, &want, i & 1 ? "without an index" : "with an index");
			buf_release(&got.text);
		}
		buf_release(&want.text);
	}
	buf_release(&r.bytes);
	end();
}
END_TEST

/* Recordings of two hosts at the same time, merged and apart. */
START_TEST(each_recording)
{
	struct recording a = { .digest = { 0 } }, b = { .digest = { 0 } };
	struct session_opts o = { .to_ts = START + 900 };
	struct seen got, want = { .text = BUF_INIT };
	struct buf both = BUF_INIT;

	seed = 5;
	begin();
	make_times(&a, 0);
	make_times(&b, 7);
	record(&a);
	record(&b);
	write_file(path_a, a.bytes.data, a.bytes.len);
	write_file(path_b, b.bytes.data, b.bytes.len);
	expect(&want, &a, 1, o.to_ts);
	expect(&want, &b, 1, o.to_ts);
	look(&got, (char *[]){ path_a, path_b }, 2, &o);
	same(&got, &want, "two files");
	buf_release(&got.text);

	buf_addstr(&both, buf_str(&a.bytes));
	buf_addstr(&both, buf_str(&b.bytes));
	write_file(path_a, both.data, both.len);
	buf_clear(&want.text);
	expect(&want, &a, 1, o.to_ts);
	expect(&want, &b, 1 + EVENTS, o.to_ts);
	look(&got, (char *[]){ path_a }, 1, &o);
	same(&got, &want, "merged");
	buf_release(&got.text);
	buf_release(&want.text);
	buf_release(&both);
	buf_release(&a.bytes);
	buf_release(&b.bytes);
	end();
}
END_TEST

/* A file that is left early continues in the next all the same. */
START_TEST(segments)
{
	struct recording a = { .digest = { 0 } }, b;
	struct session_opts o = { .to_ts = START + 1000 }, by_num = { .to_num = 50 };
	struct seen got, want = { .text = BUF_INIT };
	uint64_t num;
	uint32_t fds;
	unsigned i;

	seed = 9;
	begin();
	make_times(&a, 0);
	record(&a);
	memcpy(b.digest, a.digest, VTR_DIGEST);
	make_times(&b, 10 * EVENTS);
	b.ts[250] = START + 500;		/* long late */
	memset(b.lost, 0, sizeof(b.lost));
	b.lost[100] = true;
	record(&b);
	write_file(path_a, a.bytes.data, a.bytes.len);
	write_file(path_b, b.bytes.data, b.bytes.len);
	expect(&want, &a, 1, o.to_ts);
	fds = want.fds;
	add_event(&want, EVENTS + 251, b.ts[250]);
	want.fds = fds + 1;
	look(&got, (char *[]){ path_a, path_b }, 2, &o);
	same(&got, &want, "segments");
	buf_release(&got.text);

	for (i = 0; i < 2; i++) {
		buf_clear(&want.text);
		by_num.to_num = i ? EVENTS + 20 : 50;
		for (num = 1; num <= by_num.to_num; num++) {
			if (num <= EVENTS && a.lost[num - 1])
				add_loss(&want, &(struct evloss){ .count = num - 1 });
			add_event(&want, num, num <= EVENTS ? a.ts[num - 1] :
						 b.ts[num - EVENTS - 1]);
		}
		want.fds = i ? EVENTS : 50;
		look(&got, (char *[]){ path_a, path_b }, 2, &by_num);
		same(&got, &want, "by number");
		buf_release(&got.text);
	}
	buf_release(&want.text);
	buf_release(&a.bytes);
	buf_release(&b.bytes);
	end();
}
END_TEST

/* Whose state is asked for: the last that had begun. */
START_TEST(state_at)
{
	static const uint8_t none[(EV_COUNT + 7) / 8];
	struct recording a = { .digest = { 0 } }, b = { .digest = { 0 } };
	struct session_opts o = { .from_num = UINT64_MAX, .watched = none, .state_at = true };
	static const struct { uint64_t to; uint32_t fds; } rows[] = {
		{ 95, 10 }, { 2990, 300 }, { 5009, 300 }, { 5015, 1 }, { 6005, 100 }, { 90000, 300 },
	};
	struct seen got;
	unsigned i;

	begin();
	for (i = 0; i < EVENTS; i++) {
		a.ts[i] = START + 10 * i;
		b.ts[i] = START + 5010 + 10 * i;
		a.lost[i] = b.lost[i] = false;
	}
	record(&a);
	record(&b);
	write_file(path_a, a.bytes.data, a.bytes.len);
	write_file(path_b, b.bytes.data, b.bytes.len);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		o.to_ts = START + rows[i].to;
		look(&got, (char *[]){ path_a, path_b }, 2, &o);
		ck_assert_msg(got.fds == rows[i].fds, "row %u: %u", i, got.fds);
		buf_release(&got.text);
	}
	buf_addstr(&a.bytes, buf_str(&b.bytes));
	write_file(path_a, a.bytes.data, a.bytes.len);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		o.to_ts = START + rows[i].to;
		look(&got, (char *[]){ path_a }, 1, &o);
		ck_assert_msg(got.fds == rows[i].fds, "merged, row %u: %u", i, got.fds);
		buf_release(&got.text);
	}
	buf_release(&a.bytes);
	buf_release(&b.bytes);
	end();
}
END_TEST

UNIT_MAIN("bounds", out_of_order, each_recording, segments, state_at)
