/* SPDX-License-Identifier: Apache-2.0 */
/* The rooms of the HTML report; html.c puts them together. */
#ifndef ANALYZE_REPORT_HTML_IN_H
#define ANALYZE_REPORT_HTML_IN_H

#include "lib/base/compat.h"
#include "analyze/report/escape.h"
#include "analyze/report/report.h"

/* What the page shows of each kind; the rest is counted in words. */
#define HTML_RUNS	1000	/* rows of the alert table */
#define HTML_TREE	800	/* processes of the tree */
#define HTML_TREE_DEPTH	48
#define HTML_DETAILS	100	/* processes in detail */
#define HTML_FILES	60	/* files of a process, changed and read each */
#define HTML_ROWS	200	/* of any other table */
#define HTML_TEXT	400	/* bytes of a text in a table */
#define HTML_FULL	4200	/* where there is room */
#define HTML_LANES	24	/* processes in the drawing */

struct html {
	const struct report *r;
	struct buf *out;
	uint32_t *head, *next;		/* alerts of each process, by index */
	bool *detailed;			/* processes that have their own part */
};

/* Text of the trace, escaped, cut to max bytes. */
void html_text(struct html *h, struct str s, size_t max);
void html_when(struct html *h, uint64_t ts);	/* a <time> element */
/* A number of the page's own language, with thin groups. */
void html_num(struct html *h, uint64_t n);
/* A count of bytes, or a dash where the trace cannot tell. */
void html_bytes(struct html *h, bool known, uint64_t n);
/* The process's name, a link where it has its own part; with its host when
 * there are several traces. */
void html_proc(struct html *h, uint32_t proc);
void html_chip(struct html *h, unsigned priority);	/* a coloured priority */
/* "3 alerts" in the colour of the worst; nothing where there are none. */
void html_alert_count(struct html *h, const struct report_proc *p);
/* "… and N more", when n exceeds shown. */
void html_more(struct html *h, uint64_t n, uint64_t shown, const char *what);
void html_section(struct html *h, const char *id, const char *title);
/*
 * Opens a table.  caption: for who cannot see what stands above it.  cls: of the
 * table, or "".  heads: "A|B|#C", a # for a column of numbers.
 */
void html_table(struct html *h, const char *caption, const char *cls, const char *heads);
void html_table_end(struct html *h);

void html_timeline(struct html *h);
void html_alerts(struct html *h);
void html_tree(struct html *h);
void html_details(struct html *h);
void html_network(struct html *h);
void html_attack(struct html *h);
void html_rules(struct html *h);
void html_activity(struct html *h);
void html_containers(struct html *h);
void html_missed(struct html *h);
void html_evidence(struct html *h);

#endif
