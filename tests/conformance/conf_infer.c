/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event types that conditions may hold for, against the names measured with
 * Falco.  It lists calls without an event of their own by name, we know one
 * event for all of them: for those it is compared whether there are any.
 */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "tests/conformance/tsv.h"

#define BITMAP	((EV_COUNT + 7) / 8)

static unsigned failures;

static bool has(const uint8_t *map, unsigned ev)
{
	return map[ev / 8] & 1u << ev % 8;
}

static bool is_generic(unsigned ev)
{
	return ev == EV_GENERIC_E || ev == EV_GENERIC_X;
}

/* Is name one of the comma-separated names of list? */
static bool listed(struct str list, struct str name)
{
	bool except = str_starts(list, STR("ALL_EXCEPT:"));
	struct str item;

	if (str_eq(list, STR("ALL")))
		return true;
	if (except)
		list = str_sub(list, 11, list.len);
	while (list.p) {
		item = str_cut(&list, ',');
		if (str_eq(item, name))
			return !except;
	}
	return except;
}

static void check_event(const struct tsv_row *row, const uint8_t *map, unsigned ev)
{
	struct str name = str_of(evtab[ev].name), alias = name;
	bool want;

	/* Old events of accept4 go by the name of accept. */
	if (ev == EV_SOCKET_ACCEPT4_X || ev == EV_SOCKET_ACCEPT4_5_X)
		alias = STR("accept4");
	want = listed(row->col[2], name) || listed(row->col[2], alias);
	if (has(map, ev) == want)
		return;
	printf("FAIL %.*s: event %u (%s) %s\n", STR_FMT(row->col[0]), ev, evtab[ev].name,
	       want ? "is missing" : "is too much");
	failures++;
}

static void check_generic(const struct tsv_row *row, const uint8_t *map)
{
	bool want = false;
	unsigned i;

	for (i = 0; i < sctab_n && !want; i++)
		want = sctab[i].name && sctab[i].exit_event == EV_GENERIC_X &&
		       listed(row->col[2], str_of(sctab[i].name));
	if (has(map, EV_GENERIC_X) == want)
		return;
	printf("FAIL %.*s: the generic event\n", STR_FMT(row->col[0]));
	failures++;
}

static void check_row(const struct tsv_row *row)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct arena a = ARENA_INIT;
	struct filterset *fs = filterset_new();
	struct str text = tsv_json(&a, row->col[0]);
	bool rejected = str_eq(row->col[2], STR("ERROR"));
	uint8_t map[BITMAP];
	struct ast *t;
	unsigned ev;
	int cond = -1;

	if (!filter_parse(&a, text, 1000, &t, &e))
		cond = filterset_add(fs, t, STR("syscall"), &e, NULL, &a);
	if ((cond < 0) != rejected) {
		printf("FAIL %.*s: %s\n", STR_FMT(text), cond < 0 ? e.msg.data : "accepted");
		failures++;
	}
	if (cond >= 0) {
		filterset_events(fs, cond, map);
		for (ev = 0; ev < EV_COUNT; ev++)
			if (evtab[ev].name && !is_generic(ev) && strcmp(evtab[ev].name, "NA"))
				check_event(row, map, ev);
		check_generic(row, map);
	}
	filterset_free(fs);
	filter_error_release(&e);
	arena_release(&a);
}

int main(void)
{
	struct tsv t;
	size_t i;

	tsv_load(&t, "falco/conformance/event-inference.tsv");
	for (i = 0; i < t.n; i++)
		check_row(&t.rows[i]);
	printf("%zu inferences, %u events wrong\n", t.n, failures);
	tsv_release(&t);
	return failures != 0;
}
