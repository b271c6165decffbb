/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/map.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

/*
 * Linear probing at most half full, so a chain is one cache line or two;
 * removal shifts back what follows, so there are no tombstones.
 */
#define SLOTS_MIN	16

void imap_release(struct imap *m)
{
	if (!m)
		return;
	free(m->slots);
	*m = (struct imap)IMAP_INIT;
}

void imap_clear(struct imap *m)
{
	if (m->nslots)
		memset(m->slots, 0, m->nslots * sizeof(*m->slots));
	m->live = 0;
}

/* The slot with key, or the free one where it would go. */
static inline struct imap_slot *probe(const struct imap *m, uint64_t key)
{
	size_t mask = m->nslots - 1, i = imap_home(m, key);

	while (m->slots[i].value && m->slots[i].key != key)
		i = (i + 1) & mask;
	return &m->slots[i];
}

static void grow(struct imap *m)
{
	struct imap old = *m;
	size_t i;

	m->nslots = old.nslots ? old.nslots * 2 : SLOTS_MIN;
	m->slots = xcalloc(m->nslots, sizeof(*m->slots));
	for (i = 0; i < old.nslots; i++) {
		if (old.slots[i].value)
			*probe(m, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

void imap_put(struct imap *m, uint64_t key, void *value)
{
	struct imap_slot *s;

	if (m->live >= m->nslots / 2)
		grow(m);
	s = probe(m, key);
	m->live += !s->value;
	s->key = key;
	s->value = value;
}

static void close_gap(struct imap *m, size_t gap)
{
	size_t mask = m->nslots - 1, i = gap, home;

	for (;;) {
		i = (i + 1) & mask;
		if (!m->slots[i].value)
			break;
		home = imap_home(m, m->slots[i].key);
		if (((i - home) & mask) >= ((i - gap) & mask)) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap] = (struct imap_slot){ 0 };
}

void *imap_del(struct imap *m, uint64_t key)
{
	struct imap_slot *s;
	void *old;

	if (!m->live)
		return NULL;
	s = probe(m, key);
	old = s->value;
	if (old) {
		close_gap(m, (size_t)(s - m->slots));
		m->live--;
	}
	return old;
}

static int cmp_u64(const void *a, const void *b, void *ctx)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t *imap_keys(const struct imap *m, size_t *n)
{
	uint64_t *keys = xmalloc(m->live * sizeof(*keys));
	size_t i;

	*n = 0;
	for (i = 0; i < m->nslots; i++) {
		if (m->slots[i].value)
			keys[(*n)++] = m->slots[i].key;
	}
	sort_stable(keys, *n, sizeof(*keys), cmp_u64, NULL);
	return keys;
}
