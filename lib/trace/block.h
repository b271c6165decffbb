/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One block: framing, checksums, and the digest that covers the block before.
 */
#ifndef LIB_TRACE_BLOCK_H
#define LIB_TRACE_BLOCK_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/codec.h"
#include "lib/trace/format.h"

struct block_head {
	uint8_t type, version;
	uint16_t flags;
	uint32_t length;		/* of the body */
	uint32_t bodysum;
	uint64_t number;
	uint8_t digest[VTR_DIGEST];
};

/* Where a chain of blocks stands.  Zero: at the start of a segment. */
struct chain {
	uint64_t next;			/* block number */
	uint8_t digest[VTR_DIGEST];	/* of the block before */
};

/* Call once before anything else here; false: the library cannot start. */
bool block_digest_init(void);
/* Write the header of the next block of the chain; the chain moves on. */
void block_head_make(uint8_t head[VTR_HEADER], struct chain *chain, uint8_t type,
		     const void *body, uint32_t len);
/* Header fields; false when it is no header (magic, checksum, length). */
bool block_head_parse(struct block_head *h, const uint8_t p[VTR_HEADER]);
/* Must a reader of this version leave it alone? */
bool block_is_newer(const struct block_head *h);
/* Are these the bytes that were written? */
bool block_body_ok(const struct block_head *h, const void *body);
/* The digest this block must have after `prev`. */
void block_digest(uint8_t out[VTR_DIGEST], const uint8_t prev[VTR_DIGEST],
		  const uint8_t head[VTR_HEADER], const void *body, size_t len);
/* Bodies of META, SCHEMA and INDEX: codec, raw length, bytes. */
void block_pack(struct codec *codec, struct buf *out, const void *p, size_t len);
/* Appends the raw body to out; false: damaged or over a limit. */
bool block_unpack(struct codec *codec, struct buf *out, const void *p, size_t len);
/* Name of a type ("EVENTS"), or "unknown". */
const char *block_name(unsigned type);

#endif
