/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "capture/privs.h"
#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

bool privs_cpulist(const char *text, uint8_t map[PRIVS_CPUS / 8])
{
	struct str all = str_of(text), part;
	uint64_t from, to;

	memset(map, 0, PRIVS_CPUS / 8);
	while (all.p) {
		part = str_cut(&all, ',');
		if (!num_u64(str_cut(&part, '-'), &from))
			return false;
		to = from;
		if (part.p && !num_u64(part, &to))
			return false;
		if (from > to || to >= PRIVS_CPUS)
			return false;
		for (; from <= to; from++)
			map[from >> 3] |= (uint8_t)(1 << (from & 7));
	}
	return true;
}

static int cannot(const char *what, const char *hint, struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "cannot set %s: %s", what, strerror(errno)), "%s", hint);
	return -E_ENV;
}

int privs_place(const struct privs_opts *o, struct diag *d)
{
	uint8_t map[PRIVS_CPUS / 8];
	cpu_set_t *set;
	unsigned i;
	int ret;

	if (o->nice && setpriority(PRIO_PROCESS, 0, o->nice))
		return cannot("the priority", "--nice takes -20 to 19; less than 0 needs root", d);
	if (!o->cpus || !privs_cpulist(o->cpus, map))
		return 0;
	set = CPU_ALLOC(PRIVS_CPUS);
	if (!set)
		return -E_ENV;
	CPU_ZERO_S(CPU_ALLOC_SIZE(PRIVS_CPUS), set);
	for (i = 0; i < PRIVS_CPUS; i++)
		if (map[i >> 3] >> (i & 7) & 1)
			CPU_SET_S(i, CPU_ALLOC_SIZE(PRIVS_CPUS), set);
	ret = sched_setaffinity(0, CPU_ALLOC_SIZE(PRIVS_CPUS), set);
	CPU_FREE(set);
	return ret ? cannot("the processors", "--cpu names some that are there: 0 or 0-1,3", d) : 0;
}

#if defined(HAVE_SECCOMP) && !defined(__SANITIZE_ADDRESS__)
/* What a recorder does once it runs: its rings, its file, its clocks, memory. */
static const int calls[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(newfstatat), SCMP_SYS(lseek), SCMP_SYS(ftruncate), SCMP_SYS(fsync),
	SCMP_SYS(sync_file_range), SCMP_SYS(sync_file_range2), SCMP_SYS(fcntl),
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(brk), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(ioctl), SCMP_SYS(bpf), SCMP_SYS(futex), SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
	SCMP_SYS(getrusage), SCMP_SYS(wait4), SCMP_SYS(kill), SCMP_SYS(getpid),
	SCMP_SYS(sendto), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* A further snapshot, a further segment. */
static const int calls_of_walk[] = {
	SCMP_SYS(openat), SCMP_SYS(unlinkat), SCMP_SYS(getdents64), SCMP_SYS(readlinkat),
	SCMP_SYS(readlink), SCMP_SYS(statx), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(prlimit64), SCMP_SYS(adjtimex),
	SCMP_SYS(clock_adjtime), SCMP_SYS(socket), SCMP_SYS(bind), SCMP_SYS(getsockname),
	SCMP_SYS(recvmsg), SCMP_SYS(setsockopt), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(geteuid), SCMP_SYS(fstatfs), SCMP_SYS(access),
};

/* A call not on the list answers EPERM: better a recording that goes on. */
static int filter_calls(const struct privs_opts *o)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int ret = ctx ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !ret && i < ARRAY_SIZE(calls); i++)
		ret = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	for (i = 0; !ret && o->walks_proc && i < ARRAY_SIZE(calls_of_walk); i++)
		ret = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls_of_walk[i], 0);
	if (!ret)
		ret = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	return ret;
}
#else
static int filter_calls(const struct privs_opts *o UNUSED)
{
	return 0;
}
#endif

void privs_drop(const struct privs_opts *o, struct diag *d)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	int cap, ret;

	/* the bounding set first: dropping it needs CAP_SETPCAP */
	for (cap = 0; cap < 64; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (o->walks_proc) {
		caps[0].permitted = CAP_TO_MASK(CAP_SYS_PTRACE) | CAP_TO_MASK(CAP_DAC_READ_SEARCH);
		caps[0].effective = caps[0].permitted;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &head, caps))
		diag_add(d, DIAG_WARNING, "privileges could not be dropped: %s",
			 strerror(errno));
	ret = o->no_seccomp ? 0 : filter_calls(o);
	if (ret)
		diag_add(d, DIAG_WARNING, "system calls could not be restricted: %s",
			 strerror(-ret));
}
