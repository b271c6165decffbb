/* SPDX-License-Identifier: Apache-2.0 */
/* vestige analyze: events of traces through the rules, alerts out. */
#include "lib/base/compat.h"

#include "analyze/clock.h"
#include "analyze/cmds.h"
#include "analyze/field/context.h"
#include "analyze/report/screen.h"
#include "analyze/report/sink.h"
#include "analyze/report/summary.h"
#include "analyze/rule/engine.h"
#include "analyze/ruleopts.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/term.h"
#include "replay/session.h"
#include "replay/when.h"

static struct {
	struct ruleopts rules;
	bool json, paranoid, profile, quiet, verbose;
	const char *matching, *fail_on, *tz, *output;
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
	OPT_HEADING("Output"),
	OPT_FLAG(0, "json", &o.json, "one JSON object a line"),
	OPT_STR('o', "output", "FILE", &o.output, "write alerts to FILE"),
	RULEOPTS_OUTPUT(&o.rules),
	OPT_STR(0, "tz", "OFFSET", &o.tz, "local time of texts: UTC (default), +HH:MM, -HH:MM"),
	OPT_STR(0, "fail-on", "PRIORITY", &o.fail_on,
		"exit status 1 when there is an alert at least this severe"),
	OPT_FLAG('q', "quiet", &o.quiet, "no summary"),
	OPT_FLAG('v', "verbose", &o.verbose, "show the warnings of rule files"),
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
	uint64_t lost, lost_since;	/* events, in all and since the last alert */
	bool lost_unknown;
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
	if (!o.fail_on || priority_parse(str_of(o.fail_on), out))
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "'%s' is not a priority", o.fail_on),
		  "one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, "
		  "Debug");
	return -E_USAGE;
}

static void on_loss(void *ctx, const struct evloss *loss)
{
	struct run *r = ctx;

	r->lost += loss->count;
	r->lost_since += loss->count;
	r->lost_unknown |= !loss->count;
}

static void alert(struct run *r, const struct rule *rule, const struct event *ev)
{
	struct alert a = {
		.rule = rule, .src = &r->fields.src, .ts = ev->ts,
		.lost = r->lost_since, .lost_unknown = r->lost_unknown,
		.hostname = machine_host(session_machine(r->session))->hostname,
	};

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

	while (!r->sink.err && (ev = session_next(r->session)) != NULL) {
		fieldctx_begin(&r->fields);
		n = engine_event(&r->engine, &r->fields.src);
		for (i = 0; i < n; i++)
			alert(r, r->engine.match[i], ev);
	}
}

static void tell(const struct run *r)
{
	const struct screen screen = { term_colour(STDERR_FILENO), term_width(STDERR_FILENO) };
	struct buf b = BUF_INIT;

	if (!o.quiet && term_is(STDERR_FILENO))
		screen_summary(&screen, &r->engine, r->lost, &b);
	else if (!o.quiet)
		summary_text(&r->engine, r->lost, &b);
	if (o.profile)
		summary_profile(&r->engine, &b);
	io_write_full(STDERR_FILENO, b.data, b.len);
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

static int run_rules(struct ruleset *rs, struct opt_args *args,
		     const struct session_opts *opts, enum matching matching,
		     enum priority fail_on, int32_t tz, struct diag *d)
{
	uint8_t watched[(EV_COUNT + 7) / 8];
	struct session_opts so = *opts;
	struct run r = { .worst = PRI_COUNT };
	struct session_hooks hooks = { .loss = on_loss, .ctx = &r };
	int status;

	if (sink_open(&r.sink, o.json ? SINK_JSON : SINK_TEXT, o.output, d))
		return err_exit(r.sink.err);
	engine_init(&r.engine, rs, matching, STR("syscall"));
	narrow(&so, &r.engine, watched);
	r.session = session_new(args->v, (size_t)args->n, &so, d);
	session_set_hooks(r.session, &hooks);
	fieldctx_init(&r.fields, session_machine(r.session));
	r.fields.tz_offset_s = tz;
	if (o.profile)
		r.engine.now = clock_ns;
	loop(&r);
	r.engine.events += session_unwatched(r.session);
	status = err_exit(session_status(r.session));
	status = worse(status, err_exit(sink_close(&r.sink)));
	if (o.fail_on && r.worst <= fail_on)
		status = worse(status, EXIT_FINDINGS);
	tell(&r);
	engine_release(&r.engine);
	fieldctx_release(&r.fields);
	session_free(r.session);
	return status;
}

int cmd_analyze(struct opt_args *args, struct diag *d)
{
	struct session_opts opts = { .paranoid = o.paranoid };
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
	err = when_options(&o.when, args, &opts, d);
	if (err) {
		status = err_exit(err);
		goto out;
	}
	rs = ruleopts_load(&o.rules, o.verbose, d);
	if (!rs)
		goto out;
	status = run_rules(rs, args, &opts, matching, fail_on, tz, d);
	ruleset_free(rs);
out:
	ruleopts_release(&o.rules);
	return status;
}
