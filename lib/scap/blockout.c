/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/scap/blockout.h"
#include "lib/scap/format.h"

enum { GATHER_BYTES = 256 << 10 };

void blockout_flush(struct blockout *o)
{
	if (!o->err && o->b.len)
		o->err = deflater_put(o->z, o->b.data, o->b.len);
	buf_clear(&o->b);
}

void blockout_begin(struct blockout *o, uint32_t type)
{
	o->at = o->b.len;
	buf_le32(&o->b, type);
	buf_le32(&o->b, 0);
}

void blockout_end(struct blockout *o)
{
	size_t body = o->b.len - o->at - SCAP_BLOCK_HEAD;
	uint32_t total;

	buf_pad(&o->b, '\0', -body & 3);
	total = (uint32_t)(o->b.len - o->at + SCAP_BLOCK_TAIL);
	put_le32(o->b.data + o->at + 4, total);
	buf_le32(&o->b, total);
	if (o->z && o->b.len >= GATHER_BYTES)
		blockout_flush(o);
}

void blockout_put(struct blockout *o, uint32_t type, const void *p, size_t len)
{
	blockout_begin(o, type);
	buf_add(&o->b, p, len);
	blockout_end(o);
}
