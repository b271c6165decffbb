/* SPDX-License-Identifier: Apache-2.0 */
/* Network, containers, tactics, rules. */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"
#include "analyze/rule/item.h"

static void moved(struct html *h, const struct report_peer *p, uint64_t n)
{
	buf_adds(h->out, "<td class=\"n\">");
	html_bytes(h, report_peer_counted(h->r, p), n);
	buf_adds(h->out, "</td>");
}

static void peer_row(struct html *h, const struct report_peer *p)
{
	buf_addf(h->out, "<tr class=\"f%s\"><td class=\"t\">",
		 h->r->procs[p->proc].role >= ROLE_BELOW ? " hot" : "");
	html_when(h, p->first_ts);
	buf_adds(h->out, "</td><td>");
	html_proc(h, p->proc);
	buf_addf(h->out, "</td><td>%s</td><td><code>", p->inbound ? "← in" : "→ out");
	html_text(h, p->remote, 60);
	buf_addf(h->out, "</code></td><td>%s %u</td><td class=\"n\">", p->proto,
		 p->inbound ? p->lport : p->rport);
	html_num(h, p->conns);
	buf_addf(h->out, "%s%s", p->failed ? " " : "", report_peer_end(p));
	buf_adds(h->out, "</td>");
	moved(h, p, p->sent);
	moved(h, p, p->received);
	buf_adds(h->out, "</tr>\n");
}

static void listening(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	if (!r->nlistens)
		return;
	buf_adds(h->out, "<h3>Listening ports</h3>\n");
	html_table(h, "Listening ports", "", "Since|Process|Address|Port");
	for (i = 0; i < r->nlistens && i < HTML_ROWS; i++) {
		const struct report_listen *l = &r->listens[i];

		buf_adds(h->out, "<tr class=\"f\"><td class=\"t\">");
		if (l->ts)
			html_when(h, l->ts);
		else
			buf_adds(h->out, "before the trace");
		buf_adds(h->out, "</td><td>");
		html_proc(h, l->proc);
		buf_adds(h->out, "</td><td><code>");
		html_text(h, l->addr, 60);
		buf_addf(h->out, "</code></td><td>%s ", l->proto);
		report_listen_port(l, h->out);
		buf_adds(h->out, "</td></tr>\n");
	}
	html_table_end(h);
	html_more(h, r->nlistens, HTML_ROWS, "ports");
}

void html_network(struct html *h)
{
	const struct report *r = h->r;
	size_t i, n = 0;
	int pass;

	html_section(h, "network", "Network");
	if (!r->npeers)
		buf_adds(h->out, "<p>No process talked to the network.</p>\n");
	else
		html_table(h, "Network peers", "", "First|Process|Direction|Peer|Port|#Connections|#Sent|#Received");
	for (pass = 0; pass < 2; pass++)	/* those of interest first */
		for (i = 0; i < r->npeers; i++)
			if ((r->procs[r->peers[i].proc].role >= ROLE_BELOW) == !pass &&
			    n++ < HTML_ROWS)
				peer_row(h, &r->peers[i]);
	if (r->npeers)
		html_table_end(h);
	html_more(h, r->npeers, HTML_ROWS, "peers");
	listening(h);
	buf_adds(h->out, "</section>\n");
}

/* What the recording does not tell. */
static void or_dash(struct html *h, struct str s)
{
	if (s.len)
		html_text(h, s, HTML_TEXT);
	else
		buf_adds(h->out, "–");
}

void html_containers(struct html *h)
{
	const struct report *r = h->r;
	size_t i;

	if (!r->ncontainers)
		return;
	html_section(h, "containers", "Containers and pods");
	html_table(h, "Containers and pods", "", "Container|Name|Image|Pod|#Processes|#Alerts");
	for (i = 0; i < r->ncontainers && i < HTML_ROWS; i++) {
		const struct report_container *k = &r->containers[i];

		buf_adds(h->out, "<tr class=\"f\"><td><code>");
		html_text(h, k->id, 80);
		buf_adds(h->out, k->privileged ? "</code> <span class=\"chip warn\">privileged</span></td><td>"
					       : "</code></td><td>");
		or_dash(h, k->name);
		buf_adds(h->out, "</td><td>");
		or_dash(h, k->image);
		buf_adds(h->out, "</td><td>");
		html_text(h, k->ns, 120);
		buf_adds(h->out, k->ns.len ? "/" : "");
		or_dash(h, k->pod);
		buf_adds(h->out, "</td><td class=\"n\">");
		html_num(h, k->procs);
		buf_adds(h->out, "</td><td class=\"n\">");
		html_num(h, k->alerts);
		buf_adds(h->out, "</td></tr>\n");
	}
	html_table_end(h);
	html_more(h, r->ncontainers, HTML_ROWS, "containers");
	buf_adds(h->out, "</section>\n");
}

/* --- ATT&CK --- */

static bool in_tactic(const struct report_rule *x, int tactic)
{
	bool any = false;
	size_t i;
	int t;

	for (i = 0; i < x->ntags; i++) {
		t = tactic_of_tag(x->tags[i]);
		if (t >= 0 && t == tactic)
			return true;
		any |= t >= 0;
	}
	return tactic < 0 && !any;
}

static void cell(struct html *h, const struct report_rule *x, size_t i)
{
	size_t k;

	buf_addf(h->out, "<li><a class=\"s%u\" href=\"#r%zu\">", x->priority, i);
	for (k = 0; k < x->ntags; k++)
		if (tag_is_technique(x->tags[k])) {
			buf_adds(h->out, "<b>");
			html_text(h, x->tags[k], 12);
			buf_adds(h->out, "</b> ");
		}
	html_text(h, x->name, 80);
	buf_adds(h->out, " <small>×");
	html_num(h, x->matches);
	buf_adds(h->out, "</small></a></li>");
}

static void column(struct html *h, int tactic, const char *name)
{
	const struct report *r = h->r;
	size_t i, n = 0;

	for (i = 0; i < r->nrules; i++)
		n += in_tactic(&r->rules[i], tactic);
	if (tactic < 0 && !n)
		return;
	buf_addf(h->out, "<li class=\"%s\"><h3>%s</h3>", n ? "hit" : "none", name);
	if (n) {
		buf_adds(h->out, "<ul>");
		for (i = 0; i < r->nrules; i++)
			if (in_tactic(&r->rules[i], tactic))
				cell(h, &r->rules[i], i);
		buf_adds(h->out, "</ul>");
	} else {
		buf_adds(h->out, "<p>–</p>");
	}
	buf_adds(h->out, "</li>\n");
}

void html_attack(struct html *h)
{
	unsigned i;

	html_section(h, "attack", "ATT&amp;CK tactics");
	if (!h->r->nrules) {
		buf_adds(h->out, "<p>No rule fired, so no tactic can be named.</p>\n</section>\n");
		return;
	}
	buf_adds(h->out, "<p class=\"hint\">From the tags of the rules that fired.</p>\n"
		 "<ol class=\"matrix\">\n");
	for (i = 0; i < TACTIC_COUNT; i++)
		column(h, (int)i, tactics[i].name);
	column(h, -1, "No tactic named");
	buf_adds(h->out, "</ol>\n</section>\n");
}

/* --- rules --- */

static void rule(struct html *h, const struct report_rule *x, size_t i)
{
	const struct report *r = h->r;
	size_t k;

	buf_addf(h->out, "<details class=\"rule f\" id=\"r%zu\"><summary>", i);
	html_chip(h, x->priority);
	buf_addc(h->out, ' ');
	html_text(h, x->name, HTML_TEXT);
	buf_adds(h->out, " <small>×");
	html_num(h, x->matches);
	buf_adds(h->out, "</small></summary>\n<p>");
	html_text(h, x->desc, HTML_FULL);
	buf_adds(h->out, "</p>\n<p class=\"tags\">");
	for (k = 0; k < x->ntags; k++) {
		buf_adds(h->out, "<span class=\"tag\">");
		html_text(h, x->tags[k], 60);
		buf_adds(h->out, "</span> ");
	}
	buf_adds(h->out, "</p>\n<h3>Condition, macros put in</h3>\n<pre>");
	html_text(h, x->condition, HTML_FULL);
	buf_adds(h->out, "</pre>\n<p><small>");
	html_text(h, x->file, HTML_TEXT);
	buf_addf(h->out, ":%u · first ", x->line);
	html_when(h, x->first_ts);
	buf_adds(h->out, " · last ");
	html_when(h, x->last_ts);
	buf_adds(h->out, "</small></p>\n<h3>First events</h3>\n<ul class=\"plain\">\n");
	for (k = 0; k < x->nfirst; k++) {
		const struct report_alert *a = &r->alerts[x->first[k]];

		buf_adds(h->out, "<li>");
		html_when(h, a->ts);
		buf_addf(h->out, " event %" PRIu64 " ", a->num);
		html_proc(h, a->proc);
		buf_adds(h->out, "<br><span class=\"x\">");
		html_text(h, a->text, HTML_TEXT);
		buf_adds(h->out, "</span></li>\n");
	}
	buf_adds(h->out, "</ul>\n</details>\n");
}

void html_rules(struct html *h)
{
	size_t i;

	html_section(h, "rules", "Rules that fired");
	buf_addf(h->out, "<p class=\"hint\">%zu of %zu rules in use fired; alerts of an event: %s "
		 "matching rule%s.</p>\n", h->r->nrules, h->r->rules_on,
		 h->r->matching[0] == 'a' ? "every" : "the first", h->r->matching[0] == 'a' ? "" : " only");
	for (i = 0; i < h->r->nrules && i < HTML_ROWS; i++)
		rule(h, &h->r->rules[i], i);
	html_more(h, h->r->nrules, HTML_ROWS, "rules");
	buf_adds(h->out, "</section>\n");
}
