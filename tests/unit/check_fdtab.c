/* SPDX-License-Identifier: Apache-2.0 */
/* The table itself, and the calls that open, copy and close. */
#include "lib/base/compat.h"

#include <time.h>

#include "tests/unit/unit.h"
#include "tests/unit/evbuild.h"
#include "tests/unit/world.h"

static struct world w;

static void shell(void)
{
	world_init(&w);
	world_proc(&w, 1, 1, 0, "init");
	world_proc(&w, 100, 100, 1, "sh");
}

START_TEST(table_keeps_order)
{
	static const int64_t nums[] = { 5, 0, 1000000, 3, 1, 4 };
	struct fdtab t = { 0 };
	const struct fd *f;
	int64_t before = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nums); i++)
		fdtab_put(&t, nums[i])->ino = (uint64_t)nums[i];
	ck_assert_uint_eq(t.n, 6);
	for (f = fdtab_next(&t, NULL); f; f = fdtab_next(&t, f)) {
		ck_assert_int_lt(before, f->num);
		before = f->num;
	}
	for (i = 0; i < ARRAY_SIZE(nums); i++)
		ck_assert_uint_eq(fdtab_get(&t, nums[i])->ino, (uint64_t)nums[i]);
	ck_assert_ptr_null(fdtab_get(&t, 2));
	ck_assert_ptr_null(fdtab_get(&t, -1));
	ck_assert(fdtab_del(&t, 3));
	ck_assert(!fdtab_del(&t, 3));
	ck_assert_ptr_nonnull(fdtab_get(&t, 4));
	fdtab_release(&t);
}
END_TEST

#define NUMBERS	3000

/* There are just those, and in order. */
static void holds(const struct fdtab *t, const bool *there)
{
	const struct fd *f = fdtab_next(t, NULL), *last = NULL;
	int64_t num, free_from = NUMBERS;
	bool good = true;
	uint32_t n = 0;

	for (num = 0; num < NUMBERS; num++) {
		good &= !!fdtab_get(t, num) == there[num];
		if (!there[num])
			continue;
		if (!f || f->num != num || f->ino != (uint64_t)num)
			ck_abort();
		last = f;
		f = fdtab_next(t, f);
		n++;
	}
	ck_assert(!f && fdtab_last(t) == last && t->n == n);
	ck_assert(n > FDTAB_FEW || !t->nmore);
	for (num = NUMBERS - 1; num >= 0; num--) {
		free_from = there[num] ? free_from : num;
		good &= fdtab_free_from(t, num) == free_from;
	}
	ck_assert(good);
}

static void change(struct fdtab *t, bool *there, int64_t num, bool put)
{
	if (put)
		fdtab_put(t, num)->ino = (uint64_t)num;
	else if (fdtab_del(t, num) != there[num])
		ck_abort();
	there[num] = put;
}

static bool is_odd(struct fd *f)
{
	return f->num % 2;
}

static void sweep_odd(struct fdtab *t, bool *there, int64_t first, int64_t last)
{
	const struct fdsweep sweep = { first, last, 1, is_odd };
	uint32_t n = t->n, gone = 0;
	int64_t num;

	for (num = first | 1; num <= last && num < NUMBERS; num += 2) {
		gone += there[num];
		there[num] = false;
	}
	ck_assert_uint_eq(fdtab_sweep(t, &sweep), gone);
	ck_assert_uint_eq(t->n, n - gone);
}

/* Up, down, anywhere; most come, most go, half of them at once. */
START_TEST(any_order)
{
	bool there[NUMBERS] = { false };
	struct fdtab t = { 0 }, copy = { 0 };
	uint32_t seed = 1;
	unsigned turn, way;
	int64_t i, num;

	for (turn = 0; turn < 24; turn++) {
		way = turn % 3;
		for (i = 0; i < NUMBERS; i++) {
			seed = seed * 1664525u + 1013904223u;
			num = way == 0 ? i : way == 1 ? NUMBERS - 1 - i : seed >> 8;
			change(&t, there, num % NUMBERS, (seed >> 4) % 8 < (turn & 4 ? 2u : 6u));
		}
		holds(&t, there);
		if (turn % 7 == 6)
			sweep_odd(&t, there, 0, INT64_MAX);
		else if (turn % 2)
			sweep_odd(&t, there, seed % NUMBERS, seed % NUMBERS + NUMBERS / 3);
		holds(&t, there);
		fdtab_copy(&copy, &t);
		holds(&copy, there);
		fdtab_release(&copy);
	}
	fdtab_release(&t);
}
END_TEST

static unsigned asked;

static bool is_marked(struct fd *f)
{
	asked++;
	return f->oflags;
}

static bool marks(struct fd *f)
{
	asked++;
	f->oflags = 1;
	return false;
}

/* What a sweep left is not asked again, but where something changed. */
START_TEST(swept_before)
{
	const struct fdsweep all = { INT64_MIN, INT64_MAX, 1, is_marked };
	const struct fdsweep part = { 3, 5, 2, marks };
	struct fdtab t = { 0 };
	int64_t num;

	for (num = 0; num < NUMBERS; num++)
		fdtab_put(&t, num)->oflags = num == 7;
	ck_assert_uint_eq(fdtab_sweep(&t, &all), 1);
	ck_assert_uint_eq(asked, NUMBERS);
	ck_assert_uint_eq(fdtab_sweep(&t, &all), 0);
	ck_assert_uint_eq(asked, NUMBERS);
	fdtab_get(&t, NUMBERS / 2)->oflags = 1;
	fdtab_changed(&t, NUMBERS / 2);
	fdtab_put(&t, 7)->oflags = 1;
	fdtab_put(&t, NUMBERS + 1)->oflags = 1;
	ck_assert_uint_eq(fdtab_sweep(&t, &all), 3);
	ck_assert_uint_lt(asked, 2 * NUMBERS);
	asked = 0;
	ck_assert_uint_eq(fdtab_sweep(&t, &part), 0);
	ck_assert_uint_eq(asked, 3);
	ck_assert_uint_eq(fdtab_sweep(&t, &all), 3);
	fdtab_release(&t);
}
END_TEST

/* Opened and closed where it takes the longest: minutes, were all of them moved. */
START_TEST(many_at_the_wrong_end)
{
	enum { MANY = MACHINE_FDS_MAX / 8 };
	clock_t begin = clock();
	struct fdtab t = { 0 };
	bool good = true;
	int64_t num;

	for (num = MANY; num--;)
		good &= fdtab_put(&t, num) != NULL;
	for (num = 0; num < MANY; num++)
		good &= fdtab_del(&t, num);
	ck_assert(good);
	ck_assert_uint_eq(t.n, 0);
	ck_assert_uint_eq(t.nmore, 0);
	fdtab_release(&t);
	ck_assert_int_lt((clock() - begin) / CLOCKS_PER_SEC, 10);
}
END_TEST

/* Found by fuzzing: a lying trace may name any number. */
START_TEST(the_largest_number)
{
	struct fdtab t = { 0 };

	fdtab_put(&t, INT64_MAX - 1);
	fdtab_put(&t, INT64_MAX);
	ck_assert_ptr_nonnull(fdtab_get(&t, INT64_MAX));
	fdtab_put(&t, 0);
	ck_assert_uint_eq(t.n, 3);
	fdtab_release(&t);
}
END_TEST

START_TEST(put_replaces)
{
	struct fdtab t = { 0 };
	struct fd *f = fdtab_put(&t, 3);

	rstr_setmem(&f->name, "x", 1);
	f = fdtab_put(&t, 3);
	ck_assert_uint_eq(t.n, 1);
	ck_assert_uint_eq(f->name->len, 0);
	fdtab_release(&t);
}
END_TEST

START_TEST(copy_shares_names)
{
	struct fdtab a = { 0 }, b = { 0 };
	struct fd *f = fdtab_put(&a, 3);

	rstr_setmem(&f->name, "/etc/passwd", 11);
	fdtab_copy(&b, &a);
	ck_assert_ptr_eq(fdtab_get(&b, 3)->name, fdtab_get(&a, 3)->name);
	fdtab_release(&a);
	ck_assert_text(rstr_str(fdtab_get(&b, 3)->name), "/etc/passwd");
	fdtab_release(&b);
}
END_TEST

START_TEST(open_resolves)
{
	struct fd *f;

	shell();
	world_open(&w, 100, 3, "a//b/../c");
	f = world_fd(&w, 100, 3);
	ck_assert_text(rstr_str(f->name), "/root/a/c");
	ck_assert_text(rstr_str(f->nameraw), "a/b/../c");
	ck_assert_uint_eq(f->type, FD_FILE_V2);
	ck_assert_uint_eq(f->ino, 1003);
	ck_assert_ptr_eq(machine_current(w.m)->fdinfo, f);
	ck_assert_int_eq(machine_current(w.m)->fd, 3);
	ck_assert(machine_current(w.m)->fd_name_changed);
	/* Directory flag; then relative to it; then to nothing known. */
	world_openat(&w, 100, 4, -100, "/srv/", 0x400);
	ck_assert_uint_eq(world_fd(&w, 100, 4)->type, FD_DIRECTORY);
	world_openat(&w, 100, 5, 4, "x", 1);
	ck_assert_text(rstr_str(world_fd(&w, 100, 5)->name), "/srv/x");
	world_openat(&w, 100, 6, 77, "x", 1);
	ck_assert_text(rstr_str(world_fd(&w, 100, 6)->name), "<UNKNOWN>x");
	/* The name is shared where it is the same. */
	world_open(&w, 100, 7, "/etc/passwd");
	f = world_fd(&w, 100, 7);
	ck_assert_ptr_eq(f->name, f->nameraw);
	world_release(&w);
}
END_TEST

START_TEST(a_failed_open_opens_nothing)
{
	shell();
	world_open(&w, 100, -2, "/nosuch");
	ck_assert_ptr_null(machine_current(w.m)->fdinfo);
	ck_assert_int_eq(machine_current(w.m)->fd, -1);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 0);
	world_release(&w);
}
END_TEST

START_TEST(the_enter_event_knows_the_name)
{
	shell();
	world_begin(&w, EV_SYSCALL_OPEN_E, 100);
	evb_str(&w.b, P_SYSCALL_OPEN_E_name, "/real");
	evb_int(&w.b, P_SYSCALL_OPEN_E_flags, 3);
	world_apply(&w);
	world_begin(&w, EV_SYSCALL_OPEN_X, 100);
	evb_int(&w.b, P_SYSCALL_OPEN_X_fd, 3);
	evb_str(&w.b, P_SYSCALL_OPEN_X_name, "/swapped");
	evb_int(&w.b, P_SYSCALL_OPEN_X_flags, 0x4001);
	world_apply(&w);
	ck_assert_text(rstr_str(world_fd(&w, 100, 3)->name), "/real");
	ck_assert_uint_eq(world_fd(&w, 100, 3)->oflags, 0x4003);
	/* A lost enter event's successor does not stand in for it. */
	world_begin(&w, EV_SYSCALL_OPENAT_2_X, 100);
	evb_int(&w.b, P_SYSCALL_OPENAT_2_X_fd, 4);
	evb_int(&w.b, P_SYSCALL_OPENAT_2_X_dirfd, -100);
	evb_str(&w.b, P_SYSCALL_OPENAT_2_X_name, "/own");
	world_apply(&w);
	ck_assert_text(rstr_str(world_fd(&w, 100, 4)->name), "/own");
	world_release(&w);
}
END_TEST

START_TEST(close_takes_effect_with_the_next_event)
{
	shell();
	world_open(&w, 100, 3, "/a");
	world_close(&w, 100, 3);
	ck_assert_text(rstr_str(machine_current(w.m)->fdinfo->name), "/a");
	ck_assert(!machine_current(w.m)->fd_name_changed);
	world_tick(&w);
	ck_assert_ptr_null(world_fd(&w, 100, 3));
	world_release(&w);
}
END_TEST

START_TEST(dup_family)
{
	struct fd *f;

	shell();
	world_openat(&w, 100, 3, -100, "/a", 0x1001);
	world_begin(&w, EV_SYSCALL_DUP2_X, 100);
	evb_int(&w.b, P_SYSCALL_DUP2_X_res, 1);
	evb_int(&w.b, P_SYSCALL_DUP2_X_oldfd, 3);
	evb_int(&w.b, P_SYSCALL_DUP2_X_newfd, 1);
	world_apply(&w);
	f = world_fd(&w, 100, 1);
	ck_assert_text(rstr_str(f->name), "/a");
	ck_assert_uint_eq(f->oflags & 0x1000, 0);
	ck_assert(!machine_current(w.m)->fd_name_changed);
	ck_assert(world_get(&w, 100)->flags & TF_PIPE_SRC);
	world_begin(&w, EV_SYSCALL_DUP3_X, 100);
	evb_int(&w.b, P_SYSCALL_DUP3_X_res, 9);
	evb_int(&w.b, P_SYSCALL_DUP3_X_oldfd, 1);
	evb_int(&w.b, P_SYSCALL_DUP3_X_newfd, 9);
	evb_int(&w.b, P_SYSCALL_DUP3_X_flags, 0x1000);
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 9)->oflags & 0x1000, 0x1000);
	/* Of an unknown one: nothing. */
	world_begin(&w, EV_SYSCALL_DUP_1_X, 100);
	evb_int(&w.b, P_SYSCALL_DUP_1_X_res, 10);
	evb_int(&w.b, P_SYSCALL_DUP_1_X_oldfd, 55);
	world_apply(&w);
	ck_assert_ptr_null(world_fd(&w, 100, 10));
	world_release(&w);
}
END_TEST

START_TEST(fcntl_copies_and_marks)
{
	shell();
	world_open(&w, 100, 3, "/a");
	world_begin(&w, EV_SYSCALL_FCNTL_X, 100);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_res, 12);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_fd, 3);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_cmd, 26);
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 12)->oflags & 0x1000, 0x1000);
	world_begin(&w, EV_SYSCALL_FCNTL_X, 100);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_res, 0);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_fd, 3);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_cmd, 3);
	evb_int(&w.b, P_SYSCALL_FCNTL_X_arg, 1);
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->oflags & 0x1000, 0x1000);
	world_exec(&w, 100, "cat", "");
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 0);
	world_release(&w);
}
END_TEST

static void close_range_of(uint32_t first, uint32_t last, uint32_t flags)
{
	world_begin(&w, EV_SYSCALL_CLOSE_RANGE_X, 100);
	evb_int(&w.b, P_SYSCALL_CLOSE_RANGE_X_res, 0);
	evb_int(&w.b, P_SYSCALL_CLOSE_RANGE_X_first, first);
	evb_int(&w.b, P_SYSCALL_CLOSE_RANGE_X_last, last);
	evb_int(&w.b, P_SYSCALL_CLOSE_RANGE_X_flags, flags);
	world_apply(&w);
}

START_TEST(ranges)
{
	int64_t i;

	shell();
	for (i = 0; i < 8; i++)
		world_open(&w, 100, i, "/a");
	close_range_of(5, UINT32_MAX, 4);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 8);
	ck_assert(world_fd(&w, 100, 7)->oflags & 0x1000);
	ck_assert(!(world_fd(&w, 100, 4)->oflags & 0x1000));
	close_range_of(3, 5, 0);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 5);
	ck_assert_ptr_null(world_fd(&w, 100, 4));
	ck_assert_ptr_nonnull(world_fd(&w, 100, 6));
	close_range_of(7, 3, 0);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 5);
	world_release(&w);
}
END_TEST

START_TEST(kinds_without_a_path)
{
	static const struct {
		unsigned event;
		enum fdtype type;
	} kinds[] = {
		{ EV_SYSCALL_EVENTFD_X, FD_EVENT }, { EV_SYSCALL_EVENTFD2_X, FD_EVENT },
		{ EV_SYSCALL_SIGNALFD_X, FD_SIGNALFD }, { EV_SYSCALL_SIGNALFD4_X, FD_SIGNALFD },
		{ EV_SYSCALL_TIMERFD_CREATE_X, FD_TIMERFD },
		{ EV_SYSCALL_INOTIFY_INIT_X, FD_INOTIFY },
		{ EV_SYSCALL_INOTIFY_INIT1_X, FD_INOTIFY }, { EV_SYSCALL_BPF_2_X, FD_BPF },
		{ EV_SYSCALL_USERFAULTFD_X, FD_USERFAULTFD },
		{ EV_SYSCALL_IO_URING_SETUP_X, FD_IOURING },
		{ EV_SYSCALL_EPOLL_CREATE_X, FD_EVENTPOLL },
		{ EV_SYSCALL_EPOLL_CREATE1_X, FD_EVENTPOLL },
		{ EV_SYSCALL_MEMFD_CREATE_X, FD_MEMFD },
	};
	size_t i;

	shell();
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		world_begin(&w, kinds[i].event, 100);
		evb_int(&w.b, 0, 20);
		world_apply(&w);
		ck_assert_uint_eq(world_fd(&w, 100, 20)->type, kinds[i].type);
		ck_assert_uint_eq(world_fd(&w, 100, 20)->name->len, 0);
		ck_assert_int_eq(machine_current(w.m)->fd, 20);
	}
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 1);
	world_release(&w);
}
END_TEST

START_TEST(pipes_and_memfd)
{
	shell();
	world_begin(&w, EV_SYSCALL_PIPE2_X, 100);
	evb_int(&w.b, P_SYSCALL_PIPE2_X_res, 0);
	evb_int(&w.b, P_SYSCALL_PIPE2_X_fd1, 3);
	evb_int(&w.b, P_SYSCALL_PIPE2_X_fd2, 4);
	evb_int(&w.b, P_SYSCALL_PIPE2_X_ino, 99);
	evb_int(&w.b, P_SYSCALL_PIPE2_X_flags, 0x1000);
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 4)->type, FD_FIFO);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->ino, 99);
	world_begin(&w, EV_SYSCALL_MEMFD_CREATE_X, 100);
	evb_int(&w.b, P_SYSCALL_MEMFD_CREATE_X_fd, 5);
	evb_str(&w.b, P_SYSCALL_MEMFD_CREATE_X_name, "payload");
	evb_int(&w.b, P_SYSCALL_MEMFD_CREATE_X_flags, 1);
	world_apply(&w);
	ck_assert_text(rstr_str(world_fd(&w, 100, 5)->name), "payload");
	/* A failed one counts but is never found. */
	world_begin(&w, EV_SYSCALL_MEMFD_CREATE_X, 100);
	evb_int(&w.b, P_SYSCALL_MEMFD_CREATE_X_fd, -14);
	world_apply(&w);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 4);
	ck_assert_int_eq(machine_current(w.m)->fd, -14);
	ck_assert_ptr_null(machine_current(w.m)->fdinfo);
	world_exec(&w, 100, "x", "");
	ck_assert_ptr_null(world_fd(&w, 100, 5));
	world_release(&w);
}
END_TEST

START_TEST(pidfd)
{
	shell();
	world_proc(&w, 200, 200, 1, "victim");
	world_open(&w, 200, 7, "/secret");
	world_begin(&w, EV_SYSCALL_PIDFD_OPEN_X, 100);
	evb_int(&w.b, P_SYSCALL_PIDFD_OPEN_X_fd, 3);
	evb_int(&w.b, P_SYSCALL_PIDFD_OPEN_X_pid, 200);
	world_apply(&w);
	ck_assert_text(rstr_str(world_fd(&w, 100, 3)->name), "/proc/200");
	world_begin(&w, EV_SYSCALL_PIDFD_GETFD_X, 100);
	evb_int(&w.b, P_SYSCALL_PIDFD_GETFD_X_fd, 4);
	evb_int(&w.b, P_SYSCALL_PIDFD_GETFD_X_pid_fd, 3);
	evb_int(&w.b, P_SYSCALL_PIDFD_GETFD_X_target_fd, 7);
	world_apply(&w);
	ck_assert_text(rstr_str(world_fd(&w, 100, 4)->name), "/secret");
	ck_assert(world_fd(&w, 100, 4)->oflags & 0x1000);
	world_release(&w);
}
END_TEST

START_TEST(fork_copies_the_table)
{
	shell();
	world_open(&w, 100, 3, "/a");
	world_clone(&w, 100, 101, 0, 0);
	ck_assert_ptr_ne(world_fd(&w, 101, 3), world_fd(&w, 100, 3));
	ck_assert_ptr_eq(world_fd(&w, 101, 3)->name, world_fd(&w, 100, 3)->name);
	ck_assert(world_fd(&w, 101, 3)->flags & FDF_CLONED);
	world_close(&w, 101, 3);
	world_tick(&w);
	ck_assert_ptr_null(world_fd(&w, 101, 3));
	ck_assert_ptr_nonnull(world_fd(&w, 100, 3));
	world_release(&w);
}
END_TEST

UNIT_MAIN("fdtab", table_keeps_order, any_order, swept_before, many_at_the_wrong_end, the_largest_number, put_replaces, copy_shares_names, open_resolves,
	  a_failed_open_opens_nothing, the_enter_event_knows_the_name,
	  close_takes_effect_with_the_next_event, dup_family, fcntl_copies_and_marks, ranges,
	  kinds_without_a_path, pipes_and_memfd, pidfd, fork_copies_the_table)
