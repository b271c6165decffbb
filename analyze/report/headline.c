/* SPDX-License-Identifier: Apache-2.0 */
/* The whole report in a few sentences, for who reads no further. */
#include "lib/base/compat.h"

#include "analyze/report/facts_in.h"
#include "lib/base/xalloc.h"

#define PROGRAMS	10	/* named */
#define RECEIVERS	2	/* sentences */

/* The process below which every alert happened; NONE: there is none. */
static uint32_t origin(const struct report *r)
{
	uint32_t *below = xcalloc(r->nprocs + 1, sizeof(*below)), i, all = 0, at = REPORT_NONE;

	for (i = (uint32_t)r->nprocs; i-- > 0;) {	/* children before their parents */
		below[i] += r->procs[i].nalerts > 0;
		if (r->procs[i].parent != REPORT_NONE)
			below[r->procs[i].parent] += below[i];
		all += r->procs[i].nalerts > 0;
		at = r->procs[i].nalerts ? i : at;
	}
	while (at != REPORT_NONE && below[at] < all)
		at = r->procs[at].parent;
	free(below);
	return at;
}

static void where(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	buf_adds(&s->b, " on ");
	for (i = 0; i < r->ntraces; i++)
		story_item(s, r->traces[i].host.len ? r->traces[i].host : r->traces[i].path);
	story_items_end(s);
	buf_setlen(&s->b, s->b.len - 1);
	for (i = 0; i < r->ncontainers; i++)
		if (r->containers[i].alerts && s->items++ == 0) {
			const struct report_container *k = &r->containers[i];

			buf_adds(&s->b, ", in container ");
			story_text(s, k->name.len ? k->name : k->id);
			if (k->pod.len) {
				buf_adds(&s->b, " of pod ");
				story_text(s, k->pod);
			}
		}
	if (s->items > 1)
		buf_addf(&s->b, " and %zu more", s->items - 1);
	s->items = 0;
}

/* Alerts, where, when, and whence. */
static void alerts(struct story *s)
{
	const struct report *r = s->r;
	uint64_t first = r->alerts[0].ts, last = first;
	uint32_t from = origin(r);
	size_t i;

	for (i = 1; i < r->nalerts; i++) {
		first = r->alerts[i].ts < first ? r->alerts[i].ts : first;
		last = r->alerts[i].ts > last ? r->alerts[i].ts : last;
	}
	report_num(&s->b, r->alerts_all);
	buf_adds(&s->b, r->alerts_all == 1 ? " alert" : " alerts");
	where(s);
	buf_adds(&s->b, r->alerts_all == 1 ? " at " : ", from ");
	report_when(&s->b, first);
	if (r->alerts_all > 1) {
		buf_adds(&s->b, " UTC, within ");
		report_span(&s->b, last - first);
	} else {
		buf_adds(&s->b, " UTC");
	}
	if (from != REPORT_NONE && r->procs[from].parent != REPORT_NONE) {
		buf_adds(&s->b, r->procs[from].nalerts ? ", by " : ", all below ");
		report_proc_name(r, from, &s->b);
	}
	buf_addc(&s->b, '.');
}

static void served(struct story *s)
{
	const struct report *r = s->r;
	uint32_t first = REPORT_NONE;
	size_t i;

	for (i = 0; i < r->npeers; i++) {
		const struct report_peer *p = &r->peers[i];

		if (!p->inbound || r->procs[p->proc].role == ROLE_NONE ||
		    (first != REPORT_NONE && r->peers[first].proc != p->proc))
			continue;
		if (first == REPORT_NONE) {
			first = (uint32_t)i;
			buf_addc(&s->b, ' ');
			report_proc_name(r, p->proc, &s->b);
			buf_adds(&s->b, " served ");
		}
		story_item(s, p->remote);
	}
	if (!story_items_end(s))
		return;
	buf_setlen(&s->b, s->b.len - 1);
	buf_addf(&s->b, " on %s port %u.", r->peers[first].proto, r->peers[first].lport);
}

/* Users and programs of the processes with alerts and what they started. */
static void ran(struct story *s)
{
	const struct report *r = s->r;
	size_t i, at = s->b.len;

	buf_adds(&s->b, " Ran");
	for (i = 0; i < r->nsus; i++)
		if (r->procs[r->sus[i]].nalerts && r->procs[r->sus[i]].user.len) {
			buf_adds(&s->b, s->items ? "" : " as ");
			story_item(s, r->procs[r->sus[i]].user);
		}
	if (story_items_end(s))
		buf_setlen(&s->b, s->b.len - 1);
	buf_adds(&s->b, ": ");
	s->named = PROGRAMS;
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].role >= ROLE_BELOW && r->procs[i].comm.len)
			story_item(s, r->procs[i].comm);
	if (!story_items_end(s))
		buf_setlen(&s->b, at);
}

static void named(struct story *s)
{
	const struct report *r = s->r;
	size_t i, at = s->b.len;

	buf_adds(&s->b, " The alerts name ");
	for (i = 0; i < r->nalerts; i++)
		if (str_starts(r->alerts[i].object, STR("/")) &&
		    story_on_object(r, &r->alerts[i]))
			story_item(s, r->alerts[i].object);
	if (!story_items_end(s))
		buf_setlen(&s->b, at);
}

static void made(struct story *s)
{
	const struct report *r = s->r;
	size_t i, at = s->b.len;

	buf_adds(&s->b, " Made here and run: ");
	for (i = 0; i < r->nnewexecs; i++)
		story_item(s, r->paths[r->newexecs[i].path].name);
	if (!story_items_end(s))
		buf_setlen(&s->b, at);
}

/* Of the outbound connections by processes of at least this role, the one
 * that sent most and is not done yet. */
static const struct report_peer *largest(const struct report *r, enum report_role role,
					 const struct report_peer *const *done, unsigned ndone)
{
	const struct report_peer *best = NULL;
	unsigned k;
	size_t i;

	for (i = 0; i < r->npeers; i++) {
		const struct report_peer *p = &r->peers[i];

		if (p->inbound || p->failed || report_peer_silent(p) || r->procs[p->proc].role < role ||
		    (best && p->sent <= best->sent))
			continue;
		for (k = 0; k < ndone && done[k] != p; k++)
			;
		best = k < ndone ? best : p;
	}
	return best;
}

/* To whom most was sent: by processes of interest, or else by any. */
static void sent(struct story *s)
{
	const struct report_peer *done[RECEIVERS];
	enum report_role role = s->r->alerts_all ? ROLE_BELOW : ROLE_NONE;
	unsigned n;

	if (!largest(s->r, role, NULL, 0) && role != ROLE_NONE &&
	    largest(s->r, ROLE_NONE, NULL, 0)) {
		buf_adds(&s->b, " Without an alert:");
		role = ROLE_NONE;
	}
	for (n = 0; n < RECEIVERS; n++) {
		done[n] = largest(s->r, role, done, n);
		if (!done[n])
			return;
		buf_addc(&s->b, ' ');
		report_proc_name(s->r, done[n]->proc, &s->b);
		buf_adds(&s->b, " connected to ");
		story_text(s, done[n]->remote);
		buf_addf(&s->b, ", %s port %u", done[n]->proto, done[n]->rport);
		story_traffic(s, done[n], &s->b);
		buf_addc(&s->b, '.');
	}
}

static void quiet(struct story *s)
{
	const struct report *r = s->r;

	buf_addf(&s->b, "No rule fired. %zu processes were active", r->nprocs);
	where(s);
	buf_adds(&s->b, " in ");
	report_span(&s->b, r->last_ts - r->first_ts);
	buf_addc(&s->b, '.');
}

void report_headline(const struct report *r, struct arena *a, struct buf *out)
{
	struct story s;

	if (!r->ntraces || !r->events)
		return;
	story_init(&s, r, a);
	s.between = ", ";
	if (r->nalerts) {
		alerts(&s);
		served(&s);
		ran(&s);
		named(&s);
	} else {
		quiet(&s);
	}
	made(&s);
	sent(&s);
	buf_addstr(out, buf_str(&s.b));
	story_release(&s);
}
