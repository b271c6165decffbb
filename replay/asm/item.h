/* SPDX-License-Identifier: Apache-2.0 */
/* Members of snapshot items by name, made from schema/snapshot.def. */
#ifndef REPLAY_ASM_ITEM_H
#define REPLAY_ASM_ITEM_H

#include "lib/base/compat.h"
#include "lib/event/snapshot.h"

enum asm_member_type { AM_U8, AM_U16, AM_U32, AM_U64, AM_I64, AM_BOOL, AM_STR, AM_ADDR };

struct asm_member {
	const char *name;
	uint16_t offset;		/* in struct snap_item */
	uint8_t type;			/* enum asm_member_type */
};

struct asm_kind {
	const char *word;		/* "proc" */
	const struct asm_member *v;
	unsigned n;
};

extern const struct asm_kind asm_kinds[SNAP_KIND_COUNT];

/* Store a number in a member of a scalar type. */
void asm_store(void *to, unsigned type, uint64_t v);

#endif
