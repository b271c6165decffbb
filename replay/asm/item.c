/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about what was there before: any member of schema/snapshot.def. */
#include "lib/base/compat.h"

#include "lib/event/loss.h"
#include "replay/asm/asm_in.h"
#include "replay/asm/item.h"

#define SNAPKIND(ID, member, kname) static const struct asm_member members_##ID[] = {
#define S(member, field, type) { #field, offsetof(struct snap_item, member.field), AM_##type },
#define ENDSNAP(ID) };
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP

const struct asm_kind asm_kinds[SNAP_KIND_COUNT] = {
#define SNAPKIND(ID, member, kname) [SNAP_##ID] = { #member, members_##ID, ARRAY_SIZE(members_##ID) },
#define S(member, field, type)
#define ENDSNAP(ID)
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP
};

const char *const asm_item_words[SNAP_KIND_COUNT] = {
#define SNAPKIND(ID, member, kname) [SNAP_##ID] = #member,
#define S(member, field, type)
#define ENDSNAP(ID)
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP
};

int asm_item_kind(struct str word)
{
	int i;

	for (i = 0; i < SNAP_KIND_COUNT; i++)
		if (str_eq(word, str_of(asm_item_words[i])))
			return i;
	return -1;
}

static const struct asm_member *find(enum snap_kind kind, struct str name)
{
	const struct asm_kind *k = &asm_kinds[kind];
	unsigned i;

	for (i = 0; i < k->n; i++)
		if (str_eq(str_of(k->v[i].name), name))
			return &k->v[i];
	return NULL;
}

void asm_complain_member(struct asm_state *s, enum snap_kind kind, const struct word *w)
{
	const struct asm_kind *k = &asm_kinds[kind];
	static const char *const proc_words[] = { "ppid", "user", "group", "container" };
	const char *names[64], *near;
	struct diag_item *it;
	unsigned i;

	if (!w->key.p) {
		asm_error(&s->t, w->raw.p, "'%.*s' is too much for %s", STR_FMT(w->raw), k->word);
		return;
	}
	for (i = 0; i < k->n && i < ARRAY_SIZE(names) - ARRAY_SIZE(proc_words); i++)
		names[i] = k->v[i].name;
	if (kind == SNAP_PROC) {
		memcpy(names + i, proc_words, sizeof(proc_words));
		i += ARRAY_SIZE(proc_words);
	}
	it = asm_error(&s->t, w->key.p, "%s has no '%.*s'", k->word, STR_FMT(w->key));
	near = str_nearest(w->key, names, i);
	diag_hint(it, near ? "did you mean '%s'?" : "vestige-asm(5) has what a line may say",
		  near);
}

static bool is_list(const char *name)
{
	return !strcmp(name, "args") || !strcmp(name, "env") || !strcmp(name, "cgroups");
}

static bool set_text(struct asm_state *s, struct str *to, const struct asm_member *m,
		     const struct word *w)
{
	struct evparam list = { .name = m->name, .ptype = PT_BYTEBUF };
	struct param p;

	if (is_list(m->name)) {
		if (!asm_value(&s->t, &list, w, &s->ids, &s->line, &p))
			return false;
		*to = str_mem(p.p, p.len);
		return true;
	}
	if (w->kind == WORD_LIST || w->v.len > ASM_VALUE_MAX)
		return false;
	*to = w->v;
	return true;
}

static bool set_number(struct asm_state *s, void *to, const struct asm_member *m,
		       const struct word *w)
{
	static const uint8_t sizes[] = { [AM_U8] = 1, [AM_U16] = 2, [AM_U32] = 4,
					 [AM_U64] = 8, [AM_I64] = 8, [AM_BOOL] = 1 };
	unsigned bits = sizes[m->type] * 8u;
	uint32_t id;
	int64_t v;

	if (m->type == AM_U32 && (!strcmp(m->name, "uid") || !strcmp(m->name, "loginuid")) &&
	    asm_id(w, &s->ids.users, &id))
		v = id;
	else if (m->type == AM_U32 && !strcmp(m->name, "gid") && asm_id(w, &s->ids.groups, &id))
		v = id;
	else if (m->type == AM_BOOL && (str_eq(w->v, STR("true")) || str_eq(w->v, STR("false"))))
		v = str_eq(w->v, STR("true"));
	else if (!asm_number(w->v, &v) && !(m->type == AM_U64 && asm_time(w->v, (uint64_t *)&v)))
		return false;
	if (bits < 64 && (v < -1 || v >= 1ll << bits))
		return false;
	asm_store(to, m->type, (uint64_t)v);
	return true;
}

void asm_store(void *to, unsigned type, uint64_t v)
{
	uint8_t u8 = (uint8_t)v;
	uint16_t u16 = (uint16_t)v;
	uint32_t u32 = (uint32_t)v;

	if (type == AM_BOOL)
		*(bool *)to = v != 0;
	else if (type == AM_U8)
		memcpy(to, &u8, sizeof(u8));
	else if (type == AM_U16)
		memcpy(to, &u16, sizeof(u16));
	else if (type == AM_U32)
		memcpy(to, &u32, sizeof(u32));
	else
		memcpy(to, &v, sizeof(v));
}

bool asm_member(struct asm_state *s, struct snap_item *item, const struct word *w)
{
	const struct asm_member *m = w->key.p ? find(item->kind, w->key) : NULL;
	unsigned told = s->t.errors;
	void *to;
	bool v6, ok;

	if (!m) {
		asm_complain_member(s, item->kind, w);
		return false;
	}
	to = (char *)item + m->offset;
	if (m->type == AM_STR)
		ok = set_text(s, to, m, w);
	else if (m->type == AM_ADDR)
		ok = asm_ip(w->v, &v6, to);
	else
		ok = set_number(s, to, m, w);
	if (!ok && s->t.errors == told)
		asm_error(&s->t, w->raw.p, "'%.*s' is no %s", STR_FMT(w->raw), m->name);
	return ok;
}

/* Values without a name that a line begins with, in order. */
static const char *const heads[SNAP_KIND_COUNT][2] = {
	[SNAP_USER] = { "uid", "name" },
	[SNAP_GROUP] = { "gid", "name" },
	[SNAP_IFACE] = { "name" },
	[SNAP_MOUNT] = { "target" },
};

static unsigned set_heads(struct asm_state *s, struct snap_item *item, bool exact, bool *ok)
{
	unsigned i;

	for (i = 0; i < 2 && heads[item->kind][i] && i + 1 < s->w.n; i++) {
		struct word w = s->w.v[i + 1];

		if (w.key.p)
			break;
		w.key = str_of(heads[item->kind][i]);
		*ok &= asm_member(s, item, &w);
	}
	if (!i && heads[item->kind][0] && !exact) {
		asm_error(&s->t, s->w.v[0].raw.p, "%s needs its %s", asm_kinds[item->kind].word,
			  heads[item->kind][0]);
		*ok = false;
	}
	return i + 1;
}

static void name_id(struct asm_state *s, struct smap *map, struct str name, uint32_t id)
{
	if (name.len && id != UINT32_MAX)
		smap_put(map, arena_str(&s->ids.a, name), (void *)((uintptr_t)id + 1));
}

static void fill_user(struct asm_state *s, struct snap_user *u, bool exact)
{
	if (exact)
		return;
	if (!u->gid)
		u->gid = u->uid;
	if (!u->home.len)
		u->home = u->uid ? str_of(arena_printf(&s->line, "/home/%.*s", STR_FMT(u->name))) :
				   STR("/root");
	if (!u->shell.len)
		u->shell = STR("/bin/bash");
}

static void fill_iface(struct asm_state *s, struct snap_iface *i, bool exact)
{
	static const uint8_t class_c[4] = { 255, 255, 255, 0 }, zero[16];

	if (!exact && !i->v6)
		i->v6 = memcmp(i->addr + 4, zero, 12) != 0;
	if (!exact && !i->v6 && !memcmp(i->mask, zero, 16))
		memcpy(i->mask, class_c, 4);
	if (!exact && i->v6 && !memcmp(i->mask, zero, 16))
		memset(i->mask, 0xff, 8);
	if (i->v6)
		memcpy(s->near6, i->addr, 16);
	else if (i->addr[0] != 127)
		memcpy(s->near4, i->addr, 4);
}

static void fill(struct asm_state *s, struct snap_item *item, bool exact)
{
	switch (item->kind) {
	case SNAP_HOST:
		if (!exact && !item->host.arch.len)
			item->host.arch = STR("x86_64");
		if (!exact && !item->host.ncpus)
			item->host.ncpus = 1;
		break;
	case SNAP_USER:
		fill_user(s, &item->user, exact);
		if (!item->user.container.len)
			name_id(s, &s->ids.users, item->user.name, item->user.uid);
		break;
	case SNAP_GROUP:
		if (!item->group.container.len)
			name_id(s, &s->ids.groups, item->group.name, item->group.gid);
		break;
	case SNAP_IFACE:
		fill_iface(s, &item->iface, exact);
		break;
	default:
		break;
	}
}

bool asm_item(struct asm_state *s, enum snap_kind kind, bool exact, struct snap_item *out)
{
	bool ok = true;
	unsigned i;

	*out = (struct snap_item){ .kind = kind };
	if (kind == SNAP_PROC)
		return asm_proc(s, exact, out);
	if (kind == SNAP_FD)
		return asm_fd(s, exact, out);
	if (kind == SNAP_CONTAINER)
		return asm_container(s, exact, out);
	for (i = set_heads(s, out, exact, &ok); i < s->w.n; i++)
		ok &= asm_member(s, out, &s->w.v[i]);
	fill(s, out, exact);
	return ok;
}

/* A name of schema/losses.def, or its number. */
static bool loss_word(struct str s, bool (*named)(struct str, uint32_t *), uint32_t *out)
{
	int64_t v;

	if (named(s, out))
		return true;
	if (!asm_number(s, &v) || v < 0 || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool loss_member(const struct word *w, struct evloss *out)
{
	int64_t v;

	if (!w->key.p)
		return false;
	if (str_eq(w->key, STR("from")))
		return asm_time(w->v, &out->from_ts);
	if (str_eq(w->key, STR("to")))
		return asm_time(w->v, &out->to_ts);
	if (str_eq(w->key, STR("reason")))
		return loss_word(w->v, loss_reason_of, &out->reason);
	if (str_eq(w->key, STR("class")))
		return loss_word(w->v, loss_class_of, &out->cls);
	if (!asm_number(w->v, &v))
		return false;
	if (str_eq(w->key, STR("count")))
		out->count = (uint64_t)v;
	else if (str_eq(w->key, STR("cpu")) && v >= -1 && v <= UINT16_MAX)
		out->cpu = (int32_t)v;
	else
		return false;
	return true;
}

bool asm_loss(struct asm_state *s, struct evloss *out)
{
	unsigned i;

	*out = (struct evloss){ .cpu = -1 };
	for (i = 1; i < s->w.n; i++) {
		const struct word *w = &s->w.v[i];

		if (loss_member(w, out))
			continue;
		diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is nothing of a loss",
				    STR_FMT(w->raw)),
			  "count=N from=TIME to=TIME cpu=N reason=ring_full class=process");
		return false;
	}
	return true;
}
