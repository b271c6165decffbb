/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the crew: crew.c is the caller's side, crew_plan.c who
 * does what, crew_work.c the workers' side, crew_frame.c what goes between,
 * crew_ahead.c what is done before. */
#ifndef ANALYZE_CREW_IN_H
#define ANALYZE_CREW_IN_H

#include <stdatomic.h>

#include "analyze/crew.h"

/* From worker to caller: u8 type, u32 length, bytes; of each turn BEGIN, what
 * there is to tell, END. */
/* CREW_BEGIN: u64 number of the turn, u32 status of the session where it begins. */
enum crew_frame { CREW_BEGIN = 1, CREW_TEXT, CREW_ITEM, CREW_END };
#define CREW_FRAME_HEAD	5
#define CREW_BEGIN_BODY	12

/*
 * Of one trace each worker takes a part; this is what others know of it.  limit
 * is the event before which the part ends, and how many steps of events its
 * worker may take, who asks for more.  Whoever begins a part inside of it, behind
 * those steps, moves the end.
 */
struct crew_shared {
	_Alignas(64) _Atomic uint64_t limit;	/* end << CREW_END_SHIFT | steps */
	_Atomic uint64_t at;		/* event it is at, 0: its part has not begun */
	_Atomic uint32_t taken;		/* of several: the next that nobody has */
};
#define CREW_END_SHIFT	28
#define CREW_STEPS	(((uint64_t)1 << CREW_END_SHIFT) - 1)	/* their bits */
#define CREW_STEP	64	/* events */
#define CREW_EVENTS_MAX	((uint64_t)CREW_STEP << CREW_END_SHIFT)	/* that can be shared out */
#define CREW_END_OPEN	(UINT64_MAX >> CREW_END_SHIFT)	/* the trace's */
#define CREW_PASSED_AS_ONE 3	/* events passed while one is looked at, at least */

/* Files that are one trace, one segment after the other. */
struct crew_group {
	char *const *files;
	size_t n;
};

/* What one worker is told. */
struct crew_part {
	/* Several traces: each is a turn, numbered as here, for whoever is free. */
	const struct crew_group *groups;
	size_t ngroups;
	struct crew_shared *mine;	/* or that of all */
	/* One trace, shared out (before != NULL but for the first) or read alone
	 * from the event `from` on, what lies before it evaluated and forgotten.
	 * A turn has the number of the event that was made the end of the part in
	 * front, 0 the first. */
	uint64_t turn;			/* of the first, and of who reads alone */
	bool exact;
	uint64_t from;
	unsigned workers, behind;	/* of the trace; from this one on */
	uint64_t first, events;	/* where it is shown from (0: all), and ends */
	struct crew_shared *before;	/* of the part it is to begin in */
	bool helps;			/* one that others had begun */
	struct crew_ahead *ahead;	/* to go on from; NULL: nobody is ahead */
};

/* Does not return.  fd: where frames go. */
_Noreturn void crew_work(const struct crew *c, const struct crew_part *p, int fd);

void crew_put_frame(struct buf *out, enum crew_frame type, const void *p, size_t len);

/* The end of a turn as its worker tells it. */
struct crew_end {
	int status;			/* of the session */
	uint64_t next;			/* event the next turn begins with; 0: none */
	uint64_t turn;			/* which that is */
	struct str counts;
};
void crew_end_pack(struct buf *out, const struct crew_end *e, const struct diag *d,
		   size_t since);
/* Diagnoses go to d, unless NULL.  False: it was cut off. */
bool crew_end_unpack(struct crew_end *e, const void *p, size_t len, struct diag *d);

/* ---- who does what ---- */

struct crew_plan {
	struct crew_group *groups;
	size_t ngroups;
	struct crew_part *parts;	/* one for each worker */
	size_t n, max;			/* there is room for more */
	struct crew_shared *shared;	/* likewise, in memory all processes see */
	size_t shared_bytes;
	uint64_t part_cost;
	uint64_t *points;		/* sidecar_points() of the one trace */
	size_t npoints;
};
/* 0, or an error told in c->d. */
int crew_plan(struct crew_plan *p, const struct crew *c);
void crew_plan_release(struct crew_plan *p);
/*
 * One more part, where it pays, in what is left of one that a worker is at
 * (at_work: of each part, is one?).  False: not now.
 */
bool crew_plan_help(struct crew_plan *p, const bool *at_work);

/* The event before which a part ends at the latest. */
static inline uint64_t crew_end_of(struct crew_shared *s, uint64_t events)
{
	uint64_t end = atomic_load(&s->limit) >> CREW_END_SHIFT;

	return end == CREW_END_OPEN || end > events ? events : end;
}

/* Where the second of so many parts begins at least, the first not before num. */
static inline uint64_t crew_next_part(uint64_t num, uint64_t events, unsigned parts)
{
	return events / parts + num / parts * (parts - 1);
}

/* ---- a head start ---- */

/* The first event the second worker's part may begin with. */
uint64_t crew_second_part(const struct crew *c);
/* In events looked at, what it takes to begin a part. */
uint64_t crew_part_cost(const struct crew *c);
/* The thread stops; where it is, a worker may go on (struct crew_part.ahead). */
void crew_ahead_stop(struct crew_ahead *a);	/* NULL is fine */
/* Its session, asked for what opts tells, and where that puts what it has to say;
 * NULL: it is good for nothing. */
struct session *crew_ahead_take(struct crew_ahead *a, const struct session_opts *opts,
				struct diag **d);

#endif
