/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzz target over the sample's bodies, changed here and there in a way
 * that is the same every time: a fuzzer's corpus without the files.
 * mutate [ROUNDS [SEED]]
 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/trace/block.h"
#include "tests/trace/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static uint64_t seed = 1;

static uint32_t next(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void to_pieces(struct buf *out, const struct buf *file)
{
	struct block_head h;
	size_t at;

	for (at = 0; at < file->len; at += VTR_HEADER + h.length) {
		if (!block_head_parse(&h, (uint8_t *)file->data + at))
			abort();
		buf_le8(out, h.type);
		buf_le16(out, (uint16_t)h.length);
		buf_add(out, file->data + at + VTR_HEADER, h.length);
	}
}

static void mutate(struct buf *b)
{
	static const uint8_t odd[] = { 0, 1, 0x7f, 0x80, 0xff, 0x10, 2, 5 };
	uint32_t n = 1 + next(4), at;

	while (n--) {
		at = next((uint32_t)b->len);
		switch (next(4)) {
		case 0:
			b->data[at] ^= (char)(1 << next(8));
			break;
		case 1:
			b->data[at] = (char)odd[next(ARRAY_SIZE(odd))];
			break;
		case 2:
			b->data[at] = (char)next(256);
			break;
		default:
			if (!next(8))
				buf_setlen(b, at + 1);
			else
				memmove(b->data + at, b->data + next(at + 1),
					b->len - at > 8 ? 8 : b->len - at);
		}
	}
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT, pieces = BUF_INIT, b = BUF_INIT;
	uint64_t rounds = 1500, i;

	if ((argc > 1 && !num_u64(str_of(argv[1]), &rounds)) ||
	    (argc > 2 && !num_u64(str_of(argv[2]), &seed)))
		return EXIT_FAILURE;
	sample_make(&file, NULL);
	to_pieces(&pieces, &file);
	LLVMFuzzerTestOneInput((uint8_t *)file.data, file.len);
	LLVMFuzzerTestOneInput((uint8_t *)pieces.data, pieces.len);
	for (i = 0; i < rounds; i++) {
		buf_clear(&b);
		buf_add(&b, pieces.data, pieces.len);
		mutate(&b);
		LLVMFuzzerTestOneInput((uint8_t *)b.data, b.len);
	}
	printf("%" PRIu64 " mutations\n", rounds);
	buf_release(&file);
	buf_release(&pieces);
	buf_release(&b);
	return EXIT_SUCCESS;
}
