/* SPDX-License-Identifier: GPL-2.0-only */
/* The rings of lib/abi/ring.h. */
#include <linux/vmalloc.h>

#include "kmod/vestige.h"

#define RING_HEAD_PAGES 2	/* struct ring_reader, struct ring_writer */

static int ring_make_cpu(struct session *ses, unsigned int cpu)
{
	struct scratch *s = vzalloc_node(sizeof(*s), cpu_to_node(cpu));

	if (!s)
		return -ENOMEM;
	ses->cpu[cpu] = s;
	s->ses = ses;
	s->cpu = cpu;
	s->area = vmalloc_user(RING_HEAD_PAGES * PAGE_SIZE + ses->ring_bytes);
	if (!s->area)
		return -ENOMEM;
	s->reader = s->area;
	s->writer = s->area + PAGE_SIZE;
	s->data = s->area + RING_HEAD_PAGES * PAGE_SIZE;
	return 0;
}

/* On failure ring_free() takes what there is. */
int ring_make(struct session *ses)
{
	unsigned int cpu;
	int ret = 0;

	ses->cpu = kcalloc(ses->ncpus, sizeof(*ses->cpu), GFP_KERNEL);
	if (!ses->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		ret = ring_make_cpu(ses, cpu);
		if (ret)
			break;
	}
	return ret;
}

void ring_free(struct session *ses)
{
	unsigned int cpu;

	for (cpu = 0; ses->cpu && cpu < ses->ncpus; cpu++) {
		if (!ses->cpu[cpu])
			continue;
		vfree(ses->cpu[cpu]->area);
		vfree(ses->cpu[cpu]);
	}
	kfree(ses->cpu);
	ses->cpu = NULL;
}

int ring_mmap(struct session *ses, struct vm_area_struct *vma)
{
	unsigned long cpu = vma->vm_pgoff >> (RING_AREA_SHIFT - PAGE_SHIFT);
	unsigned long page = vma->vm_pgoff & ((1UL << (RING_AREA_SHIFT - PAGE_SHIFT)) - 1);
	unsigned long len = vma->vm_end - vma->vm_start;
	unsigned long rest = (RING_HEAD_PAGES - 1) * PAGE_SIZE + ses->ring_bytes;

	if (cpu >= ses->ncpus || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (!ses->cpu[cpu])
		return -ENXIO;		/* a number no CPU may have */
	if (page == 1) {
		if (len != rest)
			return -EINVAL;
		if (vma->vm_flags & (VM_WRITE | VM_EXEC))
			return -EPERM;
		compat_vm_readonly(vma);
	} else if (page || len != PAGE_SIZE) {
		return -EINVAL;
	} else if (vma->vm_flags & VM_EXEC) {
		return -EPERM;
	}
	compat_vm_dontcopy(vma);
	return remap_vmalloc_range(vma, ses->cpu[cpu]->area, page);
}

/* What the reader says is not to be trusted: nonsense is a full ring. */
u64 ring_fill(struct scratch *s)
{
	u64 used = s->head - smp_load_acquire(&s->reader->tail);

	return min(used, s->ses->ring_bytes);
}

bool ring_any(struct session *ses)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct scratch *s = ses->cpu[cpu];

		if (READ_ONCE(s->head) - READ_ONCE(s->reader->tail) >= ses->ring_bytes / 4)
			return true;
	}
	return false;
}

/* Wake the reader once when a quarter is full, else it polls. */
static void ring_wake(struct scratch *s)
{
	if (s->fill < s->ses->ring_bytes / 4) {
		s->woken = 0;
	} else if (!s->woken) {
		s->woken = 1;
		irq_work_queue(&s->ses->wake);
	}
}

static void ring_put(struct scratch *s, u64 at, u32 len, u32 type)
{
	struct ring_entry *e = (struct ring_entry *)(s->data + at);

	e->len = len;
	e->type = type;
	if (type == RING_RECORD)
		memcpy(e + 1, s->rec, len);
}

/* Hand the record over; its number is used even when there is no room. */
void ring_commit(struct scratch *s)
{
	struct rec_counters *n = &s->writer->n;
	u64 size = s->ses->ring_bytes, need = RING_ENTRY_BYTES(s->pos);
	u64 at = s->head & (size - 1), pad = 0;
	struct rec_hdr *h = rec_hdr_of(s);

	h->seq = n->seen;
	h->len = s->pos;
	WRITE_ONCE(n->seen, n->seen + 1);
	s->fill = ring_fill(s);
	ring_wake(s);
	if (need > size - at)
		pad = size - at;
	/* the last eighth is for events that change state */
	if (s->fill + pad + need > size ||
	    (rec_class_is_bulk(s->cls) && s->fill >= RING_EIGHTHS(size, RING_BULK))) {
		n->lost[s->cls]++;
		return;
	}
	if (pad) {
		ring_put(s, at, pad - sizeof(struct ring_entry), RING_PAD);
		at = 0;
	}
	ring_put(s, at, s->pos, RING_RECORD);
	s->head += pad + need;
	smp_store_release(&s->writer->head, s->head);
}
