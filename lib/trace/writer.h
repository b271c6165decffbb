/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a .vtr trace.  Blocks are built in memory, compressed as columns,
 * chained by digest and handed to write() whole, so that whatever kills the
 * recorder leaves a trace that reads up to its last block.
 * The format: doc/TRACE-FORMAT.md.
 */
#ifndef LIB_TRACE_WRITER_H
#define LIB_TRACE_WRITER_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/kind.h"
#include "lib/event/source.h"
#include "lib/trace/format.h"
#include "lib/trace/meta.h"

struct vtr_writer;

struct vtr_writer_opts {
	int level;			/* zstd level; 0: the default (3, small blocks more) */
	uint32_t block_events;		/* 0: 65536 */
	uint32_t block_bytes;		/* 0: 4 MiB, uncompressed */
	/* A short trace may take long to pack (15 us an event, and 45 ms): not for
	 * whoever writes on a busy host.  Not with a level. */
	bool patient;
	const uint8_t *sign_key;	/* Ed25519 secret key (64 bytes), NULL: unsigned */
};

/* Bytes go to write(ctx, p, len): 0 or -E_xxx (sticky). */
struct vtr_writer *vtr_writer_new(const struct vtr_meta *meta,
				  const struct vtr_writer_opts *opts,
				  int (*write)(void *ctx, const void *p, size_t len),
				  void *ctx);
/* Snapshot rows; all before the first event, or again at any later point. */
int vtr_writer_snap(struct vtr_writer *w, const struct snap_item *item);
/* Events must come in (ts, cpu, seq) order; one that does not is marked
 * EVF_LATE. */
int vtr_writer_row(struct vtr_writer *w, const struct row *r);
int vtr_writer_event(struct vtr_writer *w, struct event *ev);	/* canonical */
int vtr_writer_loss(struct vtr_writer *w, const struct evloss *loss);
/* For repair and cut: a whole block of another trace, as it is.  INDEX, SEAL
 * and TRAILER are left out (this trace gets its own), as is META. */
int vtr_writer_copy(struct vtr_writer *w, uint8_t type, const void *body, size_t len);
/* Write out what is buffered (the recorder calls it at least once a second). */
int vtr_writer_flush(struct vtr_writer *w);
/* Clean end: flush, INDEX, SEAL, TRAILER; frees w.  0 or the first error. */
int vtr_writer_close(struct vtr_writer *w);
/* Likewise; digest gets that of the last block, which META of a segment that
 * continues this one names as segment.parent. */
int vtr_writer_close_digest(struct vtr_writer *w, uint8_t digest[VTR_DIGEST]);

/* events: those of blocks that write() took */
struct vtr_writer_stats { uint64_t events, blocks, raw_bytes, file_bytes; };
struct vtr_writer_stats vtr_writer_stats(const struct vtr_writer *w);

#endif
