/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The ring of the kernel module: one a CPU, one writer, one reader, no lock.
 *
 * Offset RING_AREA(cpu) of the device maps
 *
 *	page 0		struct ring_reader, written by the reader
 *	page 1		struct ring_writer, read-only to the reader
 *	page 2 …	ring_bytes of entries, read-only to the reader
 *
 * page 0 is mapped alone (read and write, shared), the pages from 1 on in
 * another mapping (read only, shared).  Pages are those of the machine.
 *
 * head and tail count bytes since the start and only grow; a position in
 * the ring is the count modulo ring_bytes, a power of two.  Bytes from tail
 * to head are entries: struct ring_entry, then `len` bytes, then nothing up to
 * a multiple of 8.  An entry never wraps: where a record does not fit
 * before the end of the ring, a RING_PAD entry fills what is left of it, and
 * the record begins at the start.  Entries are aligned to 8, so there is
 * always room for the header of a pad.
 *
 * Memory order.  The writer fills an entry, then stores head with release; a
 * reader that loads head with acquire sees the entry whole.  The reader takes
 * what it wants of an entry, then stores tail with release; the writer loads
 * tail with acquire before it writes there again.  Only the CPU itself
 * writes its ring, with preemption off, so there is one writer by nature.
 *
 * The writer waits for nothing.  A record that finds no room (of bulk: that
 * finds the ring RING_BULK full) is counted in lost[its class], and its number (rec_hdr.seq) is used up: the reader sees
 * the gap and `n.seen` tells how many numbers were used at the end.  A tail that
 * makes no sense (beyond head, or more than a ring behind it) is a full ring
 * to the writer: a broken reader loses its own records, nothing else.
 *
 * Counters are plain 64-bit words that grow; a reader may see one a little
 * before another.
 */
#ifndef LIB_ABI_RING_H
#define LIB_ABI_RING_H

#include "lib/abi/ctl.h"

#define RING_BYTES_MIN	(256u << 10)	/* of one CPU; four of the longest record */
#define RING_BYTES_MAX	(1u << 30)

/* Where a CPU's pages begin in the device; leaves room for the largest ring. */
#define RING_AREA_SHIFT	32
#define RING_AREA(cpu)	((__u64)(cpu) << RING_AREA_SHIFT)

enum {				/* ring_entry.type */
	RING_RECORD = 1,
	RING_PAD = 2,
};

struct ring_entry {
	__u32 len;		/* bytes behind this header */
	__u32 type;		/* RING_xxx */
};
ABI_ASSERT(sizeof(struct ring_entry) == 8, "entries are aligned to 8");

#define RING_ENTRY_BYTES(len) \
	(((__u64)(len) + sizeof(struct ring_entry) + 7) & ~(__u64)7)

struct ring_reader {
	__u64 tail;
};

struct ring_writer {
	__u64 head;
	struct rec_counters n;
	__u64 retried;		/* records put off to read user memory again */
	__u64 recovered;	/* of them, those that then were whole */
};
ABI_ASSERT(sizeof(struct ring_writer) == sizeof(struct rec_counters) + 24,
	   "the writer's page has no holes");

#endif
