/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <isa-l/igzip_lib.h>

#include "lib/base/vector.h"
#include "lib/base/xalloc.h"
#include "lib/scap/inflate.h"

struct inflater {
	struct inflate_state s;
	int ret;		/* the last failure */
};

struct inflater *inflater_new(void)
{
	struct inflater *z = xcalloc(1, sizeof(*z));

	isal_inflate_init(&z->s);
	z->s.crc_flag = ISAL_GZIP;
	return z;
}

void inflater_free(struct inflater *z)
{
	free(z);
}

void inflater_reset(struct inflater *z)
{
	isal_inflate_reset(&z->s);
	z->s.crc_flag = ISAL_GZIP;
}

enum inflate_step inflater_run(struct inflater *z, const uint8_t **in, size_t *in_len,
			       uint8_t *out, size_t cap, size_t *out_len)
{
	uint32_t give = *in_len > UINT32_MAX ? UINT32_MAX : (uint32_t)*in_len;
	uint32_t room = cap > UINT32_MAX ? UINT32_MAX : (uint32_t)cap;
	uint32_t left;

	/* The library only reads from next_in, but does not say so. */
	z->s.next_in = (uint8_t *)(uintptr_t)*in;
	z->s.avail_in = give;
	z->s.next_out = out;
	z->s.avail_out = room;
	z->ret = isal_inflate(&z->s);
	vector_clean();
	*out_len = room - z->s.avail_out;
	left = z->s.avail_in;
	*in += give - left;
	*in_len -= give - left;
	if (z->ret < 0)
		return INFLATE_BAD;
	if (z->s.block_state == ISAL_BLOCK_FINISH)
		return INFLATE_MEMBER_END;
	return z->s.avail_out ? INFLATE_MORE_IN : INFLATE_FULL;
}

const char *inflater_why(const struct inflater *z)
{
	switch (z->ret) {
	case ISAL_INVALID_BLOCK:
		return "bad deflate block";
	case ISAL_INVALID_SYMBOL:
		return "bad deflate symbol";
	case ISAL_INVALID_LOOKBACK:
		return "deflate looks back before the start";
	case ISAL_INVALID_WRAPPER:
		return "bad gzip header";
	case ISAL_UNSUPPORTED_METHOD:
		return "gzip with an unknown compression method";
	case ISAL_INCORRECT_CHECKSUM:
		return "gzip checksum does not match";
	default:
		return "gzip data is damaged";
	}
}
