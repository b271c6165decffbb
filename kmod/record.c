/* SPDX-License-Identifier: GPL-2.0-only */
/* Building a record: its header, its attachments one by one. */
#include <linux/ktime.h>

#include "kmod/vestige.h"

/* By enum rawop_id; an operation without a function is refused at set-up. */
static op_fn *const ops[ROP_COUNT] = {
	[ROP_USTR] = op_ustr,
	[ROP_UBUF] = op_ubuf,
	[ROP_UBIN] = op_ubin,
	[ROP_UMEM] = op_umem,
	[ROP_UPOLL] = op_upoll,
	[ROP_USEM] = op_usem,
	[ROP_SADDR] = op_saddr,
	[ROP_SADDRO] = op_saddro,
	[ROP_IOV] = op_iov,
	[ROP_IOVR] = op_iovr,
	[ROP_MNAME] = op_mname,
	[ROP_MIOV] = op_miov,
	[ROP_MIOVR] = op_miovr,
	[ROP_MCTL] = op_mctl,
	[ROP_UARGV] = op_uargv,
	[ROP_FDF] = op_fdf,
	[ROP_FDPATH] = op_fdpath,
	[ROP_SOCK] = op_sock,
	[ROP_QUEUE] = op_queue,
	[ROP_TASK] = op_task,
	[ROP_COMM] = op_comm,
	[ROP_ARGV] = op_argv,
	[ROP_ENVP] = op_envp,
	[ROP_CWD] = op_cwd,
	[ROP_CGROUPS] = op_cgroups,
	[ROP_EXE] = op_exe,
	[ROP_KNAME] = op_kname,
	[ROP_MM] = op_mm,
	[ROP_CAPS] = op_caps,
	[ROP_EXIT] = op_exit,
	[ROP_PIDFD] = op_pidfd,
	[ROP_URING] = op_uring,
};

bool ops_known(u32 op)
{
	return op < ROP_COUNT && ops[op];
}

/* The caller has preemption off.  NULL: this CPU is at it already. */
struct scratch *rec_begin(struct session *ses, struct task_struct *subject, u32 cls)
{
	struct scratch *s = ses->cpu[smp_processor_id()];
	struct rec_hdr *h;

	if (s->busy) {
		s->writer->n.nested[cls]++;
		return NULL;
	}
	s->busy = 1;
	barrier();		/* an interrupt may look */
	s->task = subject;
	s->object = NULL;
	s->cls = cls;
	rec_again(s);
	s->fault = s->writer->n.fault[cls];
	s->toolong = s->writer->n.toolong[cls];
	s->shed = s->writer->n.shed[cls];
	h = rec_hdr_of(s);
	h->ts = ktime_get_boot_fast_ns();
	h->tid = subject->pid;
	h->pid = subject->tgid;
	h->cpu = s->cpu;
	h->flags = 0;
	return s;
}

void rec_again(struct scratch *s)
{
	s->pos = sizeof(struct rec_hdr);
	s->nmiss = 0;
	s->name_at = 0;
	s->path_seen = false;
	s->named = 0;
}

/* Where the next attachment's bytes go; NULL when the record is full. */
void *att_room(struct scratch *s)
{
	if (s->pos > REC_MAX - sizeof(struct rec_att)) {
		rec_hdr_of(s)->flags |= REC_CUT;
		s->writer->n.toolong[s->cls]++;
		return NULL;
	}
	return s->rec + s->pos + sizeof(struct rec_att);
}

/* len bytes were put at att_room(). */
void att_end(struct scratch *s, u64 len, u32 flags)
{
	struct rec_att *att;

	if (s->pos > REC_MAX - sizeof(*att))
		return;
	if (s->pos + sizeof(*att) + len > REC_MAX) {
		len = 0;
		flags |= REC_CUT;
	}
	att = (struct rec_att *)(s->rec + s->pos);
	att->slot = s->slot;
	att->flags = flags;
	att->len = len;
	s->pos += sizeof(*att) + len;
	rec_hdr_of(s)->flags |= flags;
	if (flags & REC_CUT)
		s->writer->n.toolong[s->cls]++;
	if (flags & REC_FAULT)
		s->writer->n.fault[s->cls]++;
}

void ops_run(struct scratch *s, const struct rawrow *row)
{
	u32 i;

	for (i = 0; i < row->nops; i++) {
		s->slot = i;
		ops[row->op[i].op](s, row->op[i].a, row->op[i].b);
	}
}

/* The workplace is free again. */
void rec_free(struct scratch *s)
{
	barrier();
	s->busy = 0;
}

void rec_undo(struct scratch *s)
{
	s->writer->n.fault[s->cls] = s->fault;
	s->writer->n.toolong[s->cls] = s->toolong;
	s->writer->n.shed[s->cls] = s->shed;
	rec_free(s);
}

void rec_end(struct scratch *s)
{
	ring_commit(s);
	rec_free(s);
}
