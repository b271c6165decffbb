/* SPDX-License-Identifier: Apache-2.0 */
/* Identity, namespaces, signals, limits.  Run as root. */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

int main(void)
{
	struct rlimit lim = { 100, 200 };
	int pid = (int)getpid();

	expect("getuid uid=0");
	SC(SYS_getuid);
	expect("prctl res=0 option=15 arg2_str=renamed arg2_int=0");
	SC(SYS_prctl, PR_SET_NAME, "renamed");
	expect("prctl res=0 option=36 arg2_str=<NA> arg2_int=1");
	SC(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
	expect("kill res=0 pid=%d sig=0", pid);
	SC(SYS_kill, pid, 0);
	expect("kill res=-3 pid=-2147483647 sig=9");
	SC(SYS_kill, -2147483647, 9);
	expect("tgkill res=0 pid=%d tid=%d sig=0", pid, pid);
	SC(SYS_tgkill, pid, pid, 0);
	expect("setpgid res=%ld pid=0 pgid=0", SC(SYS_setpgid, 0, 0));
	expect("setsid res=%ld", SC(SYS_setsid));
	expect("prlimit res=0 newcur=100 newmax=200 oldcur=-1 oldmax=-1 pid=0 resource=7");
	SC(SYS_prlimit64, 0, RLIMIT_NOFILE, &lim, 0);
	expect("unshare res=0 flags=128");
	SC(SYS_unshare, CLONE_NEWUTS);
	expect("setns res=-9 fd=-1 nstype=16");
	SC(SYS_setns, -1, CLONE_NEWNET);
	expect("ptrace res=-3 addr=000000000000000000 data=000000000000000000 request=11 pid=2147483647");
	SC(SYS_ptrace, PTRACE_ATTACH, 2147483647, 0, 0);
	expect("setresgid res=0 rgid=65534 egid=65534 sgid=4294967295");
	SC(SYS_setresgid, 65534, 65534, -1);
	expect("setresuid res=0 ruid=65534 euid=65534 suid=65534");
	SC(SYS_setresuid, 65534, 65534, 65534);
	expect("setuid res=-1 uid=0");
	SC(SYS_setuid, 0);
	expect("getuid uid=65534");
	SC(SYS_getuid);
	expect("delete_module res=%ld name=nomod flags=0", SC(SYS_delete_module, "nomod", 0));
	return done();
}
