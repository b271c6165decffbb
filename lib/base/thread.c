/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sched.h>
#include <signal.h>

#include "lib/base/thread.h"

bool thread_start(pthread_t *t, void *(*run)(void *arg), void *arg)
{
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &old))
		return false;
	ret = pthread_create(t, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return !ret;
}

bool thread_is_worth_it(void)
{
	cpu_set_t set;

	return !sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) > 1;
}
