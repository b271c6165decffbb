/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/evgen.h"

static const uint16_t types[] = {
#define EFFECT(event, fn, arg) EV_##event,
#include "replay/effects.def"
#undef EFFECT
};

static const char *const texts[] = {
	"", "<NA>", "/", "/etc/passwd", "a", "../..", "x//y/./z", "/usr/bin/sh (deleted)",
	"(NULL)", "\xff\xfe", "/very/long/0123456789/0123456789/0123456789/0123456789",
};

/* Lists as args, env and cgroups have them, final NUL included or not. */
static const struct str lists[] = {
	{ "", 0 }, { "\0", 1 }, { "a\0b\0", 4 }, { "-c", 2 }, { "A=1\0B=\0\0", 9 },
	{ "cpu=/\0io=/docker/0123456789abcdef0123456789abcdef"
	  "0123456789abcdef0123456789abcdef\0", 79 },
	{ "memory=/libpod_parent/conmon\0", 29 },
};

static const char *const jsons[] = {
	"", "{", "{\"container\":{\"id\":\"0123456789ab\",\"type\":0}}",
	"{\"container\":{\"id\":\"x\",\"Mounts\":[{\"Source\":\"/\"}],\"labels\":{\"a\":\"b\"}}}",
	"{\"id\":\"0123456789ab\",\"type\":99999999999}",
};

void evgen_init(struct evgen *g, const void *p, size_t len)
{
	memset(g, 0, sizeof(*g));
	g->p = p;
	g->end = g->p + len;
	g->b.ts = 1;
}

uint8_t evgen_byte(struct evgen *g)
{
	return g->p < g->end ? *g->p++ : 0;
}

static int64_t small(struct evgen *g)
{
	static const int64_t odd[] = {
		-1, -100, -115, -2, INT32_MAX, INT64_MAX, INT64_MIN, UINT32_MAX,
	};
	uint8_t v = evgen_byte(g);

	return v < 240 ? v % 24 : odd[v % ARRAY_SIZE(odd)];
}

static void put_text(struct evgen *g, unsigned i)
{
	evb_str(&g->b, i, texts[evgen_byte(g) % ARRAY_SIZE(texts)]);
}

static void put_list(struct evgen *g, unsigned i)
{
	const struct str *s = &lists[evgen_byte(g) % ARRAY_SIZE(lists)];

	evb_bytes(&g->b, i, s->p, s->len);
}

static void put_raw(struct evgen *g, unsigned i)
{
	size_t len = evgen_byte(g) % 48;

	if (len > (size_t)(g->end - g->p))
		len = (size_t)(g->end - g->p);
	evb_bytes(&g->b, i, g->p, len);
	g->p += len;
}

static const char *const ends[] = {
	"10.0.0.1:80", "0.0.0.0:0", "127.0.0.1:53", "/run/s", "::1|80", "::|0",
	"::ffff:10.0.0.1|80", "2001:db8::5|53",
};
enum { ENDS_V4 = 3, ENDS_UNIX = 3, ENDS_V6 = 4 };

static void put_addr(struct evgen *g, unsigned i, bool tuple)
{
	uint8_t a = evgen_byte(g) % ARRAY_SIZE(ends), c = evgen_byte(g);
	const char *other;

	if (!tuple) {
		evb_addr(&g->b, i, ends[a]);
		return;
	}
	other = a < ENDS_V4 ? ends[c % ENDS_V4] : a == ENDS_UNIX ? "/run/d" :
		ends[ENDS_V6 + c % (ARRAY_SIZE(ends) - ENDS_V6)];
	evb_tuple(&g->b, i, ends[a], other);
}

static void put_param(struct evgen *g, unsigned i)
{
	uint8_t ptype = g->b.ev.info->params[i].ptype, how = evgen_byte(g);

	if (how > 250) {
		put_raw(g, i);
		return;
	}
	if (how > 240)
		return;
	switch (ptype) {
	case PT_SOCKADDR:
	case PT_SOCKTUPLE:
		put_addr(g, i, ptype == PT_SOCKTUPLE);
		break;
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
		put_text(g, i);
		break;
	case PT_BYTEBUF:
		put_list(g, i);
		break;
	case PT_FLAGS8:
	case PT_FLAGS16:
	case PT_FLAGS32:
		/* One bit, or all that fit a byte. */
		evb_int(&g->b, i, how & 1 ? evgen_byte(g) : 1LL << (evgen_byte(g) & 31));
		break;
	default:
		evb_int(&g->b, i, small(g));
	}
}

static void put_meta(struct evgen *g)
{
	const char *json = jsons[evgen_byte(g) % ARRAY_SIZE(jsons)];

	if (g->b.ev.type == EV_ASYNCEVENT_E) {
		evb_str(&g->b, P_ASYNCEVENT_E_name,
			evgen_byte(g) & 1 ? "container" : "container_removed");
		evb_str(&g->b, P_ASYNCEVENT_E_data, json);
	} else if (g->b.ev.type == EV_CONTAINER_JSON_2_E) {
		evb_str(&g->b, P_CONTAINER_JSON_2_E_json, json);
	}
}

struct event *evgen_event(struct evgen *g)
{
	unsigned type, i, n;
	uint8_t how;

	if (g->p >= g->end)
		return NULL;
	type = types[evgen_byte(g) % ARRAY_SIZE(types)];
	how = evgen_byte(g);
	if (how > 245)
		type = (unsigned)(evgen_byte(g) << 8 | evgen_byte(g)) % EV_COUNT;
	if (!evinfo_of(type))
		type = EV_GENERIC_X;
	evb_begin(&g->b, type, how % 16 ? how % 24 : small(g));
	g->b.ts += (uint64_t)(how & 3) * 700000000u;
	n = g->b.ev.nparams;
	if (how > 235)
		g->b.ev.nparams = (uint8_t)(n ? evgen_byte(g) % (n + 1) : 0);
	for (i = 0; i < g->b.ev.nparams; i++)
		put_param(g, i);
	put_meta(g);
	return evb_end(&g->b);
}

static struct str text_of(struct evgen *g)
{
	return str_of(texts[evgen_byte(g) % ARRAY_SIZE(texts)]);
}

static void snap_proc(struct evgen *g, struct snap_proc *p)
{
	p->tid = small(g);
	p->pid = evgen_byte(g) & 1 ? p->tid : small(g);
	p->ptid = small(g);
	p->sid = p->vpgid = p->pgid = small(g);
	p->vtid = p->vpid = small(g);
	p->comm = text_of(g);
	p->exe = text_of(g);
	p->exepath = text_of(g);
	p->cwd = text_of(g);
	p->root = text_of(g);
	p->args = lists[evgen_byte(g) % ARRAY_SIZE(lists)];
	p->env = lists[evgen_byte(g) % ARRAY_SIZE(lists)];
	p->cgroups = lists[evgen_byte(g) % ARRAY_SIZE(lists)];
	p->flags = evgen_byte(g) & 1;
}

static void snap_fd(struct evgen *g, struct snap_fd *f)
{
	f->tid = small(g);
	f->fd = small(g);
	f->type = evgen_byte(g) % FD_TYPE_COUNT;
	f->l4proto = evgen_byte(g) % 6;
	f->sport = (uint16_t)small(g);
	f->dport = (uint16_t)small(g);
	f->sip[0] = evgen_byte(g);
	f->dip[15] = evgen_byte(g);
	f->name = text_of(g);
}

void evgen_snap(struct evgen *g, struct snap_item *item)
{
	memset(item, 0, sizeof(*item));
	switch (evgen_byte(g) % 4) {
	case 0:
	case 1:
		item->kind = SNAP_PROC;
		snap_proc(g, &item->proc);
		break;
	case 2:
		item->kind = SNAP_FD;
		snap_fd(g, &item->fd);
		break;
	default:
		item->kind = SNAP_IFACE;
		item->iface.v6 = evgen_byte(g) & 1;
		item->iface.addr[0] = evgen_byte(g);
		item->iface.mask[0] = 0xff;
	}
}
