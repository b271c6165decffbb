/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <zlib.h>

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/scap/deflate.h"

enum {
	OUT_BYTES = 64 << 10,
	GZIP_WINDOW = 15 + 16,	/* zlib's way to ask for a gzip wrapper */
	MEMORY_LEVEL = 8,	/* zlib's default */
};

struct deflater {
	deflate_sink *sink;
	void *ctx;
	int err;
	bool gzip;
	z_stream z;
	uint8_t out[OUT_BYTES];
};

struct deflater *deflater_new(bool gzip, deflate_sink *sink, void *ctx)
{
	struct deflater *z = xcalloc(1, sizeof(*z));

	z->sink = sink;
	z->ctx = ctx;
	z->gzip = gzip;
	if (gzip && deflateInit2(&z->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
				 MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void run(struct deflater *z, int flush)
{
	int ret;

	do {
		z->z.next_out = z->out;
		z->z.avail_out = sizeof(z->out);
		ret = deflate(&z->z, flush);
		if (ret == Z_STREAM_ERROR) {
			z->err = -E_BUG;
			return;
		}
		if (z->z.avail_out < sizeof(z->out))
			z->err = z->sink(z->ctx, z->out, sizeof(z->out) - z->z.avail_out);
	} while (!z->err && !z->z.avail_out);
}

int deflater_put(struct deflater *z, const void *p, size_t len)
{
	const uint8_t *in = p;

	if (!z->gzip) {
		if (!z->err && len)
			z->err = z->sink(z->ctx, p, len);
		return z->err;
	}
	while (!z->err && len) {
		uInt n = len > (1U << 30) ? 1U << 30 : (uInt)len;

		/* zlib reads from next_in only. */
		z->z.next_in = (Bytef *)(uintptr_t)in;
		z->z.avail_in = n;
		run(z, Z_NO_FLUSH);
		in += n;
		len -= n;
	}
	return z->err;
}

int deflater_end(struct deflater *z)
{
	int err;

	if (z->gzip) {
		z->z.next_in = NULL;
		z->z.avail_in = 0;
		if (!z->err)
			run(z, Z_FINISH);
		deflateEnd(&z->z);
	}
	err = z->err;
	free(z);
	return err;
}
