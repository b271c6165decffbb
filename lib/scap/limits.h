/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounds on what a .scap file may ask for.  Longer is damage, or -E_LIMIT
 * where the format itself sets no bound.
 */
#ifndef LIB_SCAP_LIMITS_H
#define LIB_SCAP_LIMITS_H

enum {
	/* Lists of a host with 100 000 threads at 1 KiB each fit. */
	SCAP_META_BLOCK_MAX = 128 << 20,
	/* The format's own bound for blocks that are not LARGE. */
	SCAP_SMALL_BLOCK_MAX = 65536,
	SCAP_LARGE_BLOCK_MAX = 64 << 20,
	SCAP_SHB_OPTIONS_MAX = 1 << 20,

	/* Text in lists; the format's own bounds. */
	SCAP_PATH_MAX = 1024,
	SCAP_ARGS_MAX = 4096,
	SCAP_FDNAME_MAX = 1024,
	SCAP_USERNAME_MAX = 255,

	/* Enter events kept for their exits: one a thread.  The oldest go
	 * first when there are more threads or bytes than this. */
	SCAP_STORED_MAX = 16384,
	SCAP_STORED_BYTES = 16 << 20,
	SCAP_LIFT_ROUNDS = 50,		/* conversions of one event */
	SCAP_LIFTED_PARAM_MAX = 65535,	/* bytes of a lifted parameter */

	/* Reading ahead: slots times their size is the memory it costs. */
	SCAP_INPUT_BYTES = 256 << 10,	/* compressed, per read */
	SCAP_SLOT_BYTES = 512 << 10,	/* uncompressed, per slot */
	SCAP_SLOTS = 8,
};

#endif
