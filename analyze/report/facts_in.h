/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences of a report being made: facts.c one by one, headline.c in short. */
#ifndef ANALYZE_REPORT_FACTS_IN_H
#define ANALYZE_REPORT_FACTS_IN_H

#include "lib/base/compat.h"
#include "analyze/report/report.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"

struct story {
	const struct report *r;
	struct arena *a;
	struct report_fact *v;		/* malloc'd */
	size_t n, cap;
	struct buf b;			/* the sentence */
	/* an enumeration being made */
	struct smap seen;
	size_t items, named;		/* of them; named at most */
	const char *between;
};

void story_init(struct story *s, const struct report *r, struct arena *a);

void story_release(struct story *s);	/* all but v */
/* Text of the trace, cut when long. */
void story_text(struct story *s, struct str text);
/* An item of an enumeration, once; only the first few are named. */
void story_item(struct story *s, struct str text);
void story_itemf(struct story *s, const char *fmt, ...) PRINTF(2, 3);
/* Ends the enumeration; false when it had no item. */
bool story_items_end(struct story *s);

/* "198.51.100.7, tcp port 80, sent 1.0 KiB, received 10 B" */
void story_traffic(struct story *s, const struct report_peer *p, struct buf *out);
/* Did the alert's event act on its object, other than by running it? */
bool story_on_object(const struct report *r, const struct report_alert *a);

#endif
