/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces and rules to a struct report, in one pass over the events.  Memory
 * is bounded by the caps of report.h, whatever the traces hold.
 */
#ifndef ANALYZE_COLLECT_H
#define ANALYZE_COLLECT_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "analyze/report/report.h"
#include "analyze/rule/engine.h"

/*
 * files: traces in order ("-": standard input).  rs: selected rules.  The
 * report (zeroed by the caller, title and command set) is complete whatever
 * is returned: 0, or the worst -E_xxx met (damage, a failed verification,
 * an unreadable trace), explained in d.
 */
int collect(struct report *r, struct ruleset *rs, enum matching matching,
	    char *const *files, size_t n, struct diag *d);

#endif
