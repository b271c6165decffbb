/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole machine as bytes and back, so that replay can begin in the middle
 * of a trace (doc/CHECKPOINT-FORMAT.md).  A machine that was restored goes on
 * exactly as the one that was saved.
 *
 * Bytes may come from anywhere: what does not add up is refused, and a
 * machine that was accepted fulfils machine_check().
 */
#ifndef REPLAY_CHECKPOINT_H
#define REPLAY_CHECKPOINT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "replay/machine.h"

/* Number of the layout, in each file: another one is not read. */
#define CHECKPOINT_STATE 5

enum {
	CHECKPOINT_BYTES_MAX = 64 << 20,	/* of one machine */
	CHECKPOINT_CPUS_MAX = 65536,
	CHECKPOINT_IFACES_MAX = 65536,
};

/*
 * Append the machine to out, between two events.  False, and nothing is
 * appended, where there is no state yet to speak of (a snapshot was begun and
 * the event after it has not come) or too much of it.
 */
bool machine_save(struct machine *m, struct buf *out);
/* Becomes the machine that was saved; false: these bytes are none, and the
 * machine is as after machine_reset(). */
bool machine_restore(struct machine *m, const void *p, size_t len);

#endif
