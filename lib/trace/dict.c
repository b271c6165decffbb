/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/dict.h"

void dict_release(struct dict *d)
{
	free(d->slots);
	free(d->v);
	buf_release(&d->bytes);
	*d = (struct dict)DICT_INIT;
}

void dict_clear(struct dict *d)
{
	if (d->n)
		memset(d->slots, 0, (d->mask + 1ul) * sizeof(*d->slots));
	d->n = 0;
	buf_clear(&d->bytes);
}

/*
 * Whoever runs on the recorded host chooses these strings, and can choose
 * them to collide.  So the search ends after so many slots: what was not found
 * by then goes down as new, which costs bytes and never time.
 */
#define MAX_PROBES 64

/* Eight bytes a step: strings are short and this runs for every one. */
static uint32_t hash_of(const uint8_t *p, uint32_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ len, w;

	for (; len >= 8; len -= 8, p += 8)
		h = (h ^ le64(p)) * 0xff51afd7ed558ccdu, h ^= h >> 32;
	for (w = 0; len; len--)
		w = w << 8 | p[len - 1];
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	return (uint32_t)(h >> 32);
}

/* Where an entry can be noted, or NULL: its neighbourhood is crowded. */
static uint32_t *free_slot(struct dict *d, uint32_t hash)
{
	uint32_t *slot;
	unsigned i;

	for (i = 0; i < MAX_PROBES; i++) {
		slot = &d->slots[(hash + i) & d->mask];
		if (!*slot)
			return slot;
	}
	return NULL;
}

static void note(struct dict *d, size_t entry)
{
	uint32_t *slot = free_slot(d, d->v[entry].hash);

	if (slot)
		*slot = (uint32_t)entry + 1;
}

static void grow(struct dict *d)
{
	size_t n = d->mask ? 2 * (d->mask + 1ul) : 16, i;

	free(d->slots);
	d->slots = xcalloc(n, sizeof(*d->slots));
	d->mask = (uint32_t)(n - 1);
	for (i = 0; i < d->n; i++)
		note(d, i);
}

/* The entry of these bytes + 1, or 0. */
static uint32_t find(const struct dict *d, uint32_t hash, const void *p, uint32_t len)
{
	const struct dict_entry *e;
	uint32_t s;
	unsigned i;

	for (i = 0; i < MAX_PROBES; i++) {
		s = d->slots[(hash + i) & d->mask];
		if (!s)
			return 0;
		e = &d->v[s - 1];
		if (e->hash == hash && e->len == len &&
		    !memcmp(d->bytes.data + e->off, p, len))
			return s;
	}
	return 0;
}

uint32_t dict_code(struct dict *d, const void *p, uint32_t len)
{
	uint32_t hash = hash_of(p, len), entry;

	if (2 * d->n >= d->mask)
		grow(d);
	entry = find(d, hash, p, len);
	if (entry)
		return entry + 1;
	XGROW(d->v, d->cap, d->n + 1);
	d->v[d->n] = (struct dict_entry){ (uint32_t)d->bytes.len, len, hash };
	note(d, d->n++);
	buf_add(&d->bytes, p, len);
	return 1;
}
