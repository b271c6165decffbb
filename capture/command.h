/* SPDX-License-Identifier: Apache-2.0 */
/* The command after "--": started held back, let go when recording runs. */
#ifndef CAPTURE_COMMAND_H
#define CAPTURE_COMMAND_H

#include <signal.h>

#include "lib/base/compat.h"
#include "lib/base/diag.h"

struct command {
	pid_t pid;		/* 0: none */
	int gate;		/* written to when it may go */
	int report;		/* errno of a failed exec comes from here */
	bool began, ended;	/* its program was executed; it has ended */
	int status;		/* of waitpid */
};

/* This process gets no SIGPIPE and SIGXFSZ from now on; commands started later
 * have these as they were. */
void command_ignore_signals(void);
/* Is there such a program, where an exec would look for it?  -E_ENV, explained. */
int command_find(const char *name, struct diag *d);
/* to_stderr: standard output is the trace's, what the command prints goes there. */
int command_start(struct command *c, char **argv, bool to_stderr, struct diag *d);
/* Let it run; -E_ENV (explained) when its program cannot be executed: then it has
 * ended. */
int command_go(struct command *c, const char *name, struct diag *d);
/* Has it ended?  Does not wait. */
bool command_ended(struct command *c);
/* Ask it to end (SIGTERM).  Nothing else here ever does. */
void command_tell_to_end(struct command *c);
/* Wait for it, or, when `until` is given, until that is set by a signal.  One
 * that was never let go ends by itself. */
void command_finish(struct command *c, const volatile sig_atomic_t *until);

#endif
