/* SPDX-License-Identifier: Apache-2.0 */
/* How connections went and who listens: for our own views, no field sees it. */
#ifndef REPLAY_OUTCOME_H
#define REPLAY_OUTCOME_H

#include "lib/base/compat.h"
#include "replay/machine_int.h"
#include "replay/sock.h"

/* connect(2) said yes, or not yet. */
void outcome_connect(struct machine *m, struct fd *f, bool pending);
/* It said no, by this result; asked: where it was to go, in dip and dport (family 0: not known). */
void outcome_connect_failed(struct machine *m, struct fd *f, int64_t ret,
			    const struct sockaddrs *asked);
/* Data moved: a connection that was begun is there. */
void outcome_moved(struct machine *m, struct fd *f, int64_t n);
/* The thread's process took in a connection to a's destination. */
void outcome_accepted(struct machine *m, const struct sockaddrs *a);

#endif
