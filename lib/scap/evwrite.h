/* SPDX-License-Identifier: Apache-2.0 */
/* Events as the format has them, and the events that tell container facts. */
#ifndef LIB_SCAP_EVWRITE_H
#define LIB_SCAP_EVWRITE_H

#include "lib/base/compat.h"
#include "lib/event/event.h"
#include "lib/event/snapshot.h"
#include "lib/scap/blockout.h"

/*
 * One event block: EV or EVF v2, LARGE when it must be.  A parameter longer
 * than its length field can tell is cut (text keeps its NUL).  ev's
 * parameters are filled in.
 */
void evwrite(struct blockout *o, const struct event *ev);

/* Memory behind the parameters of an event made here. */
struct evwrite_scratch {
	uint8_t num[2][4];
	struct buf text;	/* to be released by the caller */
};

/*
 * The event that says what `item` says: USER_ADDED, GROUP_ADDED or an async
 * event "container".  False when no event can (mounts and all the rest).
 * ev lives as long as item and s.
 */
bool evwrite_from_snap(struct event *ev, const struct snap_item *item, uint64_t ts,
		       struct evwrite_scratch *s);

#endif
