/* SPDX-License-Identifier: Apache-2.0 */
/* What can be told of a compiled rule without running it. */
#ifndef ANALYZE_RULE_FACTS_H
#define ANALYZE_RULE_FACTS_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

/* Names of the events it listens to, each once, in order of number; the
 * number of names (at most max are stored). */
size_t rule_events(const struct ruleset *rs, const struct rule *r, const char **out, size_t max);
/* Does it listen to (nearly) everything? */
bool rule_events_all(const struct ruleset *rs, const struct rule *r);
/* The condition with lists, macros and exceptions put in. */
void rule_condition(const struct rule *r, struct buf *out);
/* Fields its condition reads, in order of first use. */
size_t rule_fields(const struct ruleset *rs, const struct rule *r, struct str *out, size_t max);
/* Its compiled program, one instruction a line. */
void rule_program(const struct ruleset *rs, const struct rule *r, struct buf *out);

#endif
