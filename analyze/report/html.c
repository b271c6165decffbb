/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One page, complete in itself: its style and script are inside and the only
 * ones its own content policy lets run, so that nothing of a trace can.
 */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"
#include "analyze/rule/item.h"
#include "lib/base/digest.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

static const char *const page_css[] = {
#include "analyze/report/page_css.inc"
};

static const char *const page_js[] = {
#include "analyze/report/page_js.inc"
};

void html_text(struct html *h, struct str s, size_t max)
{
	bool cut;

	esc_html(h->out, esc_cut(s, max, &cut));
	if (cut)
		buf_adds(h->out, "…");
}

void html_when(struct html *h, uint64_t ts)
{
	buf_adds(h->out, "<time datetime=\"");
	num_iso8601(h->out, ts);
	buf_adds(h->out, "\" title=\"");
	num_iso8601(h->out, ts);
	buf_adds(h->out, "\">");
	report_clock(h->out, ts);
	buf_adds(h->out, "</time>");
}

void html_num(struct html *h, uint64_t n)
{
	report_num(h->out, n);
}

void html_bytes(struct html *h, bool known, uint64_t n)
{
	if (known)
		report_bytes(h->out, n);
	else
		buf_adds(h->out, "–");
}

void html_proc(struct html *h, uint32_t proc)
{
	struct buf name = BUF_INIT;
	bool link = proc != REPORT_NONE && h->detailed[proc];

	report_proc_name(h->r, proc, &name);
	if (link)
		buf_addf(h->out, "<a href=\"#p%u\">", proc);
	html_text(h, buf_str(&name), HTML_TEXT);
	if (link)
		buf_adds(h->out, "</a>");
	if (proc != REPORT_NONE && h->r->ntraces > 1) {
		const struct report_trace *t = &h->r->traces[h->r->procs[proc].trace];

		buf_adds(h->out, " <span class=\"host\">");
		html_text(h, t->host.len ? t->host : t->path, 60);
		buf_adds(h->out, "</span>");
	}
	buf_release(&name);
}

void html_chip(struct html *h, unsigned priority)
{
	buf_addf(h->out, "<span class=\"chip s%u\">%s</span>", priority, priority_names[priority]);
}

void html_alert_count(struct html *h, const struct report_proc *p)
{
	if (!p->nalerts)
		return;
	buf_addf(h->out, "<span class=\"chip s%u\">", p->worst);
	html_num(h, p->nalerts);
	buf_adds(h->out, p->nalerts == 1 ? " alert</span> " : " alerts</span> ");
}

void html_more(struct html *h, uint64_t n, uint64_t shown, const char *what)
{
	if (n <= shown)
		return;
	buf_adds(h->out, "<p class=\"more\">");
	html_num(h, n - shown);
	buf_addf(h->out, " more %s are left out of this page; the JSON report has them.</p>\n", what);
}

void html_section(struct html *h, const char *id, const char *title)
{
	buf_addf(h->out, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">%s</h2>\n",
		 id, id, id, title);
}

void html_table(struct html *h, const char *caption, const char *cls, const char *heads)
{
	struct str rest = str_of(heads), s;

	buf_addf(h->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
		 "<table%s%s%s><caption>%s</caption><thead><tr>", caption, *cls ? " class=\"" : "", cls,
		 *cls ? "\"" : "", caption);
	do {
		bool number;

		s = str_cut(&rest, '|');
		number = str_starts(s, STR("#"));
		buf_addf(h->out, "<th scope=\"col\"%s>%.*s</th>", number ? " class=\"n\"" : "",
			 STR_FMT(str_sub(s, number, s.len)));
	} while (rest.p);
	buf_adds(h->out, "</tr></thead>\n<tbody>\n");
}

void html_table_end(struct html *h)
{
	buf_adds(h->out, "</tbody></table></div>\n");
}

/* --- head --- */

static void lines(const char *const *v, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_adds(out, v[i]);
}

static void head(struct html *h, const struct buf *css, const struct buf *js)
{
	char sum[DIGEST_BASE64];

	buf_adds(h->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<meta name=\"referrer\" content=\"no-referrer\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "base-uri 'none'; form-action 'none'; style-src 'sha256-");
	digest_base64(buf_str(css), sum);
	buf_addf(h->out, "%s'; script-src 'sha256-", sum);
	digest_base64(buf_str(js), sum);
	buf_addf(h->out, "%s'\">\n<title>", sum);
	esc_html(h->out, str_of(h->r->title ? h->r->title : "Incident report"));
	buf_adds(h->out, "</title>\n<style>");
	buf_addstr(h->out, buf_str(css));
	buf_adds(h->out, "</style>\n</head>\n");
}

static void banner(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	for (i = 0; i < r->ntraces; i++) {
		const struct report_trace *t = &r->traces[i];
		bool bad = t->verdict == VERDICT_FAILED || t->verdict == VERDICT_UNREADABLE;

		if (!bad && t->verdict != VERDICT_CUT)
			continue;
		buf_addf(h->out, "<div class=\"banner %s\" role=\"alert\"><strong>%s</strong> ",
			 bad ? "bad" : "warn", bad ? "Verification failed." : "The trace ends early.");
		html_text(h, t->path, HTML_TEXT);
		buf_adds(h->out, ": ");
		html_text(h, t->why, HTML_TEXT);
		buf_adds(h->out, bad ? ". This evidence is not as it was written; what can be read of "
			 "it is shown below.</div>\n" : ".</div>\n");
	}
}

static void card(struct html *h, const char *cls, uint64_t n, const char *what)
{
	buf_addf(h->out, "<li class=\"card %s\"><b>", cls);
	html_num(h, n);
	buf_addf(h->out, "</b> %s</li>\n", what);
}

static uint64_t lost(const struct report *r)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < r->ntraces; i++)
		n += r->traces[i].lost;
	return n;
}

static size_t alerted(const struct report *r)
{
	size_t i, n = 0;

	while (n < r->nsus && r->procs[r->sus[n]].nalerts)
		n++;
	for (i = n; i < r->nsus; i++)
		n += r->procs[r->sus[i]].nalerts > 0;
	return n;
}

static void cards(struct html *h)
{
	const struct report *r = h->r;
	unsigned p;
	char cls[16] = "";

	for (p = 0; p < PRI_COUNT && !r->by_priority[p]; p++)
		;
	if (p < PRI_COUNT)
		snprintf(cls, sizeof(cls), "s%u", p);
	buf_adds(h->out, "<ul class=\"cards\" aria-label=\"In numbers\">\n");
	card(h, cls, r->alerts_all, r->alerts_all == 1 ? "alert" : "alerts");
	card(h, "", r->nrules, r->nrules == 1 ? "rule fired" : "rules fired");
	card(h, "", alerted(r), "processes with alerts");
	card(h, "", r->npeers, "network peers");
	card(h, "", r->nnewexecs, "new programs run");
	card(h, lost(r) ? "warn" : "", lost(r), "events lost");
	buf_adds(h->out, "</ul>\n");
}

static void lead(struct html *h, struct arena *a)
{
	size_t n, i;
	struct report_fact *v = report_headline(h->r, a, &n);

	if (n)
		buf_adds(h->out, "<div class=\"lead\">\n");
	for (i = 0; i < n; i++) {
		buf_adds(h->out, "<p>");
		html_text(h, v[i].text, HTML_FULL);
		buf_adds(h->out, "</p>\n");
	}
	if (n)
		buf_adds(h->out, "</div>\n");
	free(v);
}

static void story(struct html *h)
{
	static const char *const kinds[] = { "", " class=\"bad\"", " class=\"warn\"" };
	struct arena a = ARENA_INIT;
	size_t n, i;
	struct report_fact *v = report_facts(h->r, &a, &n);

	html_section(h, "story", "What happened");
	lead(h, &a);
	cards(h);
	buf_adds(h->out, "<dl class=\"facts\">\n");
	for (i = 0; i < n; i++) {
		buf_addf(h->out, "<div%s><dt>%s</dt><dd>", kinds[v[i].kind], v[i].label);
		html_text(h, v[i].text, HTML_FULL);
		buf_adds(h->out, "</dd></div>\n");
	}
	buf_adds(h->out, "</dl>\n</section>\n");
	free(v);
	arena_release(&a);
}

static void masthead(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	buf_adds(h->out, "<body>\n<a class=\"skip\" href=\"#story\">Skip to the story</a>\n<header>\n<h1>");
	esc_html(h->out, str_of(r->title ? r->title : "Incident report"));
	buf_adds(h->out, "</h1>\n<p class=\"sub\">");
	for (i = 0; i < r->ntraces && i < 6; i++) {
		const struct report_trace *t = &r->traces[i];

		buf_adds(h->out, i ? ", " : "");
		html_text(h, t->host.len ? t->host : t->path, 80);
	}
	if (r->events) {
		buf_adds(h->out, " · ");
		report_when(h->out, r->first_ts);
		buf_adds(h->out, " to ");
		report_when(h->out, r->last_ts);
		buf_adds(h->out, " UTC");
	}
	buf_addf(h->out, " · evidence %s", verdict_name(report_verdict(r)));
	buf_adds(h->out, "</p>\n</header>\n");
}

static void navigation(struct html *h)
{
	static const char *const links[][2] = {
		{ "story", "Story" }, { "timeline", "Timeline" }, { "alerts", "Alerts" },
		{ "tree", "Process tree" }, { "processes", "Processes" },
		{ "network", "Network" }, { "containers", "Containers" },
		{ "attack", "ATT&amp;CK" }, { "rules", "Rules" },
		{ "activity", "Activity" }, { "missed", "Missed" }, { "evidence", "Evidence" },
	};
	size_t i;

	buf_adds(h->out, "<nav aria-label=\"Parts of the report\">\n<ul>\n");
	for (i = 0; i < ARRAY_SIZE(links); i++) {
		if (!strcmp(links[i][0], "containers") && !h->r->ncontainers)
			continue;
		buf_addf(h->out, "<li><a href=\"#%s\">%s</a></li>\n", links[i][0], links[i][1]);
	}
	buf_adds(h->out, "</ul>\n<form id=\"find\" role=\"search\" hidden>\n"
		 "<label for=\"q\">Search</label> <input id=\"q\" type=\"search\" "
		 "placeholder=\"file, address, command…\" autocomplete=\"off\" aria-keyshortcuts=\"/\" spellcheck=\"false\">\n"
		 "<output id=\"hits\" for=\"q\" aria-live=\"polite\"></output>\n</form>\n</nav>\n");
}

static void index_alerts(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	h->head = xcalloc(r->nprocs + 1, sizeof(*h->head));
	h->next = xcalloc(r->nalerts + 1, sizeof(*h->next));
	h->detailed = xcalloc(r->nprocs + 1, sizeof(*h->detailed));
	for (i = 0; i < r->nprocs; i++)
		h->head[i] = REPORT_NONE;
	for (i = r->nalerts; i-- > 0;) {
		uint32_t p = r->alerts[i].proc;

		h->next[i] = p == REPORT_NONE ? REPORT_NONE : h->head[p];
		if (p != REPORT_NONE)
			h->head[p] = (uint32_t)i;
	}
	for (i = 0; i < r->nsus && i < HTML_DETAILS; i++)
		h->detailed[r->sus[i]] = true;
}

static void body(struct html *h)
{
	masthead(h);
	navigation(h);
	buf_adds(h->out, "<main>\n");
	banner(h);
	story(h);
	html_timeline(h);
	html_alerts(h);
	html_tree(h);
	html_details(h);
	html_network(h);
	html_containers(h);
	html_attack(h);
	html_rules(h);
	html_activity(h);
	html_missed(h);
	html_evidence(h);
	buf_adds(h->out, "</main>\n<footer><p>Made by vestige " PACKAGE_VERSION ". All times are UTC. "
		 "Bytes that are no printable text are shown as \\xHH.</p></footer>\n");
}

void report_html(const struct report *r, struct buf *out)
{
	struct html h = { .r = r, .out = out };
	struct buf css = BUF_INIT, js = BUF_INIT;

	lines(page_css, ARRAY_SIZE(page_css), &css);
	lines(page_js, ARRAY_SIZE(page_js), &js);
	index_alerts(&h);
	head(&h, &css, &js);
	body(&h);
	buf_adds(out, "<script>");
	buf_addstr(out, buf_str(&js));
	buf_adds(out, "</script>\n</body>\n</html>\n");
	free(h.head);
	free(h.next);
	free(h.detailed);
	buf_release(&css);
	buf_release(&js);
}
