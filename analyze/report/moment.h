/* SPDX-License-Identifier: Apache-2.0 */
/* Everything a timeline tells, one moment at a time, in order of time. */
#ifndef ANALYZE_REPORT_MOMENT_H
#define ANALYZE_REPORT_MOMENT_H

#include "lib/base/compat.h"
#include "analyze/report/report.h"

enum moment_kind { MOMENT_ALERT, MOMENT_START, MOMENT_EXEC, MOMENT_EXIT, MOMENT_FILE, MOMENT_PEER };

struct moment {
	uint64_t ts;
	enum moment_kind kind;
	uint32_t i;		/* of the alert, process, exec, file or peer */
};

/*
 * malloc'd.  Alerts, lives and connections of all processes; files of those
 * with alerts and what they started (changes and executions only).
 */
struct moment *report_moments(const struct report *r, size_t *n);
/* "alert", "process start", … */
const char *moment_desc(enum moment_kind kind);
/* One line about it, raw bytes. */
void moment_text(const struct report *r, const struct moment *m, struct buf *out);
uint32_t moment_proc(const struct report *r, const struct moment *m);

#endif
