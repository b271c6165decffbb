/* SPDX-License-Identifier: Apache-2.0 */
/* The text of an alert line: what goes around a rule's output. */
#ifndef ANALYZE_RULE_OUTPUT_H
#define ANALYZE_RULE_OUTPUT_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

/*
 * "*%evt.time: PRIORITY OUTPUT ADDITIONS"; missing values print as <NA>.
 * Additions are the suggested fields of the rule's source, in the order of
 * the field table, then opts->append_output.  Returns the bytes before OUTPUT.
 */
size_t output_line(const struct ruleset_opts *opts, const struct ruledef *r, struct buf *out);

#endif
