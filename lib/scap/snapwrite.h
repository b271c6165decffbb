/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshot items as the bodies of metadata blocks. */
#ifndef LIB_SCAP_SNAPWRITE_H
#define LIB_SCAP_SNAPWRITE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/snapshot.h"

/* Each appends one entry of the current layout (body of MI; entries of
 * PL v9, FDL v2, IL v2, UL v2).  Text over the format's limits is cut. */
void snapwrite_host(struct buf *b, const struct snap_host *h);
void snapwrite_proc(struct buf *b, const struct snap_proc *p);
/* False, and nothing written: a type that has no place in a file. */
bool snapwrite_fd(struct buf *b, const struct snap_fd *fd);
void snapwrite_iface(struct buf *b, const struct snap_iface *i);
void snapwrite_user(struct buf *b, const struct snap_user *u);
void snapwrite_group(struct buf *b, const struct snap_group *g);

#endif
