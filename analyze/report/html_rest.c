/* SPDX-License-Identifier: Apache-2.0 */
/* What is worth a look without any rule, what was missed, the evidence. */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"

#define BUSY	40
#define PAIRS	40

static void busy_row(struct html *h, uint32_t i)
{
	const struct report *r = h->r;
	const struct report_proc *p = &r->procs[i];
	uint64_t sent = 0, received = 0;
	bool counted = p->first_peer == REPORT_NONE;
	uint32_t k;

	for (k = p->first_peer; k != REPORT_NONE; k = r->peers[k].next) {
		counted |= report_peer_counted(r, &r->peers[k]);
		sent += r->peers[k].sent;
		received += r->peers[k].received;
	}
	buf_adds(h->out, "<tr class=\"f\"><td>");
	html_proc(h, i);
	buf_adds(h->out, "</td><td class=\"x\"><code>");
	html_text(h, p->cmdline, 200);
	buf_adds(h->out, "</code></td><td>");
	html_text(h, p->who, 60);
	buf_adds(h->out, "</td><td class=\"n\">");
	html_num(h, p->events);
	buf_adds(h->out, "</td><td class=\"n\">");
	html_num(h, p->nfiles);
	buf_adds(h->out, "</td><td class=\"n\">");
	html_num(h, p->nexecs);
	buf_adds(h->out, "</td><td class=\"n\">");
	html_bytes(h, counted, sent);
	buf_adds(h->out, "</td><td class=\"n\">");
	html_bytes(h, counted, received);
	buf_adds(h->out, "</td></tr>\n");
}

static void busiest(struct html *h)
{
	const struct report *r = h->r;
	uint32_t *order = report_busiest(r), i;

	buf_adds(h->out, "<h3>Busiest processes</h3>\n");
	html_table(h, "Busiest processes", "",
		   "Process|Command|User|#Events|#Files|#Executions|#Sent|#Received");
	for (i = 0; i < r->nprocs && i < BUSY; i++)
		busy_row(h, order[i]);
	html_table_end(h);
	html_more(h, r->nprocs, BUSY, "processes");
	free(order);
}

static void new_programs(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	buf_adds(h->out, "<h3>Programs made during the trace and run</h3>\n");
	if (!r->nnewexecs) {
		buf_adds(h->out, "<p>None.</p>\n");
		return;
	}
	html_table(h, "Programs made during the trace and run", "",
		   "First run|Program|Made by|Run by|#Runs");
	for (i = 0; i < r->nnewexecs && i < HTML_ROWS; i++) {
		const struct report_newexec *x = &r->newexecs[i];

		buf_adds(h->out, "<tr class=\"f\"><td class=\"t\">");
		html_when(h, x->ts);
		buf_adds(h->out, "</td><td><code>");
		html_text(h, r->paths[x->path].name, HTML_TEXT);
		buf_adds(h->out, x->memfd ? "</code> <span class=\"chip warn\">memory only</span></td><td>"
					  : "</code></td><td>");
		if (r->paths[x->path].maker != REPORT_NONE)
			html_proc(h, r->paths[x->path].maker);
		buf_adds(h->out, "</td><td>");
		html_proc(h, x->proc);
		buf_addf(h->out, "</td><td class=\"n\">%" PRIu64 "</td></tr>\n", x->runs);
	}
	html_table_end(h);
	html_more(h, r->nnewexecs, HTML_ROWS, "programs");
}

static void children(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	buf_adds(h->out, "<h3>Unusual children</h3>\n<p class=\"hint\">Programs started by a program, the "
		 "rarest pairs first.</p>\n");
	if (!r->npairs) {
		buf_adds(h->out, "<p>None: no program was executed.</p>\n");
		return;
	}
	html_table(h, "Unusual children", "", "First|Parent|Child|#Times");
	for (i = 0; i < r->npairs && i < PAIRS; i++) {
		buf_adds(h->out, "<tr class=\"f\"><td class=\"t\">");
		html_when(h, r->pairs[i].ts);
		buf_adds(h->out, "</td><td>");
		html_text(h, r->pairs[i].parent, 80);
		buf_adds(h->out, "</td><td><code>");
		html_text(h, r->pairs[i].child, HTML_TEXT);
		buf_addf(h->out, "</code></td><td class=\"n\">%" PRIu64 "</td></tr>\n", r->pairs[i].count);
	}
	html_table_end(h);
	html_more(h, r->npairs, PAIRS, "pairs");
}

void html_activity(struct html *h)
{
	html_section(h, "activity", "Activity without rules");
	new_programs(h);
	children(h);
	busiest(h);
	buf_adds(h->out, "</section>\n");
}

static void miss(struct html *h, uint64_t n, bool bad, const char *text)
{
	buf_addf(h->out, "<li%s><b>", n && bad ? " class=\"warn\"" : "");
	html_num(h, n);
	buf_addf(h->out, "</b> %s</li>\n", text);
}

static void missed_in(struct html *h, const struct report_trace *t)
{
	buf_adds(h->out, "<h3>");
	html_text(h, t->path, HTML_TEXT);
	buf_adds(h->out, "</h3>\n<ul>\n");
	miss(h, t->lost, true, t->lost_unknown ? "events lost, and an unknown number more"
					       : "events lost while recording");
	if (t->left_out)
		miss(h, t->left_out, true, "times data was left out to keep room for events");
	miss(h, t->truncated, true, "events of which the recorder could not hold all");
	miss(h, t->late, false, "events that came too late for their place in the order");
	miss(h, t->placeholders, false, "threads seen without their beginning");
	if (t->dropped_threads)
		miss(h, t->dropped_threads, true, "threads beyond the limit of the state machine");
	if (t->dropped_fds)
		miss(h, t->dropped_fds, true,
		     "descriptors beyond the limit of the state machine");
	if (t->dropped_entries)
		miss(h, t->dropped_entries, true,
		     "users, groups, containers, labels or mounts beyond the limits of the state machine");
	if (t->cut_texts)
		miss(h, t->cut_texts, true, "long texts of which the state machine had room for the beginning only");
	if (t->gap_before)
		buf_adds(h->out, "<li class=\"warn\">The recording continues a segment that is not the "
			 "file before it: what lies between is missing.</li>\n");
	if (!t->plain_io && t->events)
		buf_adds(h->out, "<li>The trace holds no read or write calls: bytes moved by them, and which "
			 "opened files were read, are not known.</li>\n");
	if (!t->snapshot_procs)
		buf_adds(h->out, "<li class=\"warn\">The trace carries no process table: processes that "
			 "began before it are known only by what they did.</li>\n");
	buf_adds(h->out, "</ul>\n");
}

void html_missed(struct html *h)
{
	const struct report_rest *x = &h->r->rest;
	size_t i;

	html_section(h, "missed", "What we may have missed");
	for (i = 0; i < h->r->ntraces; i++)
		missed_in(h, &h->r->traces[i]);
	if (x->alerts + x->procs + x->files + x->peers + x->execs + x->texts) {
		buf_adds(h->out, "<h3>Beyond the limits of a report</h3>\n<ul>\n");
		miss(h, x->alerts, true, "alerts counted but not kept");
		miss(h, x->procs, true, "processes");
		miss(h, x->files, false, "uses of files");
		miss(h, x->peers, false, "uses of peers");
		miss(h, x->execs, false, "executions");
		miss(h, x->texts, false, "texts cut to 4096 bytes or fewer");
		buf_adds(h->out, "</ul>\n");
	}
	buf_adds(h->out, "</section>\n");
}

static void fact(struct html *h, const char *label, struct str s)
{
	if (!s.len)
		return;
	buf_addf(h->out, "<div><dt>%s</dt><dd><code>", label);
	html_text(h, s, HTML_TEXT);
	buf_adds(h->out, "</code></dd></div>\n");
}

/* Who signed how many segments, where it is not all of them. */
static void share(struct html *h, const struct report_trace *t, const char *label,
		  const char *whose, uint64_t n)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, whose);
	if (n != t->segments)
		buf_addf(&b, "%s%" PRIu64 " of %" PRIu64 " segments", *whose ? ": " : "", n,
			 t->segments);
	fact(h, label, buf_str(&b));
	buf_release(&b);
}

static void signers(struct html *h, const struct report_trace *t)
{
	uint64_t others = t->is_signed;
	size_t i;

	for (i = 0; i < t->nsigners; others -= t->signers[i++].segments)
		share(h, t, "Signed by", t->signers[i].key, t->signers[i].segments);
	if (others)
		share(h, t, "Signed by", "other keys", others);
	if (t->is_signed && t->is_signed < t->segments)
		share(h, t, "Not signed", "", t->segments - t->is_signed);
}

static void breaches(struct html *h, const struct report_trace *t)
{
	size_t i;

	if (!t->nbreaches)
		return;
	buf_adds(h->out, "<ul class=\"bad\">\n");
	for (i = 0; i < t->nbreaches; i++) {
		buf_addf(h->out, "<li>block %" PRIu64 " at byte %" PRIu64 ": %s", t->breaches[i].block,
			 t->breaches[i].offset, t->breaches[i].text);
		if (t->breaches[i].from_ts) {
			buf_adds(h->out, " (after ");
			report_when(h->out, t->breaches[i].from_ts);
			buf_addc(h->out, ')');
		}
		buf_adds(h->out, "</li>\n");
	}
	buf_adds(h->out, "</ul>\n");
	html_more(h, t->breaches_all, t->nbreaches, "breaches");
}

static void trace(struct html *h, const struct report_trace *t)
{
	bool bad = t->verdict == VERDICT_FAILED || t->verdict == VERDICT_UNREADABLE;
	size_t i;

	buf_adds(h->out, "<h3>");
	html_text(h, t->path, HTML_TEXT);
	buf_addf(h->out, "</h3>\n<dl class=\"about\">\n<div><dt>Verification</dt><dd><span class=\"chip "
		 "%s\">%s</span> ", bad ? "bad" : t->verdict == VERDICT_INTACT ? "good" : "warn",
		 verdict_name(t->verdict));
	html_text(h, t->why, HTML_TEXT);
	buf_adds(h->out, "</dd></div>\n");
	fact(h, "SHA-256", str_of(t->sha256));
	fact(h, "Digest chain", str_of(t->chain));
	signers(h, t);
	fact(h, "Host", t->host);
	fact(h, "Kernel", t->kernel);
	buf_adds(h->out, "<div><dt>Holds</dt><dd>");
	html_num(h, t->events);
	buf_adds(h->out, " events, ");
	report_bytes(h->out, t->bytes);
	if (t->events) {
		buf_adds(h->out, ", ");
		report_when(h->out, t->first_ts);
		buf_adds(h->out, " to ");
		report_when(h->out, t->last_ts);
	}
	buf_adds(h->out, "</dd></div>\n</dl>\n");
	breaches(h, t);
	if (!t->nmeta)
		return;
	buf_adds(h->out, "<details><summary>What the recorder wrote about itself</summary>\n"
		 "<dl class=\"about\">\n");
	for (i = 0; i < t->nmeta; i++) {
		buf_adds(h->out, "<div><dt>");
		html_text(h, t->meta[i].key, 80);
		buf_adds(h->out, "</dt><dd><code>");
		html_text(h, t->meta[i].value, HTML_TEXT);
		buf_adds(h->out, "</code></dd></div>\n");
	}
	buf_adds(h->out, "</dl></details>\n");
}

void html_evidence(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	html_section(h, "evidence", "Evidence");
	for (i = 0; i < r->ntraces; i++)
		trace(h, &r->traces[i]);
	buf_adds(h->out, "<h3>Rules</h3>\n<dl class=\"about\">\n");
	for (i = 0; i < r->nrulefiles; i++) {
		buf_adds(h->out, "<div><dt>");
		html_text(h, r->rulefiles[i].name, HTML_TEXT);
		buf_addf(h->out, "</dt><dd>SHA-256 <code>%s</code></dd></div>\n", r->rulefiles[i].sha256);
	}
	buf_adds(h->out, "</dl>\n<h3>Made with</h3>\n<p>vestige " PACKAGE_VERSION "</p>\n<pre>");
	html_text(h, r->command, HTML_FULL);
	buf_adds(h->out, "</pre>\n</section>\n");
}
