/* SPDX-License-Identifier: Apache-2.0 */
/* A head start: a thread that passes events nobody will look at. */
#include "lib/base/compat.h"

#include <pthread.h>

#include "analyze/crew_in.h"
#include "lib/base/xalloc.h"

#define STEP	(1u << 15)	/* events between looks at stop: the caller waits for no more */

struct crew_ahead {
	struct session *s;
	struct diag d;		/* its own: the caller writes to another meanwhile */
	uint64_t until;		/* no event from this one on is passed */
	pthread_t thread;
	bool running;
	bool lost;		/* the trace ended before */
	_Atomic bool stop;
};

static void *run(void *arg)
{
	struct crew_ahead *a = arg;
	uint64_t at, n = CREW_STEP;	/* the first tell where reading began */

	while ((at = session_skip(a->s, n)) && at + 1 < a->until &&
	       !atomic_load_explicit(&a->stop, memory_order_relaxed))
		n = a->until - 1 - at < STEP ? a->until - 1 - at : STEP;
	a->lost = !at;
	return NULL;
}

void crew_ahead_begin(struct crew *c)
{
	static const uint8_t nothing[(EV_COUNT + 7) / 8];
	uint64_t until = c->events ? crew_second_part(c) : 0;
	struct session_opts opts = *c->opts;
	struct crew_ahead *a;

	if (until <= crew_part_cost(c))
		return;
	a = xcalloc(1, sizeof(*a));
	a->until = until;
	opts.no_ahead = true;
	opts.skip_num = until;
	opts.watched = nothing;
	a->s = session_new(c->files, c->nfiles, &opts, &a->d);
	a->running = !pthread_create(&a->thread, NULL, run, a);
	c->ahead = a;
}

void crew_ahead_stop(struct crew_ahead *a)
{
	if (!a || !a->running)
		return;
	atomic_store(&a->stop, true);
	pthread_join(a->thread, NULL);
	a->running = false;
}

struct session *crew_ahead_take(struct crew_ahead *a, const struct session_opts *opts,
				struct diag **d)
{
	/* Whatever is wrong with the trace is told by who reads it from its beginning. */
	if (a->lost || a->d.n || session_status(a->s) || !session_ask(a->s, opts))
		return NULL;
	*d = &a->d;
	return a->s;
}

void crew_ahead_end(struct crew *c)
{
	struct crew_ahead *a = c->ahead;

	c->ahead = NULL;
	if (!a)
		return;
	crew_ahead_stop(a);
	session_free(a->s);
	diag_release(&a->d);
	free(a);
}
