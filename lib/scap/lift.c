/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/jsonw.h"
#include "lib/base/xalloc.h"
#include "lib/scap/lift.h"
#include "lib/scap/limits.h"
#include "lib/scap/recipe.h"
#include "lib/scap/store.h"

enum { ANY_COUNT = 0xff };

struct lift {
	/* Parameters a current event of this type has, plus one; ANY_COUNT;
	 * 0 for types that are never current. */
	uint8_t current[SCAP_EVENT_TYPES];
	struct recipes recipes;
	struct store store;
	struct stored *used;	/* its event goes with the next call */
	struct buf json;
	uint64_t unpaired;
};

/* Types the converter never touches have one layout that only grew at its
 * end; of the others enter events always need a look, and old types never
 * are what they should be. */
static uint8_t current_count(const struct evinfo *e)
{
	if (!e->name || e->flags & (EF_UNUSED | EF_OLD_VERSION))
		return 0;
	if (!(e->flags & EF_CONVERTER_MANAGED))
		return ANY_COUNT;
	return ev_is_exit(e->type) ? (uint8_t)(e->nwire + 1) : 0;
}

int lift_new(struct lift **out)
{
	struct lift *l = xcalloc(1, sizeof(*l));
	unsigned i;

	buf_init(&l->json);
	*out = l;
	for (i = 0; i < SCAP_EVENT_TYPES; i++)
		l->current[i] = current_count(&evtab[i]);
	return recipes_init(&l->recipes) ? 0 : -E_BUG;
}

void lift_free(struct lift *l)
{
	if (!l)
		return;
	recipes_release(&l->recipes);
	store_release(&l->store);
	buf_release(&l->json);
	free(l);
}

void lift_clear(struct lift *l)
{
	uint64_t forgotten = l->store.forgotten;

	l->used = NULL;
	store_release(&l->store);
	l->store.forgotten = forgotten;
}

bool lift_current(const struct lift *l, unsigned type, unsigned nparams)
{
	return l->current[type] == nparams + 1 || l->current[type] == ANY_COUNT;
}

uint64_t lift_unpaired(const struct lift *l)
{
	return l->unpaired;
}

uint64_t lift_forgotten(const struct lift *l)
{
	return l->store.forgotten;
}

/* What stands for a value nobody recorded: zero, except that no user is
 * not root. */
static struct param default_of(unsigned type, unsigned i)
{
	static const uint8_t zeros[16], ones[4] = { 0xff, 0xff, 0xff, 0xff };
	unsigned ptype = evtab[type].params[i].ptype;

	if (ptype == PT_UID || ptype == PT_GID)
		return (struct param){ ones, sizeof(ones) };
	return (struct param){ zeros, ptype_size[ptype] };
}

static struct param cut(struct param p, unsigned type, unsigned i)
{
	uint32_t max = ptype_size[evtab[type].params[i].ptype];

	if (!max)
		max = SCAP_LIFTED_PARAM_MAX;
	if (p.len > max)
		p.len = max;
	return p;
}

/* CONTAINER_E's four parameters as the JSON text that replaced them. */
static struct param container_json(struct lift *l, const struct event *old)
{
	static const char *const keys[] = { "id", "type", "name", "image" };
	struct jsonw w = JSONW_INIT(&l->json);
	unsigned i;

	buf_clear(&l->json);
	jsonw_open(&w);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		jsonw_key(&w, keys[i]);
		if (i == P_CONTAINER_E_type)
			jsonw_u64(&w, event_u64(old, i, 0));
		else
			jsonw_str(&w, event_text(old, i));
	}
	jsonw_close(&w);
	buf_addc(&l->json, '\0');
	return (struct param){ (const uint8_t *)l->json.data, (uint32_t)l->json.len };
}

/* The enter event of this exit, or NULL. */
static const struct stored *enter_of(struct lift *l, const struct event *ev, bool *wrong)
{
	struct stored *e = store_get(&l->store, ev->tid);

	if (!e)
		return NULL;
	if (e->type + 1 != ev->type) {
		*wrong = true;
		return NULL;
	}
	l->used = e;
	return e;
}

/* False when the recipe asks for a parameter that is not there. */
static bool make_param(struct lift *l, const struct recipe_item *item,
		       const struct event *old, unsigned type, unsigned i,
		       struct param *out)
{
	const struct stored *enter;
	bool wrong = false;

	*out = (struct param){ NULL, 0 };
	switch (item->from) {
	case FROM_OLD:
		if (item->index >= old->nparams)
			return false;
		*out = old->param[item->index];
		return true;
	case FROM_ENTER:
		enter = enter_of(l, old, &wrong);
		if (enter && item->index < enter->nparams)
			*out = enter->param[item->index];
		else if (wrong)
			l->unpaired++;
		else if (!enter && !item->or_empty)
			*out = default_of(type, i);
		return true;
	case FROM_DEFAULT:
		*out = default_of(type, i);
		return true;
	case FROM_CALLBACK:
		*out = container_json(l, old);
		return true;
	default:
		return true;
	}
}

/* One conversion: ev becomes what the recipe says. */
static bool apply(struct lift *l, const struct recipe *r, struct event *ev)
{
	unsigned at = r->action == ADD_PARAMS ? ev->nparams : 0;
	struct param made[EV_PARAMS_MAX];
	struct param p;
	unsigned i;

	for (i = 0; i < r->n; i++) {
		if (!make_param(l, &r->item[i], ev, r->new_type, at + i, &p))
			return false;
		made[i] = cut(p, r->new_type, at + i);
	}
	memcpy(ev->param + at, made, r->n * sizeof(made[0]));
	ev->nparams = (uint8_t)(at + r->n);
	ev->type = r->new_type;
	ev->info = &evtab[ev->type];
	/* What was taken from the enter event is still pointed to; only the
	 * next conversion may not find it again. */
	if (l->used)
		l->used->full = false;
	l->used = NULL;
	return true;
}

/* Events the converter does not manage. */
static enum lift_result unmanaged(const struct event *ev)
{
	if (!(ev->info->flags & EF_OLD_VERSION))
		return LIFT_DELIVER;
	return ev_is_exit(ev->type) ? LIFT_FAILED : LIFT_DROPPED;
}

enum lift_result lift_event(struct lift *l, struct event *ev)
{
	const struct recipe *r;
	unsigned round;

	for (round = 0; round < SCAP_LIFT_ROUNDS; round++) {
		if (ev->info->flags & EF_UNUSED)
			return LIFT_DROPPED;
		if (!(ev->info->flags & EF_CONVERTER_MANAGED))
			return unmanaged(ev);
		/* A newer recorder's appended parameters are left out. */
		if (ev_is_exit(ev->type) && ev->nparams > ev->info->nwire)
			ev->nparams = ev->info->nwire;
		if (lift_current(l, ev->type, ev->nparams))
			return LIFT_DELIVER;
		r = recipe_for(&l->recipes, ev->type, ev->nparams);
		if (!r)
			return LIFT_FAILED;
		if (r->action == STORE || r->action == STORE_AND_PASS)
			store_put(&l->store, ev);
		if (r->action == STORE)
			return LIFT_STORED;
		if (r->action == PASS || r->action == STORE_AND_PASS)
			return LIFT_DELIVER;
		if (!apply(l, r, ev))
			return LIFT_FAILED;
	}
	return LIFT_FAILED;
}
