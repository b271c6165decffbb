/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/scap/evwrite.h"
#include "lib/scap/format.h"
#include "lib/scap/limits.h"

/* What goes into the file of a parameter. */
static uint32_t written_len(struct param p, bool wide)
{
	return wide || p.len <= UINT16_MAX ? p.len : UINT16_MAX;
}

static void put_param(struct buf *b, struct param p, bool wide, unsigned ptype)
{
	uint32_t len = written_len(p, wide);

	buf_add(b, p.p, len);
	if (len < p.len && ptype != PT_BYTEBUF)
		b->data[b->len - 1] = '\0';
}

static void put_event(struct buf *b, const struct event *ev, unsigned n, uint32_t len)
{
	bool wide = ev->info->flags & EF_LARGE_PAYLOAD;
	unsigned i;

	buf_le64(b, ev->ts);
	buf_le64(b, (uint64_t)ev->tid);
	buf_le32(b, len);
	buf_le16(b, ev->type);
	buf_le32(b, n);
	for (i = 0; i < n; i++) {
		if (wide)
			buf_le32(b, ev->param[i].len);
		else
			buf_le16(b, (uint16_t)written_len(ev->param[i], wide));
	}
	for (i = 0; i < n; i++)
		if (ev->param[i].len)
			put_param(b, ev->param[i], wide, ev->info->params[i].ptype);
}

void evwrite(struct blockout *o, const struct event *ev)
{
	bool wide = ev->info->flags & EF_LARGE_PAYLOAD;
	bool flags = ev->flags & EVF_STATE_ONLY, large;
	unsigned i, n = ev->nparams;
	uint64_t len = SCAP_EVHDR;

	if (n > ev->info->nwire)
		n = ev->info->nwire;
	for (i = 0; i < n; i++)
		len += (wide ? 4 : 2) + written_len(ev->param[i], wide);
	if (len > SCAP_LARGE_BLOCK_MAX - 64)
		return;
	/* What else is in the block stays below 16 bytes. */
	large = len > SCAP_SMALL_BLOCK_MAX - 16;
	if (flags)
		blockout_begin(o, large ? SCAP_EVF_V2_LARGE : SCAP_EVF_V2);
	else
		blockout_begin(o, large ? SCAP_EV_V2_LARGE : SCAP_EV_V2);
	buf_le16(&o->b, ev->cpu);
	if (flags)
		buf_le32(&o->b, SCAP_EVFLAG_STATE_ONLY);
	put_event(&o->b, ev, n, (uint32_t)len);
	blockout_end(o);
}

static void set_num(struct event *ev, unsigned i, uint8_t at[4], uint32_t v)
{
	put_le32(at, v);
	ev->param[i] = (struct param){ at, 4 };
}

/* Text gathers in s->text first, as it may move; offsets become pointers
 * in place_text(). */
static void set_text(struct event *ev, unsigned i, struct buf *text, struct str s)
{
	size_t from = text->len;

	buf_addstr(text, s);
	buf_addc(text, '\0');
	ev->param[i] = (struct param){ NULL, (uint32_t)(text->len - from) };
}

static void place_text(struct event *ev, const struct buf *text)
{
	const uint8_t *at = (const uint8_t *)text->data;
	unsigned i;

	for (i = 0; i < ev->nparams; i++) {
		if (ev->param[i].p)
			continue;
		ev->param[i].p = at;
		at += ev->param[i].len;
	}
}

static void user_event(struct event *ev, const struct snap_user *u,
		       struct evwrite_scratch *s)
{
	set_num(ev, P_USER_ADDED_E_uid, s->num[0], u->uid);
	set_num(ev, P_USER_ADDED_E_gid, s->num[1], u->gid);
	set_text(ev, P_USER_ADDED_E_name, &s->text, u->name);
	set_text(ev, P_USER_ADDED_E_home, &s->text, u->home);
	set_text(ev, P_USER_ADDED_E_shell, &s->text, u->shell);
	set_text(ev, P_USER_ADDED_E_container_id, &s->text, u->container);
}

static void group_event(struct event *ev, const struct snap_group *g,
			struct evwrite_scratch *s)
{
	set_num(ev, P_GROUP_ADDED_E_gid, s->num[0], g->gid);
	set_text(ev, P_GROUP_ADDED_E_name, &s->text, g->name);
	set_text(ev, P_GROUP_ADDED_E_container_id, &s->text, g->container);
}

/* Plugin 0 is the syscall source itself. */
static void container_event(struct event *ev, const struct snap_container *c,
			    struct evwrite_scratch *s)
{
	set_num(ev, P_ASYNCEVENT_E_plugin_id, s->num[0], 0);
	set_text(ev, P_ASYNCEVENT_E_name, &s->text, STR("container"));
	set_text(ev, P_ASYNCEVENT_E_data, &s->text, c->json);
}

bool evwrite_from_snap(struct event *ev, const struct snap_item *item, uint64_t ts,
		       struct evwrite_scratch *s)
{
	*ev = (struct event){ .ts = ts, .tid = EVENT_NO_TID };
	buf_clear(&s->text);
	switch (item->kind) {
	case SNAP_USER:
		ev->type = EV_USER_ADDED_E;
		user_event(ev, &item->user, s);
		break;
	case SNAP_GROUP:
		ev->type = EV_GROUP_ADDED_E;
		group_event(ev, &item->group, s);
		break;
	case SNAP_CONTAINER:
		ev->type = EV_ASYNCEVENT_E;
		container_event(ev, &item->container, s);
		break;
	default:
		return false;
	}
	ev->info = &evtab[ev->type];
	ev->nparams = ev->info->nwire;
	place_text(ev, &s->text);
	return true;
}
