/* SPDX-License-Identifier: Apache-2.0 */
/* Hand-made records, and events as one line of text: for the raw tests. */
#ifndef TESTS_UNIT_RAW_RENDER_H
#define TESTS_UNIT_RAW_RENDER_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/raw.h"
#include "lib/event/raw_tab.h"

/* An attachment; text is counted with its NUL. */
struct made_att {
	uint8_t slot, flags;
	const void *p;
	uint32_t len;
};

struct made {
	const char *call;		/* name in syscalls.def, or NULL */
	unsigned tp;			/* else an enum rec_tracepoint */
	int nr;				/* native number, -1: none */
	uint16_t flags;			/* REC_xxx */
	int64_t ret;
	uint64_t arg[6];
	struct made_att att[REC_OPS_MAX + 1];	/* ends at p NULL */
};

/* The record's bytes into out. */
void made_record(struct buf *out, const struct made *m);
/* "openat fd=3 dirfd=-100 name=/x …": numbers decimal, text up to its NUL,
 * other bytes as hex, <NA> for a missing one. */
void event_line(struct buf *out, struct event *ev);
/* Record, row, event, line. */
void made_line(struct buf *out, const struct made *m, enum arch arch);

#endif
