/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks on their way out: framed here, gathered, handed to the deflater. */
#ifndef LIB_SCAP_BLOCKOUT_H
#define LIB_SCAP_BLOCKOUT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/scap/deflate.h"

struct blockout {
	struct buf b;		/* whole blocks, and the one being made */
	size_t at;		/* where that one begins */
	struct deflater *z;	/* NULL: only gathers */
	int err;		/* the first; nothing is kept after it */
};

/* Starts a block; its body is then appended to o->b. */
void blockout_begin(struct blockout *o, uint32_t type);
/* Pads, fills in the lengths, and passes on what has gathered. */
void blockout_end(struct blockout *o);
void blockout_put(struct blockout *o, uint32_t type, const void *p, size_t len);
void blockout_flush(struct blockout *o);

#endif
