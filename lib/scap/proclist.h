/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a process list, of any version. */
#ifndef LIB_SCAP_PROCLIST_H
#define LIB_SCAP_PROCLIST_H

#include "lib/base/compat.h"
#include "lib/base/le.h"
#include "lib/event/snapshot.h"

/* e turns bad when the entry ends early or a string is over its limit.
 * What the version or the writer left out gets its default. */
void scap_proc_parse(struct rcur *e, unsigned version, struct snap_proc *p);

#endif
