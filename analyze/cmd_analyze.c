/* SPDX-License-Identifier: Apache-2.0 */
/* vestige analyze: events of traces through the rules, alerts out. */
#include "lib/base/compat.h"

#include "analyze/clock.h"
#include "analyze/cmds.h"
#include "analyze/crew.h"
#include "analyze/field/context.h"
#include "analyze/follow.h"
#include "analyze/report/screen.h"
#include "analyze/report/sink.h"
#include "analyze/report/summary.h"
#include "analyze/rule/engine.h"
#include "analyze/ruleopts.h"
#include "lib/base/err.h"
#include "lib/base/heap.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/base/term.h"
#include "replay/segfiles.h"
#include "replay/session.h"
#include "replay/when.h"

/* Rules of some hundred KiB, a busy host's machine, and a few blocks. */
#define HEAP_ROOM	((size_t)32 << 20)

static struct {
	struct ruleopts rules;
	bool json, paranoid, profile, quiet, verbose, follow;
	const char *matching, *fail_on, *tz, *output;
	uint64_t jobs;
	struct when_opts when;
} o;

const struct opt analyze_opts[] = {
	OPT_HEADING("Rules"),
	RULEOPTS_FILES(&o.rules),
	OPT_STR(0, "matching", "first|all", &o.matching,
		"alerts of an event: the first matching rule's, or all (first)"),
	RULEOPTS_SELECT(&o.rules),
	OPT_HEADING("Which events"),
	WHEN_OPTIONS(o.when),
	FOLLOW_OPTION(&o.follow),
	OPT_HEADING("Output"),
	OPT_FLAG(0, "json", &o.json, "one JSON object a line"),
	OPT_STR('o', "output", "FILE", &o.output, "write alerts to FILE"),
	RULEOPTS_OUTPUT(&o.rules),
	OPT_STR(0, "tz", "OFFSET", &o.tz, "local time of texts: UTC (default), +HH:MM, -HH:MM"),
	OPT_ONE_OF(0, "fail-on", "PRIORITY", ruleopts_priorities, &o.fail_on,
		   "exit status 1 when there is an alert at least this severe"),
	OPT_FLAG('q', "quiet", &o.quiet, "no summary"),
	OPT_FLAG('v', "verbose", &o.verbose, "show the warnings of rule files"),
	CREW_OPTION(&o.jobs),
	OPT_FLAG(0, "profile", &o.profile, "time spent per rule"),
	OPT_FLAG(0, "paranoid", &o.paranoid, "check the machine after every event"),
	OPT_END
};

struct run {
	struct engine engine;
	struct sink sink;
	struct fieldctx fields;
	struct session *session;
	enum priority worst;		/* of the alerts; PRI_COUNT: none */
	struct summary_loss lost;
	uint64_t lost_since;		/* events, since the last alert */
	bool lost_unknown;
	bool alerted;			/* in this part of the trace */
	int32_t tz;
	uint64_t unwatched;		/* of the session, where this part began */
};

static int parse_matching(enum matching *out, struct diag *d)
{
	*out = MATCH_FIRST;
	if (!o.matching || !strcmp(o.matching, "first"))
		return 0;
	*out = MATCH_ALL;
	if (!strcmp(o.matching, "all"))
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "'%s' is not a way of matching", o.matching),
		  "--matching first, or --matching all");
	return -E_USAGE;
}

static int parse_fail_on(enum priority *out, struct diag *d)
{
	*out = PRI_EMERGENCY;
	return o.fail_on ? ruleopts_priority(o.fail_on, out, d) : 0;
}

static void on_loss(void *ctx, const struct evloss *loss)
{
	struct run *r = ctx;

	r->lost.events = num_add(r->lost.events, loss->count);
	r->lost_since = num_add(r->lost_since, loss->count);
	r->lost_unknown |= !loss->count;
}

/* What is missing in the history of the alert. */
static void behind(struct run *r, struct behind *out)
{
	machine_behind(session_machine(r->session), out);
	r->lost.behind[out->whose]++;
}

static void alert(struct run *r, const struct rule *rule, const struct event *ev)
{
	struct alert a = {
		.rule = rule, .src = &r->fields.src, .ts = ev->ts,
		.lost = r->lost_since, .lost_unknown = r->lost_unknown,
		.hostname = machine_host(session_machine(r->session))->hostname,
	};

	behind(r, &a.behind);
	sink_alert(&r->sink, &a);
	r->lost_since = 0;
	r->lost_unknown = false;
	if (rule->priority < r->worst)
		r->worst = rule->priority;
}

static void loop(struct run *r)
{
	struct event *ev;
	size_t i, n;

	while (!r->sink.err && !follow_stopped() && (ev = session_next(r->session)) != NULL) {
		fieldctx_begin(&r->fields);
		n = engine_event(&r->engine, &r->fields.src);
		for (i = 0; i < n; i++)
			alert(r, r->engine.match[i], ev);
	}
}

/* ---- with others (crew.h) ---- */

static void job_begin(void *ctx, struct session *session)
{
	struct run *r = ctx;

	r->session = session;
	fieldctx_init(&r->fields, session_machine(session));
	r->fields.tz_offset_s = r->tz;
}

static void job_end(void *ctx)
{
	struct run *r = ctx;

	fieldctx_release(&r->fields);
}

/* What was lost before the first alert of a part the part before knows too. */
static void job_alert(struct run *r, const struct rule *rule, const struct event *ev,
		      struct crew_out *out)
{
	struct alert a = {
		.rule = rule, .src = &r->fields.src, .ts = ev->ts,
		.lost = r->alerted ? r->lost_since : 0,
		.lost_unknown = r->alerted && r->lost_unknown,
		.hostname = machine_host(session_machine(r->session))->hostname,
	};
	struct buf first = BUF_INIT, *to = r->alerted ? &out->text : &first;
	struct behind gap;

	behind(r, &gap);
	if (r->alerted) {
		a.behind = gap;
	} else {
		buf_le64(to, r->lost_since);
		buf_le8(to, r->lost_unknown);
		behind_pack(&gap, to);
	}
	sink_render(&r->sink, &a, to);
	if (r->alerted)
		buf_addc(to, '\n');
	else
		crew_item(out, first.data, first.len);
	buf_release(&first);
	r->alerted = true;
	r->lost_since = 0;
	r->lost_unknown = false;
	if (rule->priority < r->worst)
		r->worst = rule->priority;
}

static void job_event(void *ctx, struct event *ev, struct crew_out *out)
{
	struct run *r = ctx;
	size_t i, n;

	fieldctx_begin(&r->fields);
	n = engine_event(&r->engine, &r->fields.src);
	for (i = 0; i < n; i++)
		job_alert(r, r->engine.match[i], ev, out);
}

static void job_reset(void *ctx)
{
	struct run *r = ctx;
	struct ruleset *rs = r->engine.rs;
	size_t i;

	r->unwatched = session_unwatched(r->session);
	r->engine.events = r->engine.evals = 0;
	for (i = 0; i < rs->n; i++)
		rs->rules[i].matches = rs->rules[i].evals = rs->rules[i].ns = 0;
	r->worst = PRI_COUNT;
	r->lost = (struct summary_loss){ 0 };
	r->lost_since = 0;
	r->lost_unknown = r->alerted = false;
}

static void job_count(void *ctx, struct buf *out)
{
	const struct run *r = ctx;
	const struct ruleset *rs = r->engine.rs;
	size_t i;

	buf_varint(out, r->engine.events + session_unwatched(r->session) - r->unwatched);
	buf_varint(out, r->engine.evals);
	buf_varint(out, r->lost.events);
	for (i = 0; i < BEHIND_WHOSE; i++)
		buf_varint(out, r->lost.behind[i]);
	buf_varint(out, r->lost_since);
	buf_le8(out, r->lost_unknown);
	buf_le8(out, r->alerted);
	buf_le8(out, (uint8_t)r->worst);
	for (i = 0; i < rs->n; i++) {
		buf_varint(out, rs->rules[i].matches);
		buf_varint(out, rs->rules[i].evals);
		buf_varint(out, rs->rules[i].ns);
	}
}

static int job_text(void *ctx, const void *p, size_t len)
{
	struct run *r = ctx;

	sink_lines(&r->sink, p, len);
	return r->sink.err;
}

static int job_first(void *ctx, const void *p, size_t len)
{
	struct run *r = ctx;
	struct rcur c = rcur_of(p, len);
	struct alert a = { .lost = num_add(r->lost_since, rcur_u64(&c)) };

	a.lost_unknown = rcur_u8(&c) || r->lost_unknown;
	if (!behind_unpack(&a.behind, &c))
		return -E_BUG;
	sink_line(&r->sink, str_mem(c.p, rcur_left(&c)), &a);
	return r->sink.err;
}

static int job_add(void *ctx, const void *p, size_t len)
{
	struct run *r = ctx;
	struct ruleset *rs = r->engine.rs;
	struct rcur c = rcur_of(p, len);
	uint64_t since;
	bool unknown, alerted;
	unsigned worst;
	size_t i;

	r->engine.events += rcur_varint(&c);
	r->engine.evals += rcur_varint(&c);
	r->lost.events = num_add(r->lost.events, rcur_varint(&c));
	for (i = 0; i < BEHIND_WHOSE; i++)
		r->lost.behind[i] += rcur_varint(&c);
	since = rcur_varint(&c);
	unknown = rcur_u8(&c);
	alerted = rcur_u8(&c);
	worst = rcur_u8(&c);
	r->lost_since = alerted ? since : num_add(r->lost_since, since);
	r->lost_unknown = unknown || (!alerted && r->lost_unknown);
	if (worst < r->worst)
		r->worst = (enum priority)worst;
	for (i = 0; i < rs->n; i++) {
		rs->rules[i].matches += rcur_varint(&c);
		rs->rules[i].evals += rcur_varint(&c);
		rs->rules[i].ns += rcur_varint(&c);
	}
	return c.bad ? -E_BUG : 0;
}

/* Some fields tell what was asked for before: then one asks for all. */
static bool rules_remember(const struct ruleset *rs)
{
	const struct fieldref *refs[CREW_FIELDS_MAX];
	size_t i, k, n;

	for (i = 0; i < rs->n; i++) {
		const struct rule *rule = &rs->rules[i];

		if (!rule->on || rule->cond < 0)
			continue;
		for (k = 0; k < rule->nfields; k++)
			if (field_remembers(rule->fields[k]->f))
				return true;
		n = filterset_fields(rs->fs, rule->cond, refs, ARRAY_SIZE(refs));
		for (k = 0; k < n && k < ARRAY_SIZE(refs); k++)
			if (field_remembers(refs[k]->f))
				return true;
		if (n >= ARRAY_SIZE(refs))
			return true;
	}
	return false;
}

static int run_crew(struct run *r, struct crew *c)
{
	static const struct crew_ops ops = {
		.begin = job_begin, .event = job_event, .loss = on_loss, .reset = job_reset,
		.count = job_count, .end = job_end, .text = job_text, .item = job_first, .add = job_add,
	};

	c->ops = &ops;
	c->ctx = r;
	return crew_run(c);
}

/* ---- alone ---- */

static int run_alone(struct run *r, struct opt_args *args, const struct session_opts *opts,
		     struct diag *d)
{
	struct session_hooks hooks = { .loss = on_loss, .ctx = r };
	int err;

	r->session = session_new(args->v, (size_t)args->n, opts, d);
	session_set_hooks(r->session, &hooks);
	fieldctx_init(&r->fields, session_machine(r->session));
	r->fields.tz_offset_s = r->tz;
	loop(r);
	r->engine.events += session_unwatched(r->session);
	err = session_status(r->session);
	fieldctx_release(&r->fields);
	session_free(r->session);
	return err;
}

static void tell(const struct run *r)
{
	const struct screen screen = { term_colour(STDERR_FILENO), term_width(STDERR_FILENO) };
	struct buf b = BUF_INIT;

	if (!o.quiet && term_is(STDERR_FILENO))
		screen_summary(&screen, &r->engine, &r->lost, &b);
	else if (!o.quiet)
		summary_text(&r->engine, &r->lost, &b);
	io_write_full(STDERR_FILENO, b.data, b.len);
	buf_clear(&b);
	if (o.profile)
		summary_profile(&r->engine, &b);
	io_write_text(STDERR_FILENO, &b);
	buf_release(&b);
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* What no rule looks at need not be read. */
static void narrow(struct session_opts *so, const struct engine *e, uint8_t *watched)
{
	unsigned asks = engine_asks(e);

	engine_watched(e, watched);
	so->watched = watched;
	so->no_payload = !(asks & ASKS_PAYLOAD);
	so->ignored = (asks & ASKS_MEMORY ? 0 : ASPECT_MEMORY) |
		      (asks & ASKS_CONNECTED ? 0 : ASPECT_CONNECTED);
}

static void on_idle(void *ctx)
{
	struct run *r = ctx;

	sink_flush(&r->sink);
}

static int run_following(struct run *r, struct opt_args *args, const struct session_opts *opts,
			 struct diag *d)
{
	struct session_opts waiting = *opts;
	struct follow f;
	int err;

	follow_begin(&f, args->v[0], on_idle, r);
	waiting.wait = &f.wait;
	err = run_alone(r, args, &waiting, d);
	follow_end(&f);
	return err;
}

static int run_rules(struct ruleset *rs, struct opt_args *args, struct crew *crew,
		     enum matching matching, enum priority fail_on, int32_t tz, struct diag *d)
{
	uint8_t watched[(EV_COUNT + 7) / 8];
	struct session_opts so = *crew->opts;
	struct run r = { .worst = PRI_COUNT, .tz = tz };
	int status, i;

	if (sink_open(&r.sink, o.json ? SINK_JSON : SINK_TEXT, o.output, d))
		return err_exit(r.sink.err);
	for (i = 0; i < args->n; i++)
		r.sink.live |= !strcmp(args->v[i], "-");
	engine_init(&r.engine, rs, matching, STR("syscall"));
	narrow(&so, &r.engine, watched);
	crew->opts = &so;
	if (o.profile)
		r.engine.now = clock_ns;
	if (o.follow)
		status = err_exit(run_following(&r, args, &so, d));
	else if (crew_can(crew) && !rules_remember(rs))
		status = err_exit(run_crew(&r, crew));
	else
		status = err_exit(run_alone(&r, args, &so, d));
	status = worse(status, err_exit(sink_close(&r.sink, status != EXIT_ENVIRONMENT)));
	if (o.fail_on && r.worst <= fail_on)
		status = worse(status, EXIT_FINDINGS);
	segfiles_tell_gaps(args->v, (size_t)args->n, d);
	if (!status && !r.engine.events)
		when_tell_none(&o.when, d);
	tell(&r);
	engine_release(&r.engine);
	return status;
}

/* Others need not wait for the rules; few of which ask for what is ignored here. */
static struct ruleset *load(struct crew *crew, struct session_opts *opts, struct diag *d)
{
	opts->ignored = ASPECT_MEMORY | ASPECT_CONNECTED;
	if (!o.follow && crew_can(crew))
		crew_ahead_begin(crew);
	return ruleopts_load(&o.rules, o.verbose, d);
}

int cmd_analyze(struct opt_args *args, struct diag *d)
{
	struct session_opts opts = { .paranoid = o.paranoid };
	struct crew crew = { .jobs = (unsigned)o.jobs, .files = args->v,
			     .nfiles = (size_t)args->n, .opts = &opts, .d = d };
	enum matching matching;
	enum priority fail_on;
	struct ruleset *rs;
	int status = EXIT_USAGE, err;
	int32_t tz;

	if (parse_matching(&matching, d) || parse_fail_on(&fail_on, d) ||
	    tz_option(o.tz, &tz, d))
		goto out;
	if (!args->n) {
		diag_hint(diag_add(d, DIAG_ERROR, "no trace given"),
			  "name .vtr or .scap files, or '-' for standard input");
		goto out;
	}
	err = crew_jobs(o.jobs, d);
	err = err ? err : follow_check(o.follow, args, d);
	err = err ? err : when_options(&o.when, args, &opts, d);
	if (err) {
		status = err_exit(err);
		goto out;
	}
	heap_prepare(HEAP_ROOM);
	rs = load(&crew, &opts, d);
	if (!rs)
		goto out;
	ruleopts_tell_none(rs, d);
	status = err_exit(ruleopts_apart(&o.rules, rs, args, o.output, d));
	if (!status)
		status = run_rules(rs, args, &crew, matching, fail_on, tz, d);
	ruleset_free(rs);
out:
	crew_ahead_end(&crew);
	ruleopts_release(&o.rules);
	return status;
}
