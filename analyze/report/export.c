/* SPDX-License-Identifier: Apache-2.0 */
/* What investigators feed to other tools: Timesketch, ATT&CK Navigator,
 * Graphviz, spreadsheets. */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "analyze/report/moment.h"
#include "analyze/rule/item.h"
#include "lib/base/jsonw.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

/* --- Timesketch --- */

struct row {
	uint64_t ts;
	struct buf when, message;
	const char *desc;
	struct str host, trace, rule, priority, tags, comm, cmdline, user, container;
	int64_t pid;
	struct buf tagtext;
};
#define ROW_INIT { .when = BUF_INIT, .message = BUF_INIT, .tagtext = BUF_INIT }

static void row_rule(struct row *w, const struct report_rule *x)
{
	size_t i;

	w->rule = x->name;
	w->priority = str_of(priority_names[x->priority]);
	for (i = 0; i < x->ntags; i++) {
		buf_adds(&w->tagtext, i ? "," : "");
		buf_addstr(&w->tagtext, x->tags[i]);
	}
}

static void row_fill(struct row *w, const struct report *r, const struct moment *m)
{
	uint32_t proc = moment_proc(r, m), trace = 0;
	struct str none = { "", 0 };

	w->ts = m->ts;
	w->desc = moment_desc(m->kind);
	w->rule = w->priority = w->comm = w->cmdline = w->user = w->container = none;
	w->pid = -1;
	buf_clear(&w->when);
	buf_clear(&w->message);
	buf_clear(&w->tagtext);
	num_iso8601(&w->when, m->ts);
	moment_text(r, m, &w->message);
	if (m->kind == MOMENT_ALERT) {
		row_rule(w, &r->rules[r->alerts[m->i].rule]);
		trace = r->alerts[m->i].trace;
	}
	if (proc != REPORT_NONE) {
		const struct report_proc *p = &r->procs[proc];

		trace = p->trace;
		w->pid = p->pid;
		w->comm = p->comm;
		w->cmdline = p->cmdline;
		w->user = p->who;
		if (p->container != REPORT_NONE)
			w->container = r->containers[p->container].id;
	}
	w->tags = buf_str(&w->tagtext);
	w->host = r->traces[trace].host;
	w->trace = r->traces[trace].path;
}

static void row_release(struct row *w)
{
	buf_release(&w->when);
	buf_release(&w->message);
	buf_release(&w->tagtext);
}

static void csv_fields(const struct str *v, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		buf_adds(out, i ? "," : "");
		esc_csv(out, v[i]);
	}
}

void report_timesketch_csv(const struct report *r, struct buf *out)
{
	struct row w = ROW_INIT;
	size_t n, i;
	struct moment *v = report_moments(r, &n);

	buf_adds(out, "message,datetime,timestamp,timestamp_desc,hostname,trace,rule,priority,tags,"
		      "process,cmdline,user,container,pid\r\n");
	for (i = 0; i < n; i++) {
		row_fill(&w, r, &v[i]);
		csv_fields((struct str[]){ buf_str(&w.message), buf_str(&w.when) }, 2, out);
		buf_addf(out, ",%" PRIu64 ",", w.ts / 1000);
		csv_fields((struct str[]){ str_of(w.desc), w.host, w.trace, w.rule, w.priority,
					   w.tags, w.comm, w.cmdline, w.user, w.container }, 10,
			   out);
		buf_addf(out, ",%" PRId64 "\r\n", w.pid);
	}
	row_release(&w);
	free(v);
}

static void pair(struct jsonw *w, const char *key, struct str s)
{
	if (!s.len)
		return;
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void report_timesketch_jsonl(const struct report *r, struct buf *out)
{
	struct row x = ROW_INIT;
	size_t n, i;
	struct moment *v = report_moments(r, &n);

	for (i = 0; i < n; i++) {
		struct jsonw w = JSONW_INIT(out);

		row_fill(&x, r, &v[i]);
		jsonw_open(&w);
		pair(&w, "message", buf_str(&x.message));
		pair(&w, "datetime", buf_str(&x.when));
		jsonw_key(&w, "timestamp");
		jsonw_u64(&w, x.ts / 1000);
		pair(&w, "timestamp_desc", str_of(x.desc));
		pair(&w, "hostname", x.host);
		pair(&w, "trace", x.trace);
		pair(&w, "rule", x.rule);
		pair(&w, "priority", x.priority);
		pair(&w, "tags", x.tags);
		pair(&w, "process", x.comm);
		pair(&w, "cmdline", x.cmdline);
		pair(&w, "user", x.user);
		pair(&w, "container", x.container);
		jsonw_key(&w, "pid");
		jsonw_i64(&w, x.pid);
		jsonw_close(&w);
		buf_addc(out, '\n');
	}
	row_release(&x);
	free(v);
	esc_json_tame(out);
}

/* --- alerts as a table --- */

void report_alerts_csv(const struct report *r, struct buf *out)
{
	struct buf when = BUF_INIT;
	struct str none = { "", 0 };
	size_t i;

	buf_adds(out, "time,priority,rule,output,object,process,cmdline,user,hostname,trace,"
		      "event,pid,after_loss\r\n");
	for (i = 0; i < r->nalerts; i++) {
		const struct report_alert *a = &r->alerts[i];
		const struct report_rule *x = &r->rules[a->rule];
		const struct report_proc *p = a->proc == REPORT_NONE ? NULL : &r->procs[a->proc];

		buf_clear(&when);
		num_iso8601(&when, a->ts);
		csv_fields((struct str[]){ buf_str(&when), str_of(priority_names[x->priority]),
					   x->name, a->text, a->object, p ? p->comm : none,
					   p ? p->cmdline : none, p ? p->who : none,
					   r->traces[a->trace].host, r->traces[a->trace].path }, 10,
			   out);
		buf_addf(out, ",%" PRIu64 ",%" PRId64 ",%s\r\n", a->num, p ? p->pid : -1,
			 a->behind.whose == BEHIND_NOTHING ? "" : behind_whose_name(a->behind.whose));
	}
	buf_release(&when);
}

/* --- ATT&CK Navigator --- */

struct score {
	struct str technique;
	uint64_t alerts;
	struct buf rules;
};

static struct score *score_of(struct score *v, size_t *n, struct str technique)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (str_eq(v[i].technique, technique))
			return &v[i];
	v[*n] = (struct score){ .technique = technique, .rules = BUF_INIT };
	return &v[(*n)++];
}

static void layer_head(struct jsonw *w)
{
	jsonw_key(w, "name");
	jsonw_cstr(w, "vestige report");
	jsonw_key(w, "versions");
	jsonw_open(w);
	jsonw_key(w, "layer");
	jsonw_cstr(w, "4.5");
	jsonw_key(w, "navigator");
	jsonw_cstr(w, "5.1.0");
	jsonw_close(w);
	jsonw_key(w, "domain");
	jsonw_cstr(w, "enterprise-attack");
	jsonw_key(w, "description");
	jsonw_cstr(w, "Techniques that rules which fired are tagged with; the score is the "
		      "number of alerts.");
}

static void layer_tail(struct jsonw *w, uint64_t max)
{
	jsonw_key(w, "gradient");
	jsonw_open(w);
	jsonw_key(w, "colors");
	jsonw_array(w);
	jsonw_cstr(w, "#ffe9d6");
	jsonw_cstr(w, "#c0392b");
	jsonw_end(w);
	jsonw_key(w, "minValue");
	jsonw_u64(w, 0);
	jsonw_key(w, "maxValue");
	jsonw_u64(w, max ? max : 1);
	jsonw_close(w);
}

void report_navigator(const struct report *r, struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);
	struct score *v, *s;
	size_t i, k, n = 0, all = 1;
	uint64_t max = 0;

	for (i = 0; i < r->nrules; i++)
		all += r->rules[i].ntags;
	v = xcalloc(all, sizeof(*v));
	for (i = 0; i < r->nrules; i++)
		for (k = 0; k < r->rules[i].ntags; k++) {
			if (!tag_is_technique(r->rules[i].tags[k]))
				continue;
			s = score_of(v, &n, r->rules[i].tags[k]);
			s->alerts += r->rules[i].matches;
			buf_addf(&s->rules, "%s%.*s", s->rules.len ? "; " : "",
				 STR_FMT(r->rules[i].name));
			if (s->alerts > max)
				max = s->alerts;
		}
	jsonw_open(&w);
	layer_head(&w);
	jsonw_key(&w, "techniques");
	jsonw_array(&w);
	for (i = 0; i < n; i++) {
		jsonw_open(&w);
		pair(&w, "techniqueID", v[i].technique);
		jsonw_key(&w, "score");
		jsonw_u64(&w, v[i].alerts);
		pair(&w, "comment", buf_str(&v[i].rules));
		jsonw_key(&w, "enabled");
		jsonw_bool(&w, true);
		jsonw_close(&w);
		buf_release(&v[i].rules);
	}
	jsonw_end(&w);
	layer_tail(&w, max);
	jsonw_close(&w);
	buf_addc(out, '\n');
	free(v);
	esc_json_tame(out);
}

/* --- the process tree --- */

#define LABEL_MAX 120

static void dot_node(const struct report *r, uint32_t i, struct buf *out)
{
	const struct report_proc *p = &r->procs[i];
	struct buf name = BUF_INIT;
	bool cut;

	report_proc_name(r, i, &name);
	buf_addf(out, "\tp%u [label=\"", i);
	esc_dot(out, buf_str(&name));
	buf_adds(out, "\\n");
	esc_dot(out, esc_cut(p->cmdline, LABEL_MAX, &cut));
	buf_adds(out, cut ? "…\"" : "\"");
	if (p->nalerts)
		buf_addf(out, ", color=\"#c0392b\", penwidth=2, xlabel=\"%" PRIu64 "\"", p->nalerts);
	buf_adds(out, "];\n");
	buf_release(&name);
}

void report_dot(const struct report *r, struct buf *out)
{
	bool all = !r->nalerts;
	uint32_t i;

	buf_adds(out, "digraph processes {\n\trankdir=LR;\n\tnode [shape=box, style=rounded, "
		      "fontname=\"sans-serif\", fontsize=10];\n");
	for (i = 0; i < r->nprocs; i++)
		if (all || r->procs[i].role != ROLE_NONE)
			dot_node(r, i, out);
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].parent != REPORT_NONE && (all || r->procs[i].role != ROLE_NONE))
			buf_addf(out, "\tp%u -> p%u;\n", r->procs[i].parent, i);
	buf_adds(out, "}\n");
}
