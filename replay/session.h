/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct session: trace files in, events with their machine out.  What every
 * tool iterates.  The format is told by content; "-" is standard input;
 * several files are read in the order given, each with a fresh machine
 * unless it is a segment that continues the one before it (its META names
 * that one's digest): then machine and event numbers go on, and its SNAPSHOT
 * is passed over.
 */
#ifndef REPLAY_SESSION_H
#define REPLAY_SESSION_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/source.h"
#include "replay/machine.h"

struct session;

struct input_wait;

struct session_opts {
	bool paranoid;		/* machine_check() after every event */
	bool no_state;		/* decode only (convert, info) */
	/* Events shown; state covers what lies before, but nothing behind; 0: open.
	 * Of times what is out of order counts, too.  Bounds are good for each
	 * recording by itself: of several files, and those merged into one. */
	uint64_t from_ts, to_ts;
	uint64_t from_num, to_num;	/* likewise by event number */
	/* Types that anyone wants to see, bitmap by event number; NULL: all.
	 * What changes state is applied all the same, and may be shown too.
	 * Others may be left out unseen (.vtr), numbers stay right. */
	const uint8_t *types;
	bool no_payload;	/* nobody asks for read and write data */
	/* Nobody looks before this event, session_skip() will pass the others:
	 * reading may begin at a checkpoint before it. */
	uint64_t skip_num;
	bool no_sidecar;	/* read from the beginning in any case */
	bool no_ahead;		/* other processes want the processors: no thread */
	/* Types somebody looks at, bitmap by event number; NULL: all.  Others
	 * are applied and not given; of them only what the machine needs is
	 * decoded.  session_unwatched() counts them. */
	const uint8_t *watched;
	unsigned ignored;	/* aspects of the machine nobody looks at */
	/* Files are still being written: at the end of one this is asked (it
	 * outlives the session), until its seal.  NULL: the end is the end. */
	const struct input_wait *wait;
	/* The state at to_ts or to_num is what counts: of several recordings that
	 * of the last which has events up to there. */
	bool state_at;
};

/* Files are opened as they are reached.  d must outlive the session. */
struct session *session_new(char *const *files, size_t nfiles,
			    const struct session_opts *opts, struct diag *d);
/* Over one open source, which the session closes; name is borrowed. */
struct session *session_new_source(struct evsource *src, const char *name,
				   const struct session_opts *opts, struct diag *d);
void session_free(struct session *s);

/*
 * The next event that filters may see, already applied, or NULL at the end.
 * ev->num counts the events of the file it came from (and of the segments it
 * continues), from 1, including those not shown.  Where nothing before from_ts
 * and from_num is shown a sidecar (replay/sidecar.h) may spare reading it, and
 * what is read of a .vtr trace passes as by session_skip(); the state and the
 * events are the same.
 */
struct event *session_next(struct session *s);
/*
 * Applies the next n events, which nobody looks at: quicker than taking them,
 * and the more so the more they are.  The machine is as they leave it, but for
 * machine_counts(): descriptors that came and went may not be counted.  The
 * number of the last, or 0: the end came before.
 */
uint64_t session_skip(struct session *s, uint64_t n);
/*
 * From the next event on o's watched and no_payload are good in place of those
 * the session was made with, with no_ahead.  False, and nothing changed: o ignores
 * other aspects than it did, or one of them has no watched.
 */
bool session_ask(struct session *s, const struct session_opts *o);
/* 0, or the worst -E_xxx met so far (damage, unreadable files, …). */
int session_status(const struct session *s);
/* Did the last file end before the bound to_num or to_ts?  Of a time this is a
 * guess: events that change nothing may have been left out unseen. */
bool session_ended_before(const struct session *s);
/* Events filters might have seen, had anybody watched their type. */
uint64_t session_unwatched(const struct session *s);
struct machine *session_machine(struct session *s);
const char *session_file(const struct session *s);	/* of the current event */

/*
 * Called for each snapshot item, loss and event, before they are applied.
 * Any may be NULL.  With from_ts or from_num losses are told from the first
 * shown event on.  place: between two things the source gives.
 */
struct session_hooks {
	void (*snap)(void *ctx, const struct snap_item *item);
	void (*loss)(void *ctx, const struct evloss *loss);	/* events are missing */
	void (*parts)(void *ctx, const struct evloss *loss);	/* or lack something */
	void (*restart)(void *ctx);
	void (*place)(void *ctx, struct session *s);
	/* Every event, also those that are not shown. */
	void (*event)(void *ctx, struct event *ev);
	void *ctx;
};
void session_set_hooks(struct session *s, const struct session_hooks *hooks);

/* Where the session stands, for a checkpoint, when that is between two blocks
 * of a .vtr trace that has no damage so far (vtr_position()). */
struct checkpoint;
bool session_place(const struct session *s, struct checkpoint *cp);

/* Opens one trace as a source, whatever its format ("-": standard input). */
int session_open_source(const char *path, struct evsource **out, struct diag *d);
/* The same of a trace that may still be written: wait as in session_opts, or NULL. */
int session_open_wait(const char *path, struct evsource **out, const struct input_wait *wait,
		      struct diag *d);
/* The same; what is no other format is taken for events as text, also
 * without the line that says so. */
int session_open_any(const char *path, struct evsource **out, struct diag *d);

#endif
