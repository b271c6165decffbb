/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls are recorded: sets and names to the kernel half's table. */
#ifndef CAPTURE_SELECT_H
#define CAPTURE_SELECT_H

#include "capture/backend.h"
#include "lib/event/evtab.h"

enum select_set { SELECT_RULES, SELECT_ALL };

/*
 * Fill rows, tps and sc_of_nr of o.  names: NULL, or "open,close": these calls
 * instead of a set.  The life of processes (fork, exec, exit) is always
 * recorded: without it nobody could tell who did what.
 * 0, or -E_USAGE with the nearest known name.
 */
int select_calls(struct backend_opts *o, enum select_set set, const char *names,
		 enum arch arch, struct diag *d);

/* How many calls are selected. */
unsigned select_count(const struct backend_opts *o);

#endif
