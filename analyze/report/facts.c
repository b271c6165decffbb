/* SPDX-License-Identifier: Apache-2.0 */
/* The story in sentences: only what the trace shows, nothing guessed. */
#include "lib/base/compat.h"

#include "analyze/report/facts_in.h"
#include "analyze/rule/item.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

#define TEXT_SHOWN	220
#define DAY_NS		UINT64_C(86400000000000)

void story_init(struct story *s, const struct report *r, struct arena *a)
{
	*s = (struct story){ .r = r, .a = a, .b = BUF_INIT, .named = STORY_NAMED, .between = "; " };
}

void story_proc_name(const struct report *r, uint32_t proc, struct buf *out)
{
	const struct report_trace *t;

	report_proc_name(r, proc, out);
	if (r->ntraces < 2 || proc == REPORT_NONE)
		return;
	t = &r->traces[r->procs[proc].trace];
	buf_addf(out, " on %.*s", STR_FMT(t->host.len ? t->host : t->path));
}

void story_release(struct story *s)
{
	buf_release(&s->b);
	smap_release(&s->seen);
}

void story_fact(struct story *s, enum fact_kind kind, const char *label)
{
	XGROW(s->v, s->cap, s->n + 1);
	s->v[s->n++] = (struct report_fact){ kind, label, arena_str(s->a, buf_str(&s->b)) };
	buf_clear(&s->b);
}

void story_text(struct story *s, struct str text)
{
	buf_addstr(&s->b, str_sub(text, 0, TEXT_SHOWN));
	if (text.len > TEXT_SHOWN)
		buf_adds(&s->b, "...");
}

void story_item(struct story *s, struct str text)
{
	if (smap_find(&s->seen, text))
		return;
	smap_put(&s->seen, arena_str(s->a, text), s);
	if (s->items++ >= s->named)
		return;
	if (s->items > 1)
		buf_adds(&s->b, s->between);
	story_text(s, text);
}

bool story_items_end(struct story *s)
{
	bool any = s->items > 0;

	if (s->items > s->named)
		buf_addf(&s->b, "%sand %zu more", s->between, s->items - s->named);
	if (any)
		buf_addc(&s->b, '.');
	s->items = 0;
	smap_clear(&s->seen);
	return any;
}

void story_itemf(struct story *s, const char *fmt, ...)
{
	struct buf t = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&t, fmt, ap);
	va_end(ap);
	story_item(s, buf_str(&t));
	buf_release(&t);
}

static void evidence(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	for (i = 0; i < r->ntraces; i++) {
		const struct report_trace *t = &r->traces[i];

		if (t->verdict == VERDICT_INTACT || t->verdict == VERDICT_UNCHECKED)
			continue;
		buf_addf(&s->b, "%.*s: verification %s: %.*s. What could be read is shown; do not "
			 "rely on it without asking why.", STR_FMT(t->path),
			 t->verdict == VERDICT_CUT ? "incomplete" : "FAILED", STR_FMT(t->why));
		story_fact(s, t->verdict == VERDICT_CUT ? FACT_WARN : FACT_BAD, "Evidence");
	}
}

static void recorded(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	if (!r->events) {
		buf_adds(&s->b, "The traces hold no events that could be read.");
		story_fact(s, FACT_WARN, "Recorded");
		return;
	}
	for (i = 0; i < r->ntraces; i++)
		story_item(s, r->traces[i].host.len ? r->traces[i].host : STR("(host not named)"));
	story_items_end(s);
	buf_setlen(&s->b, s->b.len - 1);
	buf_adds(&s->b, ", ");
	report_when(&s->b, r->first_ts);
	buf_adds(&s->b, " to ");
	report_when(&s->b, r->last_ts);
	buf_adds(&s->b, " UTC: ");
	report_span(&s->b, r->last_ts - r->first_ts);
	buf_adds(&s->b, ", ");
	report_num(&s->b, r->events);
	buf_addf(&s->b, " event%s, %zu active process%s.", str_count(r->events, "", "s"),
		 r->nprocs, str_count(r->nprocs, "", "es"));
	story_fact(s, FACT_PLAIN, "Recorded");
}

static void found(struct story *s)
{
	const struct report *r = s->r;
	unsigned p;
	bool first = true;

	if (!r->alerts_all) {
		if (r->rules_on)
			buf_addf(&s->b, "None of the %zu rule%s in use fired.", r->rules_on,
				 str_count(r->rules_on, "", "s"));
		else
			buf_adds(&s->b, "No rule was in use.");
		buf_adds(&s->b, " What every process did is below.");
		story_fact(s, FACT_PLAIN, "Found");
		return;
	}
	report_num(&s->b, r->alerts_all);
	buf_addf(&s->b, " alert%s by %zu of %zu rules: ", str_count(r->alerts_all, "", "s"), r->nrules,
		 r->rules_on);
	for (p = 0; p < PRI_COUNT; p++) {
		if (!r->by_priority[p])
			continue;
		buf_adds(&s->b, first ? "" : ", ");
		report_num(&s->b, r->by_priority[p]);
		buf_addf(&s->b, " %s", priority_names[p]);
		first = false;
	}
	buf_addc(&s->b, '.');
	story_fact(s, FACT_PLAIN, "Found");
}

bool story_on_object(const struct report *r, const struct report_alert *a)
{
	uint32_t i;

	if (!a->object.len)
		return false;
	if (a->proc == REPORT_NONE)
		return true;
	if (str_eq(a->object, r->procs[a->proc].exe))
		return false;
	for (i = r->procs[a->proc].first_exec; i != REPORT_NONE; i = r->execs[i].next)
		if (r->execs[i].ts == a->ts && str_eq(a->object, r->execs[i].exe))
			return false;
	return true;
}

/* Which rule, which process, running what, and on what. */
static void alert_fact(struct story *s, const struct report_alert *a, const char *label)
{
	const struct report *r = s->r;
	struct str cmd = { "", 0 };

	if (r->first_ts / DAY_NS == r->last_ts / DAY_NS)
		report_clock(&s->b, a->ts);
	else
		report_when(&s->b, a->ts);
	buf_addf(&s->b, " %.*s: ", STR_FMT(r->rules[a->rule].name));
	story_proc_name(r, a->proc, &s->b);
	if (a->proc != REPORT_NONE)
		cmd = r->procs[a->proc].cmdline;
	if (cmd.len) {
		buf_adds(&s->b, ", running ");
		story_text(s, str_sub(cmd, 0, STORY_COMMAND));
		buf_adds(&s->b, cmd.len > STORY_COMMAND ? "..." : "");
	}
	if (story_on_object(r, a) && str_find(cmd, a->object) < 0) {
		buf_adds(&s->b, ", on ");
		story_text(s, a->object);
	}
	story_fact(s, FACT_PLAIN, label);
}

/* The alert to begin with: the first of the most severe. */
const struct report_alert *story_gravest(const struct report *r)
{
	const struct report_alert *best = &r->alerts[0];
	size_t i;

	for (i = 1; i < r->nalerts; i++)
		if (r->rules[r->alerts[i].rule].priority < r->rules[best->rule].priority)
			best = &r->alerts[i];
	return best;
}

static void moments(struct story *s)
{
	const struct report *r = s->r;
	const struct report_alert *first, *last, *worst;
	size_t i;

	if (!r->nalerts)
		return;
	first = last = &r->alerts[0];
	for (i = 1; i < r->nalerts; i++) {	/* in order of the traces, not of time */
		first = r->alerts[i].ts < first->ts ? &r->alerts[i] : first;
		last = r->alerts[i].ts >= last->ts ? &r->alerts[i] : last;
	}
	alert_fact(s, first, "First alert");
	worst = story_gravest(r);
	if (r->rules[worst->rule].priority < r->rules[first->rule].priority && worst != last)
		alert_fact(s, worst, "Most severe");
	if (last != first)
		alert_fact(s, last, "Last alert");
}

static void missed(struct story *s)
{
	const struct report *r = s->r;
	uint64_t lost = 0, gaps = 0;
	bool unknown = false;
	size_t i;

	for (i = 0; i < r->ntraces; i++) {
		lost = num_add(lost, r->traces[i].lost);
		gaps += r->traces[i].lost_blocks;
		unknown |= r->traces[i].lost_unknown;
		if (r->traces[i].gap_before) {
			buf_addf(&s->b, "%.*s continues a segment that is not the file before it: what "
				 "lies between is missing.", STR_FMT(r->traces[i].path));
			story_fact(s, FACT_WARN, "Missing");
		}
		if (!r->traces[i].snapshot_procs && r->traces[i].events) {
			buf_addf(&s->b, "%.*s carries no process table: what ran before it began is "
				 "known only by what it did.", STR_FMT(r->traces[i].path));
			story_fact(s, FACT_WARN, "Missing");
		}
		if (!r->traces[i].plain_io && r->traces[i].events) {
			buf_addf(&s->b, "%.*s holds no read or write calls: bytes moved by them were not "
				 "recorded, only those of send and receive calls.",
				 STR_FMT(r->traces[i].path));
			story_fact(s, FACT_PLAIN, "Missing");
		}
	}
	if (!gaps)
		return;
	if (lost)
		report_num(&s->b, lost);
	buf_addf(&s->b, "%s events are known to be missing, in %" PRIu64 " place%s.",
		 unknown ? (lost ? " and more" : "An unknown number of") : "", gaps,
		 str_count(gaps, "", "s"));
	if (r->alerts_behind) {
		buf_addc(&s->b, ' ');
		report_num(&s->b, r->alerts_behind);
		buf_addf(&s->b, " of the alerts %s behind them: what is told there of a process, its "
			 "descriptors or its ancestors may have changed unseen.",
			 r->alerts_behind == 1 ? "lies" : "lie");
	}
	story_fact(s, FACT_WARN, "Missing");
}

struct report_fact *report_facts(const struct report *r, struct arena *a, size_t *n)
{
	struct story s;

	story_init(&s, r, a);
	evidence(&s);
	recorded(&s);
	found(&s);
	moments(&s);
	story_deeds(&s);
	missed(&s);
	*n = s.n;
	story_release(&s);
	return s.v;
}
