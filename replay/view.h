/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that show the machine at one point of a trace share. */
#ifndef REPLAY_VIEW_H
#define REPLAY_VIEW_H

#include "lib/base/compat.h"
#include "lib/base/cmd.h"
#include "replay/machine.h"
#include "replay/session.h"
#include "replay/table.h"

struct view_opts {
	const char *at;		/* --at; NULL or "end": the end of the trace */
	bool json, paranoid;
};

#define VIEW_OPTIONS(o)							\
	OPT_STR(0, "at", "WHEN", &(o).at,				\
		"state after this event: a number, a time, +10s, -10s or end (the default)"),	\
	OPT_FLAG(0, "json", &(o).json, "one JSON object a line"),	\
	OPT_FLAG(0, "paranoid", &(o).paranoid,				\
		 "check the state's invariants after every event")

struct view {
	struct session *s;
	struct machine *m;
	struct thread **threads;	/* ascending by tid */
	size_t nthreads;
};

/* Reads the files named in args up to the point asked for.  0, or -E_USAGE
 * and alike with a sentence in d, and nothing to close. */
int view_open(struct view *v, const struct view_opts *o, const struct opt_args *args,
	      struct diag *d);
/* A warning when -p names (0: it does not) a process that is not there. */
void view_tell_pid(const struct view *v, uint64_t pid, struct diag *d);
/* Prints t and gives the exit status: of the output, or of the input. */
int view_finish(struct view *v, struct table *t, struct diag *d);
void view_close(struct view *v);
/* The exit status of having written (0 or -E_xxx) what v showed. */
int view_status(const struct view *v, int written, struct diag *d);

/* Nothing could be read: then not even a header is printed. */
bool view_is_blank(const struct view *v);

/* A thread that stands for its process in lists: the main thread, or the
 * first known one. */
bool view_is_process(const struct thread *t);
/* "root" for 0, …; the number as text where the trace has no name for it.
 * Text is good until the next call. */
struct str view_user(const struct view *v, const struct thread *t);
/* The command line, or the name in brackets where there is none. */
struct str view_command(const struct thread *t);

#endif
