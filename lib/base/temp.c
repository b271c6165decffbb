/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <signal.h>

#include "lib/base/temp.h"

#define ROOM	8

static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
static const char *volatile names[ROOM];
static pid_t owner;		/* its children have no business with them */

static void on_signal(int sig)
{
	size_t i;

	for (i = 0; i < ROOM && getpid() == owner; i++)
		if (names[i])
			unlink(names[i]);
	raise(sig);		/* once this returns, and as if nobody handled it */
}

static void handle_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND }, old;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &sa, NULL);
}

static void note(const char *name)
{
	size_t i;

	if (owner != getpid()) {
		for (i = 0; i < ROOM; i++)
			names[i] = NULL;
		owner = getpid();
		handle_signals();
	}
	for (i = 0; i < ROOM && names[i]; i++)
		;
	if (i < ROOM)
		names[i] = name;
}

int temp_create(char *name)
{
	sigset_t block, before;
	size_t i;
	int fd, err;

	sigemptyset(&block);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&block, signals[i]);
	sigprocmask(SIG_BLOCK, &block, &before);
	fd = mkostemp(name, O_CLOEXEC);
	err = errno;
	if (fd >= 0)
		note(name);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = err;
	return fd;
}

void temp_forget(const char *name)
{
	size_t i;

	for (i = 0; i < ROOM; i++)
		if (names[i] == name)
			names[i] = NULL;
}
