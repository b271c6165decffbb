/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/map.h"
#include "lib/base/xalloc.h"

/*
 * Entries lie in insertion order; slots hold their index plus one.  A removed
 * entry leaves a hole that the next rebuild closes, so a map that is filled
 * and emptied for ever does not grow.
 */
#define SLOTS_MIN	16

void smap_release(struct smap *m)
{
	if (!m)
		return;
	free(m->entries);
	free(m->slots);
	*m = (struct smap)SMAP_INIT;
}

void smap_clear(struct smap *m)
{
	if (m->nslots)
		memset(m->slots, 0, m->nslots * sizeof(*m->slots));
	m->n = m->live = 0;
}

static size_t next_slot(const struct smap *m, size_t i)
{
	return (i + 1) & (m->nslots - 1);
}

/* The slot that holds key, or the free one where it would go. */
static size_t probe(const struct smap *m, struct str key, uint64_t hash)
{
	size_t mask = m->nslots - 1, i = hash & mask;
	uint32_t slot;

	while ((slot = m->slots[i])) {
		const struct smap_entry *e = &m->entries[slot - 1];

		if (e->hash == hash && str_eq(e->key, key))
			break;
		i = (i + 1) & mask;
	}
	return i;
}

struct smap_entry *smap_find(const struct smap *m, struct str key)
{
	uint32_t slot;

	if (!m->live)
		return NULL;
	slot = m->slots[probe(m, key, str_hash(key))];
	return slot ? &m->entries[slot - 1] : NULL;
}

void *smap_get(const struct smap *m, struct str key)
{
	struct smap_entry *e = smap_find(m, key);

	return e ? e->value : NULL;
}

static void compact(struct smap *m)
{
	size_t i, n = 0;

	for (i = 0; i < m->n; i++) {
		if (m->entries[i].live)
			m->entries[n++] = m->entries[i];
	}
	m->n = n;
}

/* Close the holes, and double when few of them were found. */
static void rebuild(struct smap *m)
{
	size_t i, at;

	compact(m);
	if (!m->nslots || m->live > m->cap / 4 * 3) {
		m->nslots = m->nslots ? m->nslots * 2 : SLOTS_MIN;
		m->cap = m->nslots / 2;
		m->entries = xreallocarray(m->entries, m->cap, sizeof(*m->entries));
		m->slots = xreallocarray(m->slots, m->nslots, sizeof(*m->slots));
	}
	memset(m->slots, 0, m->nslots * sizeof(*m->slots));
	for (i = 0; i < m->n; i++) {
		at = m->entries[i].hash & (m->nslots - 1);
		while (m->slots[at])
			at = next_slot(m, at);
		m->slots[at] = (uint32_t)i + 1;
	}
}

struct smap_entry *smap_put(struct smap *m, struct str key, void *value)
{
	uint64_t hash = str_hash(key);
	struct smap_entry *e;
	size_t at;

	if (m->n == m->cap)
		rebuild(m);
	at = probe(m, key, hash);
	if (m->slots[at]) {
		e = &m->entries[m->slots[at] - 1];
		e->value = value;
		return e;
	}
	e = &m->entries[m->n++];
	*e = (struct smap_entry){ key, value, hash, true };
	m->slots[at] = (uint32_t)m->n;
	m->live++;
	return e;
}

/* Pull back what had to probe past the freed slot. */
static void close_gap(struct smap *m, size_t gap)
{
	size_t mask = m->nslots - 1, i = gap, home;

	for (;;) {
		i = (i + 1) & mask;
		if (!m->slots[i])
			break;
		home = m->entries[m->slots[i] - 1].hash & mask;
		if (((i - home) & mask) >= ((i - gap) & mask)) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap] = 0;
}

bool smap_del(struct smap *m, struct str key)
{
	struct smap_entry *e;
	size_t at;

	if (!m->live)
		return false;
	at = probe(m, key, str_hash(key));
	if (!m->slots[at])
		return false;
	e = &m->entries[m->slots[at] - 1];
	close_gap(m, at);
	e->live = false;
	e->value = NULL;
	m->live--;
	while (m->n && !m->entries[m->n - 1].live)
		m->n--;
	return true;
}

struct smap_entry *smap_next(const struct smap *m, const struct smap_entry *after)
{
	size_t i = after ? (size_t)(after - m->entries) + 1 : 0;

	for (; i < m->n; i++) {
		if (m->entries[i].live)
			return &m->entries[i];
	}
	return NULL;
}
