/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events nobody watches pass by the machine quickly and decoded in part; it
 * is all the same afterwards.  pass FILE...: each trace is read twice, all
 * types watched and none, and the two machines are compared, at the end and
 * at points before.  What was done to descriptors that came and went is not
 * counted where events are skipped.
 */
#include "lib/base/compat.h"

#include "replay/session.h"

static bool same_rstr(const struct rstr *a, const struct rstr *b)
{
	return (!a && !b) || (a && b && str_eq(rstr_str(a), rstr_str(b)));
}

static const char *fd_differs(const struct fd *a, const struct fd *b)
{
	if (a->num != b->num || a->type != b->type || a->l4proto != b->l4proto)
		return "descriptor";
	if (a->flags != b->flags || a->oflags != b->oflags)
		return "flags of a descriptor";
	if (a->ino != b->ino || a->dev != b->dev || a->sport != b->sport ||
	    a->dport != b->dport || memcmp(a->sip, b->sip, 16) || memcmp(a->dip, b->dip, 16))
		return "ends of a descriptor";
	if (!same_rstr(a->name, b->name) || !same_rstr(a->nameraw, b->nameraw) ||
	    !same_rstr(a->aside, b->aside))
		return "name of a descriptor";
	return NULL;
}

/* Who comes before whom; the ranks themselves count descriptors long gone. */
static bool same_order(const struct fdtab *a, const struct fdtab *b)
{
	const struct fd *fa, *fb, *ka, *kb;

	for (fa = fdtab_next(a, NULL), fb = fdtab_next(b, NULL); fa;
	     fa = fdtab_next(a, fa), fb = fdtab_next(b, fb))
		for (ka = fdtab_next(a, NULL), kb = fdtab_next(b, NULL); ka != fa;
		     ka = fdtab_next(a, ka), kb = fdtab_next(b, kb))
			if ((fd_rank(fa) < fd_rank(ka)) != (fd_rank(fb) < fd_rank(kb)))
				return false;
	return a->buckets == b->buckets;
}

/* Whatever a checkpoint keeps of a thread, but the descriptor that its last
 * call named: its next forgets it, or it was by then. */
static const char *member_differs(const struct thread *a, const struct thread *b)
{
#define SAME_NUM(member) (a->member == b->member)
#define SAME_SGN(member) (a->member == b->member)
#define SAME_TXT(member) same_rstr(a->member, b->member)
#define THREAD(kind, member)						\
	if (strcmp(#member, "last_fd") && !SAME_##kind(member))		\
		return #member;
#include "replay/checkpoint.def"
	return NULL;
}

static bool same_tid(const struct thread *a, const struct thread *b)
{
	return (!a && !b) || (a && b && a->tid == b->tid);
}

static const char *thread_differs(const struct thread *a, const struct thread *b)
{
	const char *why = member_differs(a, b);
	const struct fd *f, *g;

	if (a->tid != b->tid)
		return "tid";
	if (why)
		return why;
	if (!same_tid(a->parent, b->parent) || !same_tid(a->first_child, b->first_child) ||
	    !same_tid(a->next_sibling, b->next_sibling) || !same_tid(a->tg_next, b->tg_next))
		return "relatives";
	if (a->fds.n != b->fds.n)
		return "number of descriptors";
	for (f = fdtab_next(&a->fds, NULL), g = fdtab_next(&b->fds, NULL); f && g && !why;
	     f = fdtab_next(&a->fds, f), g = fdtab_next(&b->fds, g))
		why = fd_differs(f, g);
	if (!why && !same_order(&a->fds, &b->fds))
		why = "order of descriptors";
	return why;
}

static bool same_counts(struct machine_counts a, struct machine_counts b, bool skipped)
{
	if (skipped) {
		a.fds_added = b.fds_added;
		a.fds_peak = b.fds_peak;
	}
	return !memcmp(&a, &b, sizeof(a));
}

static bool compare(const char *file, uint64_t at, struct machine *a, struct machine *b,
		    bool skipped)
{
	struct thread **ta, **tb;
	const char *why = NULL;
	size_t na, nb, i;

	machine_settle(a);
	machine_settle(b);
	ta = machine_threads(a, &na);
	tb = machine_threads(b, &nb);
	if (na != nb || !same_counts(*machine_counts(a), *machine_counts(b), skipped))
		why = "counts";
	for (i = 0; i < na && !why; i++) {
		why = thread_differs(ta[i], tb[i]);
		if (why)
			fprintf(stderr, "thread %" PRId64 ": ", ta[i]->tid);
	}
	if (why)
		fprintf(stderr, "%s: after %" PRIu64 " events: %s differ\n", file, at, why);
	free(ta);
	free(tb);
	return !why;
}

static void drain(struct session *s)
{
	while (session_next(s))
		;
}

/* Up to event `to` (0: all); the number of events. */
static uint64_t one(char *file, uint64_t to, bool *same)
{
	static const uint8_t none[(EV_COUNT + 7) / 8];
	struct session_opts all = { .to_num = to }, pass = { .to_num = to, .watched = none };
	struct diag d = DIAG_INIT;
	struct session *a = session_new(&file, 1, &all, &d);
	struct session *b = session_new(&file, 1, &pass, &d);
	uint64_t n;

	drain(a);
	drain(b);
	n = machine_counts(session_machine(a))->events;
	*same &= compare(file, n, session_machine(a), session_machine(b), false);
	session_free(a);
	session_free(b);
	diag_release(&d);
	return n;
}

/*
 * The same where events are skipped of a trace that is read whole, about so
 * many of n and then a few at a time: what nobody will have seen stays with the
 * source.
 */
static void skipped(char *file, uint64_t about, uint64_t n, bool *same)
{
	static const uint8_t none[(EV_COUNT + 7) / 8];
	struct session_opts all = { .no_payload = true }, pass = { .watched = none };
	struct diag d = DIAG_INIT;
	struct session *a, *b = session_new(&file, 1, &pass, &d);
	unsigned i;

	all.to_num = session_skip(b, about);
	for (i = 0; all.to_num && i < 3; i++) {
		a = session_new(&file, 1, &all, &d);
		drain(a);
		*same &= compare(file, all.to_num, session_machine(a), session_machine(b), true);
		session_free(a);
		all.to_num = session_skip(b, i ? n / 11 + 1 : 64);
	}
	session_free(b);
	diag_release(&d);
}

/* As of event `last`: where nothing before it is shown, nor it where `none` is,
 * and as it is. */
static void as_of(char *file, const struct session_opts *shown, uint64_t last, bool none,
		  bool *same)
{
	const struct session_opts all = {
		.no_payload = true, .to_num = shown->to_num, .to_ts = shown->to_ts,
	};
	struct diag d = DIAG_INIT;
	struct session *a = session_new(&file, 1, &all, &d);
	struct session *b = session_new(&file, 1, shown, &d);
	const struct event *x, *y = session_next(b);

	if (none ? y != NULL : !y || y->num != last) {
		fprintf(stderr, "%s: event %" PRIu64 " is not the first shown\n", file, last);
		*same = false;
	}
	while ((x = session_next(a)) && (none || x->num < last))
		;
	*same &= compare(file, last, session_machine(a), session_machine(b), true);
	session_free(a);
	session_free(b);
	diag_release(&d);
}

/* What lies before the first shown event stays with the source, by its number, its
 * time, and where nothing is shown up to a number or a time. */
static void before(char *file, uint64_t about, bool *same)
{
	const struct session_opts all = { .no_payload = true };
	struct session_opts from = { 0 }, to = { .from_num = UINT64_MAX };
	struct diag d = DIAG_INIT;
	struct session *s = session_new(&file, 1, &all, &d);
	const struct event *ev;
	uint64_t latest = 0;

	while ((ev = session_next(s)) && (ev->num < about || ev->ts <= latest))
		if (ev->ts > latest)
			latest = ev->ts;
	if (ev) {
		from.from_num = ev->num;
		as_of(file, &from, ev->num, false, same);
		from.from_num = ev->num / 2;
		from.from_ts = ev->ts;
		as_of(file, &from, ev->num, false, same);
		to.to_num = ev->num;
		as_of(file, &to, ev->num, true, same);
		to.from_num = 0;
		to.from_ts = UINT64_MAX;
		as_of(file, &to, ev->num, true, same);
		to.to_num = 0;
		to.to_ts = latest;
		as_of(file, &to, ev->num - 1, true, same);
	}
	session_free(s);
	diag_release(&d);
}

int main(int argc, char **argv)
{
	bool same = true;
	uint64_t n, all = 0;
	unsigned k;
	int i;

	for (i = 1; i < argc; i++) {
		n = one(argv[i], 0, &same);
		all += n;
		one(argv[i], n / 7 + 1, &same);
		one(argv[i], n / 3 + 1, &same);
		one(argv[i], n / 2 + 1, &same);
		for (k = 1; k < 6; k++)
			skipped(argv[i], n * k / 6 + 1, n, &same);
		skipped(argv[i], n, n, &same);
		before(argv[i], n - n / 3, &same);
	}
	printf("%d traces, %" PRIu64 " events\n", argc - 1, all);
	return same && all ? EXIT_SUCCESS : EXIT_FAILURE;
}
