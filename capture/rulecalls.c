/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "capture/rulecalls.h"
#include "lib/base/err.h"
#include "lib/base/tool.h"

static const struct tool analyze = { "vestige-analyze", "analyze" };

/* Reads to the end; lines become commas. */
static void take_names(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n, i;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		for (i = 0; i < n; i++)
			buf_addc(out, chunk[i] == '\n' ? ',' : chunk[i]);
	}
}

static NORETURN void child(const char *path, const char *const *files, size_t n, int to)
{
	const char *argv[4 + 2 * RULECALLS_MAX] = { analyze.program, "rules", "syscalls" };
	size_t at = 3, i;

	for (i = 0; i < n && i < RULECALLS_MAX; i++) {
		argv[at++] = "-r";
		argv[at++] = files[i];
	}
	argv[at] = NULL;
	if (dup2(to, STDOUT_FILENO) >= 0)
		execv(path, (char **)(uintptr_t)argv);
	_exit(127);
}

static int run(const char *path, struct buf *out, const char *const *files, size_t n,
	       int *status)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		child(path, files, n, ends[1]);
	close(ends[1]);
	if (pid > 0)
		take_names(ends[0], out);
	close(ends[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

int rulecalls(struct buf *out, const char *const *files, size_t n, struct diag *d)
{
	struct buf path = BUF_INIT;
	char *folder = tool_own_folder();
	int status = 0, ret = 0;

	if (!folder || !tool_find(&analyze, folder, &path)) {
		diag_hint(diag_add(d, DIAG_ERROR, "vestige-analyze is not installed beside "
				   "vestige-capture"),
			  "it reads the rule files for -r; or name the calls: -e");
		ret = -E_ENV;
	} else if (run(path.data, out, files, n, &status)) {
		diag_add(d, DIAG_ERROR, "cannot run %s: %s", path.data, strerror(errno));
		ret = -E_ENV;
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		diag_add(d, DIAG_ERROR, "the rules of -r cannot be used");
		ret = -E_USAGE;
	}
	free(folder);
	buf_release(&path);
	return ret;
}
