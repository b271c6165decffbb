/* SPDX-License-Identifier: Apache-2.0 */
/* What a trace that was made to hurt may cost. */
#include "lib/base/compat.h"

#include <time.h>

#include "lib/base/xalloc.h"
#include "replay/checkpoint.h"
#include "replay/container.h"
#include "replay/machine_int.h"
#include "replay/user.h"
#include "tests/unit/evbuild.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

static struct world w;

static void shell(void)
{
	world_init(&w);
	world_proc(&w, 1, 1, 0, "init");
	world_proc(&w, 100, 100, 1, "sh");
}

/* A line of ancestors that a trace invents is not walked to its end for every
 * event: that was quadratic. */
START_TEST(a_long_line_of_ancestors)
{
	enum { LINE = 3000 };
	struct thread *last, *it = NULL;
	unsigned steps, n = 0, i;

	shell();
	for (i = 0; i < LINE; i++) {
		world_proc(&w, 200 + i, 200 + i, i ? 199 + i : 1, "x");
		world_get(&w, 200 + i);
	}
	machine_loaded(w.m);
	last = world_get(&w, 199 + LINE);
	ck_assert_int_eq(machine_ancestor(w.m, last, LINE)->tid, 1);
	while ((it = machine_next_ancestor(w.m, last, it, &steps)))
		n++;
	ck_assert_uint_eq(n, MACHINE_ANCESTORS_MAX);
	world_release(&w);
}
END_TEST

/* Found by a sanitizer: a lying trace may tell any result. */
START_TEST(the_least_result)
{
	shell();
	world_open(&w, 100, INT64_MIN, "/nosuch");
	ck_assert_int_eq(machine_current_error(machine_current(w.m)), INT64_MAX);
	world_open(&w, 100, -2, "/nosuch");
	ck_assert_int_eq(machine_current_error(machine_current(w.m)), 2);
	world_release(&w);
}
END_TEST

/* Of one bucket all have the chain of the one that came first. */
static void check_chains(const struct fdtab *t)
{
	uint32_t *chain = xcalloc(t->buckets, sizeof(*chain)), at;
	const struct fd *f;

	for (f = fdtab_next(t, NULL); f; f = fdtab_next(t, f)) {
		at = (uint32_t)((uint64_t)f->num % t->buckets);
		ck_assert(!chain[at] || chain[at] == f->chain);
		chain[at] = f->chain;
		ck_assert_uint_le(f->chain, f->stamp);
	}
	free(chain);
}

/* Numbers so far apart that a neighbour was looked for among all: 100000 of
 * them took minutes. */
START_TEST(scattered_descriptors)
{
	struct fdtab t = { 0 }, copy = { 0 };
	clock_t begin = clock();
	int64_t i;

	for (i = 0; i < 100000; i++) {
		fdtab_put(&t, i << 24);
		if (i % 7 == 6)
			fdtab_del(&t, (i - 1) << 24);
		if (i == 3000)
			check_chains(&t);
	}
	check_chains(&t);
	fdtab_copy(&copy, &t);
	fdtab_put(&copy, 5);
	check_chains(&copy);
	fdtab_release(&copy);
	fdtab_release(&t);
	ck_assert_int_lt((clock() - begin) / CLOCKS_PER_SEC, 10);
}
END_TEST

/* Forks multiply what one process has open; there is a limit for all.  Most
 * of it is told to be taken, which is quicker than to take it. */
START_TEST(descriptors_of_a_whole_machine)
{
	enum { EACH = 100, ROOM = 350 };
	struct thread *t[4];
	int64_t i;

	shell();
	for (i = 0; i < 4; i++) {
		world_proc(&w, 200 + i, 200 + i, 1, "x");
		t[i] = world_get(&w, 200 + i);
	}
	w.m->nfds += MACHINE_FDS_TOTAL_MAX - ROOM;
	for (i = 0; i < EACH; i++)
		ck_assert_ptr_nonnull(machine_put_fd(w.m, &t[0]->fds, i));
	for (i = 1; i < 4; i++)
		thread_copy_fds(w.m, t[i], t[0]);
	ck_assert_uint_eq(t[2]->fds.n, EACH);
	ck_assert_uint_eq(t[3]->fds.n, 0);
	ck_assert_uint_eq(machine_counts(w.m)->fds_dropped, EACH);
	for (i = 0; i < EACH; i++)
		machine_put_fd(w.m, &t[3]->fds, i);
	ck_assert_uint_eq(t[3]->fds.n, ROOM - 3 * EACH);
	ck_assert_uint_eq(machine_counts(w.m)->fds_dropped, 5 * EACH - ROOM);
	ck_assert_uint_eq(w.m->nfds, MACHINE_FDS_TOTAL_MAX);
	/* One that is there already may be opened anew. */
	ck_assert_ptr_nonnull(machine_put_fd(w.m, &t[0]->fds, 3));
	w.m->nfds -= MACHINE_FDS_TOTAL_MAX - ROOM;
	ck_assert_ptr_null(machine_check(w.m));
	world_release(&w);
}
END_TEST

/* An exec with one long argument of that letter: it and the command line are
 * texts of the machine. */
static void exec_long(int64_t tid, char letter)
{
	enum { LEN = 1000 };
	char args[LEN];

	memset(args, letter, LEN);
	args[LEN - 1] = '\0';
	world_exec_args(&w, tid, "sh", args, LEN);
}

static size_t texts_when_restored(void)
{
	struct machine *copy = machine_new();
	struct buf b = BUF_INIT;
	size_t bytes;

	ck_assert(machine_save(w.m, &b));
	ck_assert(machine_restore(copy, b.data, b.len));
	ck_assert_ptr_null(machine_check(copy));
	bytes = copy->texts.bytes;
	buf_release(&b);
	machine_free(copy);
	return bytes;
}

/* Many processes with the same long text have it once; beyond the limit the
 * beginning is kept, and told. */
START_TEST(long_texts)
{
	struct str args;
	size_t one;
	int64_t i;

	shell();
	for (i = 0; i < 4; i++)
		world_proc(&w, 200 + i, 200 + i, 1, "x");
	exec_long(200, 'a');
	one = w.m->texts.bytes;
	ck_assert_uint_ge(one, 2000);
	exec_long(201, 'a');
	ck_assert_uint_eq(w.m->texts.bytes, one);
	w.m->texts.max = 2 * one;
	exec_long(202, 'b');
	ck_assert_uint_eq(w.m->texts.bytes, 2 * one);
	ck_assert_uint_eq(texts_when_restored(), 2 * one);
	ck_assert_uint_eq(machine_counts(w.m)->texts_cut, 0);
	exec_long(203, 'c');
	args = rstr_str(world_get(&w, 203)->args);
	ck_assert_uint_eq(args.len, RSTR_LONG);
	ck_assert_int_eq(args.p[0], 'c');
	ck_assert_int_eq(args.p[RSTR_LONG - 1], '\0');
	ck_assert_uint_eq(world_get(&w, 203)->nargs, 1);
	ck_assert_uint_eq(machine_counts(w.m)->texts_cut, 2);	/* and its line */
	world_exit(&w, 202, -1);
	world_tick(&w);
	ck_assert_uint_eq(w.m->texts.bytes, one);
	world_release(&w);
}
END_TEST

/* A directory that is cut still ends with a slash. */
START_TEST(long_directories)
{
	char path[600];
	struct str cwd;

	shell();
	memset(path, 'd', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	w.m->texts.max = 0;
	world_chdir(&w, 100, path);
	cwd = machine_cwd(w.m, world_get(&w, 100));
	ck_assert_uint_eq(cwd.len, RSTR_LONG);
	ck_assert_int_eq(cwd.p[RSTR_LONG - 1], '/');
	world_release(&w);
}
END_TEST

static const struct thread *enter_exec(int64_t tid, size_t len)
{
	char path[5000];

	memset(path, 'p', sizeof(path));
	world_begin(&w, EV_SYSCALL_EXECVE_19_E, tid);
	evb_bytes(&w.b, P_SYSCALL_EXECVE_19_E_filename, path, len);
	machine_apply(w.m, evb_end(&w.b));
	return world_get(&w, tid);
}

/* Enter events wait for their exits: not in any number of bytes. */
START_TEST(enter_events)
{
	enum { TAKEN = MACHINE_ENTERS_MAX - 5000 };

	shell();
	world_proc(&w, 200, 200, 1, "x");
	enter_exec(100, 5000);
	/* A small one does not keep the room of the large one before. */
	ck_assert_uint_lt(enter_exec(100, 10)->enter->cap, 5000);
	ck_assert_uint_eq(w.m->enter_bytes, 10);
	ck_assert_ptr_null(machine_check(w.m));
	w.m->enter_bytes += TAKEN;	/* told, not taken: quicker */
	ck_assert_ptr_nonnull(enter_exec(200, 4990)->enter);
	ck_assert_ptr_nonnull(enter_exec(100, 10)->enter);
	ck_assert_uint_eq(machine_counts(w.m)->texts_cut, 0);
	ck_assert_ptr_null(enter_exec(100, 11)->enter);
	ck_assert_uint_eq(machine_counts(w.m)->texts_cut, 1);
	w.m->enter_bytes -= TAKEN;
	ck_assert_uint_eq(w.m->enter_bytes, 4990);
	world_exec(&w, 200, "x", "y");
	world_exit(&w, 200, -1);
	world_tick(&w);
	ck_assert_uint_eq(w.m->enter_bytes, 0);
	world_release(&w);
}
END_TEST

#define A_CONTAINER "{\"container\":{\"id\":\"0123456789ab\",\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}"

/* Users, groups and what containers are said to have: one limit for all. */
START_TEST(entries_of_a_whole_machine)
{
	struct snap_user u = { .uid = 7, .name = STR("x"), .container = STR("0123456789ab") };
	struct snap_group g = { .gid = 7, .name = STR("x") };
	char name[MACHINE_KEY_MAX + 1];

	shell();
	w.m->naccounts = ACCOUNTS_MAX - 1;	/* told, not there: quicker */
	machine_set_user(w.m, &u);
	machine_set_group(w.m, &g);
	ck_assert_ptr_nonnull(machine_user(w.m, u.container, 7));
	ck_assert_ptr_null(machine_group(w.m, g.container, 7));
	machine_del_user(w.m, u.container, 7);
	machine_set_group(w.m, &g);
	ck_assert_ptr_nonnull(machine_group(w.m, g.container, 7));
	ck_assert_uint_eq(machine_counts(w.m)->entries_dropped, 1);
	memset(name, 'n', sizeof(name));
	w.m->naccounts = 0;
	u.container = str_mem(name, sizeof(name));	/* no container is called that */
	machine_set_user(w.m, &u);
	ck_assert_uint_eq(machine_counts(w.m)->entries_dropped, 2);
	w.m->nparts = CONTAINER_PARTS_MAX - 2;
	machine_set_container(w.m, STR(A_CONTAINER));
	machine_set_container(w.m, STR(A_CONTAINER));	/* in its own place */
	ck_assert_uint_eq(machine_container(w.m, STR("0123456789ab"))->nlabels, 2);
	ck_assert_uint_eq(w.m->nparts, CONTAINER_PARTS_MAX);
	ck_assert_uint_eq(machine_counts(w.m)->entries_dropped, 2);
	w.m->nparts++;
	machine_set_container(w.m, STR(A_CONTAINER));
	ck_assert_uint_eq(machine_container(w.m, STR("0123456789ab"))->nlabels, 0);
	ck_assert_uint_eq(machine_counts(w.m)->entries_dropped, 4);
	world_release(&w);
}
END_TEST

UNIT_MAIN("lies", a_long_line_of_ancestors, the_least_result, scattered_descriptors,
	  descriptors_of_a_whole_machine, long_texts, long_directories, enter_events,
	  entries_of_a_whole_machine)
