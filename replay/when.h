/* SPDX-License-Identifier: Apache-2.0 */
/* A point of a trace as command lines name it. */
#ifndef REPLAY_WHEN_H
#define REPLAY_WHEN_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/opt.h"

struct when {
	uint64_t ts, num;	/* one of them; both 0: open */
};

/*
 * "1000" or "#1000": the event of this number.  A time (num_time()).  "+10s",
 * "-10s": after the first event of the first file, before the last event of
 * the last, which are read for it when they do not tell.  "03:45:50.9" as alerts
 * have it: the first such time of day (UTC) not before the first event.  text NULL: open.
 * 0 or an error told in d, with the name of the option.
 */
int when_parse(struct when *w, const char *option, const char *text, char *const *files,
	       size_t nfiles, struct diag *d);

/* The part of a trace a verb takes. */
struct when_range {
	struct when from, to;
};
/* --from and --to of such verbs. */
struct when_opts {
	const char *from, *to;
};
#define WHEN_OPTIONS(o)							\
	OPT_STR(0, "from", "WHEN", &(o).from,				\
		"first event: a number, a time, +10s after the start or -10s before the end"), \
	OPT_STR(0, "to", "WHEN", &(o).to, "last event, likewise")

/* Both, as when_parse(); a start behind the end is an error. */
int when_parse_range(struct when_range *r, const struct when_opts *o, char *const *files,
		     size_t nfiles, struct diag *d);

/* Warns that no event lies between them; nothing to tell where neither is given. */
void when_tell_none(const struct when_opts *o, struct diag *d);

struct session_opts;
/* Both into so. */
int when_options(const struct when_opts *o, const struct opt_args *args,
		 struct session_opts *so, struct diag *d);

#endif
