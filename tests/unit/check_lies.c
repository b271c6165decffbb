/* SPDX-License-Identifier: Apache-2.0 */
/* What a trace that was made to hurt may cost. */
#include "lib/base/compat.h"

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

UNIT_MAIN("lies", a_long_line_of_ancestors, the_least_result)
