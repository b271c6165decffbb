/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The iterator over all descriptors (bpf/snapshot.bpf.c).  Loading it costs
 * some 50 ms, what it saves is most of what a snapshot of many descriptors
 * takes: /proc wants five calls for each.
 */
#ifndef CAPTURE_SNAP_BPF_H
#define CAPTURE_SNAP_BPF_H

#include "lib/base/compat.h"

struct snap_bpf;

/* Load it, while there is the privilege.  NULL: it cannot be, or would not
 * count processes as /proc does (in a pid namespace). */
struct snap_bpf *snap_bpf_open(void);
void snap_bpf_close(struct snap_bpf *s);	/* accepts NULL */
/* A descriptor to read one walk from, closed by the caller; -1: none. */
int snap_bpf_files(struct snap_bpf *s);		/* accepts NULL */

#endif
