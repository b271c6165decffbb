/* SPDX-License-Identifier: Apache-2.0 */
/* Writing little-endian fields to a struct buf. */
#ifndef LIB_BASE_LEBUF_H
#define LIB_BASE_LEBUF_H

#include "lib/base/buf.h"
#include "lib/base/le.h"

void buf_le8(struct buf *b, uint8_t v);
void buf_le16(struct buf *b, uint16_t v);
void buf_le32(struct buf *b, uint32_t v);
void buf_le64(struct buf *b, uint64_t v);
void buf_str16(struct buf *b, struct str s);	/* u16 length and bytes; cut at 65535 */
void buf_varint(struct buf *b, uint64_t v);	/* LEB128 */

#endif
