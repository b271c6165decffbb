/* SPDX-License-Identifier: Apache-2.0 */
/* Who started whom, alerts marked. */
#include "lib/base/compat.h"

#include "analyze/report/html_in.h"
#include "lib/base/map.h"

#define BESIDE_MAX	40	/* uneventful children with their commands */
#define GROUPS_MAX	8	/* kinds of uneventful children named */

struct tree {
	struct html *h;
	bool all;		/* no alerts: every process is of interest */
	uint64_t shown, hidden;
};

static bool of_interest(const struct tree *t, const struct report_proc *p)
{
	return t->all || p->role != ROLE_NONE;
}

static void ending(struct html *h, const struct report_proc *p)
{
	if (p->signal)
		buf_addf(h->out, " <span class=\"end bad\">%s</span>", p->signal);
	else if (p->exited)
		buf_addf(h->out, " <span class=\"end%s\">exit %" PRId64 "</span>",
			 p->exit_code ? " bad" : "", p->exit_code);
}

static void label(struct html *h, uint32_t i)
{
	const struct report_proc *p = &h->r->procs[i];

	buf_addf(h->out, "<span class=\"pn%s\">", p->nalerts ? " hot" : "");
	html_proc(h, i);
	buf_adds(h->out, "</span> ");
	html_alert_count(h, p);
	buf_adds(h->out, "<code>");
	html_text(h, p->cmdline, 160);
	buf_adds(h->out, "</code>");
	if (p->who.len) {
		buf_adds(h->out, " <span class=\"who\">");
		html_text(h, p->who, 40);
		buf_adds(h->out, "</span>");
	}
	if (p->container != REPORT_NONE) {
		buf_adds(h->out, " <span class=\"ctr\">");
		html_text(h, h->r->containers[p->container].id, 20);
		buf_adds(h->out, "</span>");
	}
	ending(h, p);
}

/* Children nothing was found about, next to some that raised alerts: what they ran. */
static bool beside(struct tree *t, uint32_t up)
{
	const struct report *r = t->h->r;
	size_t alerted = 0, quiet = 0;
	uint32_t i;

	for (i = r->procs[up].first_child; i != REPORT_NONE; i = r->procs[i].next_sibling) {
		alerted += r->procs[i].nalerts > 0;
		quiet += !of_interest(t, &r->procs[i]);
	}
	if (!alerted || quiet > BESIDE_MAX)
		return false;
	for (i = r->procs[up].first_child; i != REPORT_NONE; i = r->procs[i].next_sibling) {
		if (of_interest(t, &r->procs[i]))
			continue;
		buf_adds(t->h->out, "<li class=\"quiet f\">");
		html_proc(t->h, i);
		buf_adds(t->h->out, " <code>");
		html_text(t->h, r->procs[i].cmdline, 160);
		buf_adds(t->h->out, "</code>");
		ending(t->h, &r->procs[i]);
		buf_adds(t->h->out, "</li>\n");
	}
	return true;
}

/* Children nothing was found about: names with counts. */
static void uneventful(struct tree *t, uint32_t up)
{
	const struct report *r = t->h->r;
	struct smap seen = SMAP_INIT;
	struct smap_entry *e;
	size_t named = 0, left = 0;
	uint32_t i;

	for (i = r->procs[up].first_child; i != REPORT_NONE; i = r->procs[i].next_sibling) {
		if (of_interest(t, &r->procs[i]))
			continue;
		e = smap_find(&seen, r->procs[i].comm);
		if (!e)
			e = smap_put(&seen, r->procs[i].comm, NULL);
		e->value = (void *)((uintptr_t)e->value + 1);
	}
	if (seen.live || seen.n) {
		buf_adds(t->h->out, "<li class=\"quiet\">also started ");
		for (e = seen.entries; e < seen.entries + seen.n; e++) {
			if (named >= GROUPS_MAX) {
				left += (size_t)(uintptr_t)e->value;
				continue;
			}
			buf_adds(t->h->out, named++ ? ", " : "");
			html_text(t->h, e->key, 60);
			if ((uintptr_t)e->value > 1)
				buf_addf(t->h->out, " ×%zu", (size_t)(uintptr_t)e->value);
		}
		if (left)
			buf_addf(t->h->out, " and %zu more", left);
		buf_adds(t->h->out, "</li>\n");
	}
	smap_release(&seen);
}

static bool has_children(const struct tree *t, uint32_t i)
{
	(void)t;
	return t->h->r->procs[i].first_child != REPORT_NONE;
}

static void node(struct tree *t, uint32_t i, unsigned depth)
{
	const struct report *r = t->h->r;
	bool open = has_children(t, i) && depth < HTML_TREE_DEPTH;
	uint32_t k;

	if (t->shown >= HTML_TREE) {
		t->hidden++;
		return;
	}
	t->shown++;
	buf_adds(t->h->out, open ? "<li class=\"f\"><details open><summary>" : "<li class=\"f\">");
	label(t->h, i);
	if (open) {
		buf_adds(t->h->out, "</summary>\n<ul>\n");
		for (k = r->procs[i].first_child; k != REPORT_NONE; k = r->procs[k].next_sibling)
			if (of_interest(t, &r->procs[k]))
				node(t, k, depth + 1);
		if (!beside(t, i))
			uneventful(t, i);
		buf_adds(t->h->out, "</ul></details>");
	}
	buf_adds(t->h->out, "</li>\n");
}

void html_tree(struct html *h)
{
	const struct report *r = h->r;
	struct tree t = { .h = h, .all = !r->alerts_all };
	uint32_t i;

	html_section(h, "tree", "Process tree");
	if (!r->nprocs) {
		buf_adds(h->out, "<p>The trace shows no processes.</p>\n</section>\n");
		return;
	}
	buf_adds(h->out, t.all ? "" : "<p class=\"hint\">Processes with alerts, what led to them and what "
		 "they started; other children by name.</p>\n");
	buf_adds(h->out, "<ul class=\"tree\">\n");
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].parent == REPORT_NONE && of_interest(&t, &r->procs[i]))
			node(&t, i, 0);
	buf_adds(h->out, "</ul>\n");
	html_more(h, t.hidden, 0, "processes and all below them");
	buf_adds(h->out, "</section>\n");
}
