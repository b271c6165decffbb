/* SPDX-License-Identifier: Apache-2.0 */
/* The report as data; documented in doc/REPORT-FORMAT.md.  Keys are only ever
 * added, never renamed. */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "analyze/report/report.h"
#include "analyze/rule/item.h"
#include "lib/base/jsonw.h"
#include "lib/base/num.h"

#define FORMAT_VERSION 1

static void put_str(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

static void put_u64(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

static void put_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

/* A time as text; null for 0, which means unknown. */
static void put_ts(struct jsonw *w, const char *key, uint64_t ts)
{
	struct buf b = BUF_INIT;

	jsonw_key(w, key);
	if (ts) {
		num_iso8601(&b, ts);
		jsonw_str(w, buf_str(&b));
	} else {
		jsonw_null(w);
	}
	buf_release(&b);
}

static void put_index(struct jsonw *w, const char *key, uint32_t i)
{
	jsonw_key(w, key);
	if (i == REPORT_NONE)
		jsonw_null(w);
	else
		jsonw_u64(w, i);
}

static void strs(struct jsonw *w, const char *key, const struct str *v, size_t n)
{
	size_t i;

	jsonw_key(w, key);
	jsonw_array(w);
	for (i = 0; i < n; i++)
		jsonw_str(w, v[i]);
	jsonw_end(w);
}

static void story(const struct report *r, struct jsonw *w)
{
	struct arena a = ARENA_INIT;
	size_t n, i;
	struct report_fact *v = report_facts(r, &a, &n);
	struct buf lead = BUF_INIT;

	report_headline_text(r, &lead);
	put_str(w, "headline", buf_str(&lead));
	buf_release(&lead);
	jsonw_key(w, "facts");
	jsonw_array(w);
	for (i = 0; i < n; i++) {
		jsonw_open(w);
		put_str(w, "label", str_of(v[i].label));
		put_str(w, "text", v[i].text);
		jsonw_close(w);
	}
	jsonw_end(w);
	free(v);
	arena_release(&a);
}

static void signers(const struct report_trace *t, struct jsonw *w)
{
	size_t i;

	put_u64(w, "segments", t->segments);
	jsonw_key(w, "signers");
	jsonw_array(w);
	for (i = 0; i < t->nsigners; i++) {
		jsonw_open(w);
		put_str(w, "public_key", str_of(t->signers[i].key));
		put_u64(w, "segments", t->signers[i].segments);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void trace(const struct report_trace *t, struct jsonw *w)
{
	size_t i;

	jsonw_open(w);
	put_str(w, "path", t->path);
	put_str(w, "host", t->host);
	put_str(w, "arch", t->arch);
	put_str(w, "kernel", t->kernel);
	put_str(w, "sha256", str_of(t->sha256));
	put_str(w, "chain_digest", str_of(t->chain));
	put_str(w, "signed_by", str_of(t->key));
	signers(t, w);
	put_bool(w, "sealed", t->sealed);
	put_str(w, "verification", str_of(verdict_name(t->verdict)));
	put_str(w, "why", t->why);
	put_u64(w, "bytes", t->bytes);
	put_u64(w, "events", t->events);
	put_ts(w, "first", t->first_ts);
	put_ts(w, "last", t->last_ts);
	put_u64(w, "lost", t->lost);
	put_u64(w, "gaps", t->lost_blocks);
	put_bool(w, "lost_unknown", t->lost_unknown);
	put_u64(w, "payloads_left_out", t->left_out);
	put_u64(w, "truncated", t->truncated);
	put_u64(w, "late", t->late);
	put_u64(w, "unknown_threads", t->placeholders);
	put_u64(w, "threads_dropped", t->dropped_threads);
	put_u64(w, "descriptors_dropped", t->dropped_fds);
	put_u64(w, "entries_dropped", t->dropped_entries);
	put_u64(w, "texts_cut", t->cut_texts);
	put_bool(w, "segment_missing_before", t->gap_before);
	put_u64(w, "snapshot_processes", t->snapshot_procs);
	put_u64(w, "reads_writes", t->plain_io);
	jsonw_key(w, "meta");
	jsonw_open(w);
	for (i = 0; i < t->nmeta; i++) {
		jsonw_keystr(w, t->meta[i].key);
		jsonw_str(w, t->meta[i].value);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static void rule(const struct report_rule *x, struct jsonw *w)
{
	jsonw_open(w);
	put_str(w, "rule", x->name);
	put_str(w, "priority", str_of(priority_names[x->priority]));
	put_str(w, "desc", x->desc);
	put_str(w, "condition", x->condition);
	put_str(w, "output", x->output);
	put_str(w, "file", x->file);
	put_u64(w, "line", x->line);
	strs(w, "tags", x->tags, x->ntags);
	put_u64(w, "alerts", x->matches);
	put_ts(w, "first", x->first_ts);
	put_ts(w, "last", x->last_ts);
	jsonw_close(w);
}

static void alert(const struct report_alert *x, struct jsonw *w)
{
	jsonw_open(w);
	put_ts(w, "time", x->ts);
	put_u64(w, "event", x->num);
	put_u64(w, "trace", x->trace);
	put_u64(w, "rule", x->rule);
	put_index(w, "process", x->proc);
	put_str(w, "output", x->text);
	put_str(w, "object", x->object);
	if (x->lost_before || x->lost_unknown)
		put_u64(w, "lost_before", x->lost_before);
	if (x->behind.whose != BEHIND_NOTHING) {
		jsonw_key(w, "after_loss");
		jsonw_open(w);
		behind_json(&x->behind, w);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void execs(const struct report *r, const struct report_proc *p, struct jsonw *w)
{
	uint32_t i;

	jsonw_key(w, "executed");
	jsonw_array(w);
	for (i = p->first_exec; i != REPORT_NONE; i = r->execs[i].next) {
		jsonw_open(w);
		put_ts(w, "time", r->execs[i].ts);
		put_str(w, "exe", r->execs[i].exe);
		put_str(w, "cmdline", r->execs[i].cmdline);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void files(const struct report *r, const struct report_proc *p, struct jsonw *w)
{
	uint32_t i;
	unsigned op;

	jsonw_key(w, "files");
	jsonw_array(w);
	for (i = p->first_file; i != REPORT_NONE; i = r->files[i].next) {
		const struct report_file *f = &r->files[i];

		jsonw_open(w);
		put_str(w, "path", r->paths[f->path].name);
		if (f->path2 != REPORT_NONE)
			put_str(w, "from", r->paths[f->path2].name);
		for (op = 0; op < FILEOP_COUNT; op++)
			if (f->count[op])
				put_u64(w, fileop_key[op], f->count[op]);
		if (f->read)
			put_u64(w, "bytes_read", f->read);
		if (f->written)
			put_u64(w, "bytes_written", f->written);
		put_ts(w, "first", f->first_ts);
		put_ts(w, "last", f->last_ts);
		jsonw_close(w);
	}
	jsonw_end(w);
}

/* null where the trace cannot tell. */
static void put_moved(const struct report *r, const struct report_peer *p, const char *key,
		      uint64_t n, struct jsonw *w)
{
	jsonw_key(w, key);
	if (report_peer_counted(r, p))
		jsonw_u64(w, n);
	else
		jsonw_null(w);
}

static void peer(const struct report *r, const struct report_peer *p, struct jsonw *w)
{
	jsonw_open(w);
	put_u64(w, "process", p->proc);
	put_str(w, "direction", str_of(p->inbound ? "in" : "out"));
	put_str(w, "protocol", str_of(p->proto));
	put_str(w, "local", p->local);
	put_u64(w, "local_port", p->lport);
	put_str(w, "remote", p->remote);
	put_u64(w, "remote_port", p->rport);
	put_u64(w, "connections", p->conns);
	put_bool(w, "failed", p->failed && !p->begun);
	put_bool(w, "unanswered", p->failed && p->begun);
	if (p->failed && !p->begun)
		put_str(w, "reason", str_of(report_peer_end(p)));
	put_moved(r, p, "bytes_sent", p->sent, w);
	put_moved(r, p, "bytes_received", p->received, w);
	put_ts(w, "first", p->first_ts);
	put_ts(w, "last", p->last_ts);
	jsonw_close(w);
}

static void process(const struct report *r, const struct report_proc *p, struct jsonw *w)
{
	static const char *const roles[] = { "other", "above", "below", "alerted" };

	jsonw_open(w);
	put_u64(w, "trace", p->trace);
	jsonw_key(w, "pid");
	jsonw_i64(w, p->pid);
	put_index(w, "parent", p->parent);
	put_str(w, "comm", p->comm);
	put_str(w, "exe", p->exe);
	put_str(w, "cmdline", p->cmdline);
	put_str(w, "cwd", p->cwd);
	put_str(w, "user", p->user);
	put_index(w, "uid", p->uid);
	put_index(w, "login_uid", p->loginuid);
	put_u64(w, "tty", p->tty);
	put_index(w, "container", p->container);
	put_bool(w, "placeholder", p->placeholder);
	put_ts(w, "start", p->start_ts);
	put_ts(w, "end", p->end_ts);
	jsonw_key(w, "exit_code");
	if (p->exited)
		jsonw_i64(w, p->exit_code);
	else
		jsonw_null(w);
	put_str(w, "signal", str_of(p->signal ? p->signal : ""));
	put_u64(w, "events", p->events);
	put_u64(w, "alerts", p->nalerts);
	put_str(w, "role", str_of(roles[p->role]));
	execs(r, p, w);
	files(r, p, w);
	jsonw_close(w);
}

static void listens(const struct report *r, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "listening");
	jsonw_array(w);
	for (i = 0; i < r->nlistens; i++) {
		jsonw_open(w);
		put_u64(w, "process", r->listens[i].proc);
		put_str(w, "protocol", str_of(r->listens[i].proto));
		put_str(w, "address", r->listens[i].addr);
		put_u64(w, "port", r->listens[i].port);
		put_ts(w, "since", r->listens[i].ts);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void oddities(const struct report *r, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "new_executables");
	jsonw_array(w);
	for (i = 0; i < r->nnewexecs; i++) {
		jsonw_open(w);
		put_str(w, "path", r->paths[r->newexecs[i].path].name);
		put_u64(w, "process", r->newexecs[i].proc);
		put_ts(w, "time", r->newexecs[i].ts);
		put_u64(w, "runs", r->newexecs[i].runs);
		put_bool(w, "memory_only", r->newexecs[i].memfd);
		jsonw_close(w);
	}
	jsonw_end(w);
	jsonw_key(w, "children");
	jsonw_array(w);
	for (i = 0; i < r->npairs; i++) {
		jsonw_open(w);
		put_str(w, "parent", r->pairs[i].parent);
		put_str(w, "child", r->pairs[i].child);
		put_u64(w, "count", r->pairs[i].count);
		put_ts(w, "first", r->pairs[i].ts);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void containers(const struct report *r, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "containers");
	jsonw_array(w);
	for (i = 0; i < r->ncontainers; i++) {
		const struct report_container *k = &r->containers[i];

		jsonw_open(w);
		put_u64(w, "trace", k->trace);
		put_str(w, "id", k->id);
		put_str(w, "name", k->name);
		put_str(w, "image", k->image);
		put_str(w, "pod", k->pod);
		put_str(w, "namespace", k->ns);
		put_bool(w, "privileged", k->privileged);
		put_u64(w, "processes", k->procs);
		put_u64(w, "alerts", k->alerts);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void rest(const struct report_rest *x, struct jsonw *w)
{
	jsonw_key(w, "left_out");
	jsonw_open(w);
	put_u64(w, "alerts", x->alerts);
	put_u64(w, "processes", x->procs);
	put_u64(w, "files", x->files);
	put_u64(w, "peers", x->peers);
	put_u64(w, "listening", x->listens);
	put_u64(w, "executions", x->execs);
	put_u64(w, "containers", x->containers);
	put_u64(w, "texts_cut", x->texts);
	jsonw_close(w);
}

static void rule_files(const struct report *r, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "rule_files");
	jsonw_array(w);
	for (i = 0; i < r->nrulefiles; i++) {
		jsonw_open(w);
		put_str(w, "path", r->rulefiles[i].name);
		put_str(w, "sha256", str_of(r->rulefiles[i].sha256));
		put_u64(w, "bytes", r->rulefiles[i].bytes);
		jsonw_close(w);
	}
	jsonw_end(w);
}

#define EACH(key, v, n, call) do {			\
	jsonw_key(&w, key);				\
	jsonw_array(&w);				\
	for (i = 0; i < (n); i++)			\
		call;					\
	jsonw_end(&w);					\
} while (0)

void report_json(const struct report *r, struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);
	size_t i;

	jsonw_open(&w);
	put_u64(&w, "format", FORMAT_VERSION);
	put_str(&w, "version", STR(PACKAGE_VERSION));
	put_str(&w, "title", str_of(r->title ? r->title : ""));
	put_str(&w, "command", r->command);
	put_str(&w, "matching", str_of(r->matching));
	put_u64(&w, "events", r->events);
	put_ts(&w, "first", r->first_ts);
	put_ts(&w, "last", r->last_ts);
	put_u64(&w, "alerts_total", r->alerts_all);
	put_u64(&w, "rules_loaded", r->rules_loaded);
	put_u64(&w, "rules_on", r->rules_on);
	put_str(&w, "verification", str_of(verdict_name(report_verdict(r))));
	story(r, &w);
	EACH("traces", traces, r->ntraces, trace(&r->traces[i], &w));
	rule_files(r, &w);
	EACH("rules", rules, r->nrules, rule(&r->rules[i], &w));
	EACH("alerts", alerts, r->nalerts, alert(&r->alerts[i], &w));
	EACH("processes", procs, r->nprocs, process(r, &r->procs[i], &w));
	EACH("peers", peers, r->npeers, peer(r, &r->peers[i], &w));
	listens(r, &w);
	oddities(r, &w);
	containers(r, &w);
	rest(&r->rest, &w);
	jsonw_close(&w);
	buf_addc(out, '\n');
	esc_json_tame(out);
}
