/* SPDX-License-Identifier: Apache-2.0 */
/* What a run found, for the end of it; Falco's statistics and ours. */
#ifndef ANALYZE_REPORT_SUMMARY_H
#define ANALYZE_REPORT_SUMMARY_H

#include "lib/base/compat.h"
#include "analyze/rule/engine.h"

/* Alerts by severity and by rule; with lost events when there were some. */
void summary_text(const struct engine *e, uint64_t lost, struct buf *out);
/* Time and evaluations per rule, the dearest first (needs e->now). */
void summary_profile(const struct engine *e, struct buf *out);

#endif
