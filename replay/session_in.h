/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the session: session.c walks the traces, session_pass.c
 * says what of them need not come. */
#ifndef REPLAY_SESSION_IN_H
#define REPLAY_SESSION_IN_H

#include "lib/trace/format.h"
#include "lib/trace/reader.h"
#include "replay/session.h"

/* What of a .vtr trace stays with its reader. */
enum passing {
	PASS_NONE,
	PASS_CALM,		/* what changes nothing, unless it is watched */
	PASS_SKIPPED,		/* that, watched or not, and what nobody will have seen */
	PASS_BEFORE,		/* the same, up to the first shown event */
};

struct session {
	char *const *files;
	size_t nfiles, at;		/* at: the next to open */
	const char *name;		/* of the one source given open, or NULL */
	struct session_opts opts;
	struct session_hooks hooks;
	struct diag *d;
	struct evsource *src;
	struct machine *m;
	uint64_t num;			/* of the last event */
	uint64_t max_ts;		/* latest of the file so far */
	bool whole;			/* from first to last, nothing is checked or told */
	bool shown;			/* an event of the file was */
	bool preamble;			/* of a capture that follows another */
	bool lost;			/* a loss was told just before */
	bool past;			/* the last event lay behind to_ts */
	bool begun;			/* one of the recording did not */
	struct machine *before;		/* that of another recording, until then */
	bool known;			/* a SNAPSHOT of what the machine knows */
	bool ended;			/* the file before was read to its seal */
	uint8_t end[VTR_DIGEST];
	bool done;
	uint64_t unwatched;
	uint64_t skip;			/* events nobody looks at, left to apply */
	bool skipped;			/* that was the last of them */
	uint64_t *columns;		/* by type, for the source; NULL: all */
	enum passing passing;
	struct vtr_pass *pass;		/* NULL: nothing has passed yet */
	int status;
};

static inline bool session_watches(const struct session *s, unsigned type)
{
	return !s->skip && (!s->opts.watched || (s->opts.watched[type >> 3] >> (type & 7) & 1));
}

/* What is needed of each type of event, for session.columns: malloc'd. */
uint64_t *session_columns(const struct session *s);
/* A source that can leave things out is told what will be needed. */
void session_project(struct session *s);
/* Of a trace that is read whole events that change nothing stay with the source. */
void session_calm(struct session *s);
/* That again for who had skipped events, none of which is left. */
void session_calm_again(struct session *s);
/* What lies before the events that are shown need not come, until it has. */
void session_pass_before(struct session *s);
void session_end_before(struct session *s);

#endif
