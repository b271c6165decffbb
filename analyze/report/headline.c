/* SPDX-License-Identifier: Apache-2.0 */
/* The whole report in a few sentences, for who reads no further. */
#include "lib/base/compat.h"

#include "analyze/report/facts_in.h"
#include "lib/base/xalloc.h"

#define PROGRAMS	12	/* named */
#define RECEIVERS	2	/* sentences */
#define LEFT_BEHIND	3	/* files */

/* What stands in s->b becomes a sentence. */
static void sentence(struct story *s)
{
	if (s->b.len)
		story_fact(s, FACT_PLAIN, NULL);
}

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

/* Containers in which alerts happened. */
static void contained(struct story *s)
{
	const struct report *r = s->r;
	const struct report_container *first = NULL;
	uint64_t alerts = 0;
	size_t i, n = 0;

	for (i = 0; i < r->ncontainers; i++) {
		if (!r->containers[i].alerts)
			continue;
		alerts += r->containers[i].alerts;
		first = n++ ? first : &r->containers[i];
	}
	if (!first)
		return;
	buf_adds(&s->b, ", ");
	if (alerts < r->alerts_all)
		buf_addf(&s->b, "%" PRIu64 " of them ", alerts);
	buf_adds(&s->b, "in container ");
	story_text(s, first->name.len ? first->name : first->id);
	if (first->pod.len) {
		buf_adds(&s->b, " of pod ");
		story_text(s, first->pod);
	}
	if (n > 1)
		buf_addf(&s->b, " and %zu more", n - 1);
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
	contained(s);
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
		story_proc_name(r, from, &s->b);
	}
	buf_addc(&s->b, '.');
	sentence(s);
}

/* The first peer that was served by a process of interest; of another host
 * when there is one. */
static uint32_t first_served(const struct report *r)
{
	uint32_t i, local = REPORT_NONE;

	for (i = 0; i < r->npeers; i++) {
		if (!r->peers[i].inbound ||
		    (r->alerts_all && r->procs[r->peers[i].proc].role == ROLE_NONE))
			continue;
		if (!story_is_loopback(r->peers[i].remote))
			return i;
		local = local == REPORT_NONE ? i : local;
	}
	return local;
}

static void served(struct story *s)
{
	const struct report *r = s->r;
	uint32_t first = first_served(r), i;
	bool local;

	if (first == REPORT_NONE)
		return;
	local = story_is_loopback(r->peers[first].remote);
	story_proc_name(r, r->peers[first].proc, &s->b);
	buf_adds(&s->b, " served ");
	for (i = first; i < r->npeers; i++)
		if (r->peers[i].inbound && r->peers[i].proc == r->peers[first].proc &&
		    story_is_loopback(r->peers[i].remote) == local)
			story_item(s, r->peers[i].remote);
	story_items_end(s);
	buf_setlen(&s->b, s->b.len - 1);
	buf_addf(&s->b, " on %s port %u.", r->peers[first].proto, r->peers[first].lport);
	sentence(s);
}

/* Users and programs of the processes with alerts and what they started. */
static void ran(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	buf_adds(&s->b, "Ran");
	for (i = 0; i < r->nsus; i++)
		if (r->procs[r->sus[i]].nalerts && r->procs[r->sus[i]].who.len) {
			buf_adds(&s->b, s->items ? "" : " as ");
			story_item(s, r->procs[r->sus[i]].who);
		}
	if (story_items_end(s))
		buf_setlen(&s->b, s->b.len - 1);
	buf_adds(&s->b, ": ");
	s->named = PROGRAMS;
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].role >= ROLE_BELOW && r->procs[i].comm.len)
			story_item(s, r->procs[i].comm);
	if (story_items_end(s))
		sentence(s);
	buf_clear(&s->b);
}

static void named(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	buf_adds(&s->b, "The alerts name ");
	for (i = 0; i < r->nalerts; i++)
		if (str_starts(r->alerts[i].object, STR("/")) &&
		    story_on_object(r, &r->alerts[i]))
			story_item(s, r->alerts[i].object);
	if (story_items_end(s))
		sentence(s);
	buf_clear(&s->b);
}

static void made(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	buf_adds(&s->b, "Made here and run: ");
	for (i = 0; i < r->nnewexecs; i++)
		story_item(s, r->paths[r->newexecs[i].path].name);
	if (story_items_end(s))
		sentence(s);
	buf_clear(&s->b);
}

/* What processes above those with alerts left behind: the file through which
 * somebody came, perhaps.  Not told when they leave many. */
static void left_behind(struct story *s)
{
	static const uint32_t ops = 1u << FILEOP_CREATE | 1u << FILEOP_RENAME;
	const struct report *r = s->r;
	uint32_t first = REPORT_NONE, i;
	size_t k;

	for (k = 0; k < r->nsus; k++) {
		if (r->procs[r->sus[k]].role != ROLE_ABOVE)
			continue;
		for (i = r->procs[r->sus[k]].first_file; i != REPORT_NONE; i = r->files[i].next) {
			struct str name = r->paths[r->files[i].path].name;

			if (!(r->files[i].ops & ops) || r->files[i].ops & 1u << FILEOP_DELETE ||
			    !story_stays(name))
				continue;
			if (first == REPORT_NONE) {
				first = r->sus[k];
				story_proc_name(r, first, &s->b);
				buf_adds(&s->b, " made ");
			}
			story_item(s, name);
		}
	}
	if (s->items <= LEFT_BEHIND && story_items_end(s))
		sentence(s);
	story_items_end(s);
	buf_clear(&s->b);
}

static bool same_end(const struct report_peer *a, const struct report_peer *b)
{
	return a->rport == b->rport && a->l4 == b->l4 && str_eq(a->remote, b->remote);
}

static bool counts(const struct report *r, const struct report_peer *p, enum report_role role)
{
	return !p->inbound && !p->failed && !report_peer_silent(p) &&
	       r->procs[p->proc].role >= role;
}

/* Of the outbound connections by processes of at least this role, the one that
 * sent most to an end that is not done yet. */
static const struct report_peer *largest(const struct report *r, enum report_role role,
					 const struct report_peer *const *done, unsigned ndone)
{
	const struct report_peer *best = NULL;
	unsigned k;
	size_t i;

	for (i = 0; i < r->npeers; i++) {
		const struct report_peer *p = &r->peers[i];

		if (!counts(r, p, role) || (best && p->sent <= best->sent))
			continue;
		for (k = 0; k < ndone && !same_end(done[k], p); k++)
			;
		best = k < ndone ? best : p;
	}
	return best;
}

/* One end and all who connected to it. */
static void connected(struct story *s, const struct report_peer *to, enum report_role role)
{
	const struct report *r = s->r;
	struct report_peer sum = *to;
	size_t i, others = 0;

	sum.sent = sum.received = 0;
	for (i = 0; i < r->npeers; i++)
		if (counts(r, &r->peers[i], role) && same_end(&r->peers[i], to)) {
			sum.sent += r->peers[i].sent;
			sum.received += r->peers[i].received;
			others += r->peers[i].proc != to->proc;
		}
	story_proc_name(r, to->proc, &s->b);
	if (others)
		buf_addf(&s->b, " and %zu more", others);
	buf_adds(&s->b, " connected to ");
	story_text(s, to->remote);
	buf_addf(&s->b, ", %s port %u", to->proto, to->rport);
	story_traffic(s, &sum, &s->b);
	buf_addc(&s->b, '.');
	sentence(s);
}

/* To whom most was sent: by processes of interest, or else by any. */
static void sent(struct story *s)
{
	const struct report_peer *done[RECEIVERS];
	enum report_role role = s->r->alerts_all ? ROLE_BELOW : ROLE_NONE;
	const char *before = "";
	unsigned n;

	if (role != ROLE_NONE && !largest(s->r, role, NULL, 0)) {
		before = "Without an alert: ";
		role = ROLE_NONE;
	}
	for (n = 0; n < RECEIVERS; n++) {
		done[n] = largest(s->r, role, done, n);
		if (!done[n])
			return;
		buf_adds(&s->b, before);
		connected(s, done[n], role);
	}
}

static void quiet(struct story *s)
{
	const struct report *r = s->r;

	buf_addf(&s->b, "%s %zu %s active", report_no_alert(r), r->nprocs,
		 str_count(r->nprocs, "process was", "processes were"));
	where(s);
	buf_adds(&s->b, " in ");
	report_span(&s->b, r->last_ts - r->first_ts);
	buf_addc(&s->b, '.');
	sentence(s);
}

struct report_fact *report_headline(const struct report *r, struct arena *a, size_t *n)
{
	struct story s;

	story_init(&s, r, a);
	s.between = ", ";
	if (r->nalerts) {
		alerts(&s);
		served(&s);
		left_behind(&s);
		ran(&s);
		named(&s);
	} else if (r->events) {
		quiet(&s);
		served(&s);
	}
	made(&s);
	sent(&s);
	*n = s.n;
	story_release(&s);
	return s.v;
}

void report_headline_text(const struct report *r, struct buf *out)
{
	struct arena a = ARENA_INIT;
	size_t n, i;
	struct report_fact *v = report_headline(r, &a, &n);

	for (i = 0; i < n; i++) {
		buf_adds(out, i ? " " : "");
		buf_addstr(out, v[i].text);
	}
	free(v);
	arena_release(&a);
}
