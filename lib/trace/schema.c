/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/limits.h"
#include "lib/trace/schema.h"

struct schema *schema_new(void)
{
	return xcalloc(1, sizeof(struct schema));
}

static void kind_free(struct schema_kind *k)
{
	unsigned i;

	if (!k)
		return;
	for (i = 0; i < k->ncols; i++)
		free(k->cols[i].name);
	free(k->cols);
	free(k->name);
	free(k);
}

void schema_clear(struct schema *s)
{
	unsigned page, i;

	for (page = 0; page < ARRAY_SIZE(s->pages); page++) {
		for (i = 0; s->pages[page] && i < 256; i++)
			kind_free(s->pages[page][i]);
		free(s->pages[page]);
		s->pages[page] = NULL;
	}
}

void schema_free(struct schema *s)
{
	if (!s)
		return;
	schema_clear(s);
	free(s);
}

struct schema_kind *schema_find(const struct schema *s, uint16_t id)
{
	struct schema_kind **page = s->pages[id >> 8];

	return page ? page[id & 255] : NULL;
}

/* By number and name for the kind, by name and type for each column; of two
 * columns alike the first. */
static void map_to_known(struct schema_kind *k)
{
	const struct kind *known = kind_of(k->id);
	uint64_t taken = 0;
	unsigned i, j;

	if (!known || strcmp(known->name, k->name))
		return;
	k->known = known;
	for (i = 0; i < k->ncols; i++) {
		k->cols[i].dest = -1;
		for (j = 0; j < known->ncols; j++)
			if (!(taken >> j & 1) &&
			    known->cols[j].type == k->cols[i].type &&
			    !strcmp(known->cols[j].name, k->cols[i].name))
				break;
		if (j == known->ncols)
			continue;
		k->cols[i].dest = (int16_t)j;
		taken |= 1ull << j;
	}
}

static char *take_name(struct rcur *c)
{
	uint8_t len = rcur_u8(c);
	const uint8_t *p = rcur_take(c, len);

	return p && !memchr(p, '\0', len) ? xstrndup((const char *)p, len) : NULL;
}

static bool take_kind(struct schema *s, struct rcur *c)
{
	struct schema_kind *k = xcalloc(1, sizeof(*k)), ***page;
	unsigned i, n;

	k->id = rcur_u16(c);
	n = rcur_u8(c);
	k->name = take_name(c);
	if (!k->name || n > KIND_COLUMNS_MAX) {
		kind_free(k);
		return false;
	}
	k->cols = xcalloc(n + 1, sizeof(*k->cols));
	for (i = 0; i < n; i++) {
		k->cols[i].type = rcur_u8(c);
		k->cols[i].flags = rcur_u8(c);
		k->cols[i].name = take_name(c);
		k->ncols++;
		if (!k->cols[i].name || k->cols[i].type >= COL_TYPE_COUNT) {
			kind_free(k);
			return false;
		}
	}
	map_to_known(k);
	page = &s->pages[k->id >> 8];
	if (!*page)
		*page = xcalloc(256, sizeof(**page));
	kind_free((*page)[k->id & 255]);
	(*page)[k->id & 255] = k;
	return true;
}

static void put_name(struct buf *out, const char *name)
{
	size_t len = strlen(name);

	buf_le8(out, (uint8_t)len);
	buf_add(out, name, len);
}

void schema_pack_kind(struct buf *out, const struct kind *k)
{
	unsigned i;

	buf_le16(out, k->id);
	buf_le8(out, (uint8_t)k->ncols);
	put_name(out, k->name);
	for (i = 0; i < k->ncols; i++) {
		buf_le8(out, k->cols[i].type);
		buf_le8(out, k->cols[i].flags);
		put_name(out, k->cols[i].name);
	}
}

static struct buf own = BUF_INIT;

static void make_own(void)
{
	struct buf kinds = BUF_INIT;
	const struct kind *k = NULL;
	uint64_t n = 0;

	while ((k = kind_next(k))) {
		schema_pack_kind(&kinds, k);
		n++;
	}
	buf_varint(&own, n);
	buf_add(&own, kinds.data, kinds.len);
	buf_release(&kinds);
}

struct str schema_own(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_own);
	return buf_str(&own);
}

/* Kinds that are as this build knows them need no description. */
static void forget_known(struct schema *s)
{
	struct schema_kind **page;
	unsigned id;

	for (id = 0; id <= UINT16_MAX; id++) {
		page = s->pages[id >> 8];
		if (!page) {
			id |= 255;	/* to the end of the page */
		} else if (page[id & 255] && kind_of((uint16_t)id)) {
			kind_free(page[id & 255]);
			page[id & 255] = NULL;
		}
	}
}

bool schema_add(struct schema *s, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	uint64_t n = rcur_varint(&c);

	if (str_eq(str_mem(p, len), schema_own())) {
		forget_known(s);
		return true;
	}
	if (n > UINT16_MAX + 1u)
		return false;
	while (n--)
		if (!take_kind(s, &c))
			return false;
	return !c.bad;
}
