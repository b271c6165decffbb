/* SPDX-License-Identifier: Apache-2.0 */
/* vestige rules why: a condition at one event. */
#include "lib/base/compat.h"

#include "analyze/cmd_rules.h"
#include "analyze/field/context.h"
#include "analyze/filter/format.h"
#include "analyze/report/why.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/num.h"
#include "replay/session.h"

struct asked {
	const struct ruleset *rs;
	const struct rule *rule;
	uint64_t num;
	char *const *file;
	bool json;
};

/* A line in a fixed format at the current event. */
static void add_line(struct fieldctx *c, const char *format, struct buf *out)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct arena a = ARENA_INIT;
	struct format *f;

	if (!format_compile(&a, str_of(format), STR("syscall"), &f, &e))
		format_render(f, &c->src, FORMAT_TERMINAL, out);
	buf_addc(out, '\n');
	filter_error_release(&e);
	arena_release(&a);
}

static void tell_text(const struct asked *q, struct parts *p, bool fires, struct fieldctx *c,
		      struct buf *out)
{
	buf_addf(out, "Rule '%.*s' %s at event %" PRIu64 " of %s%s\n", STR_FMT(q->rule->name),
		 fires ? "fires" : "does not fire", q->num, q->file[0],
		 q->rule->on ? "" : " (it is switched off)");
	buf_adds(out, "event   ");
	add_line(c, EVENT_LINE, out);
	buf_adds(out, "process ");
	add_line(c, PROCESS_LINE, out);
	why_text(p, &c->src, "", out);
}

static void tell_json(const struct asked *q, struct parts *p, bool fires, struct fieldctx *c,
		      struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, "rule");
	jsonw_str(&w, q->rule->name);
	jsonw_key(&w, "file");
	jsonw_cstr(&w, q->file[0]);
	jsonw_key(&w, "event");
	jsonw_u64(&w, q->num);
	jsonw_key(&w, "on");
	jsonw_bool(&w, q->rule->on);
	jsonw_key(&w, "fires");
	jsonw_bool(&w, fires);
	jsonw_key(&w, "condition");
	why_json(p, &c->src, &w);
	jsonw_close(&w);
	buf_addc(out, '\n');
}

static void tell(const struct asked *q, struct session *s, struct buf *out)
{
	struct parts *p = parts_new(q->rs, q->rule);
	struct fieldctx c;
	bool fires;

	fieldctx_init(&c, session_machine(s));
	fieldctx_begin(&c);
	fires = parts_eval(p, &c.src);
	(q->json ? tell_json : tell_text)(q, p, fires, &c, out);
	fieldctx_release(&c);
	parts_free(p);
}

static int find_event(const struct asked *q, struct buf *out, struct diag *d)
{
	struct session *s = session_new(q->file, 1, NULL, d);
	struct event *ev;
	uint64_t last = 0;
	int status;

	while ((ev = session_next(s)) != NULL && ev->num < q->num)
		last = ev->num;
	status = err_exit(session_status(s));
	if (ev && ev->num == q->num) {
		tell(q, s, out);
	} else if (status < EXIT_UNREADABLE) {
		diag_hint(diag_add(d, DIAG_ERROR, ev ? "no rule sees event %" PRIu64 " of %s" :
				   "there is no event %" PRIu64 " in %s", q->num, q->file[0]),
			  ev ? "it changes state only; 'vestige replay events' shows the others" :
			  "the last one that rules see is %" PRIu64, last);
		status = EXIT_USAGE;
	}
	session_free(s);
	return status;
}

int rules_why(struct opt_args *args, const struct rules_options *o, struct diag *d)
{
	struct asked q = { .json = o->json };
	struct buf out = BUF_INIT;
	struct ruleset *rs;
	int status;

	if (args->n != 4 || !num_u64(str_of(args->v[2]), &q.num) || !q.num) {
		diag_hint(diag_add(d, DIAG_ERROR, "why takes a rule, the number of an event, and "
				   "a trace"),
			  "vestige rules why -r FILE 'NAME OF RULE' 123 trace.vtr");
		return EXIT_USAGE;
	}
	rs = ruleopts_load(o->rules, false, d);
	if (!rs)
		return EXIT_USAGE;
	q.rs = rs;
	q.rule = ruleset_find(rs, str_of(args->v[1]));
	q.file = &args->v[3];
	if (q.rule) {
		status = find_event(&q, &out, d);
		status = status ? status : err_exit(io_write_text(STDOUT_FILENO, &out));
	} else {
		rules_unknown(rs, args->v[1], d);
		status = EXIT_USAGE;
	}
	buf_release(&out);
	ruleset_free(rs);
	return status;
}
