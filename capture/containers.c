/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <time.h>

#include "capture/containers.h"
#include "lib/base/map.h"
#include "lib/base/xalloc.h"
#include "lib/event/cgroup.h"
#include "lib/event/raw_tab.h"

#define KNOWN_MAX	8192		/* containers remembered; then all over again */
#define BYTES_MAX	(16u << 20)	/* of what is known of them; likewise */
#define LISTS		256		/* lists of control groups met lately */
#define PATIENCE_NS	25000000u	/* for the file of a container met first */
#define BUDGET_NS	100000000u	/* of such waiting, each second */
#define SNAPSHOT_NS	500000000u
static const uint64_t again_ns[] = { 50000000u, 200000000u, 1000000000u, 5000000000u };

struct known {
	char full_id[CTR_FULL_ID + 1];
	char *json;		/* NULL: nothing yet */
	int64_t pid;
	uint64_t again;		/* when to ask again, 0: not */
	unsigned asked;		/* how often */
	bool told;		/* in this trace */
	bool met;		/* in the snapshot that is taken */
};

struct containers {
	struct ctr_reader *reader;
	struct smap by_id;		/* full id -> struct known */
	struct rstr *lists[LISTS];	/* by hash */
	uint64_t waited, second;	/* ns waited in this second */
	uint64_t next_again;		/* the earliest of all; UINT64_MAX: none */
	uint64_t events;
	uint64_t bytes;			/* of JSON */
	bool snapshot;			/* one is being taken */
	/* of the control groups in records, by kind; 0: none */
	uint8_t col_of_call[SYSCALL_SC_MAX], col_of_point[REC_TP_COUNT];
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The column with the control groups of a kind's records; 0: none. */
static uint8_t cgroups_column(unsigned id)
{
	const struct rawkind *k = rawkind_of((uint16_t)id);
	unsigned i;

	for (i = 0; k && i < k->info->nslots; i++)
		if (k->info->slots[i].op == ROP_CGROUPS)
			return k->tailcol[i];
	return 0;
}

struct containers *containers_new(struct ctr_reader *reader)
{
	struct containers *c = xcalloc(1, sizeof(*c));
	unsigned i;

	c->reader = reader;
	c->next_again = UINT64_MAX;
	for (i = 0; i < SYSCALL_SC_MAX; i++)
		c->col_of_call[i] = cgroups_column(KIND_RAW_SYSCALL + i);
	for (i = 0; i < REC_TP_COUNT; i++)
		c->col_of_point[i] = cgroups_column(KIND_RAW_TRACEPOINT + i);
	return c;
}

static void forget_lists(struct containers *c)
{
	unsigned i;

	for (i = 0; i < LISTS; i++) {
		rstr_put(c->lists[i]);
		c->lists[i] = NULL;
	}
}

static void forget(struct containers *c)
{
	struct smap_entry *e;

	for (e = smap_next(&c->by_id, NULL); e; e = smap_next(&c->by_id, e)) {
		struct known *k = e->value;

		free(k->json);
		free(k);
	}
	smap_clear(&c->by_id);
	forget_lists(c);
	c->next_again = UINT64_MAX;
	c->bytes = 0;
}

void containers_free(struct containers *c)
{
	if (!c)
		return;
	ctr_reader_stop(c->reader);
	forget(c);
	smap_release(&c->by_id);
	free(c);
}

uint64_t containers_events(const struct containers *c)
{
	return c ? c->events : 0;
}

static void ask(struct containers *c, struct known *k)
{
	k->again = 0;
	if (ctr_reader_ask(c->reader, str_of(k->full_id), k->pid))
		k->asked++;
	else
		k->again = now_ns() + again_ns[0];
	if (k->again && k->again < c->next_again)
		c->next_again = k->again;
}

/* The container whose control groups these are; NULL: none. */
static struct known *meet(struct containers *c, struct str list, int64_t pid)
{
	enum container_type type;
	struct known *k;
	struct str id;

	if (!cgroup_list_container(list, &id, &type))
		return NULL;
	id = cgroup_full_id(list, id);
	k = smap_get(&c->by_id, id);
	if (k)
		return k;
	if (c->by_id.live == KNOWN_MAX || c->bytes > BYTES_MAX)
		forget(c);
	k = xcalloc(1, sizeof(*k));
	memcpy(k->full_id, id.p, id.len);
	k->pid = pid;
	smap_put(&c->by_id, str_of(k->full_id), k);
	ask(c, k);
	return k;
}

static int tell(struct containers *c, struct vtr_writer *w, struct known *k, uint64_t ts)
{
	static const uint8_t plugin[4];
	struct event ev = {
		.ts = ts, .tid = EVENT_NO_TID, .type = EV_ASYNCEVENT_E,
		.info = &evtab[EV_ASYNCEVENT_E], .nparams = 3,
	};

	ev.param[P_ASYNCEVENT_E_plugin_id] = (struct param){ plugin, sizeof(plugin) };
	ev.param[P_ASYNCEVENT_E_name] = (struct param){ (const uint8_t *)"container", 10 };
	ev.param[P_ASYNCEVENT_E_data] = (struct param){ (const uint8_t *)k->json,
							(uint32_t)strlen(k->json) + 1 };
	k->told = true;
	c->events++;
	return vtr_writer_event(w, &ev);
}

/* Take in an answer; the container it is about, or NULL when that is
 * forgotten. */
static struct known *take(struct containers *c, struct ctr_answer *a)
{
	struct known *k = smap_get(&c->by_id, str_of(a->full_id));

	if (!k || !a->json) {
		free(a->json);
		if (k && k->asked && k->asked <= ARRAY_SIZE(again_ns)) {
			k->again = now_ns() + again_ns[k->asked - 1];
			if (k->again < c->next_again)
				c->next_again = k->again;
		}
		return NULL;
	}
	c->bytes += strlen(a->json) - (k->json ? strlen(k->json) : 0);
	free(k->json);
	k->json = a->json;
	return k;
}

/* Answers, waited for until then; all that are there are told. */
static int fetch(struct containers *c, struct vtr_writer *w, uint64_t ts, uint64_t until,
		 const struct known *wanted)
{
	struct ctr_answer a;
	struct known *k;
	int ret = 0;

	while (!ret && ctr_reader_answer(c->reader, &a, wanted && !wanted->json ? until : 0)) {
		bool done = wanted && !strcmp(a.full_id, wanted->full_id);

		k = take(c, &a);
		if (k && !k->told && w)
			ret = tell(c, w, k, ts);
		if (done)
			wanted = NULL;
	}
	return ret;
}

/* Patience for one container, within the budget of this second. */
static int wait_for(struct containers *c, struct vtr_writer *w, const struct known *k, uint64_t ts)
{
	uint64_t from = now_ns();
	int ret;

	if (from / 1000000000u != c->second) {
		c->second = from / 1000000000u;
		c->waited = 0;
	}
	ret = fetch(c, w, ts, c->waited < BUDGET_NS ? from + PATIENCE_NS : 0, k);
	c->waited += now_ns() - from;
	return ret;
}

/*
 * Another process of a container of which nothing is known yet.  Runtimes
 * begin with some that live for a moment only, so each new one is a chance
 * to find what watches over them.
 */
static int ask_of(struct containers *c, struct vtr_writer *w, struct known *k, const struct row *r)
{
	if (k->asked > ARRAY_SIZE(again_ns))
		return 0;
	k->pid = r->tid;
	if (k->again)
		ask(c, k);
	return wait_for(c, w, k, r->ts);
}

static uint8_t column_of(const struct containers *c, unsigned id)
{
	unsigned n = id & (KIND_SNAP - 1);

	if (id >= KIND_RAW_TRACEPOINT)
		return n < REC_TP_COUNT ? c->col_of_point[n] : 0;
	return id >= KIND_RAW_SYSCALL && n < SYSCALL_SC_MAX ? c->col_of_call[n] : 0;
}

int containers_row(struct containers *c, struct vtr_writer *w, const struct row *r)
{
	uint8_t col;
	struct known *k;
	struct rstr **seen;
	struct str list;

	if (!c || !c->reader)
		return 0;
	col = column_of(c, r->kind->id);
	if (LIKELY(!col) || col >= r->ncols || !r->col[col].len)
		return 0;
	list = str_mem(r->col[col].p, r->col[col].len);
	seen = &c->lists[str_hash(list) % LISTS];
	if (str_eq(rstr_str(*seen), list))
		return 0;
	k = meet(c, list, r->tid);
	if (!k || k->json || k->asked > ARRAY_SIZE(again_ns))
		rstr_setmem(seen, list.p, list.len);
	if (k && !k->json)
		return ask_of(c, w, k, r);
	return k && !k->told ? tell(c, w, k, r->ts) : 0;
}

static void ask_again(struct containers *c)
{
	uint64_t now = now_ns();
	struct smap_entry *e;

	if (now < c->next_again)
		return;
	c->next_again = UINT64_MAX;
	for (e = smap_next(&c->by_id, NULL); e; e = smap_next(&c->by_id, e)) {
		struct known *k = e->value;

		if (k->again && k->again <= now)
			ask(c, k);
		else if (k->again && k->again < c->next_again)
			c->next_again = k->again;
	}
}

int containers_tick(struct containers *c, struct vtr_writer *w, uint64_t ts)
{
	if (!c || !c->reader)
		return 0;
	ask_again(c);
	return ts ? fetch(c, w, ts, 0, NULL) : 0;
}

/* The first process of a new snapshot: nothing is told in this trace yet. */
static void begin_snapshot(struct containers *c)
{
	struct smap_entry *e;

	for (e = smap_next(&c->by_id, NULL); e; e = smap_next(&c->by_id, e)) {
		struct known *k = e->value;

		k->told = k->met = false;
	}
	forget_lists(c);
	c->snapshot = true;
}

void containers_process(struct containers *c, const struct snap_proc *p)
{
	struct known *k;

	if (!c || !c->reader)
		return;
	if (!c->snapshot)
		begin_snapshot(c);
	k = meet(c, p->cgroups, p->tid);
	if (k)
		k->met = true;
}

int containers_snapshot(struct containers *c,
			int (*emit)(void *ctx, const struct snap_item *item), void *ctx)
{
	uint64_t until = now_ns() + SNAPSHOT_NS;
	struct snap_item item = { .kind = SNAP_CONTAINER };
	struct ctr_answer a;
	struct smap_entry *e;
	int ret = 0;

	if (!c || !c->reader)
		return 0;
	while (ctr_reader_answer(c->reader, &a, until))
		take(c, &a);
	for (e = smap_next(&c->by_id, NULL); e && !ret; e = smap_next(&c->by_id, e)) {
		struct known *k = e->value;

		if (!k->met || !k->json)
			continue;
		k->told = true;
		item.container.json = str_of(k->json);
		ret = emit(ctx, &item);
	}
	c->snapshot = false;
	return ret;
}
