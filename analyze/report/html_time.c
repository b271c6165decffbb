/* SPDX-License-Identifier: Apache-2.0 */
/* Processes' lives and their alerts, drawn; and the alerts as a table. */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"
#include "analyze/rule/item.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define WIDTH	1080
#define LEFT	230
#define RIGHT	20
#define LANE	24
#define TOP	30
#define TICKS	6
#define ALIKE	4
#define GAP	10
#define CHAR	7	/* width of one in a command */
#define ROOM	150	/* a command shorter says nothing */

struct drawing {
	struct html *h;
	uint64_t from, to;
	uint32_t lane[HTML_LANES];
	unsigned n;
	size_t all;		/* that could be drawn */
};

/* Thousandths are enough for the eye and cheap in bytes: whole units here. */
static unsigned x_of(const struct drawing *d, uint64_t ts)
{
	if (ts <= d->from)
		return LEFT;
	if (ts >= d->to)
		return WIDTH - RIGHT;
	return LEFT + (unsigned)((double)(ts - d->from) / (double)(d->to - d->from) *
				 (WIDTH - LEFT - RIGHT));
}

static void range(struct drawing *d)
{
	const struct report *r = d->h->r;
	uint64_t pad;
	unsigned i;

	d->from = r->first_ts;
	d->to = r->last_ts > r->first_ts ? r->last_ts : r->first_ts + 1;
	if (!r->nalerts)
		return;
	d->from = r->alerts[0].ts;
	d->to = r->alerts[r->nalerts - 1].ts;
	for (i = 0; i < r->nalerts; i++) {
		d->from = r->alerts[i].ts < d->from ? r->alerts[i].ts : d->from;
		d->to = r->alerts[i].ts > d->to ? r->alerts[i].ts : d->to;
	}
	pad = (d->to - d->from) / 20 + 5000000;
	d->from = d->from - pad > r->first_ts ? d->from - pad : r->first_ts;
	d->to = d->to + pad < r->last_ts ? d->to + pad : r->last_ts;
	if (d->to <= d->from)
		d->to = d->from + 1;
}

static int by_start(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	const struct report_proc *x = &r->procs[*(const uint32_t *)a];
	const struct report_proc *y = &r->procs[*(const uint32_t *)b];
	uint64_t s = x->before ? 0 : x->start_ts, t = y->before ? 0 : y->start_ts;

	return (s > t) - (s < t);
}

static void axis(struct drawing *d, unsigned height)
{
	unsigned i, x;
	uint64_t ts;

	for (i = 0; i <= TICKS; i++) {
		ts = d->from + (d->to - d->from) / TICKS * i;
		x = LEFT + (WIDTH - LEFT - RIGHT) * i / TICKS;
		buf_addf(d->h->out, "<path class=\"grid\" d=\"M%u %u V%u\"/><text class=\"tick\" x=\"%u\" "
			 "y=\"16\" text-anchor=\"%s\">", x, TOP - 8, height, x,
			 i == TICKS ? "end" : "middle");
		report_clock(d->h->out, ts);
		buf_adds(d->h->out, "</text>\n");
	}
}

/* Of dots that fall on one place the most severe is drawn. */
static void dots(struct drawing *d, uint32_t proc, unsigned y)
{
	const struct report *r = d->h->r;
	unsigned best[WIDTH], x, p;
	uint32_t first[WIDTH], i, count[WIDTH];

	for (x = 0; x < WIDTH; x++)
		best[x] = PRI_COUNT;
	for (i = d->h->head[proc]; i != REPORT_NONE; i = d->h->next[i]) {
		x = x_of(d, r->alerts[i].ts) / 4 * 4;
		p = r->rules[r->alerts[i].rule].priority;
		count[x] = best[x] == PRI_COUNT ? 1 : count[x] + 1;
		if (p < best[x]) {
			best[x] = p;
			first[x] = i;
		}
	}
	for (x = 0; x < WIDTH; x++) {
		if (best[x] == PRI_COUNT)
			continue;
		buf_addf(d->h->out, "<circle class=\"dot s%u\" cx=\"%u\" cy=\"%u\" r=\"5.5\"><title>",
			 best[x], x, y);
		report_clock(d->h->out, r->alerts[first[x]].ts);
		buf_addc(d->h->out, ' ');
		html_text(d->h, r->rules[r->alerts[first[x]].rule].name, 120);
		if (count[x] > 1)
			buf_addf(d->h->out, " and %u more here", count[x] - 1);
		buf_adds(d->h->out, "</title></circle>\n");
	}
}

/* What it ran, where the bar leaves room. */
static void command(struct drawing *d, struct str cmd, unsigned x1, unsigned x2, unsigned y)
{
	unsigned right = WIDTH - RIGHT - x2, left = x1 - LEFT;
	bool after = right >= left;
	unsigned room = ((after ? right : left) - 2 * GAP) / CHAR;

	if ((after ? right : left) < ROOM || !cmd.len)
		return;
	buf_addf(d->h->out, "<text class=\"cmd\" x=\"%u\" y=\"%u\"%s>", after ? x2 + GAP : x1 - GAP, y + 4,
		 after ? "" : " text-anchor=\"end\"");
	html_text(d->h, cmd, room);
	buf_adds(d->h->out, "</text>\n");
}

static void lane(struct drawing *d, unsigned i)
{
	const struct report *r = d->h->r;
	const struct report_proc *p = &r->procs[d->lane[i]];
	unsigned y = TOP + i * LANE + LANE / 2;
	unsigned x1 = x_of(d, p->before ? 0 : p->start_ts);
	unsigned x2 = x_of(d, p->exited ? p->end_ts : UINT64_MAX);
	struct buf name = BUF_INIT;

	report_proc_name(r, d->lane[i], &name);
	buf_addf(d->h->out, "<a href=\"#p%u\"><text class=\"lane\" x=\"%u\" y=\"%u\" "
		 "text-anchor=\"end\">", d->lane[i], LEFT - 12, y + 4);
	html_text(d->h, buf_str(&name), 30);
	buf_addf(d->h->out, "</text><rect class=\"life%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"10\" "
		 "rx=\"3\"><title>", p->nalerts ? " hot" : "", x1, y - 5, x2 > x1 + 2 ? x2 - x1 : 3);
	html_text(d->h, p->cmdline, 200);
	buf_adds(d->h->out, "</title></rect></a>\n");
	command(d, p->cmdline, x1, x2 > x1 + 2 ? x2 : x1 + 3, y);
	dots(d, d->lane[i], y);
	buf_release(&name);
}

/* Lanes of one program are alike after a few: room for the others. */
static bool is_alike(const struct drawing *d, uint32_t proc)
{
	const struct report *r = d->h->r;
	unsigned i, n = 0;

	for (i = 0; i < d->n; i++)
		n += str_eq(r->procs[d->lane[i]].comm, r->procs[proc].comm);
	return n >= ALIKE;
}

static bool is_chosen(const struct drawing *d, uint32_t proc)
{
	unsigned i;

	for (i = 0; i < d->n && d->lane[i] != proc; i++)
		;
	return i < d->n;
}

/* Different programs first; the alike ones where room is left. */
static void choose(struct drawing *d)
{
	const struct report *r = d->h->r;
	size_t i;
	int alike;

	for (d->all = 0; d->all < r->nsus; d->all++)
		if (r->nalerts && r->procs[r->sus[d->all]].role < ROLE_BELOW)
			break;
	for (alike = 0; alike < 2; alike++)
		for (i = 0; i < d->all && i < HTML_DETAILS && d->n < HTML_LANES; i++)
			if (!is_chosen(d, r->sus[i]) && (alike || !is_alike(d, r->sus[i])))
				d->lane[d->n++] = r->sus[i];
}

static void draw(struct html *h)
{
	struct drawing d = { .h = h };
	unsigned height, i;

	range(&d);
	choose(&d);
	sort_stable(d.lane, d.n, sizeof(d.lane[0]), by_start, (void *)h->r);
	height = TOP + d.n * LANE + 6;
	buf_addf(h->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline\">"
		 "<svg class=\"time\" viewBox=\"0 0 %u %u\" role=\"group\" "
		 "aria-labelledby=\"tl-t tl-d\"><title id=\"tl-t\">Timeline</title>"
		 "<desc id=\"tl-d\">A bar for the life of each process, a dot for each alert. The "
		 "table of alerts below says the same in words.</desc>\n", WIDTH, height);
	axis(&d, height);
	for (i = 0; i < d.n; i++)
		lane(&d, i);
	buf_adds(h->out, "</svg></div>\n");
	html_more(h, d.all, d.n, "processes");
}

void html_timeline(struct html *h)
{
	html_section(h, "timeline", "Timeline");
	if (!h->r->nsus) {
		buf_adds(h->out, "<p>No processes: nothing to draw.</p>\n");
	} else {
		buf_adds(h->out, h->r->nalerts ? "<p class=\"hint\">Bars are lives of processes that raised "
			 "alerts and of what they started; dots are alerts.</p>\n" :
			 "<p class=\"hint\">No alerts: bars are lives of the busiest processes. "
			 "<a href=\"#activity\">What every process did</a>.</p>\n");
		draw(h);
	}
	buf_adds(h->out, "</section>\n");
}

/* --- the table --- */

static void filters(struct html *h)
{
	unsigned p;

	buf_adds(h->out, "<fieldset id=\"pri\" hidden><legend>Show</legend>\n");
	for (p = 0; p < PRI_COUNT; p++)
		if (h->r->by_priority[p])
			buf_addf(h->out, "<label><input type=\"checkbox\" value=\"%u\" checked> %s "
				 "<small>%" PRIu64 "</small></label>\n", p, priority_names[p],
				 h->r->by_priority[p]);
	buf_adds(h->out, "</fieldset>\n");
}

/* The sentence of a rule's output; what follows its first bar is smaller. */
static void what(struct html *h, struct str text)
{
	ssize_t bar = str_find(text, STR(" | "));

	if (bar < 0 || bar > HTML_TEXT / 2) {
		html_text(h, text, HTML_TEXT);
		return;
	}
	html_text(h, str_sub(text, 0, (size_t)bar), HTML_TEXT);
	buf_adds(h->out, " <span class=\"kv\">");
	html_text(h, str_sub(text, (size_t)bar + 3, text.len), HTML_TEXT);
	buf_adds(h->out, "</span>");
}

/* The badge of an alert whose history has a gap: whose, how much, when. */
static void behind(struct html *h, const struct behind *b)
{
	buf_addf(h->out, " <span class=\"chip warn\">%s behind a gap</span> <small>",
		 behind_whose_name(b->whose));
	behind_text(b, h->out);
	if (b->from_ts) {
		buf_adds(h->out, " from ");
		report_clock(h->out, b->from_ts);
	}
	if (b->to_ts) {
		buf_adds(h->out, " to ");
		report_clock(h->out, b->to_ts);
	}
	buf_adds(h->out, "</small>");
}

static void row(struct html *h, const struct report_run *run)
{
	const struct report *r = h->r;
	const struct report_alert *a = &r->alerts[run->first];

	buf_addf(h->out, "<tr class=\"f\" data-p=\"%u\"><td class=\"t\">", r->rules[a->rule].priority);
	html_when(h, a->ts);
	buf_adds(h->out, "</td><td>");
	html_chip(h, r->rules[a->rule].priority);
	buf_addf(h->out, "</td><td><a href=\"#r%u\">", a->rule);
	html_text(h, r->rules[a->rule].name, HTML_TEXT);
	buf_adds(h->out, "</a></td><td>");
	html_proc(h, a->proc);
	buf_adds(h->out, "</td><td class=\"x\">");
	what(h, a->text);
	if (a->behind.whose != BEHIND_NOTHING)
		behind(h, &a->behind);
	else if (a->lost_before || a->lost_unknown)
		buf_adds(h->out, " <span class=\"chip warn\">after loss</span>");
	buf_adds(h->out, "</td><td class=\"n\">");
	if (run->count > 1) {
		buf_adds(h->out, "×");
		html_num(h, run->count);
		buf_adds(h->out, "<br><small>to ");
		report_clock(h->out, run->last_ts);
		buf_adds(h->out, "</small>");
	}
	buf_adds(h->out, "</td></tr>\n");
}

void html_alerts(struct html *h)
{
	size_t n, i;
	struct report_run *v = report_runs(h->r, &n);

	html_section(h, "alerts", "Alerts");
	if (!n) {
		buf_addf(h->out, "<p>%s</p>\n</section>\n", report_no_alert(h->r));
		free(v);
		return;
	}
	filters(h);
	html_table(h, "Alerts", "alerts", "UTC|Priority|Rule|Process|What|#Count");
	for (i = 0; i < n && i < HTML_RUNS; i++)
		row(h, &v[i]);
	html_table_end(h);
	html_more(h, n, HTML_RUNS, "rows");
	html_more(h, h->r->rest.alerts, 0, "alerts, beyond what a report keeps,");
	buf_adds(h->out, "</section>\n");
	free(v);
}
