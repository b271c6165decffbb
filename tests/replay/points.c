/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/diag.h"
#include "lib/base/xalloc.h"
#include "replay/checkpoint.h"
#include "replay/session.h"
#include "replay/sidecar.h"
#include "tests/replay/points.h"
#include "tests/trace/convert.h"

#define SHOWN 40		/* events compared from a point on */

int64_t points_prepare(struct evsource *s, const char *path, uint32_t block_events)
{
	const struct vtr_writer_opts opts = { .block_events = block_events };
	struct sidecar_made made = { 0 };
	struct buf bytes = BUF_INIT;
	struct diag d = DIAG_INIT;
	FILE *f = fopen(path, "wb");
	bool good;

	good = f && !convert(s, &bytes, &opts, NULL) &&
	       fwrite(bytes.data, 1, bytes.len, f) == bytes.len;
	if (f && fclose(f))
		good = false;
	good = good && !sidecar_make((char *)(uintptr_t)path, 1, &made, &d);
	if (!good && d.n)
		fprintf(stderr, "%s: %s\n", path, d.items[0].text);
	buf_release(&bytes);
	diag_release(&d);
	return good ? (int64_t)made.records : -1;
}

/* The state now, and what an event brought, as one number. */
static uint64_t add_state(uint64_t sum, struct machine *m, const struct event *ev)
{
	struct buf b = BUF_INIT;

	if (ev) {
		buf_addu(&b, ev->num);
		buf_addu(&b, ev->ts);
		buf_addu(&b, ev->type);
		buf_addu(&b, ev->flags & EVF_AFTER_LOSS);
	}
	machine_save(m, &b);
	sum = (sum ^ str_hash(buf_str(&b))) * 0x9e3779b97f4a7c15u;
	buf_release(&b);
	return sum;
}

/* The threads and what they have open, as one number. */
static uint64_t have(struct machine *m)
{
	struct thread **v;
	uint64_t sum;
	const struct fd *f;
	size_t n, i;

	machine_settle(m);
	v = machine_threads(m, &n);
	sum = n;
	for (i = 0; i < n; i++) {
		sum = sum * 31 + (uint64_t)v[i]->tid + str_hash(rstr_str(v[i]->cmdline));
		for (f = fdtab_next(&v[i]->fds, NULL); f; f = fdtab_next(&v[i]->fds, f))
			sum = sum * 31 + (uint64_t)f->num + str_hash(rstr_str(f->name));
	}
	free(v);
	return sum;
}

struct outcome {
	uint64_t sum, events, first;
	uint64_t threads;		/* at the end, and what they have */
	int status;
};

static bool equal(const struct outcome *a, const struct outcome *b)
{
	return a->sum == b->sum && a->events == b->events && a->status == b->status;
}

/* What comes before may pass unless paranoid: then the very bytes of the machine
 * are the same. */
static struct outcome run(const char *path, struct session_opts so, bool sidecar, size_t shown)
{
	char *file = (char *)(uintptr_t)path;
	struct outcome r = { 0 };
	struct diag d = DIAG_INIT;
	struct session *s;
	struct event *ev;

	so.no_sidecar = !sidecar;
	s = session_new(&file, 1, &so, &d);
	while (r.events < shown && (ev = session_next(s))) {
		r.events++;
		r.first = r.first ? r.first : ev->num;
		r.sum = add_state(r.sum, session_machine(s), ev);
	}
	if (!r.events) {
		machine_loaded(session_machine(s));
		machine_settle(session_machine(s));
		r.sum = add_state(0, session_machine(s), NULL);
	}
	r.threads = have(session_machine(s));
	r.status = session_status(s);
	session_free(s);
	diag_release(&d);
	return r;
}

static bool same_at(const char *path, const struct session_opts *so, size_t shown,
		    const char *what, uint64_t at)
{
	struct session_opts exact = *so;
	struct outcome whole, part, passed = run(path, *so, true, shown);

	exact.paranoid = true;
	whole = run(path, exact, false, shown);
	part = run(path, exact, true, shown);
	if (equal(&whole, &part) && passed.first == whole.first &&
	    passed.events == whole.events && passed.threads == whole.threads)
		return true;
	fprintf(stderr, "%s: %s %" PRIu64 ": %" PRIu64 " events, status %d, state %" PRIx64
		"; from a checkpoint %" PRIu64 ", %d, %" PRIx64 "; passed %" PRIu64 "%s\n",
		path, what, at, whole.events, whole.status, whole.sum, part.events, part.status,
		part.sum, passed.events, passed.threads == whole.threads ? "" : ", other state");
	return false;
}

struct times {
	uint64_t *v;
	size_t n, cap;
};

static void read_times(const char *path, struct times *t)
{
	const struct session_opts so = { .no_state = true };
	char *file = (char *)(uintptr_t)path;
	struct diag d = DIAG_INIT;
	struct session *s = session_new(&file, 1, &so, &d);
	struct event *ev;

	while ((ev = session_next(s))) {
		XGROW(t->v, t->cap, t->n + 1);
		t->v[t->n++] = ev->ts;
	}
	session_free(s);
	diag_release(&d);
}

unsigned points_compare(const char *path, uint32_t seed, unsigned n)
{
	struct times t = { 0 };
	unsigned bad = 0, i;

	read_times(path, &t);
	for (i = 0; i < n && t.n; i++) {
		struct session_opts so = { 0 };
		size_t at;

		seed = seed * 1664525u + 1013904223u;
		at = (size_t)((uint64_t)(seed >> 8) * t.n >> 24);
		switch (i % 4) {
		case 0:
			so = (struct session_opts){ .from_num = UINT64_MAX, .to_num = at + 1 };
			bad += !same_at(path, &so, 0, "state after event", at + 1);
			break;
		case 1:
			so = (struct session_opts){ .from_num = UINT64_MAX, .to_ts = t.v[at] };
			bad += !same_at(path, &so, 0, "state at time", t.v[at]);
			break;
		case 2:
			so = (struct session_opts){ .from_num = at + 1 };
			bad += !same_at(path, &so, SHOWN, "from event", at + 1);
			break;
		default:
			so = (struct session_opts){ .from_ts = t.v[at] };
			bad += !same_at(path, &so, SHOWN, "from time", t.v[at]);
		}
	}
	free(t.v);
	return bad;
}
