/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a loss is called and what it means, by schema/losses.def; and totals
 * by reason and class.
 */
#ifndef LIB_EVENT_LOSS_H
#define LIB_EVENT_LOSS_H

#include "lib/abi/ctl.h"
#include "lib/base/str.h"
#include "lib/event/source.h"

#define LOSS_CLASSES	(RC_COUNT + 1)	/* 0: not told */

enum {				/* what a gap may have hidden */
	HIDES_NOTHING = 0,
	HIDES_PROCESS = 1,	/* who a process is and what it runs */
	HIDES_FDS = 2,		/* what its descriptors are */
	HIDES_BOTH = 3,
};

/* "ring_full", "descriptor"; NULL for a number nobody knows. */
const char *loss_reason_name(uint32_t reason);
const char *loss_class_name(uint32_t cls);
/* What it is, in words. */
const char *loss_reason_text(uint32_t reason);
/* The number of a name; false: there is none such. */
bool loss_reason_of(struct str name, uint32_t *reason);
bool loss_class_of(struct str name, uint32_t *cls);

/* Events are missing; else recorded ones lack something (or, of a number
 * nobody knows below 256 and from 16 up, likewise). */
bool loss_is_events(const struct evloss *loss);
/* HIDES_xxx: of what is not told, anything. */
unsigned loss_hides(const struct evloss *loss);

/* Totals: one row for each reason and class that was met. */
struct loss_total {
	uint32_t reason, cls;
	uint64_t count;		/* events or parts */
	uint64_t blocks;	/* LOSS blocks */
	uint64_t unknown;	/* of them, those that tell no number */
	uint64_t from_ts, to_ts;	/* of all of them together; 0: not known */
};

struct loss_totals {
	struct loss_total *v;	/* ascending by reason, then class */
	size_t n, cap;
};

void loss_totals_add(struct loss_totals *t, const struct evloss *loss);
void loss_totals_release(struct loss_totals *t);

#endif
