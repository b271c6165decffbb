/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of a sidecar in numbers; doc/CHECKPOINT-FORMAT.md in words. */
#ifndef REPLAY_SIDECAR_IN_H
#define REPLAY_SIDECAR_IN_H

#define SIDECAR_MAGIC	"VTRX"

enum {
	SIDECAR_BEGIN = 8,	/* bytes: magic, u8 version, u8 0, u16 state layout */
	SIDECAR_FIXED = 24,	/* bytes before a record's head */
};

enum { SIDECAR_CHECKPOINT = 1, SIDECAR_END = 2 };		/* types of records */
enum {				/* flags of a checkpoint */
	SIDECAR_F_PREAMBLE = 1, SIDECAR_F_LOST = 2, SIDECAR_F_KNOWN = 4,
	SIDECAR_F_ENDED = 8,
};

#endif
