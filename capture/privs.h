/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host comes first: what the recorder takes of it, and what it gives up
 * once it records.
 */
#ifndef CAPTURE_PRIVS_H
#define CAPTURE_PRIVS_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

struct privs_opts {
	int nice;		/* -20 … 19 */
	const char *cpus;	/* "0-3,5", NULL: wherever */
	bool walks_proc;	/* further snapshots will be taken, files made */
	bool no_seccomp;
};

/* "0-3,5" into a bitmap of 1024; false: no such list. */
#define PRIVS_CPUS	1024
bool privs_cpulist(const char *text, uint8_t map[PRIVS_CPUS / 8]);

/* Priority and processors of this process.  0 or -E_xxx. */
int privs_place(const struct privs_opts *o, struct diag *d);
/*
 * Give up every capability (of walks_proc: but those to read the /proc of
 * others) and the right to gain any, then every system call but those a
 * running recorder makes.  What cannot be given up is a warning.  Children
 * started before keep theirs.
 */
void privs_drop(const struct privs_opts *o, struct diag *d);

#endif
