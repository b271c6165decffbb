/* SPDX-License-Identifier: Apache-2.0 */
/* What a run found, for the end of it; Falco's statistics and ours. */
#ifndef ANALYZE_REPORT_SUMMARY_H
#define ANALYZE_REPORT_SUMMARY_H

#include "lib/base/compat.h"
#include "analyze/field/behind.h"
#include "analyze/rule/engine.h"

/* What was missing. */
struct summary_loss {
	uint64_t events;
	uint64_t behind[BEHIND_WHOSE];	/* alerts, by whose history it may concern */
};

/* Alerts by severity and by rule; with lost events when there were some. */
void summary_text(const struct engine *e, const struct summary_loss *lost, struct buf *out);
/* "3 alerts lie behind a gap …", a line; nothing when none does. */
void summary_behind(const struct summary_loss *lost, struct buf *out);
/* Time and evaluations per rule, the dearest first (needs e->now). */
void summary_profile(const struct engine *e, struct buf *out);

#endif
