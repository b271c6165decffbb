/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "lib/trace/crc.h"
#include "lib/trace/limits.h"

bool block_digest_init(void)
{
	return sodium_init() >= 0;
}

void block_digest(uint8_t out[VTR_DIGEST], const uint8_t prev[VTR_DIGEST],
		  const uint8_t head[VTR_HEADER], const void *body, size_t len)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, NULL, 0, VTR_DIGEST);
	crypto_generichash_update(&st, prev, VTR_DIGEST);
	crypto_generichash_update(&st, head, VTR_H_COVERED);
	crypto_generichash_update(&st, body, len);
	crypto_generichash_final(&st, out, VTR_DIGEST);
}

void block_head_make(uint8_t head[VTR_HEADER], struct chain *chain, uint8_t type,
		     const void *body, uint32_t len)
{
	memset(head, 0, VTR_HEADER);
	memcpy(head + VTR_H_MAGIC, VTR_MAGIC, 4);
	head[VTR_H_TYPE] = type;
	head[VTR_H_VERSION] = VTR_VERSION;
	put_le32(head + VTR_H_LENGTH, len);
	put_le32(head + VTR_H_BODYSUM, crc32_of(0, body, len));
	put_le64(head + VTR_H_NUMBER, chain->next++);
	block_digest(chain->digest, chain->digest, head, body, len);
	memcpy(head + VTR_H_DIGEST, chain->digest, VTR_DIGEST);
	put_le32(head + VTR_H_SUM, crc32_of(0, head, VTR_H_SUM));
}

bool block_head_parse(struct block_head *h, const uint8_t p[VTR_HEADER])
{
	if (memcmp(p, VTR_MAGIC, 4) || le32(p + VTR_H_SUM) != crc32_of(0, p, VTR_H_SUM))
		return false;
	h->type = p[VTR_H_TYPE];
	h->version = p[VTR_H_VERSION];
	h->flags = le16(p + VTR_H_FLAGS);
	h->length = le32(p + VTR_H_LENGTH);
	h->bodysum = le32(p + VTR_H_BODYSUM);
	h->number = le64(p + VTR_H_NUMBER);
	memcpy(h->digest, p + VTR_H_DIGEST, VTR_DIGEST);
	return h->length <= VTR_BODY_MAX;
}

bool block_is_newer(const struct block_head *h)
{
	return h->flags & VTR_FLAGS_MUST_KNOW || h->version > VTR_VERSION;
}

bool block_body_ok(const struct block_head *h, const void *body)
{
	return crc32_of(0, body, h->length) == h->bodysum;
}

void block_pack(struct codec *codec, struct buf *out, const void *p, size_t len)
{
	size_t at = out->len;
	uint8_t how;

	buf_le8(out, CODEC_NONE);
	buf_varint(out, len);
	how = codec_pack_small(codec, out, p, len);
	out->data[at] = (char)how;
}

bool block_unpack(struct codec *codec, struct buf *out, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	uint8_t how = rcur_u8(&c);
	uint64_t raw = rcur_varint(&c);
	char *to;

	if (c.bad || raw > VTR_RAW_MAX)
		return false;
	to = buf_grow(out, raw);
	if (!codec_unpack(codec, how, to, raw, c.p, rcur_left(&c)))
		return false;
	out->len += raw;
	out->data[out->len] = '\0';
	return true;
}

const char *block_name(unsigned type)
{
	static const char *const names[] = {
#define BLOCK(id, num, text) [num] = #id,
#include "schema/blocks.def"
#undef BLOCK
	};

	return type < ARRAY_SIZE(names) && names[type] ? names[type] : "unknown";
}
