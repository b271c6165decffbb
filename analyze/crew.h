/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A crew: traces read by several processes at once, with the output of one.
 *
 * Of one .vtr trace each worker takes a part, one behind the other.  Every
 * worker has the state of all events before its part, because it replays them
 * without asking anything of them, from a checkpoint beside the trace on where
 * there is one (replay/sidecar.h).  A part begins wherever its worker is when
 * what is left ahead of it is as much as what is left behind, so nobody waits;
 * what is printed does not depend on where that was.  Where there are
 * checkpoints a worker that is done takes what lies behind the middle of what
 * another has left, so that dear events and slow processors hold nobody up.  Of
 * several traces each goes to whoever is free.  What comes of them is handed on
 * in the order of events.
 *
 * Workers are processes: nothing is shared but three words for each, the
 * compiled rules are copied by nobody, and a worker that dies takes nothing
 * with it.
 *
 * A trace that turns out damaged is gone on with by one worker, since what is
 * missed there may depend on what was asked for.
 */
#ifndef ANALYZE_CREW_H
#define ANALYZE_CREW_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/base/opt.h"
#include "replay/session.h"

#define CREW_JOBS_MAX	256
#define CREW_FIELDS_MAX	1024	/* looked at, of one condition */

#define CREW_OPTION(dest)						\
	OPT_U64('j', "jobs", "N", dest, "processes to share the work; the output is the same")
/* The option's value, 0: not given.  0, or -E_USAGE told in d. */
int crew_jobs(uint64_t jobs, struct diag *d);

/* What a worker hands on: text, and now and then an item. */
struct crew_out {
	struct buf text;	/* append here */
	struct buf frames;
};
/* An item in its place between texts: bytes for ops->item(). */
void crew_item(struct crew_out *out, const void *p, size_t len);

struct crew_ops {
	/* --- in a worker --- */
	void (*begin)(void *ctx, struct session *s);	/* another, until end() */
	void (*event)(void *ctx, struct event *ev, struct crew_out *out);
	void (*loss)(void *ctx, const struct evloss *loss);	/* or NULL */
	/* A part begins here: forget what was counted; and ends, for add(). */
	void (*reset)(void *ctx);
	void (*count)(void *ctx, struct buf *out);
	void (*end)(void *ctx);
	/* --- in the caller, in the order of events; < 0 ends it all --- */
	int (*text)(void *ctx, const void *p, size_t len);
	int (*item)(void *ctx, const void *p, size_t len);	/* or NULL */
	int (*add)(void *ctx, const void *p, size_t len);
};

struct crew {
	unsigned jobs;
	char *const *files;
	size_t nfiles;
	const struct session_opts *opts;
	const struct crew_ops *ops;
	void *ctx;
	struct diag *d;
	uint64_t part_cost;	/* of beginning a part, in events; 0: the usual, for tests */
	struct crew_ahead *ahead;	/* a head start, or NULL */
	/* found out by crew_can() and crew_run() */
	uint64_t events;	/* of the one trace there is; 0: there are several */
	unsigned helped;	/* parts taken over from others */
};

/* Is there anything to share out?  Else read with a session as ever. */
bool crew_can(struct crew *c);
/* 0, or what session_status() would tell, or the first < 0 of ops. */
int crew_run(struct crew *c);

/*
 * A head start, for whom it takes time to find out what is asked for: meanwhile a
 * thread passes the events of the one trace that the second worker would have to
 * pass.  Sets c->ahead, after crew_can(), where that pays; of c->opts watched and
 * no_payload, which are not known yet, may differ in crew_run().
 */
void crew_ahead_begin(struct crew *c);
/* Used or not; when crew_run() was called it has ended. */
void crew_ahead_end(struct crew *c);

#endif
