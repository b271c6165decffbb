/* SPDX-License-Identifier: Apache-2.0 */
/* Any source of events into a .vtr or .scap file: convert and cut. */
#ifndef REPLAY_RECODE_H
#define REPLAY_RECODE_H

#include "lib/base/compat.h"
#include "lib/event/source.h"
#include "replay/outfile.h"

enum recode_keep { KEEP_NOT, KEEP, KEEP_STATE, KEEP_PAST, KEEP_END };

struct recode {
	bool to_scap, plain_scap;
	/* Which events go out (KEEP_STATE: marked as changing state only;
	 * KEEP_PAST: not this one, nor what is told lost behind it up to the next that
	 * goes out; KEEP_END: neither this one nor later ones); NULL: all. */
	enum recode_keep (*pick)(void *ctx, const struct event *ev, uint64_t num);
	void *ctx;
	uint64_t to_ts;			/* later events need not be read, 0: all */
	bool all_or_nothing;		/* no file of a source that is not whole */
	const char *format;		/* of a source that has no META; NULL: scap */
	uint64_t events;		/* written */
};

/* The trace at `from` into a file at `to`; its sentences go to d.  0, the
 * first error, or, when all that can be read has gone out, what was wrong with it. */
int recode_file(struct recode *c, const char *from, const char *to,
		const struct outfile_opts *opts, struct diag *d);
/* The same for an open source, the file `from`, which is closed. */
int recode_source(struct recode *c, struct evsource *s, const char *from, const char *to,
		  const struct outfile_opts *opts, struct diag *d);
/* Does this name ask for a .scap? */
bool is_scap_name(const char *path);

#endif
