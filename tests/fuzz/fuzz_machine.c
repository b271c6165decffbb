/* SPDX-License-Identifier: Apache-2.0 */
/* Any stream of events must leave the machine's invariants standing. */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "replay/machine.h"
#include "tests/unit/evgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void must_hold(struct machine *m, const struct event *ev)
{
	const char *why = machine_check(m);

	if (!why)
		return;
	fprintf(stderr, "after event %" PRIu64 " (%s): %s\n", ev ? ev->num : 0,
		ev ? ev->info->name : "snapshot", why);
	abort();
}

/* What readers of the machine do with it. */
static void look_around(struct machine *m, struct buf *path)
{
	const struct machine_current *cur = machine_current(m);
	struct thread *t = cur->thread, *a = NULL;
	unsigned steps;

	if (!t)
		return;
	while ((a = machine_next_ancestor(m, t, a, &steps)))
		;
	machine_ancestor(m, t, 3);
	machine_leader(m, t, LEADER_SID);
	machine_leader(m, t, LEADER_VPGID);
	machine_env(m, t);
	buf_clear(path);
	machine_resolve(m, t, cur->fd, STR("a/../b"), path);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct machine *m = machine_new();
	struct buf path = BUF_INIT;
	static struct evgen g;
	struct snap_item item;
	struct event *ev;
	unsigned n;

	evgen_init(&g, p, len);
	for (n = evgen_byte(&g) % 16; n; n--) {
		evgen_snap(&g, &item);
		machine_load(m, &item);
	}
	while ((ev = evgen_event(&g))) {
		if (ev->num % 256 == 255) {
			evgen_snap(&g, &item);
			machine_load(m, &item);
		}
		machine_apply(m, ev);
		must_hold(m, ev);
		look_around(m, &path);
	}
	machine_settle(m);
	must_hold(m, NULL);
	machine_free(m);
	buf_release(&path);
	return 0;
}
