/* SPDX-License-Identifier: Apache-2.0 */
/* Events to matches: which rules of a set match the current event. */
#ifndef ANALYZE_RULE_ENGINE_H
#define ANALYZE_RULE_ENGINE_H

#include "lib/base/compat.h"
#include "analyze/field/source.h"
#include "analyze/rule/ruleset.h"

enum matching { MATCH_FIRST, MATCH_ALL };

struct engine {
	struct ruleset *rs;
	enum matching matching;
	struct str source;		/* of the events; rules of others are passed over */
	uint64_t (*now)(void);		/* ns, for time per rule; NULL: not measured */
	struct rule **match;		/* the last event's, in order of definition */
	size_t nmatch;
	uint64_t events, evals;		/* asked of, conditions evaluated */
};

void engine_init(struct engine *e, struct ruleset *rs, enum matching matching, struct str source);
void engine_release(struct engine *e);

/*
 * Evaluate the current event of src.  Matching rules are in e->match until
 * the next call; their counters have been raised.  No allocation.
 */
size_t engine_event(struct engine *e, struct fieldsource *src);

#endif
