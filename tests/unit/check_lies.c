/* SPDX-License-Identifier: Apache-2.0 */
/* What a trace that was made to hurt may cost. */
#include "lib/base/compat.h"

#include <time.h>

#include "lib/base/xalloc.h"
#include "replay/machine_int.h"
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

UNIT_MAIN("lies", a_long_line_of_ancestors, the_least_result, scattered_descriptors,
	  descriptors_of_a_whole_machine)
