/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "analyze/rule/alert.h"
#include "analyze/rule/facts.h"
#include "lib/base/digest.h"
#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "replay/segfiles.h"

void *collect_index(uint32_t i)
{
	return (void *)((uintptr_t)i + 1);
}

uint32_t collect_index_of(const void *value)
{
	return value ? (uint32_t)((uintptr_t)value - 1) : REPORT_NONE;
}

struct str collect_text(struct collector *c, struct str s)
{
	size_t max = c->text_bytes < REPORT_TEXTS_MAX ? REPORT_TEXT_MAX : REPORT_TEXT_SHORT;

	c->text_bytes += s.len < max ? s.len : max;
	if (s.len <= max)
		return s.len ? arena_str(&c->r->a, s) : (struct str){ "", 0 };
	c->r->rest.texts++;
	buf_clear(&c->cut);
	buf_add(&c->cut, s.p, max);
	buf_addf(&c->cut, " [+%zu bytes]", s.len - max);
	return arena_str(&c->r->a, buf_str(&c->cut));
}

/* --- alerts --- */

static uint32_t fired(struct collector *c, const struct rule *rule)
{
	uint32_t *at = &c->rule_index[rule - c->engine.rs->rules];
	struct report *r = c->r;
	struct buf cond = BUF_INIT;
	struct report_rule *x;

	if (*at != REPORT_NONE)
		return *at;
	XGROW(r->rules, r->rules_cap, r->nrules + 1);
	*at = (uint32_t)r->nrules;
	x = &r->rules[r->nrules++];
	rule_condition(rule, &cond);
	*x = (struct report_rule){
		.name = rule->name, .desc = str_trim(rule->desc, " \n\t"), .output = rule->output,
		.condition = arena_str(&r->a, buf_str(&cond)), .priority = rule->priority,
		.tags = rule->tags, .ntags = rule->ntags, .first_ts = c->ev->ts, .file = STR(""),
	};
	if (rule->where && rule->where->file) {
		x->file = str_of(rule->where->file->name);
		x->line = rule->where->pos.line + 1;
	}
	buf_release(&cond);
	return *at;
}

/* What the rule's author wrote: the line without time and priority. */
static struct str message(struct collector *c, const struct rule *rule)
{
	struct alert a = { .rule = rule, .src = &c->fields.src, .ts = c->ev->ts };
	struct str s;
	ssize_t at;

	buf_clear(&c->key);
	buf_addf(&c->key, ": %s ", priority_names[rule->priority]);
	buf_clear(&c->work);
	alert_line(&a, false, &c->work);
	s = buf_str(&c->work);
	at = str_find(s, buf_str(&c->key));
	return collect_text(c, at < 0 ? s : str_sub(s, (size_t)at + c->key.len, s.len));
}

static void count_alert(struct collector *c, const struct rule *rule, uint32_t proc,
			uint32_t index)
{
	struct report *r = c->r;
	struct report_proc *p;

	r->alerts_all++;
	r->by_priority[rule->priority]++;
	if (proc == REPORT_NONE)
		return;
	p = &r->procs[proc];
	if (!p->nalerts++ || rule->priority < p->worst)
		p->worst = rule->priority;
	if (p->first_alert == REPORT_NONE)
		p->first_alert = index;
	if (p->container != REPORT_NONE)
		r->containers[p->container].alerts++;
}

static void take_alert(struct collector *c, const struct rule *rule, uint32_t proc)
{
	struct report *r = c->r;
	uint32_t x = fired(c, rule), index = REPORT_NONE;
	struct report_alert a = {
		.ts = c->ev->ts, .num = c->ev->num, .trace = c->trace, .rule = x, .proc = proc,
		.lost_before = c->lost_since, .lost_unknown = c->lost_since_unknown,
	};

	r->alerts_behind += machine_behind(c->m, &a.behind);
	r->rules[x].matches++;
	r->rules[x].last_ts = c->ev->ts;
	c->lost_since = 0;
	c->lost_since_unknown = false;
	if (r->nalerts < REPORT_ALERTS_MAX && c->alert_bytes < REPORT_ALERT_BYTES_MAX) {
		index = (uint32_t)r->nalerts;
		a.text = message(c, rule);
		a.object = c->cur->thread ? collect_object(c, c->cur->thread) : STR("");
		c->alert_bytes += a.text.len + a.object.len;
		XGROW(r->alerts, r->alerts_cap, r->nalerts + 1);
		r->alerts[r->nalerts++] = a;
		if (r->rules[x].nfirst < ARRAY_SIZE(r->rules[x].first))
			r->rules[x].first[r->rules[x].nfirst++] = index;
	} else {
		r->rest.alerts++;
	}
	count_alert(c, rule, proc, index);
}

/* --- the pass --- */

/* Turn to the trace the session is in. */
static void turn(struct collector *c)
{
	const char *file = session_file(c->s);

	if (file == c->file)
		return;
	if (c->file)
		c->trace++;
	while (c->trace + 1 < c->r->ntraces &&
	       !str_eq(c->r->traces[c->trace].path, str_sub(str_of(file), 0, REPORT_TEXT_MAX)))
		c->trace++;
	c->file = file;
	c->nold = 0;
	collect_forget(c);
}

static void on_loss(void *ctx, const struct evloss *loss)
{
	struct collector *c = ctx;
	struct report_trace *t;

	turn(c);
	t = &c->r->traces[c->trace];
	t->lost = num_add(t->lost, loss->count);
	t->lost_blocks++;
	t->lost_unknown |= !loss->count;
	c->lost_since = num_add(c->lost_since, loss->count);
	c->lost_since_unknown |= !loss->count;
}

static void on_parts(void *ctx, const struct evloss *loss)
{
	struct collector *c = ctx;

	turn(c);
	if (loss->reason == LOSS_PAYLOAD)
		c->r->traces[c->trace].left_out = num_add(c->r->traces[c->trace].left_out, loss->count);
}

static void on_restart(void *ctx)
{
	struct collector *c = ctx;

	turn(c);
	c->r->traces[c->trace].captures++;
	collect_forget(c);
}

static void on_snap(void *ctx, const struct snap_item *item)
{
	struct collector *c = ctx;
	struct report_trace *t;
	const struct snap_fd *f = &item->fd;

	turn(c);
	t = &c->r->traces[c->trace];
	t->snapshot_procs += item->kind == SNAP_PROC;
	if (item->kind == SNAP_HOST && item->host.hostname.len && !t->host.len)
		t->host = collect_text(c, item->host.hostname);
	if (item->kind == SNAP_HOST && item->host.arch.len && !t->arch.len)
		t->arch = collect_text(c, item->host.arch);
	if (item->kind != SNAP_FD || c->nold == REPORT_LISTENS_MAX ||
	    (f->type != FD_IPV4_SERVSOCK && f->type != FD_IPV6_SERVSOCK))
		return;
	XGROW(c->old_listens, c->old_cap, c->nold + 1);
	c->old_listens[c->nold].tid = f->tid;
	c->old_listens[c->nold].l4 = f->l4proto;
	c->old_listens[c->nold].at = (struct sock_aside){
		.v6 = f->type == FD_IPV6_SERVSOCK, .port = f->sport,
	};
	memcpy(c->old_listens[c->nold++].at.ip, f->sip, 16);
}

static void note_event(struct collector *c, struct report_trace *t)
{
	const struct machine_counts *n = machine_counts(c->m);

	if (!t->events++)
		t->first_ts = c->ev->ts;
	if (c->ev->ts > t->last_ts)
		t->last_ts = c->ev->ts;
	t->truncated += !!(c->ev->flags & EVF_TRUNCATED);
	t->late += !!(c->ev->flags & EVF_LATE);
	t->placeholders = n->placeholders;
	t->dropped_threads = n->threads_dropped;
	t->dropped_fds = n->fds_dropped;
	t->dropped_entries = n->entries_dropped;
	t->cut_texts = n->texts_cut;
}

static void take(struct collector *c)
{
	uint32_t proc;
	size_t i, n;

	turn(c);
	note_event(c, &c->r->traces[c->trace]);
	if (UNLIKELY(c->nold))
		collect_old_listens(c);
	proc = collect_proc(c, c->cur->thread);
	if (proc != REPORT_NONE) {
		c->r->procs[proc].events++;
		collect_io(c, proc, c->cur->thread);
	}
	fieldctx_begin(&c->fields);
	n = engine_event(&c->engine, &c->fields.src);
	for (i = 0; i < n; i++)
		take_alert(c, c->engine.match[i], proc);
}

/* --- around it --- */

static void rule_files(struct report *r, const struct ruleset *rs)
{
	const struct load_result *l;
	struct report_rulefile *f;

	for (l = ruleset_results(rs)->first; l; l = l->next) {
		if (!l->file)
			continue;
		XGROW(r->rulefiles, r->rulefiles_cap, r->nrulefiles + 1);
		f = &r->rulefiles[r->nrulefiles++];
		f->name = arena_str(&r->a, str_of(l->name));
		f->bytes = l->file->text.len;
		digest_bytes(l->file->text, f->sha256);
	}
}

static void begin(struct collector *c, struct ruleset *rs, enum matching matching)
{
	size_t i;

	rule_files(c->r, rs);
	c->r->rules_loaded = rs->n;
	c->r->matching = matching == MATCH_ALL ? "all" : "first";
	c->rule_index = xcalloc(rs->n + 1, sizeof(*c->rule_index));
	for (i = 0; i < rs->n; i++) {
		c->rule_index[i] = REPORT_NONE;
		c->r->rules_on += rs->rules[i].on;
	}
	engine_init(&c->engine, rs, matching, STR("syscall"));
	fieldctx_init(&c->fields, c->m);
	collect_acts(c);
}

static void totals(struct report *r)
{
	size_t i;

	for (i = 0; i < r->ntraces; i++) {
		struct report_trace *t = &r->traces[i];

		if (!t->events && !t->snapshot_procs && t->verdict == VERDICT_UNCHECKED) {
			t->verdict = VERDICT_UNREADABLE;
			t->why = STR("nothing could be read of it");
		}
		if (!t->events)
			continue;
		r->events += t->events;
		if (!r->first_ts || t->first_ts < r->first_ts)
			r->first_ts = t->first_ts;
		if (t->last_ts > r->last_ts)
			r->last_ts = t->last_ts;
	}
}

static void collector_release(struct collector *c)
{
	engine_release(&c->engine);
	fieldctx_release(&c->fields);
	session_free(c->s);
	imap_release(&c->by_pid);
	imap_release(&c->by_act);
	imap_release(&c->by_newexec);
	smap_release(&c->by_path);
	smap_release(&c->by_peer);
	smap_release(&c->by_listen);
	smap_release(&c->by_pair);
	smap_release(&c->by_container);
	arena_release(&c->keys);
	buf_release(&c->work);
	buf_release(&c->key);
	buf_release(&c->cut);
	free(c->rule_index);
	free(c->old_listens);
	free(c->portless);
}

int collect(struct report *r, struct ruleset *rs, enum matching matching,
	    char *const *files, size_t n, struct diag *d)
{
	static const struct session_opts opts;
	struct collector c = { .r = r, .work = BUF_INIT, .key = BUF_INIT,
			       .cut = BUF_INIT };
	struct session_hooks hooks = { .snap = on_snap, .loss = on_loss, .parts = on_parts,
				       .restart = on_restart, .ctx = &c };
	int err = 0, status;
	size_t i;

	for (i = 0; i < n; i++) {
		status = collect_trace(&c, files[i], d);
		r->traces[i].gap_before = segfiles_gap_before(files, i);
		if (err_exit(status) > err_exit(err))
			err = status;
	}
	c.s = session_new(files, n, &opts, d);
	session_set_hooks(c.s, &hooks);
	c.m = session_machine(c.s);
	c.cur = machine_current(c.m);
	begin(&c, rs, matching);
	while ((c.ev = session_next(c.s)) != NULL)
		take(&c);
	status = session_status(c.s);
	if (err_exit(status) > err_exit(err))
		err = status;
	totals(r);
	report_finish(r);
	collector_release(&c);
	return err;
}
