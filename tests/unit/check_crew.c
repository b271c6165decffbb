/* SPDX-License-Identifier: Apache-2.0 */
/* A trace shared out: the same text and counts, wherever the work is. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "analyze/crew.h"
#include "lib/base/io.h"
#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "tests/replay/noise.h"
#include "tests/replay/points.h"

#define EVENTS	20000
#define DEAR	2000		/* times the work of others */
#define TRIES	10		/* a busy machine may leave nothing over for a helper */

static char dir[] = "/tmp/vestige-crew-XXXXXX", path[64], sidecar[64];

struct job {
	struct session *s;
	uint64_t from, to;	/* events that are dear */
	uint64_t n;		/* counted */
	struct buf text;	/* all that came */
	unsigned sink;
};

static void on_begin(void *ctx, struct session *s)
{
	((struct job *)ctx)->s = s;
}

/* Who there is, and what they hold. */
static void add_state(const struct machine *m, struct buf *out)
{
	struct thread **v;
	size_t n, i;

	v = machine_threads(m, &n);
	for (i = 0; i < n; i++)
		buf_addf(out, "%" PRId64 " %" PRId64 " %u %.*s\n", v[i]->tid, v[i]->pid,
			 v[i]->fds.n, STR_FMT(rstr_str(v[i]->comm)));
	free(v);
}

/* One number for all parameters. */
static uint32_t params_of(struct event *ev)
{
	struct param p;
	uint32_t sum = 0;
	unsigned i;

	event_params(ev);
	for (i = 0; i < ev->nparams; i++) {
		p = event_param(ev, i);
		sum = sum * 31 + (uint32_t)str_hash(str_mem((const char *)p.p, p.p ? p.len : 0));
	}
	return sum;
}

static void on_event(void *ctx, struct event *ev, struct crew_out *out)
{
	struct job *j = ctx;
	unsigned i, times = ev->num >= j->from && ev->num < j->to ? DEAR : 1;

	j->n++;
	for (i = 0; i < times * 20; i++)
		j->sink = j->sink * 1664525u + 1013904223u;
	buf_addf(&out->text, "%" PRIu64 " %u %" PRIu64 " %08x\n", ev->num, ev->type, ev->ts,
		 params_of(ev));
	if (ev->num % 1000 == 0)
		add_state(session_machine(j->s), &out->text);
}

static void on_reset(void *ctx)
{
	((struct job *)ctx)->n = 0;
}

static void on_count(void *ctx, struct buf *out)
{
	buf_varint(out, ((struct job *)ctx)->n);
}

static void on_end(void *ctx UNUSED)
{
}

static int on_text(void *ctx, const void *p, size_t len)
{
	buf_add(&((struct job *)ctx)->text, p, len);
	return 0;
}

static int on_add(void *ctx, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);

	((struct job *)ctx)->n += rcur_varint(&c);
	return 0;
}

static const struct crew_ops ops = {
	.begin = on_begin, .event = on_event, .reset = on_reset, .count = on_count,
	.end = on_end, .text = on_text, .add = on_add,
};

static void prepare(void)
{
	struct evsource *z = noise_new(7, EVENTS, EVENTS / 3);

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/t.vtr", dir);
	snprintf(sidecar, sizeof(sidecar), "%s/t.vtr.vtx", dir);
	ck_assert_int_gt(points_prepare(z, path, 400), 10);
	z->close(z);
}

static void tidy(void)
{
	unlink(path);
	unlink(sidecar);
	rmdir(dir);
}

static int alone(struct job *j)
{
	const struct session_opts so = { .no_sidecar = true };
	struct crew_out out = { BUF_INIT, BUF_INIT };
	char *files[] = { path };
	struct diag d = DIAG_INIT;
	struct event *ev;
	int err;

	j->s = session_new(files, 1, &so, &d);
	while ((ev = session_next(j->s)))
		on_event(j, ev, &out);
	err = session_status(j->s);
	session_free(j->s);
	j->text = out.text;
	diag_release(&d);
	return err;
}

/* Dear where told, by so many, of whom one has a head start of so many microseconds
 * (0: none), which guessed what is asked for; how many parts were taken over. */
static unsigned shared_after(unsigned jobs, uint64_t from, uint64_t to, unsigned ahead_us,
			     bool guessed)
{
	uint8_t all[(EV_COUNT + 7) / 8];
	const struct session_opts guess = { .watched = all };
	struct session_opts so = guess;		/* what is asked for in the end */
	struct job one = { .text = BUF_INIT }, many = { .from = from, .to = to, .text = BUF_INIT };
	char *files[] = { path };
	struct diag d = DIAG_INIT;
	struct crew c = { .jobs = jobs, .files = files, .nfiles = 1, .opts = &so, .ops = &ops,
			  .ctx = &many, .d = &d, .part_cost = 1 };
	int err = alone(&one);

	memset(all, 0xff, sizeof(all));
	ck_assert(crew_can(&c));
	if (ahead_us) {
		c.opts = &guess;
		crew_ahead_begin(&c);
		c.opts = &so;
		so.ignored = guessed ? 0 : ASPECT_MEMORY;
		ck_assert_ptr_nonnull(c.ahead);
		usleep(ahead_us);
	}
	ck_assert_int_eq(crew_run(&c), err);
	crew_ahead_end(&c);
	ck_assert_uint_eq(many.n, one.n);
	ck_assert_uint_eq(many.text.len, one.text.len);
	ck_assert_mem_eq(many.text.data, one.text.data, one.text.len);
	buf_release(&one.text);
	buf_release(&many.text);
	diag_release(&d);
	return c.helped;
}

static unsigned shared(unsigned jobs, uint64_t from, uint64_t to)
{
	return shared_after(jobs, from, to, 0, true);
}

static bool helped(uint64_t from, uint64_t to)
{
	unsigned i;

	for (i = 0; i < TRIES; i++)
		if (shared(2, from, to))
			return true;
	return false;
}

START_TEST(who_is_done_helps)
{
	ck_assert(helped(EVENTS / 2, EVENTS * 5 / 8));	/* the second */
	ck_assert(helped(0, EVENTS / 8));		/* the first */
	shared(3, EVENTS * 7 / 8, EVENTS);
	shared(4, 0, 0);
	shared(8, EVENTS / 4, EVENTS * 3 / 8);
}
END_TEST

START_TEST(nobody_helps_without_checkpoints)
{
	unlink(sidecar);
	ck_assert_uint_eq(shared(2, EVENTS / 2, EVENTS * 9 / 16), 0);
}
END_TEST

/* Stopped at once, and after all of it. */
START_TEST(a_head_start_changes_nothing)
{
	unsigned jobs;

	for (jobs = 2; jobs < 6; jobs++) {
		shared_after(jobs, 0, 0, 1, true);
		shared_after(jobs, 0, 0, 20000, true);
		shared_after(jobs, 0, 0, 20000, false);
	}
}
END_TEST

/* Behind it one goes on alone, whoever was helping. */
START_TEST(damage_is_met_once)
{
	struct buf a = BUF_INIT;
	struct diag d = DIAG_INIT;
	FILE *f;
	int k;

	ck_assert_int_eq(io_read_file(path, 1 << 26, &a, &d), 0);
	for (k = 1; k < 8; k++) {
		a.data[a.len * (size_t)k / 8] ^= 1;
		f = fopen(path, "wb");
		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(fwrite(a.data, 1, a.len, f), a.len);
		fclose(f);
		shared(2, EVENTS / 2, EVENTS * 9 / 16);
		shared_after(2, 0, 0, 20000, true);
		a.data[a.len * (size_t)k / 8] ^= 1;
	}
	buf_release(&a);
	diag_release(&d);
}
END_TEST

UNIT_MAIN_WITH("crew", prepare, tidy, who_is_done_helps, nobody_helps_without_checkpoints,
	       a_head_start_changes_nothing, damage_is_met_once)
