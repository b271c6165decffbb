/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every bound of the trace file.  A length from a file is compared with one
 * of these before memory is asked for; doc/TRACE-FORMAT.md lists them too.
 */
#ifndef LIB_TRACE_LIMITS_H
#define LIB_TRACE_LIMITS_H

enum {
	VTR_BODY_MAX = 64 << 20,	/* bytes of a block's body */
	VTR_RAW_MAX = 64 << 20,		/* bytes of all frames of a block, inflated */
	VTR_ROWS_MAX = 65536,		/* rows of a block */
	VTR_BLOCK_KINDS_MAX = 4096,	/* kinds in one block */
	VTR_FRAMES_MAX = 4100,		/* frames in one block */
	VTR_VALUE_MAX = 32 << 20,	/* bytes of one value */
	VTR_NAME_MAX = 255,		/* bytes of a kind's or column's name */
	VTR_INDEX_MAX = 1 << 20,	/* entries of an INDEX */
	VTR_META_PAIRS_MAX = 4096,
	VTR_META_VALUE_MAX = 1 << 20,
	MODEL_ROWS_MAX = 8192,		/* rows of a block by the model */
	MODEL_BITS_FREE = 16384,	/* bits it may code, and more for each byte */
	MODEL_BITS_A_BYTE = 400,
	VTR_INTS_DEPTH_MAX = 3,		/* lists of numbers within lists of numbers */
};

#endif
