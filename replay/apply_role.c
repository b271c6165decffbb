/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events have to do with one another, for who skips many of them at once
 * (vtr_pass.unseen).  Descriptors are a process's own, which its children get;
 * of all it is else only ids, parent and process change what becomes of others,
 * so that and who adopts orphans is kept right in any case.
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

	ROLE_uid = VTR_SELF, ROLE_gid = VTR_SELF, ROLE_setsid = VTR_SELF,
	ROLE_capset = VTR_SELF, ROLE_newuser = VTR_SELF,
	ROLE_chdir = VTR_SELF, ROLE_fchdir = VTR_SELF, ROLE_chroot = VTR_SELF,
	ROLE_rlimit = VTR_SELF, ROLE_prlimit = VTR_SELF,
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
	ROLE_connect = VTR_OWN, ROLE_accept = VTR_OWN, ROLE_listen = VTR_OWN,
	ROLE_getsockopt = VTR_QUIET,

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
	if (role >= VTR_SELF && role != VTR_ENDS &&
	    (!ev_is_exit(type) || (info->flags & EF_SKIPPARSERESET)))
		return VTR_ASIDE;
	return role;
}

_Static_assert((int)P_SYSCALL_EXECVE_19_X_pid == (int)P_SYSCALL_CLONE_20_X_pid &&
	       (int)P_SYSCALL_EXECVE_19_X_ptid == (int)P_SYSCALL_CLONE_20_X_ptid,
	       "clone and execve name the same threads in the same place");

/* The parameters that tell whom else an event has to do with (vtr_pass.names). */
static void names_of(unsigned type, uint8_t role, uint8_t names[2])
{
	names[0] = P_SYSCALL_CLONE_20_X_pid;
	names[1] = P_SYSCALL_CLONE_20_X_ptid;
	if (role == VTR_CLOSES)
		names[0] = (uint8_t)evinfo_of(type)->fd;
	else if (role == VTR_SELF)
		names[0] = type == EV_SYSCALL_PRLIMIT_X ? P_SYSCALL_PRLIMIT_X_pid : VTR_NONE;
}

void machine_roles(struct vtr_pass *p)
{
	unsigned type;

	for (type = 0; type < EV_COUNT; type++) {
		p->role[type] = role_of(type);
		names_of(type, p->role[type], p->names[type]);
	}
}
