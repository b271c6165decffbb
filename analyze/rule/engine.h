/* SPDX-License-Identifier: Apache-2.0 */
/* Events to matches: which rules of a set match the current event. */
#ifndef ANALYZE_RULE_ENGINE_H
#define ANALYZE_RULE_ENGINE_H

#include "lib/base/compat.h"
#include "analyze/field/source.h"
#include "analyze/rule/ruleset.h"

enum matching { MATCH_FIRST, MATCH_ALL };

/* Rules worth evaluating for an event type, in order of evaluation. */
struct engine_plan {
	struct engine_step {
		struct rule *rule;
		uint32_t entry;		/* of the filterset */
	} *steps;
	size_t n;
	bool made;
};

struct engine {
	struct ruleset *rs;
	enum matching matching;
	struct str source;		/* of the events; rules of others are passed over */
	uint64_t (*now)(void);		/* ns, for time per rule; NULL: not measured */
	struct engine_plan *plans;	/* by event type, made on first use */
	struct arena a;			/* of the plans */
	struct rule **match;		/* the last event's, in order of evaluation */
	size_t nmatch;
	uint32_t *hits;			/* room for a sweep */
	uint64_t events, evals;		/* asked of, conditions evaluated */
};

/* The set must be selected (ruleset_select) and outlive the engine. */
void engine_init(struct engine *e, struct ruleset *rs, enum matching matching, struct str source);
void engine_release(struct engine *e);

/* Event types some rule of the source listens to, as a bitmap of EV_COUNT
 * bits; no rule can match an event of another type. */
void engine_watched(const struct engine *e, uint8_t *bitmap);
/* ASKS_xxx: which of these do the rules or their outputs look at? */
unsigned engine_asks(const struct engine *e);

/*
 * Evaluate the current event of src.  Matching rules are in e->match until
 * the next call; their counters have been raised.  Allocates only
 * for the first event of a type.
 */
size_t engine_event(struct engine *e, struct fieldsource *src);

#endif
