/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors come, are copied, and go. */
#include "lib/base/compat.h"

#include "replay/apply.h"

struct fd *machine_put_fd(struct machine *m, struct fdtab *tab, int64_t num)
{
	struct fd *f = NULL;

	if (LIKELY(m->nfds < MACHINE_FDS_TOTAL_MAX) || fdtab_get(tab, num)) {
		m->nfds -= tab->n;
		f = fdtab_put(tab, num);
		m->nfds += tab->n;
	}
	m->counts.fds_dropped += !f;
	return f;
}

struct fd *machine_open_fd(struct machine *m, struct thread *t, int64_t num)
{
	struct fdtab *tab = machine_fdtab(m, t);
	struct fd *f;

	if (!tab)
		return NULL;
	f = machine_put_fd(m, tab, num);
	if (m->nfds > m->counts.fds_peak)
		m->counts.fds_peak = m->nfds;
	if (!f)
		return NULL;
	m->counts.fds_added++;
	f->gaps = m->gaps.told;
	t->last_fd = num;
	m->cur.fdinfo = f;
	return f;
}

void machine_close_fd(struct machine *m, struct thread *t, int64_t num)
{
	struct fdtab *tab = machine_fdtab(m, t);

	if (tab && fdtab_del(tab, num))
		m->nfds--;
}

void machine_name_fd(struct machine *m, struct fd *f, struct str name)
{
	if (str_eq(rstr_str(f->name), name))
		return;
	machine_set_text(m, &f->name, name);
	m->cur.fd_name_changed = true;
}

struct fd *machine_dup_fd(struct machine *m, struct thread *t, const struct fd *src,
			  int64_t num, bool cloexec)
{
	struct fd copy = *src, *f;

	fd_ref(&copy);
	f = machine_open_fd(m, t, num);
	if (!f) {
		fd_release(&copy);
		return NULL;
	}
	fd_release(f);
	copy.chain = f->chain;
	copy.stamp = f->stamp;
	*f = copy;
	f->num = num;
	f->oflags &= ~(uint32_t)OF_CLOEXEC;
	f->flags &= (uint16_t)~FDF_CLOEXEC;
	if (cloexec)
		f->oflags |= OF_CLOEXEC;
	return f;
}

/* --- close --- */

void apply_close(struct machine *m, struct event *ev, int arg UNUSED)
{
	if (!m->cur.fdinfo || cur_ret(ev) < 0)
		return;
	m->close_tid = m->cur.thread->tid;
	m->close_fd = m->cur.thread->last_fd;
}

static bool is_closed(struct fd *f UNUSED)
{
	return true;
}

/* It will be by the next exec. */
static bool is_marked(struct fd *f)
{
	f->oflags |= OF_CLOEXEC;
	return false;
}

static int64_t range_end(struct event *ev, unsigned param)
{
	uint64_t num = event_u64(ev, param, 0);

	return num < INT64_MAX ? (int64_t)num : INT64_MAX;
}

void apply_close_range(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { RANGE_CLOEXEC = 4 };
	struct fdtab *tab = m->cur.thread ? machine_fdtab(m, m->cur.thread) : NULL;
	bool marks = event_u64(ev, P_SYSCALL_CLOSE_RANGE_X_flags, 0) & RANGE_CLOEXEC;
	const struct fdsweep sweep = {
		.first = range_end(ev, P_SYSCALL_CLOSE_RANGE_X_first),
		.last = range_end(ev, P_SYSCALL_CLOSE_RANGE_X_last),
		.kind = marks ? SWEPT_MARKED : SWEPT_CLOSED,
		.leaves = marks ? is_marked : is_closed,
	};

	if (tab && cur_ret(ev) >= 0)
		m->nfds -= fdtab_sweep(tab, &sweep);
}

/* --- copies --- */

/* A shell makes a pipe by putting its ends on 0 and 1. */
static void note_pipe_end(struct thread *t, int64_t num)
{
	if (num == 0)
		t->flags |= TF_PIPE_DST;
	else if (num == 1)
		t->flags |= TF_PIPE_SRC;
}

void apply_dup(struct machine *m, struct event *ev, int flags)
{
	struct thread *t = m->cur.thread;
	struct fd *src = m->cur.fdinfo;
	int64_t num = cur_ret(ev);

	if (!t || num < 0)
		return;
	note_pipe_end(t, num);
	if (src)
		machine_dup_fd(m, t, src, num, flags >= 0 &&
			       (event_u64(ev, (unsigned)flags, 0) & OF_CLOEXEC));
}

void apply_fcntl(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { DUPFD = 1, SETFD = 3, DUPFD_CLOEXEC = 26, FD_CLOEXEC_BIT = 1 };
	struct thread *t = m->cur.thread;
	struct fd *f = m->cur.fdinfo;
	int64_t ret = cur_ret(ev);
	uint64_t cmd = event_u64(ev, P_SYSCALL_FCNTL_X_cmd, 0);

	if (!t || !f || ret < 0)
		return;
	if (cmd == DUPFD || cmd == DUPFD_CLOEXEC) {
		machine_dup_fd(m, t, f, ret, cmd == DUPFD_CLOEXEC);
	} else if (cmd == SETFD) {
		if (event_u64(ev, P_SYSCALL_FCNTL_X_arg, 0) & FD_CLOEXEC_BIT)
			f->oflags |= OF_CLOEXEC;
		else
			f->oflags &= ~(uint32_t)OF_CLOEXEC;
		fdtab_changed(machine_fdtab(m, t), f->num);
	}
}

void apply_pidfd_getfd(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct thread *t = m->cur.thread, *target;
	struct fdtab *tab = t ? machine_fdtab(m, t) : NULL;
	struct fd *pidfd, *src;
	struct fdtab *from;
	int64_t num = cur_ret(ev);

	if (!tab || num < 0)
		return;
	pidfd = fdtab_get(tab, event_i64(ev, P_SYSCALL_PIDFD_GETFD_X_pid_fd, -1));
	target = pidfd && pidfd->type == FD_PIDFD ? machine_thread(m, pidfd->pid) : NULL;
	from = target ? machine_fdtab(m, target) : NULL;
	src = from ? fdtab_get(from, event_i64(ev, P_SYSCALL_PIDFD_GETFD_X_target_fd, -1)) : NULL;
	if (src)
		machine_dup_fd(m, t, src, num, true);
}

/* --- new ones without a path --- */

static struct fd *new_fd(struct machine *m, const struct event *ev, int64_t num,
			 enum fdtype type, int flags)
{
	struct thread *t = m->cur.thread;
	struct fd *f = t && num >= 0 ? machine_open_fd(m, t, num) : NULL;

	if (!f)
		return NULL;
	f->type = (uint8_t)type;
	if (flags >= 0)
		f->oflags = (uint32_t)event_u64(ev, (unsigned)flags, 0);
	return f;
}

#define NEW_FD(name, type)						\
void apply_new_##name(struct machine *m, struct event *ev, int flags)	\
{									\
	new_fd(m, ev, cur_ret(ev), type, flags);			\
}
NEW_FD(event, FD_EVENT)
NEW_FD(signalfd, FD_SIGNALFD)
NEW_FD(timerfd, FD_TIMERFD)
NEW_FD(inotify, FD_INOTIFY)
NEW_FD(bpf, FD_BPF)
NEW_FD(userfaultfd, FD_USERFAULTFD)
NEW_FD(io_uring, FD_IOURING)

/* The flags of these are a table of their own, whose bit 0 says the same as
 * O_CLOEXEC elsewhere. */
void apply_new_epoll(struct machine *m, struct event *ev, int flags)
{
	struct fd *f = new_fd(m, ev, cur_ret(ev), FD_EVENTPOLL, -1);

	if (f && flags >= 0 && (event_u64(ev, (unsigned)flags, 0) & 1))
		f->oflags |= OF_CLOEXEC;
}

void apply_pipe(struct machine *m, struct event *ev, int flags)
{
	uint64_t ino = event_u64(ev, P_SYSCALL_PIPE_X_ino, 0);
	unsigned ends[] = { P_SYSCALL_PIPE_X_fd1, P_SYSCALL_PIPE_X_fd2 };
	size_t i;

	if (cur_ret(ev) < 0)
		return;
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		struct fd *f = new_fd(m, ev, event_i64(ev, ends[i], -1), FD_FIFO, flags);

		if (f)
			f->ino = ino;
	}
}

/*
 * Falco does not ask whether the call failed: it files the errno as a
 * descriptor, which counts among the open ones until exec.  Lists for people
 * leave it out (its number is negative).
 */
void apply_memfd(struct machine *m, struct event *ev, int arg UNUSED)
{
	enum { MFD_CLOEXEC_TRACE = 1 };
	struct thread *t = m->cur.thread;
	struct fd *f = t ? machine_open_fd(m, t, cur_ret(ev)) : NULL;

	if (!f)
		return;
	f->type = FD_MEMFD;
	if (event_u64(ev, P_SYSCALL_MEMFD_CREATE_X_flags, 0) & MFD_CLOEXEC_TRACE)
		f->oflags = OF_CLOEXEC;
	machine_name_fd(m, f, event_text(ev, P_SYSCALL_MEMFD_CREATE_X_name));
	if (f->num < 0)
		m->cur.fdinfo = NULL;
}

void apply_pidfd_open(struct machine *m, struct event *ev, int arg UNUSED)
{
	struct fd *f = new_fd(m, ev, cur_ret(ev), FD_PIDFD, -1);

	if (!f)
		return;
	f->pid = event_i64(ev, P_SYSCALL_PIDFD_OPEN_X_pid, 0);
	buf_clear(&m->text);
	buf_adds(&m->text, "/proc/");
	buf_addi(&m->text, f->pid);
	machine_name_fd(m, f, buf_str(&m->text));
}
