/* SPDX-License-Identifier: Apache-2.0 */
/* Enter events waiting for their exits: the last one of each thread. */
#ifndef LIB_SCAP_STORE_H
#define LIB_SCAP_STORE_H

#include "lib/base/compat.h"
#include "lib/base/map.h"
#include "lib/event/event.h"

struct stored {
	struct stored *older, *newer;
	uint64_t tid;
	bool full;		/* holds an event */
	uint16_t type;
	uint8_t nparams;
	struct param param[EV_PARAMS_MAX];	/* into bytes */
	uint8_t *bytes;
	size_t cap;
};

struct store {
	struct imap by_tid;
	struct stored *oldest, *newest;
	size_t n, bytes;
	uint64_t forgotten;	/* events that had to go */
};

void store_release(struct store *s);
/* Keep ev, in place of what its thread had. */
void store_put(struct store *s, const struct event *ev);
/* The event kept for a thread, or NULL. */
struct stored *store_get(struct store *s, int64_t tid);

#endif
