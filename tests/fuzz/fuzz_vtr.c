/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that reads a .vtr, on any bytes.  Input that begins with VTRB is
 * taken as a file; any other is a row of pieces (u8 type, u16 length, body)
 * which are framed with checksums and digests that agree, so that mutations
 * get past them into the bodies.
 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "lib/base/le.h"
#include "lib/trace/block.h"
#include "tests/fuzz/vtr_promises.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void frame_pieces(struct buf *out, const uint8_t *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	uint8_t head[VTR_HEADER];
	struct chain chain = { 0 };
	const uint8_t *body;
	uint8_t type;
	size_t n;

	while (rcur_left(&c) >= 3) {
		type = rcur_u8(&c);
		n = rcur_u16(&c);
		if (n > rcur_left(&c))
			n = rcur_left(&c);
		body = rcur_take(&c, n);
		if (type == VTR_META)
			memset(&chain, 0, sizeof(chain));
		block_head_make(head, &chain, type, body, (uint32_t)n);
		buf_add(out, head, sizeof(head));
		buf_add(out, body, n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf file = BUF_INIT;

	if (!block_digest_init())
		abort();
	if (len >= 4 && !memcmp(p, VTR_MAGIC, 4)) {
		vtr_promises(p, len);
		return 0;
	}
	frame_pieces(&file, p, len);
	vtr_promises((uint8_t *)file.data, file.len);
	buf_release(&file);
	return 0;
}
