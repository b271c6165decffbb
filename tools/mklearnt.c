/* SPDX-License-Identifier: Apache-2.0 */
/* mklearnt OUT: what the model learns of the primer, for lib/trace/learnt.c. */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/trace/codec.h"
#include "lib/trace/format.h"
#include "lib/trace/learnt.h"
#include "lib/trace/primer.h"

/* Here it is found out. */
const uint8_t learnt_1[] = { 0 };
const size_t learnt_1_size = 0;

int main(int argc, char **argv)
{
	struct buf packed = BUF_INIT, out = BUF_INIT;
	struct codec *codec = codec_new(19);
	struct diag diag = DIAG_INIT;
	struct io_out o;

	if (argc != 2)
		return EXIT_FAILURE;
	cells_pack(primer(), &packed);
	buf_varint(&out, packed.len);
	if (codec_pack(codec, &out, packed.data, packed.len) != CODEC_ZSTD ||
	    io_out_open(&o, argv[1], &diag) || io_out_write(&o, out.data, out.len, &diag) ||
	    io_out_commit(&o, &diag))
		return EXIT_FAILURE;
	codec_free(codec);
	buf_release(&packed);
	buf_release(&out);
	return EXIT_SUCCESS;
}
