/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers of the host, as the trace tells of them: found by the control
 * groups of processes, in the snapshot and in records of clone and exec, and
 * looked up (capture/ctr_reader.h) when they are met first.  What is known of
 * one is written as a "container" event before the record that showed it,
 * unless that takes longer than a recorder can wait; then behind it.
 */
#ifndef CAPTURE_CONTAINERS_H
#define CAPTURE_CONTAINERS_H

#include "capture/ctr_reader.h"
#include "lib/event/kind.h"
#include "lib/trace/writer.h"

struct containers;

/* reader: owned from now on; NULL: nothing is told of containers. */
struct containers *containers_new(struct ctr_reader *reader);
void containers_free(struct containers *c);

/* What a record shows, before it is written; 0 or -E_xxx of the writer. */
int containers_row(struct containers *c, struct vtr_writer *w, const struct row *r);
/* Now and then: answers that took long, questions to be asked again.  ts: of
 * the last row, 0: none was written yet. */
int containers_tick(struct containers *c, struct vtr_writer *w, uint64_t ts);

/* A snapshot's process. */
void containers_process(struct containers *c, const struct snap_proc *p);
/* The end of a snapshot's processes: what is known of their containers, as
 * items; half a second is waited for answers. */
int containers_snapshot(struct containers *c,
			int (*emit)(void *ctx, const struct snap_item *item), void *ctx);

/* "container" events written so far. */
uint64_t containers_events(const struct containers *c);

#endif
