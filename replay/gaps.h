/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gaps may have hidden.  The machine numbers the losses that can hide
 * state (schema/losses.def says which); a process remembers how many had been
 * told when its identity was last whole (its start within the trace, its last
 * exec, the snapshot), a descriptor how many when it was opened.  What is
 * younger than a gap owes it nothing.
 */
#ifndef REPLAY_GAPS_H
#define REPLAY_GAPS_H

#include "lib/base/compat.h"
#include "lib/event/source.h"

#define GAPS_MAX	1024	/* remembered apart; then neighbours become one */

struct gap {
	uint32_t last;		/* number of the newest loss in it, from 1 */
	uint32_t hides;		/* HIDES_xxx */
	uint64_t from_ts, to_ts;	/* 0: not known */
	uint64_t process, fds;	/* events of the kinds that hide the one, the other */
	uint32_t unknown;	/* HIDES_xxx: more of the kind, nobody knows how many */
};

struct gaps {
	struct gap *v;
	size_t n, cap;
	uint32_t told;		/* losses so far that hide something */
};

void gaps_add(struct gaps *g, const struct evloss *loss);
void gaps_release(struct gaps *g);

enum behind_whose {
	BEHIND_NOTHING,
	BEHIND_PROCESS,		/* the process itself */
	BEHIND_FD,		/* the descriptor the event is about */
	BEHIND_ANCESTOR,	/* a process further up */
	BEHIND_WHOSE		/* how many */
};

struct behind {
	enum behind_whose whose;	/* the nearest of them */
	int64_t pid;			/* of that process, or whose descriptor it is */
	uint64_t from_ts, to_ts;	/* first and last of the gaps; 0: not known */
	uint64_t events;		/* lost that may have been its; 0: not known */
	bool unknown;			/* and more, nobody knows how many */
};

/* What lies in gaps younger than number `since` that hides one of these
 * things (HIDES_PROCESS or HIDES_FDS); false: nothing. */
bool gaps_since(const struct gaps *g, uint32_t since, unsigned hides, struct behind *out);

/* "process", "descriptor", "ancestor"; "" for BEHIND_NOTHING. */
static inline const char *behind_whose_name(enum behind_whose w)
{
	static const char *const names[BEHIND_WHOSE] = {
		[BEHIND_NOTHING] = "", [BEHIND_PROCESS] = "process",
		[BEHIND_FD] = "descriptor", [BEHIND_ANCESTOR] = "ancestor",
	};

	return names[w];
}

struct machine;
/* The current event: could a gap have hidden what its process is, what the
 * descriptor is it is about, or what its ancestors are?  False: *out says
 * BEHIND_NOTHING. */
bool machine_behind(const struct machine *m, struct behind *out);

#endif
