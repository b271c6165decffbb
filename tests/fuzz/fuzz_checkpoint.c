/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints from anywhere: a sidecar (bytes that begin with VTRX) or the
 * state of one machine.  What is accepted fulfils the machine's invariants,
 * is saved as it was read, and lives on.
 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "replay/checkpoint.h"
#include "replay/sidecar.h"
#include "tests/unit/evgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void promise(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static void must_hold(struct machine *m)
{
	const char *why = machine_check(m);

	promise(!why, why);
}

static void live_on(struct machine *m, const uint8_t *p, size_t len)
{
	static struct evgen g;
	struct event *ev;

	evgen_init(&g, p, len > 4096 ? 4096 : len);
	while ((ev = evgen_event(&g))) {
		machine_apply(m, ev);
		must_hold(m);
	}
}

static void accepted(struct machine *m, const uint8_t *p, size_t len)
{
	struct machine *copy = machine_new();
	struct buf a = BUF_INIT, b = BUF_INIT;

	must_hold(m);
	if (machine_save(m, &a)) {
		promise(machine_restore(copy, a.data, a.len), "what is saved is restored");
		promise(machine_save(copy, &b) && str_eq(buf_str(&a), buf_str(&b)),
			"it is saved as it was read");
	}
	buf_release(&a);
	buf_release(&b);
	machine_free(copy);
	live_on(m, p, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const struct sidecar_bound end = { .from_num = UINT64_MAX };
	struct machine *m = machine_new();
	struct checkpoint cp;
	const char *why;

	if (len >= 4 && !memcmp(p, "VTRX", 4)) {
		if (!sidecar_search(p, len, -1, &end, &cp, m, &why))
			accepted(m, p, len);
	} else if (machine_restore(m, p, len)) {
		accepted(m, p, len);
	}
	machine_free(m);
	return 0;
}
