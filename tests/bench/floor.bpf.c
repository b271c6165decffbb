/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least a recorder on sys_exit can cost, for make bench-floor: a look at
 * a bitmap and nothing else; the same with one raw record of a ring, reserved
 * and submitted, for each write; and with up to 80 bytes of what is written.
 */
#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include "lib/abi/record.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
} ring SEC(".maps");

const volatile u64 wanted[SYSCALL_NR_MAX / 64] = { 0 };

struct floor_record {
	struct rec_hdr h;
	u8 data[80];
};

static __always_inline long wanted_nr(struct pt_regs *regs)
{
	u32 nr = regs->orig_ax;

	if (nr >= SYSCALL_NR_MAX || !(wanted[nr / 64 & 7] >> nr % 64 & 1))
		return -1;
	return nr;
}

SEC("?tp_btf/sys_exit")
int floor_check(u64 *ctx)
{
	/* the answer must not be thrown away */
	return wanted_nr((struct pt_regs *)ctx[0]) > 1 << 20;
}

static __always_inline void fill(struct rec_hdr *h, struct pt_regs *regs, u64 ret)
{
	u64 id = bpf_get_current_pid_tgid();

	h->ts = bpf_ktime_get_boot_ns();
	h->len = sizeof(*h);
	h->seq = 0;
	h->tid = id;
	h->pid = id >> 32;
	h->cpu = bpf_get_smp_processor_id();
	h->kind = REC_KIND_SYSCALL;
	h->nr = regs->orig_ax;
	h->flags = 0;
	h->ret = ret;
	h->arg[0] = regs->di;
	h->arg[1] = regs->si;
	h->arg[2] = regs->dx;
	h->arg[3] = regs->r10;
	h->arg[4] = regs->r8;
	h->arg[5] = regs->r9;
}

SEC("?tp_btf/sys_exit")
int floor_record(u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	struct rec_hdr *h;

	if (wanted_nr(regs) < 0)
		return 0;
	h = bpf_ringbuf_reserve(&ring, sizeof(*h), 0);
	if (!h)
		return 0;
	fill(h, regs, ctx[1]);
	bpf_ringbuf_submit(h, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("?tp_btf/sys_exit")
int floor_payload(u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	struct floor_record *r;
	u64 n = regs->dx;

	if (wanted_nr(regs) < 0)
		return 0;
	r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);
	if (!r)
		return 0;
	fill(&r->h, regs, ctx[1]);
	if (n > sizeof(r->data))
		n = sizeof(r->data);
	bpf_probe_read_user(r->data, n, (void *)regs->si);
	bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
	return 0;
}
