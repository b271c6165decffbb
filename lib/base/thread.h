/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that work ahead for the one that reads: no signals, no output. */
#ifndef LIB_BASE_THREAD_H
#define LIB_BASE_THREAD_H

#include "lib/base/compat.h"

#include <pthread.h>

/* Starts one that all signals pass by; false: there is none to be had. */
bool thread_start(pthread_t *t, void *(*run)(void *arg), void *arg);
/* May a second thread run beside this one?  Only how fast something is may
 * depend on it. */
bool thread_is_worth_it(void);

#endif
