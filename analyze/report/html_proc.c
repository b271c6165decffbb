/* SPDX-License-Identifier: Apache-2.0 */
/* Everything known of each process that raised alerts or was started by one. */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"
#include "analyze/rule/item.h"

#define ALERTS_SHOWN	20

static void pair(struct html *h, const char *label, struct str s)
{
	if (!s.len)
		return;
	buf_addf(h->out, "<div><dt>%s</dt><dd><code>", label);
	html_text(h, s, HTML_FULL);
	buf_adds(h->out, "</code></dd></div>\n");
}

/* "www-data (uid 33)" or "uid 33". */
static void user_name(struct html *h, struct str name, uint32_t uid)
{
	html_text(h, name, 120);
	if (uid != UINT32_MAX)
		buf_addf(h->out, name.len ? " (uid %u)" : "uid %u", uid);
}

static void user(struct html *h, const struct report_proc *p)
{
	if (!p->user.len && p->uid == UINT32_MAX)
		return;
	buf_adds(h->out, "<div><dt>User</dt><dd>");
	user_name(h, p->user, p->uid);
	if (p->loginuid != UINT32_MAX) {
		buf_adds(h->out, ", logged in as ");
		user_name(h, p->login, p->loginuid);
	}
	if (p->tty)
		buf_addf(h->out, ", terminal %u:%u", p->tty >> 8 & 0xfff, p->tty & 0xff);
	buf_adds(h->out, "</dd></div>\n");
}

static void life(struct html *h, const struct report_proc *p)
{
	buf_adds(h->out, "<div><dt>Life</dt><dd>");
	if (p->before)
		buf_adds(h->out, "since before the trace");
	else
		html_when(h, p->start_ts);
	buf_adds(h->out, " to ");
	if (!p->exited)
		buf_adds(h->out, "after its end");
	else
		html_when(h, p->end_ts);
	if (p->signal)
		buf_addf(h->out, ", ended by %s", p->signal);
	else if (p->exited)
		buf_addf(h->out, ", exit code %" PRId64, p->exit_code);
	if (p->exited && !p->before) {
		buf_adds(h->out, ", ran ");
		report_span(h->out, p->end_ts - p->start_ts);
	}
	buf_adds(h->out, "</dd></div>\n");
}

static void about(struct html *h, uint32_t i)
{
	const struct report *r = h->r;
	const struct report_proc *p = &r->procs[i];
	uint32_t up = p->parent;
	unsigned n;

	buf_adds(h->out, "<dl class=\"about\">\n");
	pair(h, "Command", p->cmdline);
	pair(h, "Program", p->exe);
	pair(h, "Directory", p->cwd);
	user(h, p);
	life(h, p);
	if (p->container != REPORT_NONE) {
		pair(h, "Container", r->containers[p->container].id);
		pair(h, "Image", r->containers[p->container].image);
		pair(h, "Pod", r->containers[p->container].pod);
	}
	if (up != REPORT_NONE) {
		buf_adds(h->out, "<div><dt>Started by</dt><dd>");
		for (n = 0; up != REPORT_NONE && n < 8; n++, up = r->procs[up].parent) {
			buf_adds(h->out, n ? " ← " : "");
			html_proc(h, up);
		}
		buf_adds(h->out, "</dd></div>\n");
	}
	buf_adds(h->out, "</dl>\n");
}

static void alerts(struct html *h, uint32_t i)
{
	const struct report *r = h->r;
	const struct report_proc *p = &r->procs[i];
	uint32_t a;
	unsigned n = 0;

	if (h->head[i] == REPORT_NONE)
		return;
	buf_adds(h->out, "<h3>Alerts</h3>\n<ul class=\"plain\">\n");
	for (a = h->head[i]; a != REPORT_NONE && n < ALERTS_SHOWN; a = h->next[a], n++) {
		buf_adds(h->out, "<li>");
		html_when(h, r->alerts[a].ts);
		buf_addc(h->out, ' ');
		html_chip(h, r->rules[r->alerts[a].rule].priority);
		buf_addf(h->out, " <a href=\"#r%u\">", r->alerts[a].rule);
		html_text(h, r->rules[r->alerts[a].rule].name, HTML_TEXT);
		buf_adds(h->out, "</a><br><span class=\"x\">");
		html_text(h, r->alerts[a].text, HTML_TEXT * 2);
		buf_adds(h->out, "</span></li>\n");
	}
	buf_adds(h->out, "</ul>\n");
	html_more(h, p->nalerts, n, "alerts of this process");
}

static void execs(struct html *h, const struct report_proc *p)
{
	const struct report *r = h->r;
	uint32_t i;

	if (p->first_exec == REPORT_NONE)
		return;
	buf_adds(h->out, "<h3>Executed</h3>\n<ul class=\"plain\">\n");
	for (i = p->first_exec; i != REPORT_NONE; i = r->execs[i].next) {
		buf_adds(h->out, "<li>");
		html_when(h, r->execs[i].ts);
		buf_adds(h->out, " <code>");
		html_text(h, r->execs[i].exe, HTML_TEXT);
		buf_adds(h->out, "</code> <code class=\"x\">");
		html_text(h, r->execs[i].cmdline, HTML_TEXT);
		buf_adds(h->out, "</code></li>\n");
	}
	buf_adds(h->out, "</ul>\n");
	html_more(h, p->nexecs, REPORT_EXECS_PER_PROC, "executions");
}

static void ops(struct html *h, const struct report_file *f)
{
	bool first = true;
	unsigned op;

	for (op = 0; op < FILEOP_COUNT; op++) {
		if (!(f->ops & 1u << op) || (op == FILEOP_OPEN && f->ops != 1u << op) ||
		    (op == FILEOP_OPEN_WRITE && f->ops & 1u << FILEOP_WRITE))
			continue;
		buf_addf(h->out, "%s%s", first ? "" : ", ",
			 op == FILEOP_MODE ? "mode changed" :
			 op == FILEOP_OPEN_WRITE ? fileop_word[op] : fileop_key[op]);
		first = false;
	}
}

static void file_row(struct html *h, const struct report_file *f)
{
	buf_adds(h->out, "<tr class=\"f\"><td class=\"t\">");
	html_when(h, f->first_ts);
	buf_adds(h->out, "</td><td>");
	ops(h, f);
	buf_adds(h->out, "</td><td class=\"x\"><code>");
	html_text(h, h->r->paths[f->path].name, HTML_TEXT);
	buf_adds(h->out, "</code>");
	if (f->path2 != REPORT_NONE) {
		buf_adds(h->out, " from <code>");
		html_text(h, h->r->paths[f->path2].name, HTML_TEXT);
		buf_adds(h->out, "</code>");
	}
	buf_adds(h->out, "</td><td class=\"n\">");
	if (f->read)
		report_bytes(h->out, f->read);
	buf_adds(h->out, "</td><td class=\"n\">");
	if (f->written)
		report_bytes(h->out, f->written);
	buf_adds(h->out, "</td></tr>\n");
}

static void file_table(struct html *h, const struct report_proc *p, bool changed)
{
	const struct report *r = h->r;
	uint64_t n = 0;
	uint32_t i;

	html_table(h, changed ? "Files changed or run" : "Files read, opened or refused", "",
		   "First|How|File|#Read|#Written");
	for (i = p->first_file; i != REPORT_NONE; i = r->files[i].next) {
		if (!!(r->files[i].ops & FILEOPS_CHANGE) != changed)
			continue;
		if (n++ < HTML_FILES)
			file_row(h, &r->files[i]);
	}
	html_table_end(h);
	html_more(h, n, HTML_FILES, "files");
}

static void files(struct html *h, const struct report_proc *p)
{
	const struct report *r = h->r;
	uint64_t changed = 0, quiet = 0;
	uint32_t i;

	for (i = p->first_file; i != REPORT_NONE; i = r->files[i].next)
		*(r->files[i].ops & FILEOPS_CHANGE ? &changed : &quiet) += 1;
	if (changed) {
		buf_adds(h->out, "<h3>Files changed or run</h3>\n");
		file_table(h, p, true);
	}
	if (quiet) {
		buf_adds(h->out, "<details><summary>Files read, opened or refused (");
		html_num(h, quiet);
		buf_adds(h->out, ")</summary>\n");
		file_table(h, p, false);
		buf_adds(h->out, "</details>\n");
	}
}

static void peers(struct html *h, const struct report_proc *p)
{
	const struct report *r = h->r;
	uint32_t i;
	unsigned n = 0;

	if (p->first_peer == REPORT_NONE)
		return;
	buf_adds(h->out, "<h3>Network</h3>\n<ul class=\"plain\">\n");
	for (i = p->first_peer; i != REPORT_NONE && n < HTML_FILES; i = r->peers[i].next, n++) {
		const struct report_peer *x = &r->peers[i];

		buf_adds(h->out, "<li>");
		html_when(h, x->first_ts);
		buf_addf(h->out, " %s <code>", x->inbound ? "from" : "to");
		html_text(h, x->remote, 60);
		buf_addf(h->out, "</code> %s port %u", x->proto, x->inbound ? x->lport : x->rport);
		if (report_peer_counted(r, x)) {
			buf_adds(h->out, ": sent ");
			report_bytes(h->out, x->sent);
			buf_adds(h->out, ", received ");
			report_bytes(h->out, x->received);
		}
		if (x->failed)
			buf_addf(h->out, " <span class=\"end bad\">%s</span>", report_peer_end(x));
		buf_adds(h->out, "</li>\n");
	}
	buf_adds(h->out, "</ul>\n");
	html_more(h, p->npeers, n, "peers");
}

static void detail(struct html *h, uint32_t i, bool open)
{
	const struct report_proc *p = &h->r->procs[i];
	struct buf name = BUF_INIT;

	report_proc_name(h->r, i, &name);
	buf_addf(h->out, "<details class=\"proc f\" id=\"p%u\"%s><summary><span class=\"pn%s\">", i,
		 open ? " open" : "", p->nalerts ? " hot" : "");
	html_text(h, buf_str(&name), 80);
	buf_adds(h->out, "</span> ");
	html_alert_count(h, p);
	buf_adds(h->out, "<code>");
	html_text(h, p->cmdline, 120);
	buf_adds(h->out, "</code></summary>\n");
	about(h, i);
	alerts(h, i);
	execs(h, p);
	files(h, p);
	peers(h, p);
	buf_adds(h->out, "</details>\n");
	buf_release(&name);
}

void html_details(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	html_section(h, "processes", "Processes in detail");
	if (!r->alerts_all)
		buf_adds(h->out, "<p class=\"hint\">No process raised an alert; these are the busiest: what "
			 "each read, wrote, ran and connected to.</p>\n");
	else
		buf_adds(h->out, "<p class=\"hint\">Processes with alerts first, then what they started, "
			 "then what led to them: what each read, wrote, ran and connected to.</p>\n");
	for (i = 0; i < r->nsus && i < HTML_DETAILS; i++)
		detail(h, r->sus[i], i == 0);
	html_more(h, r->nsus, HTML_DETAILS, "processes");
	buf_adds(h->out, "</section>\n");
}
