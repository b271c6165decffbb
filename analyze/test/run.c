/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "analyze/filter/format.h"
#include "analyze/report/sink.h"
#include "analyze/report/why.h"
#include "analyze/test/limits.h"
#include "analyze/test/run.h"
#include "lib/base/err.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"
#include "replay/asm/asm.h"
#include "replay/session.h"

#define LINE_MAX_SHOWN	160

static struct format *fixed_format(struct runner *r, const char *text)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct format *f = NULL;

	format_compile(&r->a, str_of(text), STR("syscall"), &f, &e);
	filter_error_release(&e);
	return f;
}

void runner_init(struct runner *r, struct rulecache *rules)
{
	*r = (struct runner){ .rules = rules };
	r->event = fixed_format(r, EVENT_LINE);
	r->process = fixed_format(r, PROCESS_LINE);
}

void runner_release(struct runner *r)
{
	arena_release(&r->a);
}

/* --- what is asked of the rules --- */

static void wrong(struct caserun *c, const struct place *at, const char *fmt, ...) PRINTF(3, 4);

static void wrong(struct caserun *c, const struct place *at, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	diag_at(&c->broken, DIAG_ERROR, at->file, at->line, at->col, "%s", b.data);
	buf_release(&b);
}

static const char *nearest_rule(struct caserun *c, struct str name)
{
	const char **names = ARENA_ARRAY(&c->a, const char *, c->rs->n + 1);
	size_t i;

	for (i = 0; i < c->rs->n; i++)
		names[i] = arena_strdup(&c->a, c->rs->rules[i].name);
	return str_nearest(name, names, c->rs->n);
}

/* A case about a rule that does not take part would prove nothing. */
static void check_rule(struct caserun *c, const struct expectation *e)
{
	const struct rule *r = ruleset_find(c->rs, e->rule);
	const char *near;

	if (!r) {
		near = nearest_rule(c, e->rule);
		wrong(c, &e->at, "there is no rule '%.*s'%s%s%s", STR_FMT(e->rule),
		      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	} else if (!r->on) {
		wrong(c, &e->at, "the rule '%.*s' is switched off; 'options: enable:' switches "
		      "it on", STR_FMT(e->rule));
	}
}

static void prepare_fields(struct caserun *c, const struct expectation *e,
			   struct format ***formats)
{
	struct filter_error err = FILTER_ERROR_INIT;
	struct format **v = ARENA_ARRAY(&c->a, struct format *, e->nfields + 1);
	const struct fieldref *ref;
	size_t i;

	for (i = 0; i < e->nfields; i++) {
		struct str name = e->fields[i].name;
		const char *text = arena_printf(&c->a, "%%%.*s", STR_FMT(name));

		if (format_compile(&c->a, str_of(text), STR("syscall"), &v[i], &err) ||
		    format_fields(v[i], &ref, 1) != 1 || !str_eq(ref->text, name)) {
			wrong(c, &e->at, "'%.*s' is no field", STR_FMT(name));
			v[i] = NULL;
		}
	}
	filter_error_release(&err);
	*formats = v;
}

static void prepare(struct caserun *c)
{
	size_t i;

	c->tally = ARENA_ARRAY(&c->a, struct tally, c->t->nexpect + 1);
	c->want = ARENA_ARRAY(&c->a, struct format **, c->t->nexpect + 1);
	for (i = 0; i < c->t->nexpect; i++) {
		check_rule(c, &c->t->expect[i]);
		prepare_fields(c, &c->t->expect[i], &c->want[i]);
	}
}

/* --- an alert --- */

struct str caserun_line(struct caserun *c, const struct format *f)
{
	struct buf b = BUF_INIT;
	struct str out;

	format_render(f, &c->fields.src, FORMAT_TERMINAL, &b);
	if (b.len > LINE_MAX_SHOWN) {
		buf_setlen(&b, LINE_MAX_SHOWN);
		buf_adds(&b, "...");
	}
	out = arena_str(&c->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* Does a field have the value that is expected?  Its text in *got. */
static bool field_agrees(struct caserun *c, const struct format *f,
			 const struct expect_field *want, struct buf *got)
{
	bool there = format_render(f, &c->fields.src, FORMAT_RAW, got);

	return want->null ? !there : there && str_eq(buf_str(got), want->value);
}

static void nearly(struct caserun *c, struct tally *t, const struct fired *f, const char *fmt, ...)
	PRINTF(4, 5);

static void nearly(struct caserun *c, struct tally *t, const struct fired *f, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	if (!t->nearly.len) {
		buf_addf(&b, "event %" PRIu64 ": ", f->num);
		va_start(ap, fmt);
		buf_vaddf(&b, fmt, ap);
		va_end(ap);
		t->nearly = arena_str(&c->a, buf_str(&b));
	}
	buf_release(&b);
}

static bool agrees(struct caserun *c, size_t k, const struct fired *f)
{
	const struct expectation *e = &c->t->expect[k];
	struct buf got = BUF_INIT;
	bool ok = true;
	size_t i;

	if (e->priority >= 0 && (int)f->rule->priority != e->priority) {
		nearly(c, &c->tally[k], f, "its priority is %s, not %s",
		       priority_names[f->rule->priority], priority_names[e->priority]);
		return false;
	}
	if (e->output.len && str_find(f->line, e->output) < 0) {
		nearly(c, &c->tally[k], f, "its text has no '%.*s': %.*s", STR_FMT(e->output),
		       STR_FMT(f->line));
		return false;
	}
	for (i = 0; ok && i < e->nfields; i++) {
		const struct expect_field *want = &e->fields[i];

		buf_clear(&got);
		ok = field_agrees(c, c->want[k][i], want, &got);
		if (!ok)
			nearly(c, &c->tally[k], f, "%.*s is '%s', not %s%.*s%s",
			       STR_FMT(want->name), got.data, want->null ? "missing" : "'",
			       STR_FMT(want->value), want->null ? "" : "'");
	}
	buf_release(&got);
	return ok;
}

static void alert(struct caserun *c, const struct rule *rule, const struct event *ev,
		  const char *trace, struct str hostname)
{
	struct alert a = { .rule = rule, .src = &c->fields.src, .ts = ev->ts,
			   .hostname = hostname };
	struct buf b = BUF_INIT;
	struct fired *f;
	size_t i;

	XGROW(c->fired, c->cap, c->nfired + 1);
	f = &c->fired[c->nfired++];
	*f = (struct fired){ .rule = rule, .trace = trace, .num = ev->num };
	alert_line(&a, false, &b);
	f->line = arena_str(&c->a, buf_str(&b));
	if (c->t->golden) {
		buf_clear(&b);
		sink_json(&a, &b);
		f->json = arena_str(&c->a, buf_str(&b));
	}
	f->event = caserun_line(c, c->r->event);
	f->process = caserun_line(c, c->r->process);
	for (i = 0; i < c->t->nexpect; i++)
		if (str_eq(c->t->expect[i].rule, rule->name) && agrees(c, i, f))
			c->tally[i].n++;
	buf_release(&b);
}

/* --- events --- */

static void loop(struct caserun *c, struct session *s, const char *trace)
{
	struct str hostname;
	struct event *ev;
	size_t i, n;

	while ((ev = session_next(s)) != NULL && c->nfired < TEST_ALERTS_MAX) {
		fieldctx_begin(&c->fields);
		if (c->miss) {
			miss_event(c);
			continue;
		}
		c->events++;
		n = engine_event(&c->engine, &c->fields.src);
		hostname = machine_host(session_machine(s))->hostname;
		for (i = 0; i < n; i++)
			alert(c, c->engine.match[i], ev, trace, hostname);
		if (c->r->coverage)
			coverage_event(c->r->coverage, c->rs, &c->fields.src);
	}
}

static void run_source(struct caserun *c, struct evsource *src, const char *name)
{
	const struct session_opts opts = { 0 };
	struct session *s = session_new_source(src, name, &opts, &c->broken);
	int err;

	fieldctx_init(&c->fields, session_machine(s));
	loop(c, s, name);
	fieldctx_release(&c->fields);
	err = session_status(s);
	session_free(s);
	if (c->t->damaged && (err == -E_CUT || err == -E_DAMAGED))
		diag_clear(&c->broken);
	else if (err && !c->broken.errors)
		diag_off(&c->broken, DIAG_ERROR, name, -1, "%s", err_str(err));
}

/* Places in an inline text, as places in the file it stands in. */
static void place_inline(struct caserun *c, const struct diag *from)
{
	const struct ynode *n = c->t->events_node;
	struct ypos first = ynode_locate(n, 0);
	bool block = n->style == YS_LITERAL || n->style == YS_FOLDED;
	size_t i;

	for (i = 0; i < from->n; i++) {
		const struct diag_item *o = &from->items[i];
		struct diag_item *it;

		it = diag_at(&c->broken, o->level, n->file->name, first.line + o->line,
			     o->col + (block || o->line == 1 ? first.col : 0), "%s", o->text);
		if (o->excerpt && block)
			diag_excerpt(it, yfile_line(n->file, n->file->lines[first.line +
									    o->line - 1]));
		if (o->hint)
			diag_hint(it, "%s", o->hint);
	}
}

static void run_inline(struct caserun *c)
{
	struct diag outer = c->broken;
	struct evsource *src;
	struct diag own;

	c->broken = (struct diag)DIAG_INIT;
	if (!asm_open_mem(&src, c->t->events.p, c->t->events.len, "events", &c->broken))
		run_source(c, src, "events");
	own = c->broken;
	c->broken = outer;
	place_inline(c, &own);
	diag_release(&own);
}

static void run_trace(struct caserun *c, const char *path)
{
	struct evsource *src;

	if (session_open_any(path, &src, &c->broken))
		wrong(c, &c->t->at, "the case cannot read its trace '%s'", path);
	else
		run_source(c, src, path);
}

void caserun_events(struct caserun *c)
{
	size_t i;

	engine_init(&c->engine, c->rs, c->t->opts.matching, STR("syscall"));
	if (c->t->events.p)
		run_inline(c);
	for (i = 0; i < c->t->ntraces; i++)
		run_trace(c, c->t->traces[i]);
	engine_release(&c->engine);
}

/* --- a case --- */

static void told_broken(const struct diag *d, struct casetext *out)
{
	struct buf b = BUF_INIT;
	struct str rest, line;

	out->verdict = VERDICT_BROKEN;
	buf_clear(&out->text);
	diag_render(d, &b);
	for (rest = buf_str(&b); rest.len;) {
		line = str_cut(&rest, '\n');
		buf_addf(&out->text, "    %.*s\n", STR_FMT(line));
	}
	buf_release(&b);
}

/* What a trace holds must not drive a terminal. */
static void tame(struct buf *text)
{
	struct buf b = BUF_INIT;
	struct str rest;

	for (rest = buf_str(text); rest.len;) {
		term_safe(&b, str_cut(&rest, '\n'));
		buf_addc(&b, '\n');
	}
	buf_release(text);
	*text = b;
}

static void run(struct caserun *c, struct casetext *out)
{
	c->rs = rulecache_get(c->r->rules, c->t, &c->broken);
	if (c->rs)
		prepare(c);
	if (c->broken.errors)
		return;
	if (c->r->coverage)
		coverage_case(c->r->coverage, c->rs, c->t);
	caserun_events(c);
	if (c->broken.errors)
		return;
	judge(c);
	if (c->t->golden)
		golden_judge(c, &out->updated);
}

void runner_case(struct runner *r, const struct testcase *t, struct casetext *out)
{
	struct caserun c = { .r = r, .t = t, .broken = { .limit = 20 }, .out = &out->text };

	*out = (struct casetext){ .text = BUF_INIT };
	if (t->broken.errors) {
		told_broken(&t->broken, out);
		return;
	}
	run(&c, out);
	out->events = c.events;
	out->alerts = c.nfired;
	if (c.broken.errors)
		told_broken(&c.broken, out);
	else
		out->verdict = c.failed ? VERDICT_FAILED : VERDICT_PASSED;
	if (out->verdict == VERDICT_FAILED)
		tame(&out->text);
	diag_release(&c.broken);
	free(c.fired);
	arena_release(&c.a);
}
