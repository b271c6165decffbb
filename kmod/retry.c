/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second attempt at user memory that was not present at sys_exit, where
 * nobody may sleep: the record is put off, to the moment before the task
 * returns to its program.  There pages may be brought in, and the record is
 * made anew (its time is that of the second attempt; not one instruction of
 * the program ran in between).
 *
 * Only pages are touched that the call itself was told to use, and only
 * when it succeeded; never those of a userfaultfd, whose handler may be the
 * very task that would wait for it.  What cannot be put off (no memory, a
 * dying task, a kernel that does not let modules ask for it) is recorded at
 * once, with REC_FAULT.  ring_writer.retried and .recovered count.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "kmod/vestige.h"

struct retry {
	struct callback_head work;
	struct session *ses;
	const struct rawrow *row;
	s64 ret;
	u64 arg[6];
	u16 kind, nr, flags;
	u32 nmiss;
	struct miss miss[MISS_MAX];
};

#define RETRY_ROUNDS 4

static bool ever;	/* a retry was begun since the module was loaded */

/* The session is open: this is not the last reference. */
static void never_last(struct kref *ref)
{
	WARN_ON_ONCE(1);
}

/* Is it ordinary memory of the task? */
static bool may_touch(u64 addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool ok = false;

	if (!mm)
		return false;
	compat_mm_lock(mm);
	vma = find_vma(mm, addr);
	if (vma && vma->vm_start <= addr)
		ok = !userfaultfd_armed(vma) && !(vma->vm_flags & (VM_IO | VM_PFNMAP));
	compat_mm_unlock(mm);
	return ok;
}

static void touch_bytes(u64 at, u64 end)
{
	char c __maybe_unused;

	for (; at < end && may_touch(at); at = (at & PAGE_MASK) + PAGE_SIZE)
		if (get_user(c, (const char __user *)(unsigned long)at))
			break;
}

/* Of a string up to its end, not a page further. */
static void touch_string(u64 at)
{
	long left = REC_PATH_MAX, n, got;

	while (left > 0 && may_touch(at)) {
		n = min_t(long, left, PAGE_SIZE - (at & ~PAGE_MASK));
		got = strnlen_user((const char __user *)(unsigned long)at, n);
		if (!got || got <= n)
			break;
		at += n;
		left -= n;
	}
}

static void touch(const struct retry *r)
{
	u32 i;

	for (i = 0; i < r->nmiss && i < MISS_MAX; i++) {
		if (r->miss[i].len)
			touch_bytes(r->miss[i].addr, r->miss[i].addr + r->miss[i].len);
		else
			touch_string(r->miss[i].addr);
	}
}

static void keep_misses(struct retry *r, const struct scratch *s)
{
	r->nmiss = s->nmiss;
	memcpy(r->miss, s->miss, sizeof(r->miss));
}

/* The record again; false: memory is missing still, and it is not the last. */
static bool make_again(struct retry *r, bool last)
{
	struct scratch *s = rec_begin(r->ses, current, r->row->cls);
	struct rec_hdr *h;

	if (!s)
		return true;
	h = rec_hdr_of(s);
	memcpy(h->arg, r->arg, sizeof(h->arg));
	h->kind = r->kind;
	h->nr = r->nr;
	h->flags = r->flags;
	h->ret = r->ret;
	ops_run(s, r->row);
	if (s->nmiss && !last) {
		keep_misses(r, s);
		rec_undo(s);
		return false;
	}
	s->writer->retried++;
	if (!s->nmiss)
		s->writer->recovered++;
	if (wanted_path(s, r->row))
		rec_end(s);
	else
		rec_undo(s);
	return true;
}

static void retry_run(struct callback_head *work)
{
	struct retry *r = container_of(work, struct retry, work);
	struct session *ses = r->ses;
	bool done = false;
	int round;

	/* an iovec first, then what its segments point to */
	for (round = 1; !done; round++) {
		touch(r);
		preempt_disable_notrace();
		rcu_read_lock();
		done = !READ_ONCE(ses->running) || make_again(r, round == RETRY_ROUNDS);
		rcu_read_unlock();
		preempt_enable_notrace();
	}
	kfree(r);
	if (atomic_dec_and_test(&ses->retries))
		wake_up(&ses->wait);
	session_put(ses);
	module_put(THIS_MODULE);
}

/* The record in s had misses.  True: it is dropped here and made again. */
bool retry_later(struct scratch *s, const struct rawrow *row)
{
	const struct rec_hdr *h = rec_hdr_of(s);
	struct retry *r;

	if (h->ret < 0 || current->flags & PF_EXITING)
		return false;
	r = kmalloc(sizeof(*r), GFP_NOWAIT | __GFP_NOWARN);
	if (!r)
		return false;
	*r = (struct retry){ .ses = s->ses, .row = row, .ret = h->ret, .kind = h->kind,
			     .nr = h->nr, .flags = h->flags & (REC_COMPAT | REC_X32) };
	memcpy(r->arg, h->arg, sizeof(r->arg));
	keep_misses(r, s);
	init_task_work(&r->work, retry_run);
	/* the probe runs, so the session and the module are there */
	kref_get(&s->ses->ref);
	__module_get(THIS_MODULE);
	atomic_inc(&s->ses->retries);
	if (compat_task_work(&r->work)) {
		atomic_dec(&s->ses->retries);
		module_put(THIS_MODULE);
		kref_put(&s->ses->ref, never_last);
		kfree(r);
		return false;
	}
	WRITE_ONCE(ever, true);
	rec_undo(s);
	return true;
}

/*
 * Before a session stops: what is under way comes to its end, unless a page
 * takes longer than a second; what then is missing is counted as lost.
 */
void retry_wait(struct session *ses)
{
	int left;

	if (wait_event_timeout(ses->wait, !atomic_read(&ses->retries), HZ))
		return;
	left = atomic_read(&ses->retries);
	ses->cpu[cpumask_first(cpu_possible_mask)]->writer->n.nested[RC_OTHER] += left;
}

/* The last instructions of retry_run() may still be ahead of some task. */
void retry_exit(void)
{
	if (READ_ONCE(ever))
		synchronize_rcu_tasks();
}
