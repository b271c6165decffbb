/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/event/valid.h"
#include "tests/replay/noise.h"
#include "tests/unit/evgen.h"

struct noise {
	struct evsource src;
	struct evgen g;
	uint8_t *bytes;
	struct snap_item item;
	unsigned snaps;
	uint64_t ts, n, events;
	uint64_t lost_at;
};

static void noise_next(struct evsource *s, struct evsource_next *out)
{
	struct noise *z = (struct noise *)s;
	struct event *ev;
	unsigned i;

	if (z->snaps) {
		z->snaps--;
		evgen_snap(&z->g, &z->item);
		out->what = EVS_SNAP;
		out->item = &z->item;
		return;
	}
	if (z->lost_at && z->n == z->lost_at) {
		z->lost_at = 0;
		out->what = EVS_LOSS;
		out->loss = (struct evloss){ .count = 5, .cpu = -1 };
		return;
	}
	ev = z->n < z->events ? evgen_event(&z->g) : NULL;
	out->what = ev ? EVS_EVENT : EVS_END;
	if (!ev)
		return;
	z->n++;
	z->ts += 1000;
	ev->ts = z->n % 50 ? z->ts : z->ts - 1500;
	ev->cpu = 0;
	ev->flags = 0;
	for (i = 0; i < ev->nparams; i++)	/* what no writer is given */
		if (i >= ev->info->nparams || !param_valid(ev->info->params[i].ptype, ev->param[i]))
			ev->param[i].len = 0;
	out->ev = ev;
}

static int noise_status(const struct evsource *s UNUSED)
{
	return 0;
}

static void noise_close(struct evsource *s)
{
	struct noise *z = (struct noise *)s;

	free(z->bytes);
	free(z);
}

struct evsource *noise_new(uint32_t seed, uint64_t events, uint64_t lost_at)
{
	struct noise *z = xcalloc(1, sizeof(*z));
	size_t len = (size_t)events * 24, i;

	*z = (struct noise){ .src = { noise_next, noise_status, noise_close }, .snaps = 20,
			     .bytes = xmalloc(len), .ts = 1000000000, .events = events,
			     .lost_at = lost_at };
	for (i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		z->bytes[i] = (uint8_t)(seed >> 24);
	}
	evgen_init(&z->g, z->bytes, len);
	return &z->src;
}
