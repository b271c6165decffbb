/* SPDX-License-Identifier: Apache-2.0 */
/* Processes of a report: who they are, when they lived, what they ran. */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "lib/base/jsonp.h"
#include "lib/base/xalloc.h"

#define PLACEHOLDER_KEY	(UINT64_C(1) << 62)
#define UID_NONE	UINT32_MAX

static struct str user_name(struct collector *c, const struct thread *t, uint32_t uid)
{
	const struct user *u = machine_user(c->m, rstr_str(t->container_id), uid);

	if (u)
		return collect_text(c, rstr_str(u->name));
	return uid ? (struct str){ "", 0 } : STR("root");
}

/* In containers few users have a name. */
static struct str who_is(struct collector *c, struct str name, uint32_t uid)
{
	if (name.len || uid == UID_NONE)
		return name;
	buf_clear(&c->work);
	buf_addf(&c->work, "uid %u", uid);
	return collect_text(c, buf_str(&c->work));
}

static struct str label_of(const struct container *k, const char *key)
{
	size_t i;

	for (i = 0; i < k->nlabels; i++)
		if (str_eq(rstr_str(k->labels[i].key), str_of(key)))
			return rstr_str(k->labels[i].value);
	return (struct str){ "", 0 };
}

static void fill_container(struct collector *c, struct report_container *k, struct str id)
{
	const struct container *from = machine_container(c->m, id);

	if (!from || k->image.len)
		return;
	k->name = collect_text(c, rstr_str(from->name));
	k->image = collect_text(c, rstr_str(from->image));
	k->pod = collect_text(c, label_of(from, "io.kubernetes.pod.name"));
	k->ns = collect_text(c, label_of(from, "io.kubernetes.pod.namespace"));
	k->privileged = from->privileged;
}

uint32_t collect_container(struct collector *c, struct str id)
{
	struct report *r = c->r;
	struct smap_entry *e;

	if (!id.len)
		return REPORT_NONE;
	buf_clear(&c->key);
	buf_addf(&c->key, "%u/", c->trace);
	buf_addstr(&c->key, id);
	e = smap_find(&c->by_container, buf_str(&c->key));
	if (!e) {
		if (r->ncontainers == REPORT_CONTAINERS_MAX) {
			r->rest.containers++;
			return REPORT_NONE;
		}
		XGROW(r->containers, r->containers_cap, r->ncontainers + 1);
		r->containers[r->ncontainers] = (struct report_container){
			.id = collect_text(c, id), .trace = c->trace,
		};
		e = smap_put(&c->by_container, arena_str(&c->keys, buf_str(&c->key)),
			     collect_index((uint32_t)r->ncontainers++));
	}
	fill_container(c, &r->containers[collect_index_of(e->value)], id);
	return collect_index_of(e->value);
}

/* What an exec changes. */
static void describe(struct collector *c, struct report_proc *p, struct thread *t)
{
	struct str cmd = rstr_str(t->cmdline);

	p->comm = collect_text(c, rstr_str(t->comm));
	p->exe = collect_text(c, rstr_str(t->exepath->len ? t->exepath : t->exe));
	p->cmdline = collect_text(c, cmd.len ? cmd : rstr_str(t->comm));
	p->cwd = collect_text(c, machine_cwd(c->m, t));
	p->uid = t->uid;
	p->loginuid = t->loginuid;
	p->tty = t->tty;
	p->user = user_name(c, t, t->uid);
	p->who = who_is(c, p->user, t->uid);
	p->login = t->loginuid == UID_NONE ? (struct str){ "", 0 } :
		   user_name(c, t, t->loginuid);
}

static uint64_t key_of(const struct thread *t)
{
	return thread_is_placeholder(t) ? PLACEHOLDER_KEY | (uint64_t)t->tid : (uint64_t)t->pid;
}

static void adopt(struct report *r, uint32_t parent, uint32_t child)
{
	struct report_proc *p = &r->procs[parent];

	if (p->last_child == REPORT_NONE)
		p->first_child = child;
	else
		r->procs[p->last_child].next_sibling = child;
	p->last_child = child;
}

static uint32_t proc_at(struct collector *c, struct thread *t, unsigned depth);

static uint32_t proc_new(struct collector *c, struct thread *t, uint64_t key, unsigned depth)
{
	struct report *r = c->r;
	struct thread *parent = machine_parent(c->m, t);
	uint32_t up = REPORT_NONE, i;
	struct report_proc *p;

	if (parent && parent != t && depth < REPORT_PROC_DEPTH)
		up = proc_at(c, parent, depth + 1);
	if (r->nprocs == REPORT_PROCS_MAX) {
		r->rest.procs++;
		imap_put(&c->by_pid, key, (void *)(uintptr_t)UINTPTR_MAX);
		return REPORT_NONE;
	}
	XGROW(r->procs, r->procs_cap, r->nprocs + 1);
	i = (uint32_t)r->nprocs++;
	p = &r->procs[i];
	*p = (struct report_proc){
		.pid = thread_is_placeholder(t) ? t->tid : t->pid, .ppid = t->ptid,
		.parent = up, .trace = c->trace, .container = REPORT_NONE,
		.first_child = REPORT_NONE, .last_child = REPORT_NONE,
		.next_sibling = REPORT_NONE, .placeholder = thread_is_placeholder(t),
		.start_ts = t->clone_ts, .seen_ts = c->ev->ts,
		.before = t->clone_ts < r->traces[c->trace].first_ts,
		.first_exec = REPORT_NONE, .last_exec = REPORT_NONE,
		.first_file = REPORT_NONE, .last_file = REPORT_NONE,
		.first_peer = REPORT_NONE, .last_peer = REPORT_NONE,
		.first_alert = REPORT_NONE,
	};
	describe(c, p, t);
	p->container = collect_container(c, rstr_str(t->container_id));
	if (p->container != REPORT_NONE)
		r->containers[p->container].procs++;
	if (up != REPORT_NONE)
		adopt(r, up, i);
	imap_put(&c->by_pid, key, collect_index(i));
	return i;
}

/* Is the record of this number's process another, older one? */
static bool is_reused(const struct report_proc *p, const struct thread *t)
{
	return p->exited && t->clone_ts && t->clone_ts > p->end_ts;
}

static uint32_t proc_at(struct collector *c, struct thread *t, unsigned depth)
{
	struct thread *main = machine_main_thread(c->m, t);
	uint64_t key;
	void *v;

	if (!main)
		main = t;
	key = key_of(main);
	v = imap_get(&c->by_pid, key);
	if (v == (void *)(uintptr_t)UINTPTR_MAX)
		return REPORT_NONE;
	if (v && !is_reused(&c->r->procs[collect_index_of(v)], main))
		return collect_index_of(v);
	return proc_new(c, main, key, depth);
}

uint32_t collect_proc(struct collector *c, struct thread *t)
{
	return t ? proc_at(c, t, 0) : REPORT_NONE;
}

static void count_pair(struct collector *c, uint32_t proc)
{
	struct report *r = c->r;
	const struct report_proc *p = &r->procs[proc];
	struct str parent, child = p->exe;
	struct smap_entry *e;

	if (p->parent == REPORT_NONE)
		return;
	parent = r->procs[p->parent].comm;
	buf_clear(&c->key);
	buf_addstr(&c->key, parent);
	buf_addc(&c->key, '\0');
	buf_addstr(&c->key, child);
	e = smap_find(&c->by_pair, buf_str(&c->key));
	if (e) {
		r->pairs[collect_index_of(e->value)].count++;
		return;
	}
	if (r->npairs == REPORT_LISTENS_MAX)
		return;
	XGROW(r->pairs, r->pairs_cap, r->npairs + 1);
	r->pairs[r->npairs] = (struct report_pair){
		.parent = parent, .child = child, .count = 1, .proc = proc, .ts = c->ev->ts,
	};
	smap_put(&c->by_pair, arena_str(&c->keys, buf_str(&c->key)),
		 collect_index((uint32_t)r->npairs++));
}

void collect_exec(struct collector *c, uint32_t proc, struct thread *t)
{
	struct report *r = c->r;
	struct report_proc *p = &r->procs[proc];
	uint32_t i = (uint32_t)r->nexecs;

	describe(c, p, t);
	count_pair(c, proc);
	collect_ran(c, proc, rstr_str(t->exepath), t->exe_memfd);
	collect_ran_script(c, proc, t);
	p->nexecs++;
	if (r->nexecs == REPORT_EXECS_MAX || p->nexecs > REPORT_EXECS_PER_PROC) {
		r->rest.execs++;
		return;
	}
	XGROW(r->execs, r->execs_cap, r->nexecs + 1);
	r->execs[r->nexecs++] = (struct report_exec){
		.ts = c->ev->ts, .proc = proc, .next = REPORT_NONE,
		.exe = p->exe, .cmdline = p->cmdline,
	};
	if (p->last_exec == REPORT_NONE)
		p->first_exec = i;
	else
		r->execs[p->last_exec].next = i;
	p->last_exec = i;
}

void collect_exit(struct collector *c, uint32_t proc, struct thread *t)
{
	struct report_proc *p = &c->r->procs[proc];
	int64_t sig = event_i64(c->ev, P_PROCEXIT_1_E_sig, 0);

	if (!thread_is_main(t) && !p->placeholder)
		return;
	p->exited = true;
	p->end_ts = c->ev->ts;
	p->exit_code = event_i64(c->ev, P_PROCEXIT_1_E_ret, 0);
	p->signal = sig > 0 ? signal_name(sig) : NULL;
}

void collect_forget(struct collector *c)
{
	imap_clear(&c->by_pid);
	c->nportless = 0;
}
