/* SPDX-License-Identifier: Apache-2.0 */
/* What gaps may have hidden of whom. */
#include "lib/base/compat.h"

#include "lib/event/loss.h"
#include "replay/gaps.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

static struct world w;

/* init (1), its child shell (50). */
static void begin(void)
{
	world_init(&w);
	world_proc(&w, 1, 1, 0, "init");
	world_proc(&w, 50, 50, 1, "bash");
	world_tick(&w);
}

static void lose(uint64_t n, enum rec_class cls)
{
	machine_loss(w.m, &(struct evloss){ .from_ts = 10, .to_ts = 20, .count = n,
					    .reason = LOSS_RING, .cls = 1 + (uint32_t)cls });
}

static struct behind now(void)
{
	struct behind b;

	ck_assert(machine_behind(w.m, &b) == (b.whose != BEHIND_NOTHING));
	return b;
}

#define IS_BEHIND(w_, pid_, events_) do {				\
	struct behind b_ = now();					\
	ck_assert_str_eq(behind_whose_name(b_.whose), behind_whose_name(w_));	\
	ck_assert_int_eq(b_.pid, pid_);					\
	ck_assert_uint_eq(b_.events, events_);				\
} while (0)

#define IS_WHOLE() ck_assert_int_eq(now().whose, BEHIND_NOTHING)

START_TEST(an_exec_makes_whole)
{
	begin();
	world_chdir(&w, 50, "/tmp");
	IS_WHOLE();
	lose(3, RC_PROCESS);
	lose(2, RC_CRED);
	world_chdir(&w, 50, "/tmp");
	IS_BEHIND(BEHIND_PROCESS, 50, 5);
	ck_assert_uint_eq(now().from_ts, 10);
	ck_assert_uint_eq(now().to_ts, 20);
	/* A child is what its maker was, until it runs something itself. */
	world_clone(&w, 50, 60, 0, 60);
	world_chdir(&w, 60, "/tmp");
	IS_BEHIND(BEHIND_PROCESS, 60, 5);
	world_exec(&w, 60, "ls", "-l");
	IS_BEHIND(BEHIND_ANCESTOR, 50, 5);
	world_exec(&w, 50, "zsh", "");
	world_exec(&w, 60, "ls", "-l");
	IS_BEHIND(BEHIND_ANCESTOR, 1, 5);
	world_exec(&w, 1, "init", "");
	world_exec(&w, 60, "ls", "-l");
	IS_WHOLE();
	lose(1, RC_PROCESS);
	world_chdir(&w, 60, "/tmp");
	IS_BEHIND(BEHIND_PROCESS, 60, 1);
	world_release(&w);
}
END_TEST

START_TEST(descriptors)
{
	begin();
	world_open(&w, 50, 3, "/etc/passwd");
	lose(7, RC_FD);
	world_open(&w, 50, 4, "/etc/shadow");
	IS_WHOLE();
	world_call(&w, EV_SYSCALL_FCHMOD_X, 50, 0, P_SYSCALL_FCHMOD_X_fd, 3);
	IS_BEHIND(BEHIND_FD, 50, 7);
	world_call(&w, EV_SYSCALL_FCHMOD_X, 50, 0, P_SYSCALL_FCHMOD_X_fd, 4);
	IS_WHOLE();
	world_call(&w, EV_SYSCALL_FCHMOD_X, 50, 0, P_SYSCALL_FCHMOD_X_fd, 9);
	IS_BEHIND(BEHIND_FD, 50, 7);		/* nobody saw it opened */
	world_chdir(&w, 50, "/tmp");
	IS_WHOLE();				/* it is about no descriptor */
	/* Inherited with the table. */
	world_clone(&w, 50, 60, 0, 60);
	world_call(&w, EV_SYSCALL_FCHMOD_X, 60, 0, P_SYSCALL_FCHMOD_X_fd, 3);
	IS_BEHIND(BEHIND_FD, 60, 7);
	world_release(&w);
}
END_TEST

START_TEST(what_hides_nothing)
{
	struct evloss parts = { .reason = LOSS_PAYLOAD, .cls = 1 + RC_PROCESS, .count = 9 };

	begin();
	lose(100, RC_IO);
	lose(100, RC_MEM);
	lose(100, RC_OTHER);
	machine_loss(w.m, &parts);
	world_chdir(&w, 50, "/tmp");
	IS_WHOLE();
	/* Nobody knows what was lost, nor how much: anything. */
	machine_loss(w.m, &(struct evloss){ .reason = LOSS_FILE });
	world_chdir(&w, 50, "/tmp");
	IS_BEHIND(BEHIND_PROCESS, 50, 0);
	ck_assert(now().unknown);
	lose(4, RC_PROCESS);
	world_chdir(&w, 50, "/tmp");
	IS_BEHIND(BEHIND_PROCESS, 50, 4);
	ck_assert(now().unknown);
	world_release(&w);
}
END_TEST

START_TEST(many_gaps_become_fewer)
{
	struct gaps g = { 0 };
	struct evloss l = { .count = 1, .reason = LOSS_RING, .cls = 1 + RC_PROCESS };
	struct behind b;
	uint32_t i;

	for (i = 0; i < 5 * GAPS_MAX + 1; i++) {
		l.from_ts = 2 * i + 1;
		l.to_ts = 2 * i + 2;
		gaps_add(&g, &l);
		ck_assert_uint_le(g.n, GAPS_MAX);
	}
	ck_assert_uint_eq(g.told, i);
	ck_assert(gaps_since(&g, 0, HIDES_PROCESS, &b));
	ck_assert_uint_eq(b.events, i);
	ck_assert_uint_eq(b.from_ts, 1);
	ck_assert_uint_eq(b.to_ts, 2 * i);
	ck_assert(gaps_since(&g, i - 1, HIDES_PROCESS, &b));
	ck_assert_uint_ge(b.events, 1);
	ck_assert(!gaps_since(&g, i, HIDES_PROCESS, &b));
	/* In the middle: never fewer than there were. */
	ck_assert(gaps_since(&g, i / 2, HIDES_PROCESS, &b));
	ck_assert_uint_ge(b.events, i - i / 2);
	l.cls = 1 + RC_FD;
	gaps_add(&g, &l);
	ck_assert(!gaps_since(&g, i, HIDES_PROCESS, &b));
	ck_assert(gaps_since(&g, i, HIDES_FDS, &b));
	ck_assert_uint_eq(b.events, 1);
	gaps_release(&g);
}
END_TEST

UNIT_MAIN("gaps", an_exec_makes_whole, descriptors, what_hides_nothing, many_gaps_become_fewer)
