/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a change of rules changes: two rule sets over the same events, rule
 * by rule the alerts that are new, lost or different, with samples.
 */
#ifndef ANALYZE_REPORT_RULEDIFF_H
#define ANALYZE_REPORT_RULEDIFF_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "analyze/field/source.h"
#include "analyze/rule/engine.h"

enum diff_kind { DIFF_NEW, DIFF_LOST, DIFF_CHANGED, DIFF_KINDS };

struct diff_sample {
	enum diff_kind kind;
	const char *file;
	uint64_t num;
	struct str event, process;	/* for people */
	struct str text[2];		/* the alert's, old and new; empty: none */
	struct str json[2];
	struct diff_sample *next;
};

struct diff_rule {
	struct str name;
	bool in[2];			/* on, in the old set, in the new */
	uint64_t alerts[2];
	uint64_t n[DIFF_KINDS];
	uint64_t seen[2];		/* number of the last event it fired at + 1 */
	const struct rule *rule[2];
	struct diff_sample *samples, **tail;
	uint64_t nsamples;
};

struct rulediff {
	struct arena a;
	struct diff_rule *v;		/* of the old set in its order, then new ones */
	size_t n, cap;
	struct smap by_name;		/* -> index + 1 */
	struct engine engine[2];
	uint64_t samples_max;		/* per rule and kind */
	uint64_t events;
	struct format *event, *process;
	struct buf work[2];
};

void rulediff_init(struct rulediff *d, struct ruleset *old, struct ruleset *new,
		   enum matching matching, uint64_t samples);
void rulediff_release(struct rulediff *d);

/* The current event of both sources, which look at one machine; file must
 * live as long as d. */
void rulediff_event(struct rulediff *d, struct fieldsource *const src[2], uint64_t ts,
		    uint64_t num, struct str hostname, const char *file);

/* Alerts that are new, lost or changed, in all. */
uint64_t rulediff_total(const struct rulediff *d, enum diff_kind kind);
/* Rules that differ, and the sums. */
void rulediff_text(const struct rulediff *d, struct buf *out);
/* The same, an object a line. */
void rulediff_json(const struct rulediff *d, struct buf *out);

#endif
