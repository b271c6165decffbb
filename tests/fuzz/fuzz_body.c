/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of one block: a small trace of one of everything, in which the
 * first block of a type has the input for its body; checksums, digests and
 * the TRAILER agree, so that only the body is strange.  The first byte says
 * the type, which FUZZ_BODY fixes for a run on one body alone; where bodies
 * are packed the input is what is inside.
 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "tests/fuzz/vtr_promises.h"
#include "tests/trace/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const struct buf *sample(void)
{
	static struct buf b;

	if (!b.len) {
		if (!block_digest_init())
			abort();
		buf_init(&b);
		sample_make(&b, NULL);
	}
	return &b;
}

static bool is_packed(unsigned type)
{
	return type == VTR_META || type == VTR_SCHEMA || type == VTR_INDEX;
}

static void put_input(struct buf *body, unsigned type, const uint8_t *p, size_t len)
{
	if (is_packed(type)) {
		buf_le8(body, CODEC_NONE);
		buf_varint(body, len);
	}
	buf_add(body, p, len);
}

static void add_block(struct buf *out, struct chain *chain, uint8_t type,
		      const struct buf *body)
{
	uint8_t head[VTR_HEADER];

	block_head_make(head, chain, type, body->data, (uint32_t)body->len);
	buf_add(out, head, sizeof(head));
	buf_add(out, body->data, body->len);
}

static void build(struct buf *out, unsigned type, const uint8_t *p, size_t len)
{
	const struct buf *from = sample();
	struct buf body = BUF_INIT;
	struct chain chain = { 0 };
	struct block_head h;
	uint64_t index_at = 0;
	bool done = false;
	size_t at;

	for (at = 0; at < from->len; at += VTR_HEADER + h.length) {
		if (!block_head_parse(&h, (uint8_t *)from->data + at))
			abort();
		buf_clear(&body);
		if (h.type == VTR_INDEX)
			index_at = out->len;
		if (h.type == type && !done) {
			put_input(&body, type, p, len);
			done = true;
		} else if (h.type == VTR_TRAILER) {
			buf_le64(&body, index_at);
			buf_le64(&body, out->len + VTR_HEADER + VTR_TRAILER_BODY);
		} else {
			buf_add(&body, from->data + at + VTR_HEADER, h.length);
		}
		add_block(out, &chain, h.type, &body);
	}
	buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf file = BUF_INIT;

	if (!len)
		return 0;
#ifdef FUZZ_BODY
	build(&file, FUZZ_BODY, p + 1, len - 1);
#else
	build(&file, *p, p + 1, len - 1);
#endif
	vtr_promises((uint8_t *)file.data, file.len);
	buf_release(&file);
	return 0;
}
