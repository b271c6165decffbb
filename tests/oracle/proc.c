/* SPDX-License-Identifier: Apache-2.0 */
/* The life of processes: who is started by which call, exec, exit.  Lines are
 * beginnings: much of a process event is not this program's to know. */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <sys/wait.h>

static void finish(long pid)
{
	int st;

	waitpid((pid_t)pid, &st, 0);
}

int main(int argc, char **argv)
{
	char *gone[] = { (char *)"gone", (char *)"-x", NULL };
	char cwd[1024];
	long pid;

	if (argc > 1 && !strcmp(argv[1], "child"))
		return 7;
	if (!getcwd(cwd, sizeof(cwd)))
		return 1;
	pid = SC(SYS_fork);
	if (!pid)
		syscall(SYS_exit_group, 3);
	finish(pid);
	expect("fork res=%ld exe=%s args=<NA> tid=%d pid=%d ptid=%d cwd=%s ", pid, argv[0],
	       (int)getpid(), (int)getpid(), (int)getppid(), cwd);
	expect("execve res=-2 exe=gone args=2d7800 tid=%d pid=%d ", (int)getpid(), (int)getpid());
	SC(SYS_execve, "./not-there", gone, environ);
	return done();
}
