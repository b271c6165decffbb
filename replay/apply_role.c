/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events have to do with one another, for who skips many of them at once
 * (vtr_pass.unseen).  Descriptors are a process's own; all it is else is
 * looked at by others, or made too seldom to be worth leaving out.
 */
#include "lib/base/compat.h"

#include "replay/apply.h"

/* By function, so that a new one has to say. */
enum {
	ROLE_enter = VTR_ASIDE, ROLE_enter_named = VTR_ASIDE,

	ROLE_clone = VTR_USES,		/* the child gets what its maker has */
	ROLE_exec = VTR_JOINS,		/* one of unknown origin becomes a thread of it */
	ROLE_exit = VTR_ENDS,
	ROLE_prctl = VTR_ASIDE, ROLE_switch = VTR_ASIDE,

	ROLE_uid = VTR_ASIDE, ROLE_gid = VTR_ASIDE, ROLE_setsid = VTR_ASIDE,
	ROLE_capset = VTR_ASIDE, ROLE_newuser = VTR_ASIDE,
	ROLE_chdir = VTR_ASIDE, ROLE_fchdir = VTR_ASIDE, ROLE_chroot = VTR_ASIDE,
	ROLE_rlimit = VTR_ASIDE, ROLE_prlimit = VTR_ASIDE,
	ROLE_memory = VTR_QUIET,

	ROLE_open = VTR_OPENS, ROLE_creat = VTR_OPENS, ROLE_openat = VTR_OPENS,
	ROLE_open_handle = VTR_OPENS,
	ROLE_close = VTR_CLOSES, ROLE_close_range = VTR_OWN,
	ROLE_dup = VTR_OWN, ROLE_fcntl = VTR_OWN, ROLE_pipe = VTR_OWN,
	ROLE_new_event = VTR_OWN, ROLE_new_signalfd = VTR_OWN, ROLE_new_timerfd = VTR_OWN,
	ROLE_new_inotify = VTR_OWN, ROLE_new_bpf = VTR_OWN, ROLE_new_userfaultfd = VTR_OWN,
	ROLE_new_io_uring = VTR_OWN, ROLE_new_epoll = VTR_OWN, ROLE_memfd = VTR_OWN,
	ROLE_pidfd_open = VTR_OWN,
	ROLE_pidfd_getfd = VTR_USES_ALL,	/* of whom, only a descriptor tells */
	ROLE_io = VTR_QUIET, ROLE_recv = VTR_OWN, ROLE_send = VTR_OWN,
	ROLE_socket = VTR_OWN, ROLE_socketpair = VTR_OWN, ROLE_bind = VTR_OWN,
	ROLE_connect = VTR_OWN, ROLE_accept = VTR_OWN,

	ROLE_user_added = VTR_ASIDE, ROLE_user_deleted = VTR_ASIDE,
	ROLE_group_added = VTR_ASIDE, ROLE_group_deleted = VTR_ASIDE,
	ROLE_container_json = VTR_ASIDE, ROLE_async = VTR_ASIDE,
};

static const uint8_t roles[EV_COUNT] = {
#define EFFECT(event, f, a) [EV_##event] = 1 + ROLE_##f,
#include "replay/effects.def"
#undef EFFECT
};

/* Without an effect of its own it changes nothing but its thread. */
static uint8_t role_of(unsigned type)
{
	const struct evinfo *info = evinfo_of(type);
	uint8_t role = roles[type] ? roles[type] - 1 : VTR_QUIET;

	if (!info)
		return VTR_USES_ALL;
	/* Calls are told by their exits alone, or not of who is alone. */
	if (role >= VTR_QUIET && role != VTR_ENDS && (!ev_is_exit(type) || (info->flags & EF_SKIPPARSERESET)))
		return VTR_ASIDE;
	return role;
}

_Static_assert((int)P_SYSCALL_EXECVE_19_X_pid == (int)P_SYSCALL_CLONE_20_X_pid &&
	       (int)P_SYSCALL_EXECVE_19_X_ptid == (int)P_SYSCALL_CLONE_20_X_ptid,
	       "clone and execve name the same threads in the same place");

void machine_roles(struct vtr_pass *p)
{
	unsigned type;

	for (type = 0; type < EV_COUNT; type++) {
		p->role[type] = role_of(type);
		p->names[type][0] = p->role[type] == VTR_CLOSES ?
				    (uint8_t)evinfo_of(type)->fd : P_SYSCALL_CLONE_20_X_pid;
		p->names[type][1] = P_SYSCALL_CLONE_20_X_ptid;
	}
}
