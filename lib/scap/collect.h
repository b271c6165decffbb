/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshot items gathered until the first event, because the format wants
 * them in its own order and descriptors grouped by thread.
 */
#ifndef LIB_SCAP_COLLECT_H
#define LIB_SCAP_COLLECT_H

#include "lib/base/compat.h"
#include "lib/base/map.h"
#include "lib/event/snapshot.h"
#include "lib/scap/blockout.h"

struct fd_entry {
	size_t owner;		/* index into owners */
	size_t at, len;		/* in fd_bytes */
};

struct collect {
	struct buf host, ifaces, users, procs, fd_bytes;
	size_t *proc_end;	/* where each entry of procs ends */
	size_t nprocs, procs_cap;
	int64_t *owners;	/* threads in the order of their FDL blocks */
	size_t nowners, owners_cap;
	struct imap owner_of;	/* tid → index + 1 */
	struct fd_entry *fds;
	size_t nfds, fds_cap;
};

void collect_init(struct collect *c);
void collect_release(struct collect *c);
/* False: an item that has no list in the format (containers, mounts, and
 * users and groups of containers). */
bool collect_add(struct collect *c, const struct snap_item *item);
/* All metadata blocks but the section header; forgets the items. */
void collect_write(struct collect *c, struct blockout *o);

#endif
