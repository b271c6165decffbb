/* SPDX-License-Identifier: Apache-2.0 */
/* Captures built by hand, byte for byte, for the tests of lib/scap. */
#ifndef TESTS_SCAP_BUILD_H
#define TESTS_SCAP_BUILD_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/lebuf.h"
#include "lib/event/event.h"
#include "lib/scap/format.h"
#include "lib/scap/reader.h"

/* A block around a body. */
static inline void build_block(struct buf *b, uint32_t type, const void *body, size_t len)
{
	uint32_t total = (uint32_t)(SCAP_BLOCK_MIN + ((len + 3) & ~(size_t)3));

	buf_le32(b, type);
	buf_le32(b, total);
	buf_add(b, body, len);
	buf_pad(b, '\0', -len & 3);
	buf_le32(b, total);
}

static inline void build_section(struct buf *b)
{
	buf_le32(b, SCAP_SHB);
	buf_le32(b, SCAP_SHB_LEN);
	buf_le32(b, SCAP_MAGIC);
	buf_le16(b, 1);
	buf_le16(b, 2);
	buf_le64(b, UINT64_MAX);
	buf_le32(b, SCAP_SHB_LEN);
}

/* A parameter from a literal, its NUL included. */
#define TEXT(lit) ((struct param){ (const uint8_t *)(lit), sizeof(lit) })
#define BYTES(lit) ((struct param){ (const uint8_t *)(lit), sizeof(lit) - 1 })
#define NOTHING ((struct param){ NULL, 0 })
#define U64(v) ((struct param){ (const uint8_t[]){			\
	(uint8_t)(v), (uint8_t)((uint64_t)(v) >> 8), (uint8_t)((uint64_t)(v) >> 16),	\
	(uint8_t)((uint64_t)(v) >> 24), (uint8_t)((uint64_t)(v) >> 32),			\
	(uint8_t)((uint64_t)(v) >> 40), (uint8_t)((uint64_t)(v) >> 48),			\
	(uint8_t)((uint64_t)(v) >> 56) }, 8 })
#define U32(v) ((struct param){ (const uint8_t[]){				\
	(uint8_t)(v), (uint8_t)((uint32_t)(v) >> 8), (uint8_t)((uint32_t)(v) >> 16),	\
	(uint8_t)((uint32_t)(v) >> 24) }, 4 })
#define U16(v) ((struct param){ (const uint8_t[]){				\
	(uint8_t)(v), (uint8_t)((uint16_t)(v) >> 8) }, 2 })

struct build_ev {
	uint32_t block;		/* 0: SCAP_EV_V2 */
	uint64_t ts;
	int64_t tid;
	uint16_t cpu, type;
	uint32_t flags;		/* for EVF blocks */
	int lie;		/* added to the event's own length */
	unsigned n;
	const struct param *param;
};

#define BUILD_PARAMS(...)						\
	.param = (const struct param[]){ __VA_ARGS__ },			\
	.n = sizeof((const struct param[]){ __VA_ARGS__ }) / sizeof(struct param)

/* The event structure alone; v1 without the count. */
static inline void build_evbytes(struct buf *b, const struct build_ev *e, bool v1)
{
	bool wide = e->type < EV_COUNT && evtab[e->type].flags & EF_LARGE_PAYLOAD;
	uint32_t len = v1 ? SCAP_EVHDR_V1 : SCAP_EVHDR;
	unsigned i;

	for (i = 0; i < e->n; i++)
		len += (wide ? 4 : 2) + e->param[i].len;
	buf_le64(b, e->ts);
	buf_le64(b, (uint64_t)e->tid);
	buf_le32(b, len + (uint32_t)e->lie);
	buf_le16(b, e->type);
	if (!v1)
		buf_le32(b, e->n);
	for (i = 0; i < e->n; i++) {
		if (wide)
			buf_le32(b, e->param[i].len);
		else
			buf_le16(b, (uint16_t)e->param[i].len);
	}
	for (i = 0; i < e->n; i++)
		if (e->param[i].len)
			buf_add(b, e->param[i].p, e->param[i].len);
}

static inline void build_event(struct buf *b, struct build_ev e)
{
	uint32_t type = e.block ? e.block : SCAP_EV_V2;
	bool v1 = type == SCAP_EV || type == SCAP_EVF || type == 0x8010ABCD;
	struct buf body = BUF_INIT;

	buf_le16(&body, e.cpu);
	if (type == SCAP_EVF || type == SCAP_EVF_V2 || type == SCAP_EVF_V2_LARGE)
		buf_le32(&body, e.flags);
	build_evbytes(&body, &e, v1);
	build_block(b, type, body.data, body.len);
	buf_release(&body);
}

/* One current event with n as its descriptor. */
static inline void build_close(struct buf *b, uint64_t ts)
{
	build_event(b, (struct build_ev){
		.ts = ts, .tid = 7, .type = EV_SYSCALL_CLOSE_X,
		BUILD_PARAMS(U64(0), U64(3)),
	});
}

/* What reading a capture to its end gave. */
struct drained {
	int open, status;
	uint64_t events, snaps, restarts;
	uint64_t hash;		/* of everything delivered */
	struct scap_stats stats;
};

/* Reads all of it and checks what readers promise of every event. */
struct drained drain_mem(const void *p, size_t len, struct diag *d);
struct drained drain_fd(int fd, struct diag *d);

#endif
