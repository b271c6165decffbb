/* SPDX-License-Identifier: Apache-2.0 */
/* The story in sentences: only what the trace shows, nothing guessed. */
#include "lib/base/compat.h"

#include "analyze/report/facts_in.h"
#include "analyze/rule/item.h"
#include "lib/base/xalloc.h"

#define NAMED		6	/* items of a list before "and N more" */
#define BESIDE		12
#define TEXT_SHOWN	220
#define COMMAND_SHOWN	120
#define CHAIN_MAX	8

void story_init(struct story *s, const struct report *r, struct arena *a)
{
	*s = (struct story){ .r = r, .a = a, .b = BUF_INIT, .named = NAMED, .between = "; " };
}

void story_release(struct story *s)
{
	buf_release(&s->b);
	smap_release(&s->seen);
}

static void fact(struct story *s, enum fact_kind kind, const char *label)
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
		fact(s, t->verdict == VERDICT_CUT ? FACT_WARN : FACT_BAD, "Evidence");
	}
}

static void recorded(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	if (!r->events) {
		buf_adds(&s->b, "The traces hold no events that could be read.");
		fact(s, FACT_WARN, "Recorded");
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
	buf_addf(&s->b, " events, %zu active processes.", r->nprocs);
	fact(s, FACT_PLAIN, "Recorded");
}

static void found(struct story *s)
{
	const struct report *r = s->r;
	unsigned p;
	bool first = true;

	if (!r->alerts_all) {
		buf_addf(&s->b, "None of the %zu rules in use fired. What every process did is "
			 "below.", r->rules_on);
		fact(s, FACT_PLAIN, "Found");
		return;
	}
	report_num(&s->b, r->alerts_all);
	buf_addf(&s->b, " alert%s by %zu of %zu rules: ", r->alerts_all == 1 ? "" : "s", r->nrules,
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
	fact(s, FACT_PLAIN, "Found");
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

	report_clock(&s->b, a->ts);
	buf_addf(&s->b, " %.*s: ", STR_FMT(r->rules[a->rule].name));
	report_proc_name(r, a->proc, &s->b);
	if (a->proc != REPORT_NONE)
		cmd = r->procs[a->proc].cmdline;
	if (cmd.len) {
		buf_adds(&s->b, ", running ");
		story_text(s, str_sub(cmd, 0, COMMAND_SHOWN));
		buf_adds(&s->b, cmd.len > COMMAND_SHOWN ? "..." : "");
	}
	if (story_on_object(r, a) && str_find(cmd, a->object) < 0) {
		buf_adds(&s->b, ", on ");
		story_text(s, a->object);
	}
	fact(s, FACT_PLAIN, label);
}

/* The alert to begin with: the first of the most severe. */
static const struct report_alert *gravest(const struct report *r)
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
	const struct report_alert *worst;

	if (!r->nalerts)
		return;
	alert_fact(s, &r->alerts[0], "First alert");
	worst = gravest(r);
	if (r->rules[worst->rule].priority < r->rules[r->alerts[0].rule].priority &&
	    worst != &r->alerts[r->nalerts - 1])
		alert_fact(s, worst, "Most severe");
	if (r->nalerts > 1)
		alert_fact(s, &r->alerts[r->nalerts - 1], "Last alert");
}

static void user_item(struct story *s, const struct report_proc *p)
{
	struct buf t = BUF_INIT;

	if (p->user.len)
		buf_addf(&t, "%.*s (uid %u)", STR_FMT(p->user), p->uid);
	else if (p->uid != UINT32_MAX)
		buf_addf(&t, "uid %u", p->uid);
	else
		buf_adds(&t, "a user the trace does not name");
	if (p->loginuid != UINT32_MAX && p->loginuid != p->uid) {
		if (p->login.len)
			buf_addf(&t, ", logged in as %.*s", STR_FMT(p->login));
		else
			buf_addf(&t, ", logged in as uid %u", p->loginuid);
	}
	story_item(s, buf_str(&t));
	buf_release(&t);
}

static void who(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	for (i = 0; i < r->nsus; i++)
		if (r->procs[r->sus[i]].nalerts)
			user_item(s, &r->procs[r->sus[i]]);
	if (story_items_end(s))
		fact(s, FACT_PLAIN, "Who");
	for (i = 0; i < r->nsus; i++) {
		const struct report_proc *p = &r->procs[r->sus[i]];

		if (p->nalerts && p->container != REPORT_NONE) {
			const struct report_container *k = &r->containers[p->container];

			story_itemf(s, "%.*s%s%.*s%s%.*s", STR_FMT(k->id), k->name.len ? ", " : "",
			      STR_FMT(k->name), k->image.len ? ", image " : "", STR_FMT(k->image));
		}
	}
	if (story_items_end(s))
		fact(s, FACT_PLAIN, "Container");
}

static void chain(struct story *s)
{
	const struct report *r = s->r;
	uint32_t up[CHAIN_MAX], p;
	size_t n = 0;

	if (!r->nalerts || (p = gravest(r)->proc) == REPORT_NONE)
		return;
	for (; p != REPORT_NONE && n < CHAIN_MAX; p = r->procs[p].parent)
		up[n++] = p;
	if (n < 2)
		return;
	if (p != REPORT_NONE)
		buf_adds(&s->b, "... \xe2\x86\x92 ");
	while (n--) {
		report_proc_name(r, up[n], &s->b);
		buf_adds(&s->b, n ? " \xe2\x86\x92 " : ".");
	}
	fact(s, FACT_PLAIN, "Started by");
}

void story_traffic(struct story *s, const struct report_peer *p, struct buf *out)
{
	bool counted = s->r->traces[s->r->procs[p->proc].trace].plain_io > 0;

	if (p->failed) {
		buf_addf(out, " (%s)", report_peer_end(p));
	} else if (counted || p->sent || p->received) {
		buf_adds(out, ", sent ");
		report_bytes(out, p->sent);
		buf_adds(out, ", received ");
		report_bytes(out, p->received);
	}
}

static bool is_loopback(struct str addr)
{
	return str_starts(addr, STR("127.")) || str_eq(addr, STR("::1")) ||
	       str_starts(addr, STR("::ffff:127."));
}

static void peer(struct story *s, const struct report_peer *p)
{
	struct buf t = BUF_INIT;

	report_proc_name(s->r, p->proc, &t);
	buf_addf(&t, p->inbound ? " served %.*s on %s port %u" : " to %.*s, %s port %u",
		 STR_FMT(p->remote), p->proto, p->inbound ? p->lport : p->rport);
	story_traffic(s, p, &t);
	story_item(s, buf_str(&t));
	buf_release(&t);
}

/* Peers of processes of these roles, those on other hosts first. */
static void peers(struct story *s, bool inbound, enum report_role least, enum report_role most,
		  const char *label)
{
	const struct report *r = s->r;
	size_t i;
	int local;

	for (local = 0; local < 2; local++)
		for (i = 0; i < r->npeers; i++) {
			const struct report_peer *p = &r->peers[i];
			enum report_role role = r->procs[p->proc].role;

			if (p->inbound == inbound && role >= least && role <= most &&
			    !report_peer_silent(p) && is_loopback(p->remote) == local)
				peer(s, p);
		}
	if (story_items_end(s))
		fact(s, FACT_PLAIN, label);
}

/* Named by alerts, the most severe first. */
static void touched(struct story *s)
{
	const struct report *r = s->r;
	unsigned p;
	size_t i;

	for (p = 0; p < PRI_COUNT; p++)
		for (i = 0; r->by_priority[p] && i < r->nalerts; i++)
			if (r->rules[r->alerts[i].rule].priority == p &&
			    str_starts(r->alerts[i].object, STR("/")) &&
			    story_on_object(r, &r->alerts[i]))
				story_item(s, r->alerts[i].object);
	if (story_items_end(s))
		fact(s, FACT_PLAIN, "Touched");
}

static void made(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	for (i = 0; i < r->nnewexecs; i++) {
		const struct report_newexec *x = &r->newexecs[i];
		struct buf t = BUF_INIT;

		buf_addf(&t, "%.*s, run by ", STR_FMT(r->paths[x->path].name));
		report_proc_name(r, x->proc, &t);
		if (x->memfd)
			buf_adds(&t, ", from memory only");
		story_item(s, buf_str(&t));
		buf_release(&t);
	}
	if (story_items_end(s))
		fact(s, FACT_PLAIN, "Made here and run");
}

/* A file that was still there at the end, in a place where files stay. */
static bool lasting(struct str name, bool gone)
{
	return !gone && !str_starts(name, STR("/tmp/")) && !str_starts(name, STR("/var/tmp/")) &&
	       !str_starts(name, STR("/run/")) && !str_starts(name, STR("/dev/shm/"));
}

/* Files the process did one of ops to, devices and /proc left out. */
static void files_of(struct story *s, const struct report_proc *p, uint32_t ops, const bool *gone,
		     bool last)
{
	const struct report *r = s->r;
	uint32_t i;

	for (i = p->first_file; i != REPORT_NONE; i = r->files[i].next) {
		const struct report_file *f = &r->files[i];
		struct str name = r->paths[f->path].name;

		if ((f->ops & ops) && lasting(name, gone[f->path]) == last &&
		    (str_starts(name, STR("/dev/shm/")) || !str_starts(name, STR("/dev/"))) &&
		    !str_starts(name, STR("/proc/")))
			story_itemf(s, "%.*s%s", STR_FMT(name),
				    gone[f->path] && ops & 1u << FILEOP_DELETE ? " (deleted)" : "");
	}
}

/* What processes of a role did to files, those that last first. */
static void files(struct story *s, enum report_role from, enum report_role to, uint32_t ops,
		  const char *label)
{
	const struct report *r = s->r;
	bool *gone = xcalloc(r->npaths + 1, sizeof(*gone));
	size_t i;
	int pass;

	for (i = 0; i < r->nfiles; i++)
		gone[r->files[i].path] |= r->files[i].ops >> FILEOP_DELETE & 1;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < r->nsus; i++)
			if (r->procs[r->sus[i]].role >= from && r->procs[r->sus[i]].role <= to)
				files_of(s, &r->procs[r->sus[i]], ops, gone, !pass);
	if (story_items_end(s))
		fact(s, FACT_PLAIN, label);
	free(gone);
}

static void changed(struct story *s)
{
	static const uint32_t ops = 1u << FILEOP_CREATE | 1u << FILEOP_WRITE |
				    1u << FILEOP_RENAME | 1u << FILEOP_DELETE | 1u << FILEOP_MODE;

	files(s, ROLE_BELOW, ROLE_ALERTED, ops, "Changed");
	files(s, ROLE_ABOVE, ROLE_ABOVE, ops, "Changed by parents");
	files(s, ROLE_BELOW, ROLE_ALERTED, 1u << FILEOP_REFUSED, "Refused");
}

/* What the parents of processes with alerts started besides. */
static void beside(struct story *s)
{
	const struct report *r = s->r;
	bool *parent = xcalloc(r->nprocs + 1, sizeof(*parent));
	uint32_t i, up;

	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].nalerts && r->procs[i].parent != REPORT_NONE)
			parent[r->procs[i].parent] = true;
	s->named = BESIDE;
	for (i = 0; i < r->nprocs; i++) {
		const struct report_proc *p = &r->procs[i];

		up = p->parent;
		if (p->role != ROLE_NONE || up == REPORT_NONE || !parent[up] || !p->nexecs)
			continue;
		story_itemf(s, "%.*s%s", STR_FMT(str_sub(p->cmdline, 0, COMMAND_SHOWN)),
			    p->cmdline.len > COMMAND_SHOWN ? "..." : "");
	}
	if (story_items_end(s))
		fact(s, FACT_PLAIN, "Beside them");
	s->named = NAMED;
	free(parent);
}

static void missed(struct story *s)
{
	const struct report *r = s->r;
	uint64_t lost = 0, gaps = 0;
	bool unknown = false;
	size_t i;

	for (i = 0; i < r->ntraces; i++) {
		lost += r->traces[i].lost;
		gaps += r->traces[i].lost_blocks;
		unknown |= r->traces[i].lost_unknown;
		if (!r->traces[i].snapshot_procs && r->traces[i].events) {
			buf_addf(&s->b, "%.*s carries no process table: what ran before it began is "
				 "known only by what it did.", STR_FMT(r->traces[i].path));
			fact(s, FACT_WARN, "Missing");
		}
		if (!r->traces[i].plain_io && r->traces[i].events) {
			buf_addf(&s->b, "%.*s holds no read or write calls: bytes moved by them were not "
				 "recorded, only those of send and receive calls.",
				 STR_FMT(r->traces[i].path));
			fact(s, FACT_PLAIN, "Missing");
		}
	}
	if (!gaps)
		return;
	if (lost)
		report_num(&s->b, lost);
	buf_addf(&s->b, "%s events are known to be missing, in %" PRIu64 " place%s.",
		 unknown ? (lost ? " and more" : "An unknown number of") : "", gaps,
		 gaps == 1 ? "" : "s");
	fact(s, FACT_WARN, "Missing");
}

struct report_fact *report_facts(const struct report *r, struct arena *a, size_t *n)
{
	struct story s;

	story_init(&s, r, a);
	evidence(&s);
	recorded(&s);
	found(&s);
	moments(&s);
	who(&s);
	chain(&s);
	peers(&s, true, ROLE_ABOVE, ROLE_ALERTED, "From where");
	touched(&s);
	made(&s);
	changed(&s);
	peers(&s, false, ROLE_BELOW, ROLE_ALERTED, "Connected to");
	peers(&s, false, ROLE_NONE, ROLE_ABOVE, "Others connected to");
	beside(&s);
	missed(&s);
	*n = s.n;
	story_release(&s);
	return s.v;
}
