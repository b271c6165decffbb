/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The short way: calls that need nothing but their arguments, and reads and
 * writes of a few bytes, are written straight into the ring.  The record is
 * the same as that of the long way; the room reserved for it may be longer
 * than it is (the reader goes by its own length).
 */
#ifndef BPF_PLAIN_BPF_H
#define BPF_PLAIN_BPF_H

#include "bpf/user.bpf.h"

/* What the long way would find in the scratch memory. */
struct plain {
	struct pt_regs *regs;
	u64 from, n;		/* the data's address and bytes, 0: none */
	u32 tid, pid, sc, nr, flags;
	s64 ret;
};

/* flags: REC_COMPAT calls have other registers, of 32 bits. */
static __always_inline void put_regs(struct rec_hdr *h, struct pt_regs *regs, u32 flags)
{
#if defined(__TARGET_ARCH_x86)
	if (flags & REC_COMPAT) {
		h->arg[0] = (u32)regs->bx;
		h->arg[1] = (u32)regs->cx;
		h->arg[2] = (u32)regs->dx;
		h->arg[3] = (u32)regs->si;
		h->arg[4] = (u32)regs->di;
		h->arg[5] = (u32)regs->bp;
		return;
	}
	h->arg[0] = regs->di;
	h->arg[1] = regs->si;
	h->arg[2] = regs->dx;
	h->arg[3] = regs->r10;
	h->arg[4] = regs->r8;
	h->arg[5] = regs->r9;
#elif defined(__TARGET_ARCH_arm64)
	h->arg[0] = regs->orig_x0;
	h->arg[1] = regs->regs[1];
	h->arg[2] = regs->regs[2];
	h->arg[3] = regs->regs[3];
	h->arg[4] = regs->regs[4];
	h->arg[5] = regs->regs[5];
#endif
}

static __always_inline void plain_hdr(struct scratch *s, struct rec_hdr *h,
				      const struct plain *p, u32 len)
{
	h->ts = bpf_ktime_get_boot_ns();
	h->len = len;
	h->seq = s->n.seen - 1;
	h->tid = p->tid;
	h->pid = p->pid;
	h->cpu = s->cpu;
	h->kind = REC_KIND_SYSCALL + p->sc;
	h->nr = p->nr;
	h->flags = p->flags;
	h->ret = p->ret;
	put_regs(h, p->regs, p->flags);
}

/* A header and at most room bytes of data; false: the ring is full. */
static __always_inline bool plain_data(struct scratch *s, void *ring, const struct plain *p,
				       const u32 room, u64 wake)
{
	struct rec_att *att;
	struct rec_hdr *h;
	u64 n = p->n;

	h = bpf_ringbuf_reserve(ring, sizeof(*h) + sizeof(*att) + room, 0);
	if (!h)
		return false;
	att = (struct rec_att *)(h + 1);
	plain_hdr(s, h, p, sizeof(*h) + sizeof(*att) + n);
	att->slot = 0;
	att->flags = 0;
	KEEP(n);
	if (n > room || bpf_probe_read_user(att + 1, n, (void *)p->from)) {
		n = 0;
		h->len = sizeof(*h) + sizeof(*att);
		h->flags |= REC_FAULT;
		att->flags = REC_FAULT;
		COUNT(s, fault);
	}
	att->len = n;
	bpf_ringbuf_submit(h, wake);
	return true;
}

static __always_inline bool plain_bare(struct scratch *s, void *ring, const struct plain *p,
				       u64 wake)
{
	struct rec_hdr *h = bpf_ringbuf_reserve(ring, sizeof(*h), 0);

	if (!h)
		return false;
	plain_hdr(s, h, p, sizeof(*h));
	bpf_ringbuf_submit(h, wake);
	return true;
}

#define PLAIN_MAX 80	/* bytes of data: the default snap length */

/* The scratch memory is ours (busy). */
static __always_inline void record_plain(struct scratch *s, const struct plain *p)
{
	u32 cpu = s->cpu;
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	u64 wake = BPF_RB_NO_WAKEUP;
	bool done = false;

	s->n.seen++;
	if (ring) {
		s->since += sizeof(struct rec_hdr) + p->n;
		if (s->since > ctl.ring_bytes / 256)
			wake = ring_filling(s, ring);
		if (kept_for_state(s, ring, &wake))
			;
		else if (!p->n)
			done = plain_bare(s, ring, p, wake);
		else if (p->n <= 16)
			done = plain_data(s, ring, p, 16, wake);
		else if (p->n <= 48)
			done = plain_data(s, ring, p, 48, wake);
		else
			done = plain_data(s, ring, p, PLAIN_MAX, wake);
	}
	if (!done)
		COUNT(s, lost);
}

#define NAME_ROOM 64	/* most paths are shorter */

/*
 * Calls whose one attachment is a string of the caller's, where it is short
 * and nothing is to be decided; false: the long way is to be gone, and nothing
 * has happened yet.
 */
static __always_inline bool record_name(struct scratch *s, const struct plain *p, u64 from)
{
	const u64 room = sizeof(struct rec_hdr) + sizeof(struct rec_att) + NAME_ROOM;
	u64 least = ctl.ring_bytes / 256;
	u32 cpu = s->cpu;
	struct rec_att *att;
	struct rec_hdr *h;
	void *ring;
	long n;

	if (p->flags || !from || s->since + room > least || s->fill > ctl.ring_bytes / 2)
		return false;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	h = ring ? bpf_ringbuf_reserve(ring, room, 0) : NULL;
	if (!h)
		return false;
	att = (struct rec_att *)(h + 1);
	n = bpf_probe_read_user_str(att + 1, NAME_ROOM, (void *)from);
	if (n <= 0 || n >= NAME_ROOM) {
		bpf_ringbuf_discard(h, BPF_RB_NO_WAKEUP);
		return false;
	}
	s->n.seen++;
	s->since += room;
	plain_hdr(s, h, p, sizeof(*h) + sizeof(*att) + n);
	att->slot = 0;
	att->flags = 0;
	att->len = n;
	bpf_ringbuf_submit(h, BPF_RB_NO_WAKEUP);
	return true;
}

#endif
