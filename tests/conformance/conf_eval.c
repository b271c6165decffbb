/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions over a small capture: each must match the very events it matched
 * in Falco.  All of them are in one set, so what they share is tested, too.
 */
#include "lib/base/compat.h"

#include "analyze/field/context.h"
#include "analyze/filter/filter.h"
#include "replay/session.h"
#include "tests/conformance/tsv.h"

#define EVENTS_MAX	64

struct vector {
	struct str id, text;
	uint64_t want, got;	/* a bit an event */
};

static unsigned failures, exceptions_used;
static uint64_t all_events;

/* Differences we mean, with the reason. */
static const struct {
	const char *text, *reason;
} exceptions[] = {
	{ "proc.exe_ino.ctime_duration_proc_start > 0",
	  "Falco shows uninitialised memory for processes of the snapshot" },
	{ "toupper(fd.types) in (FILE)",
	  "Falco never finds a transformed element of a field's list in a set; "
	  "the language says transformers apply to each element" },
};

static bool excepted(struct str text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exceptions); i++)
		if (str_eq(text, str_of(exceptions[i].text)))
			return true;
	return false;
}

static uint64_t event_bits(struct str list)
{
	uint64_t bits = 0;
	struct str item;

	if (str_eq(list, STR("-")))
		return 0;
	while (list.p) {
		item = str_cut(&list, ',');
		bits |= (uint64_t)1 << strtoul(item.p, NULL, 10);
	}
	return bits;
}

static void add(struct filterset *fs, struct arena *a, const struct vector *v)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct ast *t;

	if (filter_parse(a, v->text, 1000, &t, &e) ||
	    filterset_add(fs, t, STR("syscall"), &e, NULL, a) < 0) {
		printf("%.*s %.*s: %s\n", STR_FMT(v->id), STR_FMT(v->text), e.msg.data);
		exit(1);
	}
	filter_error_release(&e);
}

/* All at once must say the same. */
static void sweep(struct filterset *fs, const struct filterset_plan *plan,
		  const struct vector *v, uint64_t bit)
{
	static uint32_t hits[4096];
	size_t n = filterset_sweep(fs, hits), i, at = 0;
	bool hit;

	for (i = 0; i < plan->n; i++) {
		hit = at < n && hits[at] == i;
		at += hit;
		if (hit == ((v[plan->cond[i]].got & bit) != 0))
			continue;
		printf("FAIL %.*s: a sweep says %d\n", STR_FMT(v[plan->cond[i]].id), hit);
		failures++;
	}
}

static void evaluate(struct filterset *fs, struct fieldctx *ctx, const struct event *ev,
		     struct vector *v)
{
	const struct filterset_plan *plan;
	size_t i;

	fieldctx_begin(ctx);
	plan = filterset_plan(fs, ctx->src.evtype);
	filterset_begin(fs, &ctx->src);
	all_events |= (uint64_t)1 << ev->num;
	for (i = 0; i < plan->n; i++)
		if (filterset_eval(fs, plan->entry[i]))
			v[plan->cond[i]].got |= (uint64_t)1 << ev->num;
	sweep(fs, plan, v, (uint64_t)1 << ev->num);
}

static void print_bits(const char *what, uint64_t bits)
{
	unsigned i;

	printf("\n\t%s", what);
	for (i = 0; i < EVENTS_MAX; i++)
		if (bits >> i & 1)
			printf(" %u", i);
}

static void compare(const struct vector *v)
{
	if (v->want == v->got)
		return;
	if (excepted(v->text)) {
		exceptions_used++;
		return;
	}
	printf("FAIL %.*s %.*s", STR_FMT(v->id), STR_FMT(v->text));
	print_bits("missing", v->want & ~v->got);
	print_bits("too much", v->got & ~v->want);
	printf("\n");
	failures++;
}

int main(void)
{
	struct diag d = DIAG_INIT;
	struct session_opts opts = { 0 };
	struct filterset *fs = filterset_new();
	struct filterset_stats st;
	struct fieldctx ctx;
	struct session *s;
	struct vector *v;
	struct event *ev;
	struct tsv t;
	char *path;
	size_t i;

	tsv_load(&t, "falco/conformance/filter-eval.tsv");
	v = arena_zalloc(&t.a, t.n * sizeof(*v));
	for (i = 0; i < t.n; i++) {
		v[i].id = t.rows[i].col[0];
		v[i].text = tsv_json(&t.a, t.rows[i].col[1]);
		v[i].want = event_bits(t.rows[i].col[2]);
		add(fs, &t.a, &v[i]);
	}
	path = shared_path(&t.a, "falco/conformance/eval.scap");
	s = session_new(&path, 1, &opts, &d);
	fieldctx_init(&ctx, session_machine(s));
	while ((ev = session_next(s)) && ev->num < EVENTS_MAX)
		evaluate(fs, &ctx, ev, v);
	for (i = 0; i < t.n; i++)
		compare(&v[i]);
	st = filterset_stats(fs);
	printf("%zu conditions on %d events, %u deliberate exceptions, %u wrong; "
	       "%zu checks written, %zu distinct, %zu fields\n", t.n,
	       __builtin_popcountll(all_events), exceptions_used, failures,
	       st.checks_written, st.checks_distinct, st.fields);
	fieldctx_release(&ctx);
	session_free(s);
	filterset_free(fs);
	tsv_release(&t);
	diag_release(&d);
	return failures != 0;
}
