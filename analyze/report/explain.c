/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/explain.h"
#include "analyze/rule/facts.h"
#include "analyze/rule/limits.h"

#define NAMES_MAX	1024	/* more event names than there are */

static void join_tags(const struct rule *r, struct buf *out)
{
	size_t i;

	for (i = 0; i < r->ntags; i++)
		buf_addf(out, "%s%.*s", i ? ", " : "", STR_FMT(r->tags[i]));
}

void explain_line(const struct rule *r, struct buf *out)
{
	buf_addf(out, "%-13s %-3s  %.*s", priority_names[r->priority], r->on ? "on" : "off",
		 STR_FMT(r->name));
	if (r->ntags) {
		buf_adds(out, "  [");
		join_tags(r, out);
		buf_addc(out, ']');
	}
	buf_addc(out, '\n');
}

static void strings_json(const char *key, const char *const *v, size_t n, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, key);
	jsonw_array(w);
	for (i = 0; i < n; i++)
		jsonw_cstr(w, v[i]);
	jsonw_end(w);
}

static void strs_json(const char *key, const struct str *v, size_t n, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, key);
	jsonw_array(w);
	for (i = 0; i < n; i++)
		jsonw_str(w, v[i]);
	jsonw_end(w);
}

void explain_json(const struct ruleset *rs, const struct rule *r, struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);
	const char *events[NAMES_MAX];
	struct str fields[FIELDS_MAX];
	struct buf cond = BUF_INIT;
	size_t n;

	jsonw_open(&w);
	jsonw_key(&w, "condition");
	rule_condition(r, &cond);
	jsonw_str(&w, buf_str(&cond));
	jsonw_key(&w, "desc");
	jsonw_str(&w, r->desc);
	jsonw_key(&w, "enabled");
	jsonw_bool(&w, r->enabled);
	n = rule_events(rs, r, events, NAMES_MAX);
	strings_json("events", events, rule_events_all(rs, r) ? 0 : n, &w);
	n = rule_fields(rs, r, fields, FIELDS_MAX);
	strs_json("fields", fields, n, &w);
	jsonw_key(&w, "on");
	jsonw_bool(&w, r->on);
	jsonw_key(&w, "output");
	jsonw_str(&w, r->output);
	jsonw_key(&w, "priority");
	jsonw_cstr(&w, priority_names[r->priority]);
	jsonw_key(&w, "rule");
	jsonw_str(&w, r->name);
	jsonw_key(&w, "source");
	jsonw_str(&w, r->source);
	strs_json("tags", r->tags, r->ntags, &w);
	jsonw_close(&w);
	buf_addc(out, '\n');
	buf_release(&cond);
}

/* A list of words, wrapped and set in. */
static void wrapped(const char *label, const struct str *v, size_t n, struct buf *out)
{
	size_t i, col = 80;

	buf_addf(out, "%s:\n", label);
	for (i = 0; i < n; i++) {
		if (col + v[i].len + 1 > 78) {
			buf_adds(out, i ? "\n   " : "   ");
			col = 3;
		}
		buf_addf(out, " %.*s", STR_FMT(v[i]));
		col += v[i].len + 1;
	}
	buf_adds(out, n ? "\n" : "    none\n");
}

static void events_text(const struct ruleset *rs, const struct rule *r, struct buf *out)
{
	const char *names[NAMES_MAX];
	struct str v[NAMES_MAX];
	size_t n, i;

	if (rule_events_all(rs, r)) {
		buf_adds(out, "Event types:\n    (nearly) all\n");
		return;
	}
	n = rule_events(rs, r, names, NAMES_MAX);
	for (i = 0; i < n && i < NAMES_MAX; i++)
		v[i] = str_of(names[i]);
	wrapped("Event types", v, i, out);
}

void explain_text(const struct ruleset *rs, const struct rule *r, struct buf *out)
{
	struct str fields[FIELDS_MAX];
	size_t n;

	buf_addf(out, "Rule: %.*s\n", STR_FMT(r->name));
	if (r->where && r->where->file)
		buf_addf(out, "Defined: %s:%u\n", r->where->file->name, r->where->pos.line + 1);
	buf_addf(out, "Priority: %s\nSource: %.*s\nEnabled: %s\nTags: ",
		 priority_names[r->priority], STR_FMT(r->source), r->enabled ? "yes" : "no");
	join_tags(r, out);
	buf_addf(out, "\nDescription: %.*s\nOutput: %.*s\nCondition:\n    ", STR_FMT(r->desc),
		 STR_FMT(r->output));
	rule_condition(r, out);
	buf_addc(out, '\n');
	events_text(rs, r, out);
	n = rule_fields(rs, r, fields, FIELDS_MAX);
	wrapped("Fields", fields, n, out);
	buf_adds(out, "Program:\n");
	rule_program(rs, r, out);
	buf_addc(out, '\n');
}
