/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing .scap captures that Falco 0.44.1 and the sysdig family read.
 * Order is the format's: host, interfaces, users, processes, descriptors,
 * then events; snapshot items are collected and written before the first
 * event.  Appended parameters that Falco does not know are left out.
 */
#ifndef LIB_SCAP_WRITER_H
#define LIB_SCAP_WRITER_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/event.h"
#include "lib/event/snapshot.h"

struct scap_writer;

enum scap_compression { SCAP_PLAIN, SCAP_GZIP };

/* Bytes go to write(ctx, p, len), which returns 0 or -E_xxx (sticky). */
struct scap_writer *scap_writer_new(enum scap_compression how,
				    int (*write)(void *ctx, const void *p, size_t len),
				    void *ctx);
/*
 * Containers, and users and groups of containers, become events.  Those may
 * come at any time; everything else counts only before the first event of a
 * section.  What the format has no place for (mounts) is left out.
 */
int scap_writer_snap(struct scap_writer *w, const struct snap_item *item);
/* ev's parameters are decoded if need be. */
int scap_writer_event(struct scap_writer *w, struct event *ev);
/* A new capture begins: the next snapshot items and events go to a section
 * of their own (readers forget all state there). */
int scap_writer_restart(struct scap_writer *w);
/* Flush everything; also frees w.  0 or the first error. */
int scap_writer_close(struct scap_writer *w);

#endif
