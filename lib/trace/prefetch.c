/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/thread.h"
#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/prefetch.h"

#define SLOTS	2		/* blocks ahead; each is bounded by limits.h */
#define KINDS	0x10000

struct slot {
	enum walk_what what;
	struct walk told;		/* the walk after this step */
	struct buf bytes;		/* header and body of a whole block */
	struct rows_get rows;
	bool opened;
};

struct prefetch {
	struct walk walk;		/* the thread's */
	const struct schema *schema;
	struct slot slots[SLOTS];
	pthread_t thread;
	pthread_mutex_t lock;		/* all below */
	pthread_cond_t filled, freed;
	unsigned head, n;		/* filled slots: n of them from head */
	bool taken;			/* slots[head] is with the caller */
	bool held;			/* no further until the caller took all */
	bool stop;
	uint8_t decoded[KINDS / 8];	/* kinds of which columns were asked for */
};

/* ---- the thread ---- */

static void keep_bytes(struct slot *s, const struct walk *w)
{
	buf_clear(&s->bytes);
	buf_add(&s->bytes, w->raw_head, w->pending);
	s->told.raw_head = (const uint8_t *)s->bytes.data;
	s->told.body = s->told.raw_head + VTR_HEADER;
}

/* What is damaged is left for the caller to find when it needs it. */
static void open_rows(struct slot *s, const struct schema *schema, const uint8_t *decoded)
{
	struct rows_get *g = &s->rows;
	struct group *k;

	s->opened = rows_get_open(g, s->told.body, s->told.head.length, schema);
	for (k = g->groups; s->opened && k < g->groups + g->head.nkinds; k++)
		if (k->known && decoded[k->id >> 3] >> (k->id & 7) & 1)
			s->opened = rows_get_group(g, k) && !g->bad;
}

static void fill(struct prefetch *p, struct slot *s, const uint8_t *decoded)
{
	s->what = walk_next(&p->walk);
	s->told = p->walk;
	s->opened = false;
	if (s->what != WALK_BLOCK)
		return;
	keep_bytes(s, &p->walk);
	if (s->told.head.type == VTR_EVENTS && s->told.head.version <= VTR_VERSION &&
	    !s->told.anew)
		open_rows(s, p->schema, decoded);
}

/* The slot to fill next, or NULL to stop. */
static struct slot *free_slot(struct prefetch *p, uint8_t *decoded)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&p->lock);
	while (!p->stop && (p->n == SLOTS || p->held))
		pthread_cond_wait(&p->freed, &p->lock);
	if (!p->stop)
		s = &p->slots[(p->head + p->n) % SLOTS];
	memcpy(decoded, p->decoded, sizeof(p->decoded));
	pthread_mutex_unlock(&p->lock);
	return s;
}

static void *run(void *arg)
{
	struct prefetch *p = arg;
	uint8_t *decoded = xmalloc(sizeof(p->decoded));
	struct slot *s;

	while ((s = free_slot(p, decoded))) {
		fill(p, s, decoded);
		pthread_mutex_lock(&p->lock);
		p->n++;
		p->held = !s->opened;
		pthread_cond_signal(&p->filled);
		pthread_mutex_unlock(&p->lock);
	}
	free(decoded);
	return NULL;
}

/* ---- the caller ---- */

struct prefetch *prefetch_new(struct walk *w, const struct schema *schema,
			      const struct rows_get *like)
{
	struct prefetch *p;
	unsigned i;

	if (!thread_is_worth_it())
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->walk = *w;
	p->schema = schema;
	for (i = 0; i < SLOTS; i++) {
		buf_init(&p->slots[i].bytes);
		rows_get_init(&p->slots[i].rows);
		p->slots[i].rows.columns = like->columns;
		p->slots[i].rows.no_payload = like->no_payload;
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->filled, NULL);
	pthread_cond_init(&p->freed, NULL);
	if (thread_start(&p->thread, run, p)) {
		w->in = (struct input){ .fd = -1, .buf = BUF_INIT };
		return p;
	}
	p->stop = true;			/* no thread: nothing to wait for */
	p->walk.in = (struct input){ .fd = -1, .buf = BUF_INIT };
	prefetch_free(p);
	return NULL;
}

static void note_decoded(struct prefetch *p, const struct rows_get *g)
{
	unsigned i;

	memset(p->decoded, 0, sizeof(p->decoded));
	for (i = 0; i < g->head.nkinds; i++)
		if (g->groups[i].state == GROUP_READY)
			p->decoded[g->groups[i].id >> 3] |= (uint8_t)(1 << (g->groups[i].id & 7));
}

/* Waits for the next slot, giving back the one before. */
static struct slot *next_slot(struct prefetch *p, const struct rows_get *rows)
{
	pthread_mutex_lock(&p->lock);
	if (p->taken) {
		if (p->slots[p->head].opened)
			note_decoded(p, rows);
		p->head = (p->head + 1) % SLOTS;
		p->n--;
	}
	p->taken = true;
	p->held &= p->n > 0;		/* what held it was taken */
	pthread_cond_signal(&p->freed);
	while (!p->n)
		pthread_cond_wait(&p->filled, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return &p->slots[p->head];
}

/* The input stays the thread's; of it the caller sees how far it was. */
static void tell(struct walk *w, const struct walk *told)
{
	struct input in = w->in;

	in.offset = told->in.offset;
	in.err = told->in.err;
	in.left = told->in.left;
	*w = *told;
	w->in = in;
}

enum walk_what prefetch_next(struct prefetch *p, struct walk *w, struct rows_get *rows,
			     bool *opened)
{
	struct slot *s = next_slot(p, rows);
	struct rows_get was = *rows;

	tell(w, &s->told);
	*opened = s->opened;
	if (s->opened) {
		*rows = s->rows;
		s->rows = was;
	}
	return s->what;
}

const struct input *prefetch_input(const struct prefetch *p)
{
	return &p->walk.in;
}

void prefetch_free(struct prefetch *p)
{
	unsigned i;

	if (!p)
		return;
	if (!p->stop) {
		pthread_mutex_lock(&p->lock);
		p->stop = true;
		pthread_cond_signal(&p->freed);
		pthread_mutex_unlock(&p->lock);
		pthread_join(p->thread, NULL);
	}
	for (i = 0; i < SLOTS; i++) {
		buf_release(&p->slots[i].bytes);
		rows_get_release(&p->slots[i].rows);
	}
	walk_release(&p->walk);
	pthread_cond_destroy(&p->freed);
	pthread_cond_destroy(&p->filled);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
