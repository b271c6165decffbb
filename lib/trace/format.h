/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The .vtr layout in numbers; doc/TRACE-FORMAT.md in words.  No code.
 */
#ifndef LIB_TRACE_FORMAT_H
#define LIB_TRACE_FORMAT_H

#define VTR_MAGIC	"VTRB"
#define VTR_VERSION	2	/* of what is written; all before it are read */

enum vtr_block_type {
#define BLOCK(id, num, text) VTR_##id = num,
#include "schema/blocks.def"
#undef BLOCK
};

enum vtr_shape {
#define SHAPE(id, num, text) SHAPE_##id = num,
#include "schema/blocks.def"
#undef SHAPE
};
#define SHAPE_MASK 0x0f
#define SHAPE_F_BITMAP 0x10	/* a bitmap of the rows that have a value */

enum vtr_encoding {
#define ENCODING(id, num, text) ENC_##id = num,
#include "schema/blocks.def"
#undef ENCODING
	ENC_COUNT
};

/* Flags of a block header: a reader ignores unknown bits of the low byte and
 * refuses a block with unknown bits of the high byte. */
#define VTR_FLAGS_MUST_KNOW 0xff00

/* Block header, 64 bytes, little-endian. */
enum {
	VTR_H_MAGIC = 0,	/* "VTRB" */
	VTR_H_TYPE = 4,		/* u8 enum vtr_block_type */
	VTR_H_VERSION = 5,	/* u8 */
	VTR_H_FLAGS = 6,	/* u16 */
	VTR_H_LENGTH = 8,	/* u32 bytes of body */
	VTR_H_BODYSUM = 12,	/* u32 CRC-32 of the body */
	VTR_H_NUMBER = 16,	/* u64 of the block in its segment, from 0 */
	VTR_H_COVERED = 24,	/* the digest covers the bytes before here */
	VTR_H_DIGEST = 24,	/* 32 bytes */
	VTR_H_RESERVED = 56,	/* u32 0 */
	VTR_H_SUM = 60,		/* u32 CRC-32 of the 60 bytes before */
	VTR_HEADER = 64,
};
#define VTR_DIGEST 32
#define VTR_TRAILER_BODY 16	/* offset of INDEX, bytes of the segment */

/* Frames of an EVENTS or SNAPSHOT body. */
enum {
	FRAME_ORDER = 0, FRAME_STRINGS = 1, FRAME_PAYLOAD = 2, FRAME_COLUMNS = 3,
	FRAME_BITS = 4,		/* of bodies with VTR_E_F_DIRECTORY */
	FRAME_ROWS = 0,		/* the only one of a body by the model */
	FRAME_OWN = 5,		/* and up; without that flag FRAME_BITS and up */
};

/* The second byte of BITS: this flag, and above it by how much numbers are
 * shifted (at most 63). */
enum { BITS_STEPS = 1 };
enum {
	CODEC_NONE = 0,
	CODEC_ZSTD = 1,
	CODEC_ZSTD_DICT = 2,	/* with lib/trace/dictionary-1, without its magic number */
	CODEC_MODEL = 3,	/* rows, of the one frame of a body (rows_model.h) */
};

/* Head of such a body. */
enum {
	VTR_E_COUNT = 0,	/* u32 rows */
	VTR_E_LOST = 4,		/* u32 events known lost since the block before */
	VTR_E_FIRST = 8,	/* u64 number of the first event, from 1 */
	VTR_E_MIN_TS = 16,	/* u64 */
	VTR_E_MAX_TS = 24,	/* u64 */
	VTR_E_KINDS = 32,	/* u16, and a flag */
	VTR_E_FRAMES = 34,	/* u16 */
	VTR_E_HEAD = 36,
	VTR_E_F_DIRECTORY = 0x8000,	/* kinds and frames are told in lists, packed */
};

#endif
