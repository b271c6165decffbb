/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash maps with a secret seed, open addressing, and iteration in insertion
 * order (never by hash or address).  smap is keyed by bytes, imap by uint64_t.
 * Values are pointers; the map owns neither keys nor values.
 */
#ifndef LIB_BASE_MAP_H
#define LIB_BASE_MAP_H

#include "lib/base/compat.h"
#include "lib/base/hash.h"
#include "lib/base/str.h"

struct smap_entry {
	struct str key;		/* borrowed: must outlive the entry */
	void *value;		/* NULL after removal */
	uint64_t hash;
	bool live;
};

struct smap {
	struct smap_entry *entries;	/* insertion order, with holes */
	size_t n, cap, live;
	uint32_t *slots;		/* index + 1 into entries, 0 free */
	size_t nslots;
};
#define SMAP_INIT { 0 }

void smap_release(struct smap *m);
void smap_clear(struct smap *m);
/* The entry for key, or NULL. */
struct smap_entry *smap_find(const struct smap *m, struct str key);
/* The value for key, or NULL. */
void *smap_get(const struct smap *m, struct str key);
/* Insert or replace; returns the entry (key pointer kept from first insert). */
struct smap_entry *smap_put(struct smap *m, struct str key, void *value);
bool smap_del(struct smap *m, struct str key);
/* Iterate live entries: for (e = smap_next(m, NULL); e; e = smap_next(m, e)).
 * Deleting the current entry while iterating is allowed; inserting is not. */
struct smap_entry *smap_next(const struct smap *m, const struct smap_entry *after);

struct imap_slot {
	uint64_t key;
	void *value;		/* NULL: free */
};

/* Unordered by design: no iteration but by a sorted key list. */
struct imap {
	struct imap_slot *slots;	/* power of two, linear probing */
	size_t nslots, live;
};
#define IMAP_INIT { 0 }

void imap_release(struct imap *m);
void imap_clear(struct imap *m);
/* Where a key would like to be. */
static inline size_t imap_home(const struct imap *m, uint64_t key)
{
	return hash_u64(key) & (m->nslots - 1);
}

/* The value for key, or NULL.  Inline: asked several times per event. */
static inline void *imap_get(const struct imap *m, uint64_t key)
{
	size_t i;

	if (!m->live)
		return NULL;
	i = imap_home(m, key);
	while (m->slots[i].key != key && m->slots[i].value)
		i = (i + 1) & (m->nslots - 1);
	return m->slots[i].value;
}

void imap_put(struct imap *m, uint64_t key, void *value);	/* value != NULL */
void *imap_del(struct imap *m, uint64_t key);	/* the old value or NULL */
/* All keys ascending in a malloc'd array (free it); *n gets their number. */
uint64_t *imap_keys(const struct imap *m, size_t *n);

#endif
