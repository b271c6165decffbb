/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose calls are recorded: the command line's lists to struct rec_select,
 * which the kernel half looks at.
 */
#ifndef CAPTURE_WHO_H
#define CAPTURE_WHO_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/abi/ctl.h"

/* Each NULL, or values with commas between them. */
struct who_opts {
	const char *comms;	/* "nginx,sshd" */
	const char *uids;	/* "0,1000-1999" */
	const char *cgroups;	/* "/system.slice" */
	const char *containers;	/* "3f2a,9c01": beginnings of ids */
	const char *paths;	/* "/etc,/root/.ssh" */
	const char *ports;	/* "53=512,8000-8099=4096" */
};

/* 0, or -E_USAGE with a sentence. */
int who_select(struct rec_select *sel, const struct who_opts *o, struct diag *d);
/* The same in words, for META; nothing when everybody is recorded. */
void who_describe(struct buf *out, const struct who_opts *o);

#endif
