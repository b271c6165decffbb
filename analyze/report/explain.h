/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled rule, for people and as data. */
#ifndef ANALYZE_REPORT_EXPLAIN_H
#define ANALYZE_REPORT_EXPLAIN_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

/* "Warning  on  NAME  [tags]" */
void explain_line(const struct rule *r, struct buf *out);
/* One object: name, priority, source, tags, enabled, condition, events, fields. */
void explain_json(const struct ruleset *rs, const struct rule *r, struct buf *out);
/* Where it stands, its condition with everything put in, the events it
 * listens to, the fields it reads, and its program. */
void explain_text(const struct ruleset *rs, const struct rule *r, struct buf *out);

#endif
