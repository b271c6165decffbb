/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bytes of one event to struct event, and the promise readers make
 * about parameters: what is delivered never surprises who decodes it.
 */
#ifndef LIB_SCAP_EVPARSE_H
#define LIB_SCAP_EVPARSE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/event.h"
#include "lib/scap/format.h"

enum evparse {
	EVPARSE_OK,
	EVPARSE_UNKNOWN,	/* a type we have no name for */
	EVPARSE_BAD,		/* lengths that contradict each other */
};

/*
 * The event structure at p; `slack` gets the bytes left behind it.  v1: the
 * header has no parameter count.  ev->num and ev->cpu are not touched.
 */
enum evparse evparse(const uint8_t *p, size_t len, bool v1, struct event *ev,
		     size_t *slack);

enum params_state {
	PARAMS_GOOD,
	PARAMS_FIXED,		/* something was repaired */
	PARAMS_BAD,		/* a fixed-size parameter has another size */
};

/* How parameters of each event are checked; made once. */
struct param_rules {
	uint8_t rule[SCAP_EVENT_TYPES][EV_PARAMS_MAX];
};

void param_rules_init(struct param_rules *r);

/*
 * After this every parameter the event table knows has its exact size or is
 * missing; text holds a NUL (else a copy with one, in scratch, good until
 * the next call); addresses, tuples and descriptor lists are as long as what
 * they say they hold, else missing.  Parameters the table does not know are
 * cut off.
 */
enum params_state params_check(const struct param_rules *r, struct event *ev,
			       struct buf *scratch);

#endif
