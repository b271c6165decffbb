/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of the live host that existed before the first event: processes,
 * threads, descriptors, users, groups, interfaces, mounts.  Taken after the
 * rings are open, so that nothing falls between; an event that came meanwhile
 * may describe what the snapshot already shows, never the other way round.
 *
 * The parsers underneath take descriptors and text, so they are tested on a
 * saved /proc.
 */
#ifndef CAPTURE_SNAPSHOT_H
#define CAPTURE_SNAPSHOT_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/snapshot.h"

struct snapshot_stats {
	uint64_t procs, threads, fds, users, groups, ifaces, mounts;
	uint64_t unreadable;	/* entries that could not be read (permission) */
	uint64_t vanished;	/* processes that ended while being read */
};

/*
 * filesfd: what the BPF iterator over descriptors tells
 * (lib/abi/snapfile.h), -1: /proc tells of them; kept by the caller.
 * procfd: the proc file system (kept by the caller); etcfd: a directory with
 * passwd and group, -1: none.  self: this pid is left out, 0: none.
 * emit() gets one item after another, borrowed for the call: HOST first, then
 * users, groups, interfaces, the host's mounts, then each process (main
 * thread first, its other threads, its descriptors, namespaces that were not
 * met before and the mounts in them) ascending by pid, then what could not be
 * read, and TAKEN last.  A non-zero return of emit ends the walk and is
 * returned.
 * 0 or -E_xxx; what could not be read is counted, not fatal.  stats may be NULL.
 */
int snapshot_take(int procfd, int etcfd, int filesfd, int64_t self,
		  int (*emit)(void *ctx, const struct snap_item *item), void *ctx,
		  struct snapshot_stats *stats, struct diag *d);

#endif
