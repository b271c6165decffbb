/* SPDX-License-Identifier: Apache-2.0 */
/* Who they were and what they did: peers, ports, files, what ran beside. */
#include "lib/base/compat.h"

#include "analyze/report/facts_in.h"
#include "analyze/rule/item.h"
#include "lib/base/xalloc.h"

#define BESIDE		12	/* commands named */
#define CHAIN_MAX	8

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
		story_fact(s, FACT_PLAIN, "Who");
	for (i = 0; i < r->nsus; i++) {
		const struct report_proc *p = &r->procs[r->sus[i]];

		if (p->nalerts && p->container != REPORT_NONE) {
			const struct report_container *k = &r->containers[p->container];

			story_itemf(s, "%.*s%s%.*s%s%.*s", STR_FMT(k->id), k->name.len ? ", " : "",
			      STR_FMT(k->name), k->image.len ? ", image " : "", STR_FMT(k->image));
		}
	}
	if (story_items_end(s))
		story_fact(s, FACT_PLAIN, "Container");
}

static void chain(struct story *s)
{
	const struct report *r = s->r;
	uint32_t up[CHAIN_MAX], p;
	size_t n = 0;

	if (!r->nalerts || (p = story_gravest(r)->proc) == REPORT_NONE)
		return;
	for (; p != REPORT_NONE && n < CHAIN_MAX; p = r->procs[p].parent)
		up[n++] = p;
	if (n < 2)
		return;
	if (p != REPORT_NONE)
		buf_adds(&s->b, "... \xe2\x86\x92 ");
	while (n--) {
		if (n)
			report_proc_name(r, up[n], &s->b);
		else
			story_proc_name(r, up[n], &s->b);
		buf_adds(&s->b, n ? " \xe2\x86\x92 " : ".");
	}
	story_fact(s, FACT_PLAIN, "Started by");
}

void story_traffic(struct story *s, const struct report_peer *p, struct buf *out)
{
	if (p->failed) {
		buf_addf(out, " (%s)", report_peer_end(p));
	} else if (report_peer_counted(s->r, p)) {
		buf_adds(out, ", sent ");
		report_bytes(out, p->sent);
		buf_adds(out, ", received ");
		report_bytes(out, p->received);
	}
}

bool story_is_loopback(struct str addr)
{
	return str_starts(addr, STR("127.")) || str_eq(addr, STR("::1")) ||
	       str_starts(addr, STR("::ffff:127."));
}

static void peer(struct story *s, const struct report_peer *p)
{
	struct buf t = BUF_INIT;

	story_proc_name(s->r, p->proc, &t);
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
			    !report_peer_silent(p) && story_is_loopback(p->remote) == local)
				peer(s, p);
		}
	if (story_items_end(s))
		story_fact(s, FACT_PLAIN, label);
}

/* Ports somebody began to listen on during the trace; all of them when no rule fired. */
static void listening(struct story *s)
{
	const struct report *r = s->r;
	struct buf t = BUF_INIT;
	size_t i;

	for (i = 0; i < r->nlistens; i++) {
		const struct report_listen *l = &r->listens[i];

		if (!l->ts && r->alerts_all)
			continue;
		buf_clear(&t);
		story_proc_name(r, l->proc, &t);
		buf_addf(&t, " on %.*s, %s port ", STR_FMT(l->addr), l->proto);
		report_listen_port(l, &t);
		buf_adds(&t, l->ts ? "" : " since before the trace");
		story_item(s, buf_str(&t));
	}
	buf_release(&t);
	if (story_items_end(s))
		story_fact(s, FACT_PLAIN, "Listening");
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
		story_fact(s, FACT_PLAIN, "Touched");
}

static void made(struct story *s)
{
	const struct report *r = s->r;
	size_t i;

	for (i = 0; i < r->nnewexecs; i++) {
		const struct report_newexec *x = &r->newexecs[i];
		struct buf t = BUF_INIT;

		buf_addf(&t, "%.*s, run by ", STR_FMT(r->paths[x->path].name));
		story_proc_name(r, x->proc, &t);
		if (x->memfd)
			buf_adds(&t, ", from memory only");
		story_item(s, buf_str(&t));
		buf_release(&t);
	}
	if (story_items_end(s))
		story_fact(s, FACT_PLAIN, "Made here and run");
}

bool story_stays(struct str path)
{
	static const char *const passing[] = { "/tmp/", "/var/tmp/", "/run/", "/dev/", "/proc/",
					       "/var/log/", "/var/cache/" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(passing); i++)
		if (str_starts(path, str_of(passing[i])))
			return false;
	return true;
}

/* Files the process did one of ops to, devices and /proc left out. */
static void files_of(struct story *s, const struct report_proc *p, uint32_t ops, const bool *gone,
		     bool last)
{
	const struct report *r = s->r;
	uint32_t i;

	/* Where writes were not recorded, an open to write stands for them. */
	if (ops & 1u << FILEOP_WRITE && !r->traces[p->trace].plain_io)
		ops |= 1u << FILEOP_OPEN_WRITE;
	for (i = p->first_file; i != REPORT_NONE; i = r->files[i].next) {
		const struct report_file *f = &r->files[i];
		struct str name = r->paths[f->path].name;

		if ((f->ops & ops) && (story_stays(name) && !gone[f->path]) == last &&
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
		story_fact(s, FACT_PLAIN, label);
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
		story_itemf(s, "%.*s%s", STR_FMT(str_sub(p->cmdline, 0, STORY_COMMAND)),
			    p->cmdline.len > STORY_COMMAND ? "..." : "");
	}
	if (story_items_end(s))
		story_fact(s, FACT_PLAIN, "Beside them");
	s->named = STORY_NAMED;
	free(parent);
}

void story_deeds(struct story *s)
{
	who(s);
	chain(s);
	peers(s, true, s->r->alerts_all ? ROLE_ABOVE : ROLE_NONE, ROLE_ALERTED, "From where");
	listening(s);
	touched(s);
	made(s);
	changed(s);
	peers(s, false, ROLE_BELOW, ROLE_ALERTED, "Connected to");
	peers(s, false, ROLE_NONE, ROLE_ABOVE, s->r->alerts_all ? "Others connected to" : "Connected to");
	beside(s);
}
