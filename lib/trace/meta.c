/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/limits.h"
#include "lib/trace/meta.h"
#include "lib/trace/metaio.h"

static struct vtr_meta_pair *find(const struct vtr_meta *m, const char *key)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (!strcmp(m->v[i].key, key))
			return &m->v[i];
	return NULL;
}

void vtr_meta_set(struct vtr_meta *m, const char *key, struct str value)
{
	struct vtr_meta_pair *p = find(m, key);

	if (!p) {
		XGROW(m->v, m->cap, m->n + 1);
		p = &m->v[m->n++];
		p->key = xstrdup(key);
		p->value = NULL;
	}
	free(p->value);
	p->value = xstrndup(value.p ? value.p : "", value.len);
}

void vtr_meta_setu(struct vtr_meta *m, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	vtr_meta_set(m, key, str_of(text));
}

const char *vtr_meta_get(const struct vtr_meta *m, const char *key)
{
	const struct vtr_meta_pair *p = find(m, key);

	return p ? p->value : NULL;
}

void vtr_meta_release(struct vtr_meta *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		free(m->v[i].key);
		free(m->v[i].value);
	}
	free(m->v);
	*m = (struct vtr_meta)VTR_META_INIT;
}

void meta_pack(const struct vtr_meta *m, struct buf *out)
{
	size_t i;

	buf_varint(out, m->n);
	for (i = 0; i < m->n; i++) {
		buf_varint(out, strlen(m->v[i].key));
		buf_adds(out, m->v[i].key);
		buf_varint(out, strlen(m->v[i].value));
		buf_adds(out, m->v[i].value);
	}
}

static bool take_text(struct rcur *c, size_t limit, struct str *out)
{
	uint64_t len = rcur_varint(c);

	if (c->bad || len > limit)
		return false;
	*out = str_mem(rcur_take(c, len), len);
	return !c->bad && !memchr(out->p, '\0', len);
}

bool meta_unpack(struct vtr_meta *m, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	uint64_t n = rcur_varint(&c), i;
	struct str key, value;
	char *text;

	if (n > VTR_META_PAIRS_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (!take_text(&c, VTR_NAME_MAX, &key) ||
		    !take_text(&c, VTR_META_VALUE_MAX, &value))
			return false;
		text = xstrndup(key.p, key.len);
		vtr_meta_set(m, text, value);
		free(text);
	}
	return !c.bad;
}
