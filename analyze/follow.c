/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>

#include "analyze/follow.h"
#include "lib/base/err.h"

#define LOOK_MS	1000

static volatile sig_atomic_t stopped;

static void on_signal(int sig UNUSED)
{
	stopped = 1;
}

bool follow_stopped(void)
{
	return stopped;
}

/* Something happened to the file, or a while has passed. */
static void wait_a_while(struct follow *f)
{
	struct pollfd p = { .fd = f->notify, .events = POLLIN };
	char events[4096];

	if (poll(&p, 1, LOOK_MS) > 0 && read(f->notify, events, sizeof(events)) < 0)
		poll(NULL, 0, LOOK_MS);		/* no more of it: look now and then */
}

/* A signal between the question and the wait is seen a while later. */
static bool more(void *ctx)
{
	struct follow *f = ctx;

	if (stopped)
		return false;
	f->idle(f->ctx);
	wait_a_while(f);
	return !stopped;
}

int follow_check(bool follow, const struct opt_args *args, struct diag *d)
{
	if (!follow || args->n == 1)
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "--follow takes one trace"),
		  "the one that is being written");
	return -E_USAGE;
}

void follow_begin(struct follow *f, const char *path, void (*idle)(void *ctx), void *ctx)
{
	const struct sigaction sa = { .sa_handler = on_signal };

	*f = (struct follow){ .wait = { more, f }, .notify = -1, .idle = idle, .ctx = ctx };
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (!strcmp(path, "-"))
		return;			/* a pipe waits by itself */
	f->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (f->notify >= 0)
		inotify_add_watch(f->notify, path, IN_MODIFY | IN_CLOSE_WRITE);
}

void follow_end(struct follow *f)
{
	if (f->notify >= 0)
		close(f->notify);
	f->notify = -1;
}
