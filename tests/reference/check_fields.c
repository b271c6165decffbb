/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every recorded cell of one trace against what an output format prints:
 *	check_fields TRACE FIELDS.tsv.zst
 * Shows what differs; the last line is "rows R cells C equal E: TRACE".  Exit
 * status 0 when at least 99.9 % are equal and no row is missing or extra.
 */
#include "lib/base/compat.h"

#include "analyze/field/context.h"
#include "analyze/filter/format.h"
#include "replay/session.h"
#include "tests/reference/answers.h"

#define SAMPLES	3

struct tally {
	uint64_t rows, cells, equal, missing, extra;
	uint64_t bad[ANSWER_COLUMNS];
};

static struct format *column_format(struct arena *a, const char *name)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct format *f = NULL;

	if (format_compile(a, str_of(arena_printf(a, "*%%%s", name)), STR("syscall"), &f, &e)) {
		printf("no such column: %s: %s\n", name, e.msg.data);
		exit(1);
	}
	filter_error_release(&e);
	return f;
}

static void compare_row(const struct answers *a, struct format **formats, struct fieldctx *c,
			struct tally *t)
{
	struct buf raw = BUF_INIT, cell = BUF_INIT;
	size_t i;

	t->rows++;
	for (i = 0; i < a->ncols; i++) {
		buf_clear(&raw);
		buf_clear(&cell);
		format_render(formats[i], &c->src, FORMAT_RAW, &raw);
		answers_escape(&cell, buf_str(&raw));
		t->cells++;
		if (str_eq(buf_str(&cell), str_of(a->v[i]))) {
			t->equal++;
			continue;
		}
		if (t->bad[i]++ < SAMPLES)
			printf("event %" PRIu64 " %s %s: want '%.200s' got '%.200s'\n", a->num,
			       c->cur->ev->info->name, a->names[i], a->v[i], cell.data);
	}
	buf_release(&raw);
	buf_release(&cell);
}

static void compare(struct answers *a, struct session *s, struct format **formats,
		    struct tally *t)
{
	struct fieldctx c;
	struct event *ev;

	fieldctx_init(&c, session_machine(s));
	while ((ev = session_next(s))) {
		fieldctx_begin(&c);
		for (; a->num < ev->num; answers_next(a))
			t->missing++;
		if (a->num != ev->num) {
			t->extra++;
			continue;
		}
		compare_row(a, formats, &c, t);
		answers_next(a);
	}
	for (; a->num != UINT64_MAX; answers_next(a))
		t->missing++;
	fieldctx_release(&c);
}

static bool report(const struct answers *a, const struct tally *t, const char *trace)
{
	size_t i;

	for (i = 0; i < a->ncols; i++)
		if (t->bad[i])
			printf("%-26s %7" PRIu64 " cells differ\n", a->names[i], t->bad[i]);
	if (t->missing || t->extra)
		printf("%" PRIu64 " rows missing, %" PRIu64 " extra\n", t->missing, t->extra);
	printf("rows %" PRIu64 " cells %" PRIu64 " equal %" PRIu64 ": %s\n", t->rows, t->cells,
	       t->equal, trace);
	return t->cells && !t->missing && !t->extra &&
	       (t->cells - t->equal) * 1000 <= t->cells;
}

int main(int argc, char **argv)
{
	struct format *formats[ANSWER_COLUMNS];
	struct session_opts opts = { 0 };
	struct diag d = DIAG_INIT;
	struct arena mem = ARENA_INIT;
	struct tally t = { 0 };
	struct session *s;
	struct answers a;
	size_t i;
	bool ok;

	if (argc != 3 || !answers_open(&a, argv[2])) {
		fprintf(stderr, "usage: check_fields TRACE FIELDS.tsv.zst\n");
		return 99;
	}
	for (i = 0; i < a.ncols; i++)
		formats[i] = column_format(&mem, a.names[i]);
	s = session_new(argv + 1, 1, &opts, &d);
	compare(&a, s, formats, &t);
	ok = report(&a, &t, argv[1]);
	session_free(s);
	diag_release(&d);
	answers_close(&a);
	arena_release(&mem);
	return ok ? 0 : 1;
}
