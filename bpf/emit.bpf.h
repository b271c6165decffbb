/* SPDX-License-Identifier: GPL-2.0-only */
/* Building a record in the scratch memory and handing it to the ring. */
#ifndef BPF_EMIT_BPF_H
#define BPF_EMIT_BPF_H

#include "bpf/maps.bpf.h"

static __always_inline struct rec_hdr *rec_hdr_of(struct scratch *s)
{
	return (struct rec_hdr *)s->rec;
}

/* One more in this CPU's counters of a reason, in the row's class. */
#define COUNT(s, reason) do {						\
	u64 cls_ = (s)->cls;						\
	KEEP(cls_);							\
	if (cls_ < RC_COUNT)						\
		(s)->n.reason[cls_]++;					\
} while (0)

/* Where the next attachment's bytes go; NULL when the record is full. */
static __always_inline u8 *att_room(struct scratch *s)
{
	u64 pos = s->pos;

	KEEP(pos);
	if (pos > REC_MAX - sizeof(struct rec_att)) {
		rec_hdr_of(s)->flags |= REC_CUT;
		COUNT(s, toolong);
		return NULL;
	}
	return s->rec + pos + sizeof(struct rec_att);
}

/* len bytes were put at att_room(). */
static __always_inline void att_end(struct scratch *s, u64 len, u32 flags)
{
	u64 pos = s->pos;
	struct rec_att *att;

	KEEP(pos);
	if (pos > REC_MAX - sizeof(*att))
		return;
	if (pos + sizeof(*att) + len > REC_MAX) {
		len = 0;
		flags |= REC_CUT;
	}
	att = (struct rec_att *)(s->rec + pos);
	att->slot = s->slot;
	att->flags = flags;
	att->len = len;
	s->pos = pos + sizeof(*att) + len;
	rec_hdr_of(s)->flags |= flags;
	if (flags & REC_CUT)
		COUNT(s, toolong);
	if (flags & REC_FAULT)
		COUNT(s, fault);
}

/* Ask the ring; wake the reader once when a quarter is full, else it polls. */
static __always_inline u64 ring_filling(struct scratch *s, void *ring)
{
	s->since = 0;
	s->fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	if (s->fill < ctl.ring_bytes / 4) {
		s->woken = 0;
	} else if (!s->woken) {
		s->woken = 1;
		return BPF_RB_FORCE_WAKEUP;
	}
	return BPF_RB_NO_WAKEUP;
}

/*
 * Is what is left of the ring for others?  The last filling and what came
 * since is more than there can be: only when that is much the ring is asked.
 */
static __always_inline bool kept_for_state(struct scratch *s, void *ring, u64 *wake)
{
	u64 much = RING_EIGHTHS(ctl.ring_bytes, RING_BULK);

	if (!rec_class_is_bulk(s->cls) || s->fill + s->since < much)
		return false;
	*wake = ring_filling(s, ring);
	return s->fill >= much;
}

/* Hand the record over; the number is used even when there is no room. */
static __always_inline void rec_commit(struct scratch *s)
{
	struct rec_hdr *h = rec_hdr_of(s);
	u32 cpu = h->cpu;
	u64 flags = BPF_RB_NO_WAKEUP, len = s->pos;
	void *ring;

	h->seq = s->n.seen++;
	h->len = len;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	KEEP(len);
	if (ring && len <= REC_MAX) {
		/* how full it is need not be known to the byte */
		s->since += len;
		if (s->since > ctl.ring_bytes / 256)
			flags = ring_filling(s, ring);
		if (!kept_for_state(s, ring, &flags) &&
		    !bpf_ringbuf_output(ring, s->rec, len, flags))
			return;
	}
	COUNT(s, lost);
}

#endif
