/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/report.h"
#include "analyze/rule/item.h"
#include "lib/base/buf.h"
#include "lib/base/num.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

_Static_assert(PRI_COUNT == 8, "report.by_priority has a place for each");

const char *const fileop_key[FILEOP_COUNT] = {
#define FILEOP(id, key, word) [FILEOP_##id] = key,
#include "schema/fileops.def"
#undef FILEOP
};

const char *const fileop_word[FILEOP_COUNT] = {
#define FILEOP(id, key, word) [FILEOP_##id] = word,
#include "schema/fileops.def"
#undef FILEOP
};

const struct tactic tactics[TACTIC_COUNT] = {
#define TACTIC(id, slug, name) { id, slug, name },
#include "schema/attack.def"
#undef TACTIC
};

static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 32);
	return c == '_' || c == ' ' ? '-' : c;
}

static bool same_tag(struct str tag, const char *name)
{
	size_t i;

	for (i = 0; i < tag.len && name[i]; i++)
		if (plain(tag.p[i]) != plain(name[i]))
			return false;
	return i == tag.len && !name[i];
}

int tactic_of_tag(struct str tag)
{
	size_t i;

	if (tag.len > 6 && same_tag(str_sub(tag, 0, 6), "mitre-"))
		tag = str_sub(tag, 6, tag.len);
	for (i = 0; i < TACTIC_COUNT; i++)
		if (same_tag(tag, tactics[i].slug) || same_tag(tag, tactics[i].id))
			return (int)i;
	return -1;
}

static bool digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

bool tag_is_technique(struct str tag)
{
	if (tag.len != 5 && tag.len != 9)
		return false;
	return tag.p[0] == 'T' && digits(str_sub(tag, 1, 5)) &&
	       (tag.len == 5 || (tag.p[5] == '.' && digits(str_sub(tag, 6, 9))));
}

void report_release(struct report *r)
{
	free(r->traces);
	free(r->rulefiles);
	free(r->rules);
	free(r->alerts);
	free(r->procs);
	free(r->execs);
	free(r->files);
	free(r->paths);
	free(r->peers);
	free(r->listens);
	free(r->newexecs);
	free(r->pairs);
	free(r->containers);
	free(r->sus);
	arena_release(&r->a);
	memset(r, 0, sizeof(*r));
}

/* --- after collecting --- */

static void mark_above(struct report *r, uint32_t i)
{
	unsigned depth = 0;

	for (i = r->procs[i].parent; i != REPORT_NONE && depth++ < REPORT_PROCS_MAX;
	     i = r->procs[i].parent) {
		if (r->procs[i].role == ROLE_ABOVE)
			return;
		if (r->procs[i].role == ROLE_NONE)
			r->procs[i].role = ROLE_ABOVE;
	}
}

/* Parents have lower numbers than their children, so one sweep suffices. */
static void mark_roles(struct report *r)
{
	uint32_t i, up;

	for (i = 0; i < r->nprocs; i++) {
		up = r->procs[i].parent;
		if (r->procs[i].nalerts)
			r->procs[i].role = ROLE_ALERTED;
		else if (up != REPORT_NONE && r->procs[up].role >= ROLE_BELOW)
			r->procs[i].role = ROLE_BELOW;
	}
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].nalerts)
			mark_above(r, i);
}

static int by_weight(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	const struct report_proc *x = &r->procs[*(const uint32_t *)a];
	const struct report_proc *y = &r->procs[*(const uint32_t *)b];

	if (x->role != y->role)
		return x->role > y->role ? -1 : 1;
	if (x->role == ROLE_ALERTED && x->worst != y->worst)
		return x->worst < y->worst ? -1 : 1;
	return (x->nalerts < y->nalerts) - (x->nalerts > y->nalerts);
}

/* Led to everything, which says nothing. */
static bool is_root_of_all(const struct report *r, uint32_t i)
{
	return r->procs[i].role == ROLE_ABOVE && r->procs[i].parent == REPORT_NONE;
}

static void list_suspicious(struct report *r)
{
	uint32_t i;

	r->sus = xcalloc(r->nprocs + 1, sizeof(*r->sus));
	for (i = 0; i < r->nprocs; i++)
		if (r->procs[i].role != ROLE_NONE && !is_root_of_all(r, i))
			r->sus[r->nsus++] = i;
	sort_stable(r->sus, r->nsus, sizeof(*r->sus), by_weight, r);
}

static int by_rarity(const void *a, const void *b, void *ctx UNUSED)
{
	const struct report_pair *x = a, *y = b;

	return (x->count > y->count) - (x->count < y->count);
}

static int by_severity(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	const struct report_rule *x = &r->rules[*(const uint32_t *)a];
	const struct report_rule *y = &r->rules[*(const uint32_t *)b];

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return (x->first_ts > y->first_ts) - (x->first_ts < y->first_ts);
}

/* Rules in the order of severity; alerts name them by their new numbers. */
static void sort_rules(struct report *r)
{
	uint32_t *order = xcalloc(r->nrules + 1, sizeof(*order)), i;
	uint32_t *place = xcalloc(r->nrules + 1, sizeof(*place));
	struct report_rule *v = xcalloc(r->nrules + 1, sizeof(*v));

	for (i = 0; i < r->nrules; i++)
		order[i] = i;
	sort_stable(order, r->nrules, sizeof(*order), by_severity, r);
	for (i = 0; i < r->nrules; i++) {
		v[i] = r->rules[order[i]];
		place[order[i]] = i;
	}
	for (i = 0; i < r->nalerts; i++)
		r->alerts[i].rule = place[r->alerts[i].rule];
	free(r->rules);
	free(order);
	free(place);
	r->rules = v;
}

static int by_events(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	uint64_t x = r->procs[*(const uint32_t *)a].events;
	uint64_t y = r->procs[*(const uint32_t *)b].events;

	return (x < y) - (x > y);
}

uint32_t *report_busiest(const struct report *r)
{
	uint32_t *order = xcalloc(r->nprocs + 1, sizeof(*order)), i;

	for (i = 0; i < r->nprocs; i++)
		order[i] = i;
	sort_stable(order, r->nprocs, sizeof(*order), by_events, (void *)r);
	return order;
}

void report_finish(struct report *r)
{
	mark_roles(r);
	if (r->alerts_all) {
		list_suspicious(r);
	} else {
		r->sus = report_busiest(r);
		r->nsus = r->nprocs < REPORT_QUIET ? r->nprocs : REPORT_QUIET;
	}
	sort_stable(r->pairs, r->npairs, sizeof(*r->pairs), by_rarity, NULL);
	sort_rules(r);
}

static int by_first(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	uint64_t x = r->alerts[((const struct report_run *)a)->first].ts;
	uint64_t y = r->alerts[((const struct report_run *)b)->first].ts;

	return (x > y) - (x < y);
}

const char *report_no_alert(const struct report *r)
{
	return r->rules_on ? "No rule fired." : "No rule was on, so nothing was looked for.";
}

struct report_run *report_runs(const struct report *r, size_t *n)
{
	struct report_run *v = xcalloc(r->nalerts + 1, sizeof(*v));
	uint32_t i;

	*n = 0;
	for (i = 0; i < r->nalerts; i++) {
		const struct report_alert *a = &r->alerts[i];
		const struct report_alert *f = *n ? &r->alerts[v[*n - 1].first] : NULL;

		if (f && f->rule == a->rule && f->proc == a->proc && f->trace == a->trace &&
		    a->proc != REPORT_NONE && f->behind.whose == a->behind.whose) {
			v[*n - 1].count++;
			v[*n - 1].last_ts = a->ts;
			continue;
		}
		v[(*n)++] = (struct report_run){ .first = i, .count = 1, .last_ts = a->ts };
	}
	if (r->ntraces > 1)
		sort_stable(v, *n, sizeof(*v), by_first, (void *)r);
	return v;
}

/* --- words --- */

void report_proc_name(const struct report *r, uint32_t proc, struct buf *out)
{
	const struct report_proc *p;

	if (proc == REPORT_NONE) {
		buf_adds(out, "(no process)");
		return;
	}
	p = &r->procs[proc];
	if (p->placeholder)
		buf_addf(out, "unknown (tid %" PRId64 ")", p->pid);
	else
		buf_addf(out, "%.*s (%" PRId64 ")", STR_FMT(p->comm), p->pid);
}

void report_listen_port(const struct report_listen *l, struct buf *out)
{
	if (l->port)
		buf_addu(out, l->port);
	else
		buf_addc(out, '?');
}

bool report_peer_silent(const struct report_peer *p)
{
	return !p->inbound && strcmp(p->proto, "tcp") != 0 && !p->sent && !p->received;
}

bool report_peer_counted(const struct report *r, const struct report_peer *p)
{
	return p->sent || p->received || r->traces[r->procs[p->proc].trace].plain_io;
}

const char *report_peer_end(const struct report_peer *p)
{
	if (!p->failed)
		return "";
	return p->begun ? "no answer recorded" : p->reason ? p->reason : "failed";
}

void report_clock(struct buf *out, uint64_t ts)
{
	struct civil c = num_civil(ts, 0);

	buf_addf(out, "%02u:%02u:%02u.%03u", c.hour, c.min, c.sec, c.ns / 1000000);
}

void report_when(struct buf *out, uint64_t ts)
{
	struct civil c = num_civil(ts, 0);

	buf_addf(out, "%04" PRId64 "-%02u-%02u ", c.year, c.month, c.day);
	report_clock(out, ts);
}

void report_span(struct buf *out, uint64_t ns)
{
	uint64_t s = ns / 1000000000, ms = ns / 1000000 % 1000;

	if (s < 1)
		buf_addf(out, "%" PRIu64 " ms", ms);
	else if (s < 120)
		buf_addf(out, "%" PRIu64 ".%" PRIu64 " s", s, ms / 100);
	else if (s < 7200)
		buf_addf(out, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else
		buf_addf(out, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s / 60 % 60);
}

void report_bytes(struct buf *out, uint64_t n)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned u = 0;
	uint64_t tenths;

	if (n < 1024) {
		buf_addf(out, "%" PRIu64 " B", n);
		return;
	}
	for (; n >= 1024 * 1024 && u + 1 < ARRAY_SIZE(unit); u++)
		n /= 1024;
	tenths = n % 1024 * 10 / 1024;
	buf_addf(out, "%" PRIu64 ".%" PRIu64 " %s", n / 1024, tenths, unit[u]);
}

void report_num(struct buf *out, uint64_t n)
{
	if (n >= 1000) {
		report_num(out, n / 1000);
		buf_addf(out, "\xc2\xa0%03" PRIu64, n % 1000);	/* a no-break space */
	} else {
		buf_addu(out, n);
	}
}

const char *verdict_name(enum report_verdict v)
{
	static const char *const names[] = {
		[VERDICT_INTACT] = "intact", [VERDICT_FAILED] = "failed",
		[VERDICT_CUT] = "cut", [VERDICT_UNCHECKED] = "unchecked",
		[VERDICT_UNREADABLE] = "unreadable",
	};

	return names[v];
}

enum report_verdict report_verdict(const struct report *r)
{
	static const enum report_verdict order[] = {
		VERDICT_FAILED, VERDICT_UNREADABLE, VERDICT_CUT, VERDICT_UNCHECKED,
	};
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(order); k++)
		for (i = 0; i < r->ntraces; i++)
			if (r->traces[i].verdict == order[k])
				return order[k];
	return VERDICT_INTACT;
}
