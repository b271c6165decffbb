/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/thread.h"
#include "lib/base/xalloc.h"
#include "lib/scap/ahead.h"
#include "lib/scap/limits.h"

struct slot {
	uint8_t *p;
	size_t len;
};

struct ahead {
	struct feed *feed;
	struct slot slots[SCAP_SLOTS];
	pthread_t thread;
	bool threaded;
	bool taken;		/* slots[head] is with the caller */
	pthread_mutex_t lock;	/* all below */
	pthread_cond_t filled, freed;
	unsigned head, n;	/* filled slots: n of them from head */
	bool ended, stop;
};

static uint8_t *slot_memory(struct slot *s)
{
	if (!s->p)
		s->p = xmalloc(SCAP_SLOT_BYTES);
	return s->p;
}

/* The slot to fill next, or NULL to stop. */
static struct slot *free_slot(struct ahead *a)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&a->lock);
	while (!a->stop && a->n == SCAP_SLOTS)
		pthread_cond_wait(&a->freed, &a->lock);
	if (!a->stop)
		s = &a->slots[(a->head + a->n) % SCAP_SLOTS];
	pthread_mutex_unlock(&a->lock);
	return s;
}

static void publish(struct ahead *a, size_t len)
{
	pthread_mutex_lock(&a->lock);
	if (len)
		a->n++;
	else
		a->ended = true;
	pthread_cond_signal(&a->filled);
	pthread_mutex_unlock(&a->lock);
}

static void *fill_loop(void *arg)
{
	struct ahead *a = arg;
	struct slot *s;

	while ((s = free_slot(a))) {
		s->len = feed_fill(a->feed, slot_memory(s), SCAP_SLOT_BYTES);
		publish(a, s->len);
		if (!s->len)
			break;
	}
	return NULL;
}

struct ahead *ahead_new(struct feed *f, bool threaded)
{
	struct ahead *a = xcalloc(1, sizeof(*a));

	a->feed = f;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->freed, NULL);
	a->threaded = threaded && thread_start(&a->thread, fill_loop, a);
	return a;
}

static bool next_inline(struct ahead *a)
{
	struct slot *s = &a->slots[0];

	s->len = feed_fill(a->feed, slot_memory(s), SCAP_SLOT_BYTES);
	return s->len > 0;
}

static bool next_from_thread(struct ahead *a)
{
	bool have;

	pthread_mutex_lock(&a->lock);
	if (a->taken) {
		a->head = (a->head + 1) % SCAP_SLOTS;
		a->n--;
		pthread_cond_signal(&a->freed);
	}
	while (!a->n && !a->ended)
		pthread_cond_wait(&a->filled, &a->lock);
	have = a->n > 0;
	pthread_mutex_unlock(&a->lock);
	return have;
}

bool ahead_next(struct ahead *a, const uint8_t **p, size_t *len)
{
	a->taken = a->threaded ? next_from_thread(a) : next_inline(a);
	if (!a->taken)
		return false;
	*p = a->slots[a->head].p;
	*len = a->slots[a->head].len;
	return true;
}

void ahead_free(struct ahead *a)
{
	size_t i;

	if (!a)
		return;
	if (a->threaded) {
		pthread_mutex_lock(&a->lock);
		a->stop = true;
		pthread_cond_signal(&a->freed);
		pthread_mutex_unlock(&a->lock);
		feed_stop(a->feed);
		pthread_join(a->thread, NULL);
	}
	for (i = 0; i < SCAP_SLOTS; i++)
		free(a->slots[i].p);
	pthread_cond_destroy(&a->freed);
	pthread_cond_destroy(&a->filled);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
