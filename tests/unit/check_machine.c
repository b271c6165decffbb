/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, groups, parents, exec, exit, credentials, directories. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/xalloc.h"
#include "tests/unit/evbuild.h"
#include "tests/unit/evgen.h"
#include "tests/unit/world.h"

static struct world w;

static void setup(void)
{
	world_init(&w);
}

static void done(void)
{
	world_release(&w);
}

/* A shell (100, child of 1) to start from. */
static void shell(void)
{
	setup();
	world_proc(&w, 1, 1, 0, "init");
	world_proc(&w, 100, 100, 1, "sh");
}

START_TEST(fork_caller_first)
{
	struct thread *t;

	shell();
	world_clone(&w, 100, 101, 0, 0);
	t = world_get(&w, 101);
	ck_assert_int_eq(t->pid, 101);
	ck_assert_int_eq(t->ptid, 100);
	ck_assert_text(rstr_str(t->comm), "sh");
	ck_assert_ptr_eq(t->parent, world_get(&w, 100));
	ck_assert_uint_ne(t->clone_ts, 0);
	/* The child's own report changes nothing. */
	world_child(&w, 101, 101, 100, 0);
	ck_assert_ptr_eq(world_get(&w, 101), t);
	ck_assert_ptr_eq(machine_current(w.m)->thread, t);
	done();
}
END_TEST

START_TEST(fork_child_first)
{
	struct thread *t;

	shell();
	world_child(&w, 101, 101, 100, 0);
	t = world_get(&w, 101);
	ck_assert(t->flags & TF_CLONE_INVERTED);
	ck_assert_int_eq(t->ptid, 100);
	world_clone(&w, 100, 101, 0, 0);
	ck_assert_ptr_eq(world_get(&w, 101), t);
	ck_assert_int_eq(machine_current(w.m)->thread->tid, 100);
	done();
}
END_TEST

START_TEST(child_that_exits_before_the_caller_returns)
{
	shell();
	world_child(&w, 101, 101, 100, 0);
	world_exit(&w, 101, 0);
	world_clone(&w, 100, 101, 0, 0);
	ck_assert_ptr_null(machine_thread(w.m, 101));
	done();
}
END_TEST

START_TEST(vfork_waits_for_the_child)
{
	shell();
	world_clone(&w, 100, 101, TF_CLONE_VFORK, 0);
	ck_assert_ptr_null(machine_thread(w.m, 101));
	done();
}
END_TEST

START_TEST(threads_share_the_process)
{
	struct thread *t, *main;

	shell();
	world_open(&w, 100, 3, "/etc/passwd");
	world_clone(&w, 100, 101, TF_CLONE_THREAD, 0);
	t = world_get(&w, 101);
	main = world_get(&w, 100);
	ck_assert_int_eq(t->pid, 100);
	ck_assert(!thread_is_main(t));
	ck_assert_uint_eq(machine_nthreads(main), 2);
	ck_assert_ptr_eq(machine_main_thread(w.m, t), main);
	ck_assert_ptr_eq(machine_fdtab(w.m, t), &main->fds);
	ck_assert_text(machine_cwd(w.m, t), "/root/");
	/* What the thread opens is the process's. */
	world_open(&w, 101, 4, "/tmp/x");
	ck_assert_ptr_nonnull(fdtab_get(&main->fds, 4));
	world_exit(&w, 101, 0);
	ck_assert_uint_eq(machine_nthreads(main), 1);
	world_tick(&w);
	ck_assert_ptr_null(machine_thread(w.m, 101));
	done();
}
END_TEST

START_TEST(main_thread_stays_until_the_last_is_gone)
{
	shell();
	world_clone(&w, 100, 101, TF_CLONE_THREAD, 0);
	world_exit(&w, 100, 0);
	world_tick(&w);
	ck_assert_ptr_nonnull(machine_thread(w.m, 100));
	ck_assert(world_get(&w, 100)->dead);
	world_exit(&w, 101, 0);
	world_tick(&w);
	ck_assert_ptr_null(machine_thread(w.m, 100));
	ck_assert_ptr_null(machine_thread(w.m, 101));
	done();
}
END_TEST

START_TEST(exit_is_visible_until_the_next_event)
{
	shell();
	world_clone(&w, 100, 101, 0, 0);
	world_exit(&w, 101, 0);
	ck_assert_ptr_eq(machine_current(w.m)->thread, world_get(&w, 101));
	machine_settle(w.m);
	ck_assert_ptr_null(machine_thread(w.m, 101));
	ck_assert_ptr_null(machine_current(w.m)->thread);
	done();
}
END_TEST

START_TEST(orphans_go_to_init)
{
	shell();
	world_clone(&w, 100, 101, 0, 0);
	world_clone(&w, 101, 102, 0, 0);
	world_exit(&w, 101, -1);
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 102)->ptid, 1);
	ck_assert_ptr_eq(world_get(&w, 102)->parent, world_get(&w, 1));
	done();
}
END_TEST

START_TEST(orphans_go_to_a_sibling_thread_first)
{
	shell();
	world_clone(&w, 100, 101, 0, 0);
	world_clone(&w, 101, 111, TF_CLONE_THREAD, 0);
	world_clone(&w, 111, 102, 0, 0);
	ck_assert_int_eq(world_get(&w, 102)->ptid, 111);
	world_exit(&w, 111, -1);
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 102)->ptid, 101);
	done();
}
END_TEST

START_TEST(orphans_go_to_the_subreaper)
{
	shell();
	world_begin(&w, EV_SYSCALL_PRCTL_X, 100);
	evb_int(&w.b, P_SYSCALL_PRCTL_X_res, 0);
	evb_int(&w.b, P_SYSCALL_PRCTL_X_option, 36);
	evb_int(&w.b, P_SYSCALL_PRCTL_X_arg2_int, 1);
	world_apply(&w);
	world_clone(&w, 100, 101, 0, 0);
	world_clone(&w, 101, 102, 0, 0);
	world_exit(&w, 101, -1);
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 102)->ptid, 100);
	done();
}
END_TEST

START_TEST(the_kernel_names_the_reaper)
{
	shell();
	world_proc(&w, 50, 50, 1, "reaper");
	world_clone(&w, 100, 101, 0, 0);
	world_clone(&w, 101, 102, 0, 0);
	world_exit(&w, 101, 50);
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 102)->ptid, 50);
	/* A reaper that is the dead's own child is a lie. */
	world_clone(&w, 102, 103, 0, 0);
	world_exit(&w, 102, 103);
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 103)->ptid, 0);
	done();
}
END_TEST

START_TEST(a_reused_tid_is_a_new_process)
{
	struct thread *t;

	shell();
	world_clone(&w, 100, 101, 0, 0);
	world_exec(&w, 101, "cat", "x");
	w.b.ts += 5000000000u;
	world_clone(&w, 100, 101, 0, 0);
	t = world_get(&w, 101);
	ck_assert_text(rstr_str(t->comm), "sh");
	ck_assert_uint_eq(machine_nthreads(t), 1);
	done();
}
END_TEST

/* Found by fuzzing: the dead main thread reports a clone of the only thread
 * that kept it in the table. */
START_TEST(a_dead_caller_may_go_with_the_child_it_replaces)
{
	shell();
	world_clone(&w, 100, 101, TF_CLONE_THREAD, 0);
	world_exit(&w, 100, 0);
	w.b.ts += 5000000000u;
	world_clone(&w, 100, 101, 0, 0);
	ck_assert_ptr_null(machine_thread(w.m, 100));
	ck_assert_ptr_null(machine_current(w.m)->thread);
	done();
}
END_TEST

START_TEST(unknown_tids_get_a_placeholder)
{
	struct thread *t;

	shell();
	world_open(&w, 777, 3, "rel");
	t = world_get(&w, 777);
	ck_assert(thread_is_placeholder(t));
	ck_assert_text(rstr_str(t->comm), "<NA>");
	ck_assert_text(machine_cwd(w.m, t), "./");
	ck_assert_uint_eq(t->uid, UINT32_MAX);
	ck_assert_ptr_null(machine_parent(w.m, t));
	ck_assert_uint_eq(machine_counts(w.m)->placeholders, 1);
	/* An exec tells who it is. */
	world_exec(&w, 777, "ls", "-l");
	ck_assert(!thread_is_placeholder(t));
	ck_assert_int_eq(t->vtid, 777);
	ck_assert_ptr_eq(t->parent, world_get(&w, 1));
	/* Exits and switches of strangers make none. */
	world_exit(&w, 888, 0);
	ck_assert_ptr_null(machine_thread(w.m, 888));
	done();
}
END_TEST

START_TEST(exec_begins_anew)
{
	struct thread *t;

	shell();
	world_open(&w, 100, 3, "/etc/passwd");
	world_openat(&w, 100, 4, -100, "/etc/group", 0x1001);
	world_clone(&w, 100, 101, TF_CLONE_THREAD, 0);
	world_exec(&w, 100, "cat", "a b");
	t = world_get(&w, 100);
	ck_assert_text(rstr_str(t->comm), "cat");
	ck_assert_text(rstr_str(t->cmdline), "cat a b");
	ck_assert_text(rstr_str(t->exepath), "/bin/cat");
	ck_assert(t->exe_writable);
	ck_assert_ptr_nonnull(fdtab_get(&t->fds, 3));
	ck_assert_ptr_null(fdtab_get(&t->fds, 4));
	ck_assert_ptr_null(machine_thread(w.m, 101));
	ck_assert_uint_eq(machine_nthreads(t), 1);
	ck_assert(t->flags & TF_NAME_CHANGED);
	done();
}
END_TEST

START_TEST(a_failed_exec_changes_nothing)
{
	shell();
	world_begin(&w, EV_SYSCALL_EXECVE_19_X, 100);
	evb_int(&w.b, P_SYSCALL_EXECVE_19_X_res, -2);
	evb_str(&w.b, P_SYSCALL_EXECVE_19_X_comm, "evil");
	world_apply(&w);
	ck_assert_text(rstr_str(world_get(&w, 100)->comm), "sh");
	ck_assert_int_eq(machine_current_error(machine_current(w.m)), 2);
	done();
}
END_TEST

START_TEST(exec_path_from_the_enter_event)
{
	shell();
	world_begin(&w, EV_SYSCALL_EXECVE_19_E, 100);
	evb_str(&w.b, P_SYSCALL_EXECVE_19_E_filename, "./x/../run");
	ck_assert(!world_apply(&w));	/* enter events are not shown */
	world_begin(&w, EV_SYSCALL_EXECVE_19_X, 100);
	w.b.ev.nparams = P_SYSCALL_EXECVE_19_X_trusted_exepath;
	evb_int(&w.b, P_SYSCALL_EXECVE_19_X_res, 0);
	evb_str(&w.b, P_SYSCALL_EXECVE_19_X_exe, "run");
	world_apply(&w);
	ck_assert_text(rstr_str(world_get(&w, 100)->exepath), "/root/run");
	ck_assert_text(rstr_str(world_get(&w, 100)->comm), "run");
	done();
}
END_TEST

START_TEST(args_as_recorded)
{
	struct thread *t;

	shell();
	t = world_get(&w, 100);
	world_exec_args(&w, 100, "cat", "a\0\0b\0", 5);
	ck_assert_uint_eq(t->nargs, 3);
	ck_assert_text(rstr_str(t->cmdline), "cat a  b");
	world_exec_args(&w, 100, "cat", "cut", 3);	/* no final NUL */
	ck_assert_uint_eq(t->nargs, 1);
	ck_assert_text(rstr_str(t->cmdline), "cat cut");
	world_exec_args(&w, 100, "cat", "\0", 1);
	ck_assert_uint_eq(t->nargs, 0);
	ck_assert_text(rstr_str(t->cmdline), "cat");
	world_exec_args(&w, 100, "cat", "", 0);
	ck_assert_text(rstr_str(t->cmdline), "cat");
	done();
}
END_TEST

START_TEST(identity)
{
	struct thread *t;

	shell();
	t = world_get(&w, 100);
	world_call(&w, EV_SYSCALL_SETUID_X, 100, 0, P_SYSCALL_SETUID_X_uid, 33);
	ck_assert_uint_eq(t->uid, 33);
	world_call(&w, EV_SYSCALL_SETUID_X, 100, -1, P_SYSCALL_SETUID_X_uid, 34);
	ck_assert_uint_eq(t->uid, 33);
	world_call(&w, EV_SYSCALL_SETRESUID_X, 100, 0, P_SYSCALL_SETRESUID_X_euid, 35);
	ck_assert_uint_eq(t->uid, 35);
	/* Only the effective id counts. */
	world_call(&w, EV_SYSCALL_SETRESUID_X, 100, 0, P_SYSCALL_SETRESUID_X_ruid, 36);
	ck_assert_uint_eq(t->uid, 35);
	world_call(&w, EV_SYSCALL_SETREGID_X, 100, 0, P_SYSCALL_SETREGID_X_egid, 7);
	ck_assert_uint_eq(t->gid, 7);
	world_call(&w, EV_SYSCALL_SETSID_X, 100, 100, P_SYSCALL_SETSID_X_res, 100);
	ck_assert_int_eq(t->sid, 100);
	world_call(&w, EV_SYSCALL_UNSHARE_X, 100, 0, P_SYSCALL_UNSHARE_X_flags, TF_CLONE_NEWUSER);
	ck_assert_uint_eq(t->cap_effective, 0x1ffffffffffu);
	world_call(&w, EV_SYSCALL_CAPSET_X, 100, 0, P_SYSCALL_CAPSET_X_cap_effective, 5);
	ck_assert_uint_eq(t->cap_effective, 5);
	ck_assert_uint_eq(t->cap_permitted, 0);
	done();
}
END_TEST

START_TEST(directories)
{
	struct thread *t;
	struct buf b = BUF_INIT;

	shell();
	t = world_get(&w, 100);
	world_chdir(&w, 100, "sub//dir/./..");
	ck_assert_text(machine_cwd(w.m, t), "/root/sub/");
	world_chdir(&w, 100, "/");
	ck_assert_text(machine_cwd(w.m, t), "/");
	world_open(&w, 100, 5, "/srv");
	world_begin(&w, EV_SYSCALL_FCHDIR_X, 100);
	evb_int(&w.b, P_SYSCALL_FCHDIR_X_res, 0);
	evb_int(&w.b, P_SYSCALL_FCHDIR_X_fd, 5);
	world_apply(&w);
	ck_assert_text(machine_cwd(w.m, t), "/srv/");
	machine_resolve(w.m, t, -100, STR("a"), &b);
	ck_assert_buf(b, "/srv/a");
	buf_clear(&b);
	machine_resolve(w.m, t, 5, STR("../b"), &b);
	ck_assert_buf(b, "/b");
	buf_clear(&b);
	machine_resolve(w.m, t, 99, STR("rel"), &b);
	ck_assert_buf(b, "<UNKNOWN>rel");
	buf_clear(&b);
	machine_resolve(w.m, t, 99, STR("/abs"), &b);
	ck_assert_buf(b, "/abs");
	buf_release(&b);
	done();
}
END_TEST

START_TEST(children_of_secondary_threads_start_without_environment)
{
	shell();
	world_clone(&w, 100, 101, TF_CLONE_THREAD, 0);
	world_clone(&w, 100, 102, 0, 0);
	world_clone(&w, 101, 103, 0, 0);
	ck_assert_uint_gt(world_get(&w, 102)->env->len, 0);
	ck_assert_uint_eq(world_get(&w, 103)->env->len, 0);
	ck_assert_text(machine_cwd(w.m, world_get(&w, 103)), "/root/");
	done();
}
END_TEST

START_TEST(leaders)
{
	struct thread *t;

	shell();
	world_clone(&w, 100, 101, 0, 0);
	t = world_get(&w, 101);
	t->sid = 100;
	ck_assert_ptr_eq(machine_leader(w.m, t, LEADER_SID), world_get(&w, 100));
	/* The leader is gone: the topmost ancestor of the session. */
	t->sid = world_get(&w, 100)->sid = 55;
	ck_assert_ptr_eq(machine_leader(w.m, t, LEADER_SID), world_get(&w, 100));
	ck_assert_ptr_null(machine_leader(w.m, world_get(&w, 100), LEADER_SID));
	t->sid = -1;
	ck_assert_ptr_null(machine_leader(w.m, t, LEADER_SID));
	done();
}
END_TEST

START_TEST(ancestors)
{
	struct thread *it = NULL;
	unsigned steps, n = 0;

	shell();
	world_clone(&w, 100, 101, 0, 0);
	ck_assert_int_eq(machine_ancestor(w.m, world_get(&w, 101), 2)->tid, 1);
	ck_assert_ptr_null(machine_ancestor(w.m, world_get(&w, 101), 3));
	while ((it = machine_next_ancestor(w.m, world_get(&w, 101), it, &steps)))
		n++;
	ck_assert_uint_eq(n, 2);
	done();
}
END_TEST

START_TEST(what_is_shown)
{
	setup();
	world_begin(&w, EV_USER_ADDED_E, -1);
	evb_int(&w.b, P_USER_ADDED_E_uid, 33);
	evb_str(&w.b, P_USER_ADDED_E_name, "www");
	ck_assert(!world_apply(&w));		/* opens the capture */
	ck_assert_text(rstr_str(machine_user(w.m, STR(""), 33)->name), "www");
	ck_assert(world_tick(&w));
	world_begin(&w, EV_USER_DELETED_E, -1);
	evb_int(&w.b, P_USER_DELETED_E_uid, 33);
	ck_assert(world_apply(&w));		/* in the middle it is shown */
	ck_assert_ptr_null(machine_user(w.m, STR(""), 33));
	ck_assert_ptr_null(machine_current(w.m)->thread);
	world_begin(&w, EV_GENERIC_X, 5);
	w.b.ev.flags |= EVF_STATE_ONLY;
	ck_assert(!world_apply(&w));
	world_begin(&w, EV_SYSCALL_OPEN_E, 5);
	ck_assert(!world_apply(&w));
	done();
}
END_TEST

START_TEST(containers)
{
	static const char json[] = "{\"container\":{\"id\":\"0123456789ab\",\"name\":\"web\","
		"\"type\":0,\"labels\":{\"k\":\"v\"},\"Mounts\":[{\"Source\":\"/\","
		"\"Destination\":\"/host\",\"Mode\":\"\",\"RW\":true}]}}";
	const struct container *c;

	shell();
	world_begin(&w, EV_ASYNCEVENT_E, -1);
	evb_str(&w.b, P_ASYNCEVENT_E_name, "container");
	evb_str(&w.b, P_ASYNCEVENT_E_data, json);
	world_apply(&w);
	c = machine_container(w.m, STR("0123456789ab"));
	ck_assert_ptr_nonnull(c);
	ck_assert_text(rstr_str(c->name), "web");
	ck_assert_uint_eq(c->nmounts, 1);
	ck_assert(c->mounts[0].rw);
	ck_assert_text(rstr_str(c->labels[0].value), "v");
	world_begin(&w, EV_ASYNCEVENT_E, -1);
	evb_str(&w.b, P_ASYNCEVENT_E_name, "container_removed");
	evb_str(&w.b, P_ASYNCEVENT_E_data, json);
	world_apply(&w);
	ck_assert_ptr_null(machine_container(w.m, STR("0123456789ab")));
	done();
}
END_TEST

START_TEST(snapshot_is_linked)
{
	shell();
	/* A child listed before its parent. */
	world_proc(&w, 300, 300, 200, "late");
	world_proc(&w, 200, 200, 1, "early");
	world_tick(&w);
	ck_assert_ptr_eq(world_get(&w, 300)->parent, world_get(&w, 200));
	/* Of no known parent. */
	world_proc(&w, 400, 400, 399, "orphan");
	world_tick(&w);
	ck_assert_int_eq(world_get(&w, 400)->ptid, 0);
	done();
}
END_TEST

START_TEST(reset_forgets)
{
	shell();
	world_tick(&w);
	machine_reset(w.m);
	ck_assert_ptr_null(machine_thread(w.m, 100));
	ck_assert_uint_eq(machine_counts(w.m)->events, 0);
	ck_assert_ptr_null(machine_check(w.m));
	done();
}
END_TEST

/* xorshift: noise that is the same everywhere. */
static uint64_t noise(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

START_TEST(noise_never_breaks_an_invariant)
{
	enum { LEN = 60000 };
	uint8_t *p = xmalloc(LEN);
	static struct evgen g;
	struct snap_item item;
	struct event *ev;
	uint64_t seed = 88172645463325252u + (uint64_t)_i;
	size_t i;

	for (i = 0; i < LEN; i++)
		p[i] = (uint8_t)noise(&seed);
	setup();
	evgen_init(&g, p, LEN);
	for (i = 0; i < 20; i++) {
		evgen_snap(&g, &item);
		machine_load(w.m, &item);
	}
	while ((ev = evgen_event(&g))) {
		const char *why;

		machine_apply(w.m, ev);
		why = machine_check(w.m);
		ck_assert_msg(!why, "event %" PRIu64 " %s: %s", ev->num, ev->info->name, why);
	}
	free(p);
	done();
}
END_TEST

static Suite *suite(void)
{
	const TTest *const tests[] = {
		fork_caller_first, fork_child_first,
		child_that_exits_before_the_caller_returns, vfork_waits_for_the_child,
		threads_share_the_process, main_thread_stays_until_the_last_is_gone,
		exit_is_visible_until_the_next_event, orphans_go_to_init,
		orphans_go_to_a_sibling_thread_first, orphans_go_to_the_subreaper,
		the_kernel_names_the_reaper, a_reused_tid_is_a_new_process,
		a_dead_caller_may_go_with_the_child_it_replaces,
		unknown_tids_get_a_placeholder, exec_begins_anew,
		a_failed_exec_changes_nothing, exec_path_from_the_enter_event,
		args_as_recorded, identity, directories,
		children_of_secondary_threads_start_without_environment, leaders,
		ancestors, what_is_shown, containers, snapshot_is_linked, reset_forgets,
	};
	Suite *s = suite_create("machine");
	TCase *tc = tcase_create("machine");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tcase_add_test(tc, tests[i]);
	tcase_add_loop_test(tc, noise_never_breaks_an_invariant, 0, 8);
	tcase_set_timeout(tc, UNIT_TIMEOUT);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return unit_finish(suite(), false);
}
