/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

static bool (*const getters[FIELD_COUNT])(struct fieldctx *c, const struct fieldref *ref,
					  enum field_place place, struct value *v) = {
#define FIELD(id, name, type, list, arg, flags, fmt, cls, help) [FIELD_##id] = get_##id,
#include "schema/fields.def"
#include "schema/fields-k8saudit.def"
#include "schema/fields-vestige.def"
#undef FIELD
};

static bool is_text(uint8_t ptype)
{
	return ptype == PT_CHARBUF || ptype == PT_FSPATH || ptype == PT_FSRELPATH;
}

static void sanitize_list(struct fieldctx *c, struct value *v)
{
	struct value *copy;
	size_t i;

	if (!v->list.n)
		return;
	copy = arena_dup(&c->scratch, v->list.v, v->list.n * sizeof(*copy));
	for (i = 0; i < v->list.n; i++)
		copy[i].s = text_sanitize(c, copy[i].s);
	v->list.v = copy;
}

static NOINLINE void sanitize(struct fieldctx *c, struct value *v)
{
	if (v->shape == VAL_SCALAR)
		v->s = text_sanitize(c, v->s);
	else
		sanitize_list(c, v);
}

static bool ctx_get(struct fieldsource *s, const struct fieldref *ref,
		    enum field_place place, struct value *out)
{
	struct fieldctx *c = (struct fieldctx *)s;	/* src is its first member */
	const struct fieldinfo *f = ref->f;

	out->ptype = f->ptype;
	out->pfmt = f->pfmt;
	out->shape = VAL_SCALAR;
	if (LIKELY(place != FIELD_IN_OUTPUT))
		return getters[f->id](c, ref, place, out);
	if (!getters[f->id](c, ref, place, out))
		return false;
	if (is_text(out->ptype))
		sanitize(c, out);
	return true;
}

void fieldctx_init(struct fieldctx *c, const struct machine *m)
{
	*c = (struct fieldctx){
		.src = { .get = ctx_get },
		.m = m,
		.scratch = ARENA_INIT,
		.work = BUF_INIT,
		.cpu_last = IMAP_INIT,
	};
	c->cur = machine_current(m);
}

void fieldctx_release(struct fieldctx *c)
{
	arena_release(&c->scratch);
	buf_release(&c->work);
	imap_release(&c->cpu_last);
}

void fieldctx_begin(struct fieldctx *c)
{
	if (c->scratch.total)
		arena_clear(&c->scratch);
	c->cur = machine_current(c->m);
	c->src.evtype = c->cur->ev ? c->cur->ev->type : 0;
}

struct str work_end(struct fieldctx *c, size_t begin)
{
	size_t n = c->work.len - begin;
	struct str s = str_mem(arena_dup(&c->scratch, c->work.data + begin, n), n);

	buf_setlen(&c->work, begin);
	return s;
}

int ctx_param(const struct fieldctx *c, const char *name)
{
	return evinfo_param(c->cur->ev->info, str_of(name));
}

bool ctx_retval(const struct fieldctx *c, int64_t *ret)
{
	event_some(c->cur->ev, 1);
	return event_retval(c->cur->ev, ret);
}
