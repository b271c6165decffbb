/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata blocks: entries one by one as snapshot items. */
#ifndef LIB_SCAP_LISTS_H
#define LIB_SCAP_LISTS_H

#include "lib/base/compat.h"
#include "lib/base/le.h"
#include "lib/event/snapshot.h"
#include "lib/scap/format.h"

struct scap_list {
	enum scap_class class;
	unsigned version;	/* of the block's layout */
	struct rcur c;		/* what is left of the body */
	int64_t tid;		/* whose descriptors */
	char text[32];		/* name made up for an item */
};

/* Start on a block's body. */
void scap_list_open(struct scap_list *l, enum scap_class class, unsigned version,
		    const uint8_t *body, size_t len);
/*
 * The next item; 1, 0 at the end, -E_DAMAGED when an entry contradicts its
 * length (*why then says how; the rest of the block cannot be read).
 * Strings lie in the body.
 */
int scap_list_next(struct scap_list *l, struct snap_item *item, const char **why);

#endif
