/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences of a report being made: facts.c one by one, headline.c in short. */
#ifndef ANALYZE_REPORT_FACTS_IN_H
#define ANALYZE_REPORT_FACTS_IN_H

#include "lib/base/compat.h"
#include "analyze/report/report.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"

#define STORY_NAMED	6	/* items of a list before "and N more" */
#define STORY_COMMAND	120	/* bytes of a command */

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

/* What stands in b becomes a fact; b is empty afterwards. */
void story_fact(struct story *s, enum fact_kind kind, const char *label);
void story_release(struct story *s);	/* all but v */
/* As report_proc_name; with the host when there are several traces. */
void story_proc_name(const struct report *r, uint32_t proc, struct buf *out);
/* Text of the trace, cut when long. */
void story_text(struct story *s, struct str text);
/* An item of an enumeration, once; only the first few are named. */
void story_item(struct story *s, struct str text);
void story_itemf(struct story *s, const char *fmt, ...) PRINTF(2, 3);
/* Ends the enumeration; false when it had no item. */
bool story_items_end(struct story *s);

/* The alert to begin with: the first of the most severe; there is one. */
const struct report_alert *story_gravest(const struct report *r);
/* Facts about who, from where, what was touched, made, changed, connected to. */
void story_deeds(struct story *s);
/* "198.51.100.7, tcp port 80, sent 1.0 KiB, received 10 B" */
void story_traffic(struct story *s, const struct report_peer *p, struct buf *out);
bool story_is_loopback(struct str addr);
/* A file in a place where files are meant to stay, logs left out. */
bool story_stays(struct str path);
/* Did the alert's event act on its object, other than by running it? */
bool story_on_object(const struct report *r, const struct report_alert *a);

#endif
