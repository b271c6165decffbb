/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --follow: waiting for what somebody still writes, until its seal, until it is
 * removed or cut, or until the user has seen enough (SIGINT, SIGTERM).  Nothing is polled in between:
 * the kernel says when the file grows, and once a second a look makes sure,
 * for file systems that do not say.
 */
#ifndef ANALYZE_FOLLOW_H
#define ANALYZE_FOLLOW_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/opt.h"
#include "lib/trace/input.h"

#define FOLLOW_OPTION(dest)						\
	OPT_FLAG('F', "follow", dest,					\
		 "wait for more of a trace that is being written, until its end or Ctrl-C")

struct follow {
	struct input_wait wait;		/* for struct session_opts */
	int notify;			/* inotify, -1: look now and then */
	void (*idle)(void *ctx);
	void *ctx;
};

/* Only one file can be followed: 0, or -E_USAGE told in d. */
int follow_check(bool follow, const struct opt_args *args, struct diag *d);
/* idle is called before each wait (flush what was held back). */
void follow_begin(struct follow *f, const char *path, void (*idle)(void *ctx), void *ctx);
void follow_end(struct follow *f);
/* The user has seen enough. */
bool follow_stopped(void);

#endif
