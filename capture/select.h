/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls are recorded: sets and names to the kernel half's table. */
#ifndef CAPTURE_SELECT_H
#define CAPTURE_SELECT_H

#include "capture/backend.h"
#include "lib/event/evtab.h"

enum select_set { SELECT_RULES, SELECT_ALL };

struct select_opts {
	enum select_set set;
	const char *names;	/* "open,close": these calls instead of a set, or NULL */
	/* The same, and all that change state: what a set of rules listens
	 * to (-r).  NULL: none. */
	const char *rule_names;
	bool failed;		/* only calls that fail */
};

/*
 * Fill rows, tps and sc_of_nr of b.  The life of processes (fork, exec, exit)
 * is always recorded: without it nobody could tell who did what.
 * 0, or -E_USAGE with the nearest known name.
 */
int select_calls(struct backend_opts *b, const struct select_opts *o, enum arch arch,
		 struct diag *d);

/* How many calls are selected. */
unsigned select_count(const struct backend_opts *o);

#endif
