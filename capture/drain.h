/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the recorder: backend to order to trace. */
#ifndef CAPTURE_DRAIN_H
#define CAPTURE_DRAIN_H

#include "capture/loss.h"
#include "capture/order.h"
#include "lib/event/kind.h"
#include "lib/trace/writer.h"

struct drain {
	struct backend *b;
	struct vtr_writer *w;
	struct order order;
	struct loss loss;
	struct row row;
	int64_t offset;		/* wall minus boot, ns */
	uint64_t flushed;	/* ns since boot */
	uint64_t events;	/* written */
	uint64_t damaged;	/* records refused */
	int err;		/* of the writer, sticky */
	/* Sees each row before it is written, and may write before it; set
	 * by the owner, NULL: nobody does.  0 or the writer's error. */
	int (*before_row)(void *ctx, struct vtr_writer *w, const struct row *r);
	void *ctx;
};

void drain_init(struct drain *dr, struct backend *b, struct vtr_writer *w,
		int64_t offset);
void drain_release(struct drain *dr);
/* Write what is due, flush once a second.  0 or the writer's error. */
int drain_pass(struct drain *dr);
/* What is lost up to now is told in this part of the trace (a segment ends). */
int drain_part(struct drain *dr);
/* Everything that is left, after the backend was stopped; and what was lost
 * at the end. */
int drain_rest(struct drain *dr);

#endif
