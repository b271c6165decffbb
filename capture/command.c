/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "capture/command.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* What a write tells by its result; the command has its own mind about them. */
static struct {
	int sig;
	struct sigaction before;
} ignored[] = { { .sig = SIGPIPE }, { .sig = SIGXFSZ } };

void command_ignore_signals(void)
{
	struct sigaction ign = { .sa_handler = SIG_IGN };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		sigaction(ignored[i].sig, &ign, &ignored[i].before);
}

static void as_before(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		sigaction(ignored[i].sig, &ignored[i].before, NULL);
}

static NORETURN void child(char **argv, bool to_stderr, int gate, int report)
{
	char go = 0;
	int err;

	/* here before anybody follows: what is recorded begins with the read */
	if (write(report, &go, 1) != 1 || read(gate, &go, 1) != 1)
		_exit(127);		/* the recorder gave up */
	as_before();
	if (to_stderr && dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(argv[0], argv);
	err = errno;
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

static int cannot_execute(const char *name, int err, struct diag *d)
{
	struct diag_item *it = diag_add(d, DIAG_ERROR, "cannot execute %s: %s", name,
					strerror(err));

	if (err == ENOENT)
		diag_hint(it, "the command comes after '--'; is it spelled right and in PATH?");
	return -E_ENV;
}

int command_find(const char *name, struct diag *d)
{
	const char *p = strchr(name, '/') ? "" : getenv("PATH"), *end;
	struct buf path = BUF_INIT;
	int err;

	if (!p || (!*p && !strchr(name, '/')))
		return 0;		/* execvp(3) has a PATH of its own then */
	err = *p || !access(name, X_OK) ? 0 : errno;
	for (; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, ':');
		buf_clear(&path);
		buf_addf(&path, "%.*s%s%s", (int)(end - p), p, end > p ? "/" : "", name);
		if (!access(path.data, X_OK)) {
			err = 0;
			break;
		}
		err = errno == EACCES || err == EACCES ? EACCES : ENOENT;
	}
	buf_release(&path);
	return err ? cannot_execute(name, err, d) : 0;
}

int command_start(struct command *c, char **argv, bool to_stderr, struct diag *d)
{
	int gate[2], report[2];
	char ready;

	*c = (struct command){ .gate = -1, .report = -1 };
	if (pipe2(gate, O_CLOEXEC))
		goto fail;
	if (pipe2(report, O_CLOEXEC)) {
		close(gate[0]);
		close(gate[1]);
		goto fail;
	}
	c->pid = fork();
	if (!c->pid) {
		close(gate[1]);
		child(argv, to_stderr, gate[0], report[1]);
	}
	close(gate[0]);
	close(report[1]);
	c->gate = gate[1];
	c->report = report[0];
	if (c->pid > 0 && read(c->report, &ready, 1) == 1)
		return 0;
	c->pid = 0;
fail:
	diag_add(d, DIAG_ERROR, "cannot start %s: %s", argv[0], strerror(errno));
	return -E_ENV;
}

int command_go(struct command *c, const char *name, struct diag *d)
{
	int err = 0;
	ssize_t n;

	if (write(c->gate, "g", 1) != 1)
		return -E_ENV;
	close(c->gate);
	c->gate = -1;
	do {
		n = read(c->report, &err, sizeof(err));
	} while (n < 0 && errno == EINTR);
	close(c->report);
	c->report = -1;
	c->began = n != sizeof(err);
	if (c->began)
		return 0;		/* closed by the exec */
	command_finish(c, NULL);	/* it told why, and exits */
	return cannot_execute(name, err, d);
}

bool command_ended(struct command *c)
{
	if (c->pid && !c->ended && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
		c->ended = true;
	return c->ended;
}

void command_tell_to_end(struct command *c)
{
	if (c->pid && !c->ended)
		kill(c->pid, SIGTERM);
}

void command_finish(struct command *c, const volatile sig_atomic_t *until)
{
	pid_t got;

	if (c->gate >= 0)
		close(c->gate);
	if (c->report >= 0)
		close(c->report);
	c->gate = c->report = -1;
	while (c->pid && !c->ended && !(until && *until)) {
		got = waitpid(c->pid, &c->status, 0);
		if (got == c->pid)
			c->ended = true;
		else if (errno != EINTR)
			return;
	}
}
