/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts and their summary for a terminal: coloured, aligned, wrapped at its
 * width.  What goes into a file or a pipe is sink_text's and summary_text's.
 */
#ifndef ANALYZE_REPORT_SCREEN_H
#define ANALYZE_REPORT_SCREEN_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "analyze/report/summary.h"
#include "analyze/rule/engine.h"

struct screen {
	bool colour;
	unsigned width;
};

/*
 * line: what sink_text made for a terminal, "TIME: PRIORITY SENTENCE | k=v …"
 * (anything else is only wrapped).  Container fields at its end that hold
 * nothing are left out.  No newline at the end.
 */
void screen_alert(const struct screen *s, struct str line, unsigned priority, struct buf *out);
/* The rules that fired, the most severe and then the most frequent first. */
void screen_summary(const struct screen *s, const struct engine *e,
		    const struct summary_loss *lost, struct buf *out);

#endif
