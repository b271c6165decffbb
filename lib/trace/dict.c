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

static void grow(struct dict *d)
{
	size_t n = d->mask ? 2 * (d->mask + 1ul) : 16, i, at;

	free(d->slots);
	d->slots = xcalloc(n, sizeof(*d->slots));
	d->mask = (uint32_t)(n - 1);
	for (i = 0; i < d->n; i++) {
		at = d->v[i].hash & d->mask;
		while (d->slots[at])
			at = (at + 1) & d->mask;
		d->slots[at] = (uint32_t)i + 1;
	}
}

uint32_t dict_code(struct dict *d, const void *p, uint32_t len)
{
	uint32_t hash = hash_of(p, len), at, s;
	const struct dict_entry *e;

	if (2 * d->n >= d->mask)
		grow(d);
	for (at = hash & d->mask; (s = d->slots[at]); at = (at + 1) & d->mask) {
		e = &d->v[s - 1];
		if (e->hash == hash && e->len == len &&
		    !memcmp(d->bytes.data + e->off, p, len))
			return s + 1;
	}
	XGROW(d->v, d->cap, d->n + 1);
	d->v[d->n++] = (struct dict_entry){ (uint32_t)d->bytes.len, len, hash };
	d->slots[at] = (uint32_t)d->n;
	buf_add(&d->bytes, p, len);
	return 1;
}
