/* SPDX-License-Identifier: Apache-2.0 */
/* A match with what the current event says: the text line and the values. */
#ifndef ANALYZE_RULE_ALERT_H
#define ANALYZE_RULE_ALERT_H

#include "lib/base/compat.h"
#include "lib/base/jsonw.h"
#include "analyze/field/behind.h"
#include "analyze/field/source.h"
#include "analyze/rule/ruleset.h"

struct alert {
	const struct rule *rule;
	struct fieldsource *src;	/* at the event */
	uint64_t ts;			/* of the event, epoch ns */
	struct str hostname;		/* of the recorded machine; may be empty */
	/* events known to be missing since the alert before this one */
	uint64_t lost;			/* 0: none */
	bool lost_unknown;		/* some, of unknown number */
	struct behind behind;		/* what they may have hidden of it */
};

/* "TIME: PRIORITY MESSAGE", without a newline.  escape: for a terminal. */
void alert_line(const struct alert *a, bool escape, struct buf *out);
/* The object of output_fields, keys sorted. */
void alert_fields(const struct alert *a, struct jsonw *w);

#endif
