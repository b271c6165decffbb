/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of `vestige rules` share. */
#ifndef ANALYZE_CMD_RULES_H
#define ANALYZE_CMD_RULES_H

#include "lib/base/compat.h"
#include "lib/base/opt.h"
#include "analyze/ruleopts.h"

struct rules_options {
	struct ruleopts *rules;
	bool json, fail_on_change;
	uint64_t samples;
	const char *matching;
};

/* They get all operands, their own name first, and give an exit status. */
int rules_diff(struct opt_args *args, const struct rules_options *o, struct diag *d);
int rules_why(struct opt_args *args, const struct rules_options *o, struct diag *d);

/* There is no such rule; the nearest name. */
void rules_unknown(const struct ruleset *rs, const char *name, struct diag *d);

#endif
