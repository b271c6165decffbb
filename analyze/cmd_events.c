/* SPDX-License-Identifier: Apache-2.0 */
/* vestige replay events: one line an event. */
#include "lib/base/compat.h"

#include <signal.h>

#include "analyze/cmds.h"
#include "analyze/crew.h"
#include "analyze/field/context.h"
#include "analyze/follow.h"
#include "analyze/filter/format.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/base/term.h"
#include "replay/asm/asm.h"
#include "replay/segfiles.h"
#include "replay/session.h"
#include "replay/when.h"

#define DEFAULT_FORMAT \
	"*%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.args"
#define FILTER_DEPTH	100
#define FIELDS_MAX	512	/* of one format, as JSON */

static struct {
	const char *filter, *format, *tz;
	struct when_opts when;
	uint64_t count, jobs;
	bool json, as_text, paranoid, follow;
} o;

const struct opt events_opts[] = {
	OPT_HEADING("Which events"),
	OPT_STR('f', "filter", "FILTER", &o.filter, "events a condition holds for"),
	WHEN_OPTIONS(o.when),
	FOLLOW_OPTION(&o.follow),
	OPT_U64('n', "count", "COUNT", &o.count, "stop after COUNT lines"),
	OPT_HEADING("Output"),
	OPT_STR('p', "print", "FORMAT", &o.format,
		"text with %field in it; a leading * prints missing values as <NA>"),
	OPT_FLAG(0, "json", &o.json, "one JSON object a line (of the fields in FORMAT)"),
	OPT_FLAG(0, "asm", &o.as_text, "as text that 'vestige asm' takes, with all state"),
	OPT_STR(0, "tz", "OFFSET", &o.tz, "local time of texts: UTC (default), +HH:MM, -HH:MM"),
	OPT_HEADING("State"),
	CREW_OPTION(&o.jobs),
	OPT_FLAG(0, "paranoid", &o.paranoid, "check the machine after every event"),
	OPT_END
};

struct run {
	struct arena a;
	struct filterset *fs;		/* NULL: no filter */
	struct format *format;		/* NULL: JSON with keys of its own */
	const struct fieldref **fields;	/* JSON of a format's fields */
	size_t nfields;
	enum format_mode mode;
	struct fieldctx ctx;
	struct asm_printer text;
	bool text_all;			/* it prints events before anybody asks */
	struct io_stdout out;
	uint64_t printed;
	uint64_t met;			/* events a filter could have seen */
	int32_t tz;
};

/* ---- getting ready ---- */

static int explain(const struct filter_error *e, const char *what, const char *text,
		   struct diag *d)
{
	struct diag_item *it = diag_at(d, DIAG_ERROR, what, 1, e->off + 1, "%s", e->msg.data);

	diag_excerpt(it, str_of(text));
	if (e->hint.len)
		diag_hint(it, "%s", e->hint.data);
	return -E_FILTER;
}

/* Filters of the command line know no macros. */
static struct ast *no_macro(void *ctx UNUSED, const struct ast *ident UNUSED)
{
	return NULL;
}

static int explain_all(const struct filter_error *e, const char *what, const char *text,
		       struct diag *d)
{
	int err = 0;

	for (; e; e = e->next)
		err = explain(e, what, text, d);
	return err;
}

static int compile_filter(struct run *r, struct filter_error *e)
{
	const struct ast *unknown = NULL;
	struct ast *t;
	int err;

	err = filter_parse(&r->a, str_of(o.filter), FILTER_DEPTH, &t, e);
	if (err)
		return err;
	if (!ast_resolve(&r->a, t, no_macro, NULL, &unknown)) {
		e->off = unknown->off;
		buf_clear(&e->msg);
		buf_addf(&e->msg, "'%.*s' is a macro's name; a filter has fields only",
			 STR_FMT(unknown->text));
		return -E_FILTER;
	}
	r->fs = filterset_new();
	err = filterset_add(r->fs, t, STR("syscall"), e, NULL, &r->a);
	return err < 0 ? err : 0;
}

static int compile_format(struct run *r, const char *text, struct filter_error *e)
{
	int err = format_compile(&r->a, str_of(text), STR("syscall"), &r->format, e);

	if (err || !o.json)
		return err;
	r->fields = ARENA_ARRAY(&r->a, const struct fieldref *, FIELDS_MAX);
	r->nfields = format_fields(r->format, r->fields, FIELDS_MAX);
	return 0;
}

static int compile_all(struct run *r, struct diag *d)
{
	const char *format = o.format ? o.format : o.json ? NULL : DEFAULT_FORMAT;
	struct filter_error e = FILTER_ERROR_INIT;
	int err = 0;

	if (o.filter && compile_filter(r, &e))
		err = explain_all(&e, "filter", o.filter, d);
	else if (format && compile_format(r, format, &e))
		err = explain_all(&e, "format", format, d);
	filter_error_release(&e);
	return err;
}

/* ---- printing ---- */

static bool wanted(struct run *r)
{
	const struct filterset_plan *plan;

	if (!r->fs)
		return true;
	plan = filterset_plan(r->fs, r->ctx.src.evtype);
	if (!plan->n)
		return false;
	filterset_begin(r->fs, &r->ctx.src);
	return filterset_eval(r->fs, plan->entry[0]);
}

static void json_field(struct run *r, const struct fieldref *ref, struct jsonw *w)
{
	struct value v;

	jsonw_keystr(w, ref->text);
	if (field_is_time(ref->f))
		jsonw_u64(w, r->ctx.cur->ev->ts);
	else if (r->ctx.src.get(&r->ctx.src, ref, FIELD_IN_OUTPUT, &v))
		value_json(&v, w);
	else
		jsonw_null(w);
}

static void json_args(struct run *r, bool resolved, struct jsonw *w)
{
	const struct event *ev = r->ctx.cur->ev;
	struct str s;
	unsigned i;

	jsonw_open(w);
	for (i = 0; i < ev->info->nparams && i < ev->nparams; i++) {
		if (i >= ev->info->nwire && !event_param(ev, i).len)
			continue;	/* ours, and not known: the recorder was older */
		if (!(resolved ? argtext_resolved(&r->ctx, i, &s) :
				 argtext_raw(&r->ctx, i, &s)))
			continue;
		jsonw_key(w, ev->info->params[i].name);
		jsonw_str(w, s);
	}
	jsonw_close(w);
}

/* The keys of an event without a format (vestige-replay(1), JSON). */
static void json_event(struct run *r, struct jsonw *w)
{
	const struct thread *t = r->ctx.cur->thread;
	struct event *ev = r->ctx.cur->ev;
	struct buf time = BUF_INIT;

	num_iso8601(&time, ev->ts);
	jsonw_key(w, "num");
	jsonw_u64(w, ev->num);
	jsonw_key(w, "time");
	jsonw_str(w, buf_str(&time));
	buf_release(&time);
	jsonw_key(w, "cpu");
	jsonw_u64(w, ev->cpu);
	jsonw_key(w, "tid");
	jsonw_i64(w, ev->tid);
	if (t) {
		jsonw_key(w, "pid");
		jsonw_i64(w, t->pid);
		jsonw_key(w, "process");
		jsonw_str(w, rstr_str(t->comm));
	}
	jsonw_key(w, "enter");
	jsonw_bool(w, !ev_is_exit(ev->type));
	jsonw_key(w, "type");
	jsonw_str(w, event_name(ev));
	event_params(ev);
	jsonw_key(w, "args");
	json_args(r, false, w);
	jsonw_key(w, "resolved");
	json_args(r, true, w);
}

static void print_json(struct run *r)
{
	struct jsonw w = JSONW_INIT(&r->out.b);
	size_t i;

	jsonw_open(&w);
	if (!r->format)
		json_event(r, &w);
	for (i = 0; i < r->nfields; i++)
		json_field(r, r->fields[i], &w);
	jsonw_close(&w);
}

static void print_event(struct run *r)
{
	if (o.as_text)
		asm_print_event(&r->text, r->ctx.cur->ev);
	else if (o.json)
		print_json(r);
	else if (!format_render(r->format, &r->ctx.src, r->mode, &r->out.b))
		return;
	if (!o.as_text)
		buf_addc(&r->out.b, '\n');
	r->printed++;
}

/* --- as text: what is no event goes out as it comes --- */

static void text_item(void *ctx, const struct snap_item *item)
{
	struct run *r = ctx;

	asm_print_item(&r->text, item);
	io_stdout_flush(&r->out, false);
}

static void text_loss(void *ctx, const struct evloss *loss)
{
	asm_print_loss(&((struct run *)ctx)->text, loss);
}

static void text_restart(void *ctx)
{
	asm_print_restart(&((struct run *)ctx)->text);
}

/* Without a filter every event goes out, those too that only change state. */
static void text_event(void *ctx, struct event *ev)
{
	struct run *r = ctx;

	asm_print_event(&r->text, ev);
	r->printed++;
}

static void begin_text(struct run *r, struct session *s)
{
	const struct session_hooks hooks = {
		.snap = text_item, .loss = text_loss, .parts = text_loss, .restart = text_restart,
		.event = o.filter || o.count ? NULL : text_event, .ctx = r,
	};

	asm_printer_init(&r->text, &r->out.b);
	asm_print_head(&r->text);
	session_set_hooks(s, &hooks);
	r->text_all = hooks.event != NULL;
}

static void print_all(struct run *r, struct session *s)
{
	bool live = term_is(STDOUT_FILENO);
	int err = 0;

	signal(SIGPIPE, SIG_IGN);	/* the write tells, and ends quietly */
	while (!err && !follow_stopped() && (!o.count || r->printed < o.count) &&
	       session_next(s)) {
		fieldctx_begin(&r->ctx);
		r->met++;
		if (!r->text_all && wanted(r))
			print_event(r);
		err = io_stdout_flush(&r->out, live);
	}
	if (!err)
		io_stdout_flush(&r->out, true);
}

/* ---- with others (crew.h) ---- */

static void job_begin(void *ctx, struct session *session)
{
	struct run *r = ctx;

	fieldctx_init(&r->ctx, session_machine(session));
	r->ctx.tz_offset_s = r->tz;
}

static void job_event(void *ctx, struct event *ev UNUSED, struct crew_out *out)
{
	struct run *r = ctx;

	fieldctx_begin(&r->ctx);
	r->met++;
	if (!wanted(r))
		return;
	print_event(r);
	buf_addstr(&out->text, buf_str(&r->out.b));
	buf_clear(&r->out.b);
}

static void job_reset(void *ctx)
{
	((struct run *)ctx)->met = 0;
}

static void job_count(void *ctx, struct buf *out)
{
	buf_le64(out, ((struct run *)ctx)->met);
}

static void job_end(void *ctx)
{
	struct run *r = ctx;

	fieldctx_release(&r->ctx);
}

static int job_text(void *ctx, const void *p, size_t len)
{
	struct run *r = ctx;

	buf_add(&r->out.b, p, len);
	return io_stdout_flush(&r->out, term_is(STDOUT_FILENO));
}

static int job_add(void *ctx, const void *p, size_t len)
{
	if (len != 8)
		return -E_BUG;
	((struct run *)ctx)->met += le64(p);
	return 0;
}

/* Some fields tell what was asked for before: then one asks for all. */
static bool fields_remember(const struct run *r)
{
	const struct fieldref *refs[CREW_FIELDS_MAX];
	size_t n = 0, i;

	if (r->fs)
		n = filterset_fields(r->fs, 0, refs, ARRAY_SIZE(refs));
	if (r->format && n < ARRAY_SIZE(refs))
		n += format_fields(r->format, refs + n, ARRAY_SIZE(refs) - n);
	for (i = 0; i < n && i < ARRAY_SIZE(refs); i++)
		if (field_remembers(refs[i]->f))
			return true;
	return n >= ARRAY_SIZE(refs);
}

static int run_crew(struct run *r, struct crew *c)
{
	static const struct crew_ops ops = {
		.begin = job_begin, .event = job_event, .reset = job_reset,
		.count = job_count, .end = job_end, .text = job_text, .add = job_add,
	};
	int err;

	signal(SIGPIPE, SIG_IGN);
	c->ops = &ops;
	c->ctx = r;
	err = crew_run(c);
	io_stdout_flush(&r->out, true);
	return err;
}

/* ---- alone ---- */

static int run_alone(struct run *r, struct opt_args *args, struct session_opts *so,
		     struct diag *d)
{
	struct session *s = session_new(args->v, (size_t)args->n, so, d);
	int err;

	fieldctx_init(&r->ctx, session_machine(s));
	r->ctx.tz_offset_s = r->tz;
	if (o.as_text)
		begin_text(r, s);
	print_all(r, s);
	err = session_status(s);
	asm_printer_release(&r->text);
	fieldctx_release(&r->ctx);
	session_free(s);
	return err;
}

static void on_idle(void *ctx)
{
	struct run *r = ctx;

	io_stdout_flush(&r->out, true);
}

static int run_following(struct run *r, struct opt_args *args, struct session_opts *so,
			 struct diag *d)
{
	struct follow f;
	int err;

	follow_begin(&f, args->v[0], on_idle, r);
	so->wait = &f.wait;
	err = run_alone(r, args, so, d);
	follow_end(&f);
	return err;
}

static int run_events(struct run *r, struct opt_args *args, struct session_opts *so,
		      struct diag *d)
{
	struct crew crew = { .jobs = (unsigned)o.jobs, .files = args->v,
			     .nfiles = (size_t)args->n, .opts = so, .d = d };
	int err;

	r->mode = term_is(STDOUT_FILENO) ? FORMAT_TERMINAL : FORMAT_RAW;
	if (o.follow)
		err = run_following(r, args, so, d);
	else if (!o.count && !o.as_text && crew_can(&crew) && !fields_remember(r))
		err = run_crew(r, &crew);
	else
		err = run_alone(r, args, so, d);
	if (r->out.closed)
		return 0;
	if (r->out.err) {
		diag_add(d, DIAG_ERROR, "cannot write standard output: %s", strerror(errno));
		return r->out.err;
	}
	return err;
}

int cmd_events(struct opt_args *args, struct diag *d)
{
	struct run r = { .a = ARENA_INIT, .out = IO_STDOUT(o.json ? IO_JSON : IO_BYTES) };
	struct session_opts so = { .paranoid = o.paranoid };
	int err = 0;

	if (!args->n) {
		diag_hint(diag_add(d, DIAG_ERROR, "no trace given"),
			  "name .vtr or .scap files, or - for standard input");
		err = -E_USAGE;
	}
	err = err ? err : crew_jobs(o.jobs, d);
	err = err ? err : follow_check(o.follow, args, d);
	err = err ? err : when_options(&o.when, args, &so, d);
	err = err ? err : tz_option(o.tz, &r.tz, d);
	if (!err && o.as_text && (o.json || o.format)) {
		diag_add(d, DIAG_ERROR, "--asm is a form of its own, without --json and -p");
		err = -E_USAGE;
	}
	err = err ? err : compile_all(&r, d);
	if (!err)
		segfiles_tell_gaps(args->v, (size_t)args->n, d);
	err = err ? err : run_events(&r, args, &so, d);
	if (!err && !r.met && !o.filter)	/* which lets nothing else be read */
		when_tell_none(&o.when, d);
	filterset_free(r.fs);
	buf_release(&r.out.b);
	arena_release(&r.a);
	return err_exit(err);
}
