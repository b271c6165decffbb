/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Record kinds: what a .vtr file stores.  A kind is a numbered list of typed
 * columns, described in the file's own SCHEMA block, so a later build reads
 * files of this one by name.  Canonical kinds (converted .scap) are one per
 * event number, raw kinds (our recorders) one per system call or kernel
 * tracepoint, snapshot kinds one per enum snap_kind.
 */
#ifndef LIB_EVENT_KIND_H
#define LIB_EVENT_KIND_H

#include "lib/base/compat.h"
#include "lib/event/event.h"
#include "lib/event/snapshot.h"

enum {
	KIND_CANONICAL = 0x0000,	/* + event number */
	KIND_SNAP = 0x4000,		/* + enum snap_kind */
	KIND_RAW_SYSCALL = 0x8000,	/* + number of schema/syscalls.def */
	KIND_RAW_TRACEPOINT = 0xc000,	/* + enum raw_tracepoint */
};

enum coltype { COL_U8, COL_U16, COL_U32, COL_U64, COL_BYTES, COL_TYPE_COUNT };

enum {				/* column flags */
	COLF_PAYLOAD = 1,	/* read and write data: stored in its own stream */
	COLF_SIGNED = 2,	/* for printing and for choosing an encoding */
	COLF_TEXT = 4,		/* text: repeats a lot (dictionary) */
	COLF_TIME = 8,		/* ns since the epoch or since boot */
};

struct column {
	const char *name;
	uint8_t type;		/* enum coltype */
	uint8_t flags;		/* COLF_xxx */
};

#define KIND_COLUMNS_MAX 64

struct kind {
	uint16_t id;
	uint16_t ncols;
	const char *name;	/* "openat" */
	const struct column *cols;
};

/* One record: the common columns and its kind's own. */
struct row {
	uint64_t ts;		/* ns since the epoch */
	int64_t tid;
	uint32_t seq;		/* per cpu; raw records only, else 0 */
	uint16_t cpu;
	uint8_t flags;		/* EVF_xxx */
	uint8_t ncols;		/* values in col; those past it are unknown to
				 * the recorder (<= kind->ncols) */
	const struct kind *kind;
	/* ncols values; len 0 = missing.  A fixed-size column's value has its
	 * exact size (another one survives, but costs space).  Borrowed until
	 * the giver's next call. */
	struct param col[KIND_COLUMNS_MAX];
};

/* The kinds this build knows, by number; NULL when unknown. */
const struct kind *kind_of(uint16_t id);
/* Every known kind, ascending by id: start with NULL; NULL at the end. */
const struct kind *kind_next(const struct kind *after);
/* Bytes of a fixed-size column type; 0: COL_BYTES. */
uint32_t coltype_size(unsigned type);

/*
 * Canonical events and snapshot items to rows and back.  Row columns point
 * into ev / item / scratch.  Snapshot kinds: schema/snapshot.def.
 */
void row_of_event(struct row *r, struct event *ev);
void event_of_row(struct event *ev, const struct row *r);	/* canonical kinds */
struct rowbuf { uint8_t bytes[512]; };		/* for scalars of a snapshot row */
void row_of_snap(struct row *r, const struct snap_item *item, struct rowbuf *scratch);
bool snap_of_row(struct snap_item *item, const struct row *r);

#endif
