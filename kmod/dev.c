/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/vestige0: one opener, who sets up a session, maps its rings, starts and
 * stops it.  User memory is never read under the lock: mmap() comes with the
 * address space locked.
 */
#include <linux/capability.h>
#include <linux/log2.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/vmalloc.h>

#include "kmod/vestige.h"

static DEFINE_MUTEX(lock);	/* states of sessions */
static atomic_t opened = ATOMIC_INIT(0);

static void session_free(struct kref *ref)
{
	struct session *ses = container_of(ref, struct session, ref);

	irq_work_sync(&ses->wake);
	if (ses->cpu)
		ring_free(ses);
	vfree(ses->tree);
	vfree(ses->cfg);
	kfree(ses);
}

void session_put(struct session *ses)
{
	kref_put(&ses->ref, session_free);
}

static void wake_reader(struct irq_work *work)
{
	wake_up_interruptible(&container_of(work, struct session, wake)->wait);
}

static int fop_open(struct inode *inode, struct file *file)
{
	struct session *ses;

	if (!capable(CAP_SYS_PTRACE) || !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (atomic_cmpxchg(&opened, 0, 1))
		return -EBUSY;
	ses = kzalloc(sizeof(*ses), GFP_KERNEL);
	if (!ses) {
		atomic_set(&opened, 0);
		return -ENOMEM;
	}
	kref_init(&ses->ref);
	ses->ncpus = nr_cpu_ids;
	init_waitqueue_head(&ses->wait);
	init_irq_work(&ses->wake, wake_reader);
	file->private_data = ses;
	return stream_open(inode, file);
}

static long session_stop(struct session *ses)
{
	if (ses->state != SES_RUNNING)
		return -EINVAL;
	probe_stop(ses);
	ses->state = SES_STOPPED;
	wake_up_interruptible(&ses->wait);
	return 0;
}

static int fop_release(struct inode *inode, struct file *file)
{
	struct session *ses = file->private_data;

	mutex_lock(&lock);
	session_stop(ses);
	mutex_unlock(&lock);
	session_put(ses);
	atomic_set(&opened, 0);
	return 0;
}

static long say_hello(void __user *to)
{
	struct dev_hello h = {
		.abi = REC_ABI_VERSION, .setup_bytes = sizeof(struct dev_setup),
		.counters_bytes = sizeof(struct rec_counters), .ops = ROP_COUNT,
		.ncpus = nr_cpu_ids,
	};

	strscpy(h.version, THIS_MODULE->version ?: "unknown", sizeof(h.version));
	return copy_to_user(to, &h, sizeof(h)) ? -EFAULT : 0;
}

static int refuse(struct dev_setup *cfg, u32 why, u32 what)
{
	cfg->why = why;
	cfg->what = what;
	return why == DEV_FLAG || why == DEV_OP ? -EOPNOTSUPP : -EINVAL;
}

static bool operand_ok(u32 v)
{
	return v <= RET || (v >= INT0 && v <= INT0 + A5) || (v >= INT1 && v <= INT1 + A5);
}

/* b is a number of bytes in UMEM, an argument in SADDRO, else an operand; and
 * two operations are about what only one tracepoint has. */
static bool row_op_ok(const struct rawop *op, u32 number)
{
	if (op->op == ROP_KNAME && number != SYSCALL_SC_MAX + REC_TP_EXEC)
		return false;
	if (op->op == ROP_URING && number != SYSCALL_SC_MAX + REC_TP_URING)
		return false;
	if (op->op == ROP_SADDRO)
		return operand_ok(op->a) && op->b <= A5;
	return operand_ok(op->a) && (op->op == ROP_UMEM || operand_ok(op->b));
}

static int check_row(struct dev_setup *cfg, const struct rawrow *row, u32 number)
{
	u32 i;

	if (row->nops > REC_OPS_MAX || row->cls >= RC_COUNT ||
	    row->select > SEL_COMPAT || row->condarg > A5 ||
	    row->flags & ~ROWF_ALL)
		return refuse(cfg, DEV_ROW, number);
	for (i = 0; i < row->nops; i++) {
		if (!ops_known(row->op[i].op))
			return refuse(cfg, DEV_OP, row->op[i].op);
		if (!row_op_ok(&row->op[i], number))
			return refuse(cfg, DEV_ROW, number);
	}
	return 0;
}

static bool select_ok(const struct rec_select *sel)
{
	u32 i;

	if (sel->ncomms > SEL_MAX || sel->nuids > SEL_MAX || sel->ncgroups > SEL_MAX ||
	    sel->npaths > SEL_MAX || sel->nports > SEL_MAX)
		return false;
	for (i = 0; i < SEL_MAX; i++)
		if (sel->cgroup[i].len > SEL_TEXT_MAX || sel->path[i].len > SEL_TEXT_MAX)
			return false;
	return true;
}

#define CTL_KNOWN (CTL_TREE | CTL_NO_PATHS)

static int check_setup(struct dev_setup *cfg)
{
	const struct rec_ctl *ctl = &cfg->ctl;
	int ret = 0;
	u32 i;

	if (ctl->abi != REC_ABI_VERSION)
		return refuse(cfg, DEV_ABI, REC_ABI_VERSION);
	if (ctl->flags & ~CTL_KNOWN)
		return refuse(cfg, DEV_FLAG, ctl->flags & ~CTL_KNOWN);
	if (ctl->snap_read > REC_SNAP_MAX || ctl->snap_write > REC_SNAP_MAX)
		return refuse(cfg, DEV_SNAP, max(ctl->snap_read, ctl->snap_write));
	if (!select_ok(&ctl->sel))
		return refuse(cfg, DEV_SELECT, 0);
	if (ctl->ring_bytes < RING_BYTES_MIN || ctl->ring_bytes > RING_BYTES_MAX ||
	    !is_power_of_2(ctl->ring_bytes))
		return refuse(cfg, DEV_RING, RING_BYTES_MIN);
	for (i = 0; !ret && i < SYSCALL_SC_MAX; i++)
		ret = check_row(cfg, &cfg->rows[i], i);
	for (i = 0; !ret && i < REC_TP_COUNT; i++)
		ret = check_row(cfg, &cfg->tps[i], SYSCALL_SC_MAX + i);
	for (i = 0; !ret && i < SYSCALL_NR_MAX; i++)
		if (max(cfg->sc_of_nr[i], cfg->sc_of_nr32[i]) >= SYSCALL_SC_MAX)
			ret = refuse(cfg, DEV_ROW, max(cfg->sc_of_nr[i], cfg->sc_of_nr32[i]));
	return ret;
}

/* The whole set-up out of user memory, checked; why is told in *out. */
static int read_setup(struct dev_setup *cfg, struct dev_setup __user *from)
{
	if (copy_from_user(cfg, from, DEV_SETUP_HEAD))
		return -EFAULT;
	if (cfg->abi != REC_ABI_VERSION)
		return refuse(cfg, DEV_ABI, REC_ABI_VERSION);
	if (cfg->bytes != sizeof(*cfg))
		return refuse(cfg, DEV_SIZE, sizeof(*cfg));
	if (copy_from_user(cfg, from, sizeof(*cfg)))
		return -EFAULT;
	/* the head may have changed between the two copies */
	cfg->why = DEV_FINE;
	return check_setup(cfg);
}

/* Under the lock.  What is made here goes with the session. */
static int make_session(struct session *ses, struct dev_setup *cfg)
{
	int ret;

	if (ses->state != SES_OPEN || ses->cfg)
		return -EINVAL;
	if (cfg->ctl.flags & CTL_TREE) {
		ses->tree = vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long));
		if (!ses->tree)
			return -ENOMEM;
	}
	ses->ring_bytes = cfg->ctl.ring_bytes;
	ret = ring_make(ses);
	if (ret) {
		ring_free(ses);
		vfree(ses->tree);
		ses->tree = NULL;
		return ret;
	}
	ses->cfg = cfg;
	ses->state = SES_READY;
	return 0;
}

static long session_setup(struct session *ses, struct dev_setup __user *from)
{
	struct dev_setup *cfg = vzalloc(sizeof(*cfg));
	int ret;

	if (!cfg)
		return -ENOMEM;
	ret = read_setup(cfg, from);
	if (cfg->why && (put_user(cfg->why, &from->why) || put_user(cfg->what, &from->what)))
		ret = -EFAULT;
	if (!ret) {
		mutex_lock(&lock);
		ret = make_session(ses, cfg);
		mutex_unlock(&lock);
	}
	if (ret)
		vfree(cfg);
	return ret;
}

static long session_follow(struct session *ses, const u32 __user *from)
{
	long ret = -EINVAL;
	u32 tgid;

	if (get_user(tgid, from))
		return -EFAULT;
	mutex_lock(&lock);
	if (ses->tree && tgid && tgid < PID_MAX_LIMIT) {
		set_bit(tgid, ses->tree);
		ret = 0;
	}
	mutex_unlock(&lock);
	return ret;
}

static long session_start(struct session *ses)
{
	long ret = -EINVAL;

	if (ses->state == SES_READY) {
		ret = probe_start(ses);
		if (!ret)
			ses->state = SES_RUNNING;
	}
	return ret;
}

static long fop_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct session *ses = file->private_data;
	long ret = -ENOTTY;

	switch (cmd) {
	case DEV_HELLO:
		return say_hello((void __user *)arg);
	case DEV_SETUP:
		return session_setup(ses, (struct dev_setup __user *)arg);
	case DEV_FOLLOW:
		return session_follow(ses, (const u32 __user *)arg);
	case DEV_START:
		mutex_lock(&lock);
		ret = session_start(ses);
		mutex_unlock(&lock);
		break;
	case DEV_STOP:
		mutex_lock(&lock);
		ret = session_stop(ses);
		mutex_unlock(&lock);
		break;
	}
	return ret;
}

static int fop_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct session *ses = file->private_data;
	int ret = -EINVAL;

	mutex_lock(&lock);
	if (ses->state != SES_OPEN)
		ret = ring_mmap(ses, vma);
	mutex_unlock(&lock);
	return ret;
}

static __poll_t fop_poll(struct file *file, poll_table *wait)
{
	struct session *ses = file->private_data;
	__poll_t ret = 0;

	poll_wait(file, &ses->wait, wait);
	mutex_lock(&lock);
	if (ses->state == SES_OPEN)
		ret = EPOLLERR;
	else if (ses->state == SES_STOPPED || ring_any(ses))
		ret = EPOLLIN | EPOLLRDNORM;
	mutex_unlock(&lock);
	return ret;
}

static const struct file_operations dev_ops = {
	.owner = THIS_MODULE,
	.open = fop_open,
	.release = fop_release,
	.unlocked_ioctl = fop_ioctl,
	.mmap = fop_mmap,
	.poll = fop_poll,
};

static struct miscdevice dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = DEV_NAME,
	.fops = &dev_ops,
	.mode = 0600,
};

int device_make(void)
{
	return misc_register(&dev);
}

void device_gone(void)
{
	misc_deregister(&dev);
}
