/* SPDX-License-Identifier: Apache-2.0 */
/* Running one case: events through its rules, then the verdict. */
#ifndef ANALYZE_TEST_RUN_H
#define ANALYZE_TEST_RUN_H

#include "lib/base/compat.h"
#include "analyze/test/case.h"
#include "analyze/test/coverage.h"
#include "analyze/test/rulecache.h"
#include "analyze/field/context.h"

enum verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_BROKEN };

struct fired {				/* an alert */
	const struct rule *rule;
	const char *trace;
	uint64_t num;			/* of its event */
	struct str line;		/* as text */
	struct str json;		/* as analyze --json prints it */
	struct str event, process;	/* for people */
};

/* How far an expectation was met. */
struct tally {
	uint64_t n;			/* alerts that agree with all of it */
	struct str nearly;		/* why the first that does not agree does not */
};

struct runner {
	struct rulecache *rules;
	struct coverage *coverage;	/* NULL: not asked for */
	bool update;			/* rewrite golden files */
	struct arena a;			/* formats */
	struct format *event, *process;
};

struct casetext {			/* what is said of one case */
	enum verdict verdict;
	struct buf text;		/* lines set in, empty when passed */
	uint64_t events, alerts;
	bool updated;
};

struct caserun {			/* one case being run */
	struct runner *r;
	const struct testcase *t;
	struct ruleset *rs;
	struct engine engine;
	struct fieldctx fields;
	struct arena a;			/* of what is kept */
	struct fired *fired;
	size_t nfired, cap;
	struct tally *tally;		/* by expectation */
	struct format ***want;		/* formats of expected fields, likewise */
	uint64_t events;
	struct miss *miss;		/* the events are only looked at, by miss.c */
	struct diag broken;
	struct buf *out;		/* what is wrong, for people */
	bool failed;
};

void runner_init(struct runner *r, struct rulecache *rules);
void runner_release(struct runner *r);
void runner_case(struct runner *r, const struct testcase *t, struct casetext *out);

/* --- judge.c, golden.c: after the last event --- */

/* Lines about every expectation that was not met; sets failed. */
void judge(struct caserun *c);
/* Compare with the golden file, or rewrite it; *updated then. */
void golden_judge(struct caserun *c, bool *updated);
/* Go through the case's events. */
void caserun_events(struct caserun *c);
/* A line about the current event, kept. */
struct str caserun_line(struct caserun *c, const struct format *f);
/* --- miss.c --- */
void miss_event(struct caserun *c);
/* Lines about the event that came nearest to what did not happen. */
void miss_explain(struct caserun *c, const struct expectation *e);
/* "event ...", "process ...", "alert ...", set in. */
void fired_print(const struct fired *f, struct buf *out);
/* "FILE:LINE: " */
void place_print(const struct place *p, struct buf *out);

#endif
