/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/scap/limits.h"
#include "lib/scap/store.h"

static void unlink_entry(struct store *s, struct stored *e)
{
	if (e->older)
		e->older->newer = e->newer;
	else
		s->oldest = e->newer;
	if (e->newer)
		e->newer->older = e->older;
	else
		s->newest = e->older;
}

static void link_newest(struct store *s, struct stored *e)
{
	e->older = s->newest;
	e->newer = NULL;
	if (s->newest)
		s->newest->newer = e;
	else
		s->oldest = e;
	s->newest = e;
}

static void drop_oldest(struct store *s)
{
	struct stored *e = s->oldest;

	s->forgotten += e->full;
	s->n--;
	s->bytes -= e->cap;
	unlink_entry(s, e);
	imap_del(&s->by_tid, e->tid);
	free(e->bytes);
	free(e);
}

void store_release(struct store *s)
{
	while (s->oldest)
		drop_oldest(s);
	imap_release(&s->by_tid);
	*s = (struct store){ .by_tid = IMAP_INIT };
}

/* The thread's entry, as the newest. */
static struct stored *entry_of(struct store *s, uint64_t tid)
{
	struct stored *e = imap_get(&s->by_tid, tid);

	if (e) {
		unlink_entry(s, e);
	} else {
		if (s->n == SCAP_STORED_MAX)
			drop_oldest(s);
		e = xcalloc(1, sizeof(*e));
		e->tid = tid;
		imap_put(&s->by_tid, tid, e);
		s->n++;
	}
	link_newest(s, e);
	return e;
}

static void make_room(struct store *s, struct stored *e, size_t need)
{
	if (need <= e->cap)
		return;
	s->bytes += need - e->cap;
	free(e->bytes);
	e->bytes = xmalloc(need);
	e->cap = need;
	while (s->bytes > SCAP_STORED_BYTES && s->oldest != e)
		drop_oldest(s);
}

void store_put(struct store *s, const struct event *ev)
{
	struct stored *e = entry_of(s, (uint64_t)ev->tid);
	size_t need = 0, at = 0;
	unsigned i;

	for (i = 0; i < ev->nparams; i++)
		need += ev->param[i].len;
	make_room(s, e, need);
	for (i = 0; i < ev->nparams; i++) {
		e->param[i] = (struct param){ NULL, ev->param[i].len };
		if (!ev->param[i].len)
			continue;
		e->param[i].p = e->bytes + at;
		memcpy(e->bytes + at, ev->param[i].p, ev->param[i].len);
		at += ev->param[i].len;
	}
	e->type = ev->type;
	e->nparams = ev->nparams;
	e->full = true;
}

struct stored *store_get(struct store *s, int64_t tid)
{
	struct stored *e = imap_get(&s->by_tid, (uint64_t)tid);

	return e && e->full ? e : NULL;
}
