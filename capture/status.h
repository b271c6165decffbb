/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the recording goes, told while it goes: a line on a terminal, a JSON
 * object a line in a file or descriptor, and what systemd wants to hear
 * (READY, STATUS, WATCHDOG; sd_notify(3), over its socket).  Nobody is waited
 * for: what a reader does not take is not told.
 */
#ifndef CAPTURE_STATUS_H
#define CAPTURE_STATUS_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

struct status_opts {
	const char *json;	/* file, or "fd:N"; NULL: none */
	bool line;		/* a line on standard error */
	uint64_t interval;	/* ns between two; 0: a second */
};

/* Totals since the recording began. */
struct status_now {
	uint64_t events, lost, shed, bytes;
	uint64_t segment;	/* 0: not a folder of segments */
	uint64_t deleted;	/* segments deleted for the budget */
	uint64_t stuck;		/* that should be and cannot be */
	const char *attach;	/* where calls are heard of; NULL: not told */
};

struct status {
	struct status_opts o;
	int json_fd, notify_fd;
	bool tty;		/* the line is written over itself */
	uint64_t began, last, cpu;	/* ns since boot; ns of processor time */
	uint64_t watchdog, patted;	/* ns between two signs of life; the last */
	struct status_now was;
};
#define STATUS_INIT { .json_fd = -1, .notify_fd = -1 }

/* Everything is opened here, so that later no file has to be. */
int status_open(struct status *s, const struct status_opts *o, struct diag *d);
/* Recording has begun. */
void status_ready(struct status *s);
/* Is it time to tell?  Keeps the watchdog quiet too; call it often. */
bool status_due(struct status *s);
void status_tell(struct status *s, const struct status_now *now);
/* Something that people should know now, whatever was asked for. */
void status_warn(const struct status *s, struct str text);
/* The end: a last line, STOPPING; accepts one that was never opened. */
void status_close(struct status *s, const struct status_now *now);

/* One line of each kind; rates are those since `was`, over ns.  For tests. */
struct status_rates {
	const struct status_now *now, *was;
	uint64_t ns, cpu_ns, uptime_ns, rss_kb, wall_ns;
};
void status_json(struct buf *out, const struct status_rates *r);
void status_text(struct buf *out, const struct status_rates *r);

#endif
