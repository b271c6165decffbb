/* SPDX-License-Identifier: Apache-2.0 */
/*
 * -r: which system calls rule files listen to.  Only the offline half reads
 * rules, so it is asked: "vestige-analyze rules syscalls" runs beside the
 * recorder, before the recorder opens anything.
 */
#ifndef CAPTURE_RULECALLS_H
#define CAPTURE_RULECALLS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"

#define RULECALLS_MAX 32	/* rule files of one command line */

/*
 * The names, with commas between them, appended to out.  What is wrong with
 * the files vestige-analyze itself tells on standard error.  0, -E_USAGE when
 * they cannot be used, -E_ENV when it cannot be run.
 */
int rulecalls(struct buf *out, const char *const *files, size_t n, struct diag *d);

#endif
