/* SPDX-License-Identifier: Apache-2.0 */
/* Markdown, for a ticket. */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "analyze/report/report.h"
#include "analyze/rule/item.h"

#define ROWS	50	/* of a table, the rest is counted */
#define CELL	300	/* bytes */

static void text(struct buf *out, struct str s)
{
	bool cut;

	esc_md(out, esc_cut(s, CELL, &cut));
	if (cut)
		buf_adds(out, "…");
}

static void name(const struct report *r, uint32_t proc, struct buf *out)
{
	struct buf b = BUF_INIT;

	report_proc_name(r, proc, &b);
	text(out, buf_str(&b));
	buf_release(&b);
}

static void more(size_t n, struct buf *out)
{
	if (n > ROWS)
		buf_addf(out, "\n_%zu more rows are left out here; the HTML and JSON reports have "
			 "them._\n", n - ROWS);
}

static void story(const struct report *r, struct buf *out)
{
	struct arena a = ARENA_INIT;
	size_t n, i;
	struct report_fact *v = report_facts(r, &a, &n);
	struct buf lead = BUF_INIT;

	report_headline_text(r, &lead);
	if (lead.len) {
		esc_md(out, buf_str(&lead));
		buf_adds(out, "\n\n");
	}
	buf_release(&lead);
	for (i = 0; i < n; i++) {
		buf_addf(out, "- **%s%s:** ", v[i].kind == FACT_BAD ? "⚠ " : "", v[i].label);
		esc_md(out, v[i].text);
		buf_addc(out, '\n');
	}
	free(v);
	arena_release(&a);
}

/* An alert whose history has a gap: whose, how much, when. */
static void behind(const struct behind *b, struct buf *out)
{
	if (b->whose == BEHIND_NOTHING)
		return;
	buf_addf(out, " **%s behind a gap** (", behind_whose_name(b->whose));
	behind_text(b, out);
	if (b->from_ts) {
		buf_adds(out, " from ");
		report_clock(out, b->from_ts);
	}
	if (b->to_ts) {
		buf_adds(out, " to ");
		report_clock(out, b->to_ts);
	}
	buf_addc(out, ')');
}

static void alerts(const struct report *r, struct buf *out)
{
	size_t n, i;
	struct report_run *v = report_runs(r, &n);

	buf_adds(out, "\n## Alerts\n\n");
	if (!n)
		buf_addf(out, "%s\n", report_no_alert(r));
	else
		buf_adds(out, "| UTC | Priority | Rule | Process | What | Count |\n"
			      "|---|---|---|---|---|--:|\n");
	for (i = 0; i < n && i < ROWS; i++) {
		const struct report_alert *x = &r->alerts[v[i].first];

		buf_adds(out, "| ");
		report_when(out, x->ts);
		buf_addf(out, " | %s | ", priority_names[r->rules[x->rule].priority]);
		text(out, r->rules[x->rule].name);
		buf_adds(out, " | ");
		name(r, x->proc, out);
		buf_adds(out, " | ");
		text(out, x->text);
		behind(&x->behind, out);
		buf_addf(out, " | %" PRIu64 " |\n", v[i].count);
	}
	more(n, out);
	free(v);
}

static void rules(const struct report *r, struct buf *out)
{
	size_t i, k;

	if (!r->nrules)
		return;
	buf_adds(out, "\n## Rules that fired\n\n| Priority | Rule | Alerts | Tags |\n"
		      "|---|---|--:|---|\n");
	for (i = 0; i < r->nrules && i < ROWS; i++) {
		buf_addf(out, "| %s | ", priority_names[r->rules[i].priority]);
		text(out, r->rules[i].name);
		buf_addf(out, " | %" PRIu64 " | ", r->rules[i].matches);
		for (k = 0; k < r->rules[i].ntags; k++) {
			buf_adds(out, k ? ", " : "");
			text(out, r->rules[i].tags[k]);
		}
		buf_adds(out, " |\n");
	}
	more(r->nrules, out);
}

static void suspects(const struct report *r, struct buf *out)
{
	size_t i;

	if (!r->nsus || !r->alerts_all)
		return;
	buf_adds(out, "\n## Processes with alerts, what they started, what led to them\n\n"
		      "| Process | Command line | User | Alerts | Ended |\n|---|---|---|--:|---|\n");
	for (i = 0; i < r->nsus && i < ROWS; i++) {
		const struct report_proc *p = &r->procs[r->sus[i]];

		buf_adds(out, "| ");
		name(r, r->sus[i], out);
		buf_adds(out, " | ");
		text(out, p->cmdline);
		buf_adds(out, " | ");
		text(out, p->who);
		buf_addf(out, " | %" PRIu64 " | ", p->nalerts);
		if (p->signal)
			buf_adds(out, p->signal);
		else if (p->exited)
			buf_addf(out, "exit %" PRId64, p->exit_code);
		buf_adds(out, " |\n");
	}
	more(r->nsus, out);
}

/* A dash where the trace cannot tell. */
static void moved(const struct report *r, const struct report_peer *p, uint64_t n,
		  struct buf *out)
{
	if (report_peer_counted(r, p))
		report_bytes(out, n);
	else
		buf_adds(out, "–");
}

static void peers(const struct report *r, struct buf *out)
{
	size_t i;

	if (!r->npeers)
		return;
	buf_adds(out, "\n## Network\n\n| Process | Direction | Peer | Port | Connections | Sent | "
		      "Received |\n|---|---|---|--:|--:|--:|--:|\n");
	for (i = 0; i < r->npeers && i < ROWS; i++) {
		const struct report_peer *p = &r->peers[i];

		buf_adds(out, "| ");
		name(r, p->proc, out);
		buf_addf(out, " | %s | ", p->inbound ? "in" : "out");
		text(out, p->remote);
		buf_addf(out, " | %s %u | %" PRIu64 "%s%s | ", p->proto,
			 p->inbound ? p->lport : p->rport, p->conns, p->failed ? " " : "",
			 report_peer_end(p));
		moved(r, p, p->sent, out);
		buf_adds(out, " | ");
		moved(r, p, p->received, out);
		buf_adds(out, " |\n");
	}
	more(r->npeers, out);
}

static void listening(const struct report *r, struct buf *out)
{
	size_t i;

	if (!r->nlistens)
		return;
	buf_adds(out, "\n## Listening\n\n| Process | Address | Port | Since |\n|---|---|--:|---|\n");
	for (i = 0; i < r->nlistens && i < ROWS; i++) {
		const struct report_listen *l = &r->listens[i];

		buf_adds(out, "| ");
		name(r, l->proc, out);
		buf_adds(out, " | ");
		text(out, l->addr);
		buf_addf(out, " | %s ", l->proto);
		report_listen_port(l, out);
		buf_adds(out, " | ");
		if (l->ts)
			report_when(out, l->ts);
		else
			buf_adds(out, "before the trace");
		buf_adds(out, " |\n");
	}
	more(r->nlistens, out);
}

/* Where no rule fired: who did most, and programs that were made and run. */
static void activity(const struct report *r, struct buf *out)
{
	uint32_t *order = report_busiest(r), i;

	buf_adds(out, "\n## Busiest processes\n\n| Process | Command line | User | Events | Files |\n"
		      "|---|---|---|--:|--:|\n");
	for (i = 0; i < r->nprocs && i < ROWS; i++) {
		const struct report_proc *p = &r->procs[order[i]];

		buf_adds(out, "| ");
		name(r, order[i], out);
		buf_adds(out, " | ");
		text(out, p->cmdline);
		buf_adds(out, " | ");
		text(out, p->who);
		buf_addf(out, " | %" PRIu64 " | %u |\n", p->events, p->nfiles);
	}
	more(r->nprocs, out);
	free(order);
}

static void missed(const struct report *r, struct buf *out)
{
	size_t i;

	buf_adds(out, "\n## What we may have missed\n\n");
	for (i = 0; i < r->ntraces; i++) {
		const struct report_trace *t = &r->traces[i];

		buf_adds(out, "- ");
		text(out, t->path);
		buf_addf(out, ": %" PRIu64 "%s event%s lost in %" PRIu64 " place%s, %" PRIu64
			 " truncated, %" PRIu64 " late; %" PRIu64 " thread%s seen without %s beginning%s%s.\n",
			 t->lost, t->lost_unknown ? " or more" : "",
			 t->lost_unknown ? "s" : str_count(t->lost, "", "s"), t->lost_blocks,
			 str_count(t->lost_blocks, "", "s"), t->truncated, t->late,
			 t->placeholders, str_count(t->placeholders, "", "s"),
			 str_count(t->placeholders, "its", "their"), t->snapshot_procs ? "" : "; no process table",
			 t->plain_io ? "" : "; no read or write calls");
		if (t->gap_before)
			buf_adds(out, "  It continues a segment that is not the file before it: what "
				 "lies between is missing.\n");
		if (t->dropped_threads || t->dropped_fds || t->dropped_entries || t->cut_texts)
			buf_addf(out, "  Beyond the limits of the state machine: %" PRIu64 " threads, %"
				 PRIu64 " descriptors, %" PRIu64 " users, groups, containers, labels "
				 "or mounts, and the ends of %" PRIu64 " texts.\n", t->dropped_threads,
				 t->dropped_fds, t->dropped_entries, t->cut_texts);
		if (t->left_out)
			buf_addf(out, "  Data was left out of %" PRIu64 " %s to keep room for "
				 "events.\n", t->left_out,
				 str_count(t->left_out, "event", "events"));
	}
}

/* The keys of a trace, with how much each signed where it is not all. */
static void signers(const struct report_trace *t, struct buf *out)
{
	uint64_t others = t->is_signed;
	size_t i;

	for (i = 0; i < t->nsigners; others -= t->signers[i++].segments) {
		buf_adds(out, "- ");
		text(out, t->path);
		buf_addf(out, ": signed by %s", t->signers[i].key);
		if (t->signers[i].segments != t->segments)
			buf_addf(out, " (%" PRIu64 " of %" PRIu64 " segments)",
				 t->signers[i].segments, t->segments);
		buf_addc(out, '\n');
	}
	if (others) {
		buf_adds(out, "- ");
		text(out, t->path);
		buf_addf(out, ": %" PRIu64 " of %" PRIu64 " segments signed by other keys\n", others,
			 t->segments);
	}
}

static void evidence(const struct report *r, struct buf *out)
{
	size_t i;

	buf_adds(out, "\n## Evidence\n\n| File | SHA-256 | Verification | Events | Lost |\n"
		      "|---|---|---|--:|--:|\n");
	for (i = 0; i < r->ntraces; i++) {
		const struct report_trace *t = &r->traces[i];

		buf_adds(out, "| ");
		text(out, t->path);
		buf_addf(out, " | %s | %s | %" PRIu64 " | %" PRIu64 "%s |\n", t->sha256,
			 verdict_name(t->verdict), t->events, t->lost, t->lost_unknown ? "+" : "");
	}
	for (i = 0; i < r->nrulefiles; i++) {
		buf_adds(out, "| ");
		text(out, r->rulefiles[i].name);
		buf_addf(out, " | %s | rules |  |  |\n", r->rulefiles[i].sha256);
	}
	for (i = 0; i < r->ntraces && !r->traces[i].is_signed; i++)
		;
	if (i < r->ntraces)
		buf_addc(out, '\n');
	for (; i < r->ntraces; i++)
		signers(&r->traces[i], out);
	buf_adds(out, "\nMade by vestige " PACKAGE_VERSION " with: ");
	esc_md(out, r->command);
	buf_addc(out, '\n');
}

void report_md(const struct report *r, struct buf *out)
{
	buf_adds(out, "# ");
	esc_md(out, str_of(r->title ? r->title : "Incident report"));
	buf_adds(out, "\n\n");
	story(r, out);
	alerts(r, out);
	rules(r, out);
	suspects(r, out);
	peers(r, out);
	listening(r, out);
	if (!r->alerts_all)
		activity(r, out);
	missed(r, out);
	evidence(r, out);
}
