/* SPDX-License-Identifier: Apache-2.0 */
/* The functions the running kernel has for system calls. */
#ifndef CAPTURE_CALLNAMES_H
#define CAPTURE_CALLNAMES_H

#include "capture/backend.h"

#if defined(__aarch64__)
#define CALLNAMES_OWN "__arm64_sys_"
#else
#define CALLNAMES_OWN "__x64_sys_"
#endif

struct callnames {
	char **v;
	size_t n, cap;
};

/*
 * Those of the calls o selects, of 32-bit callers too where such calls are
 * recorded.  Without exit and exit_group, which do not return.  spare: and
 * some that hardly anybody calls.  0 or -errno (-ESRCH: none);
 * callnames_release() in either case.
 */
int callnames_find(struct callnames *l, const struct backend_opts *o, bool spare);
void callnames_release(struct callnames *l);

/* Are calls of numbers nobody knows selected too?  They reach no function. */
bool callnames_any(const struct backend_opts *o);

/* Is a function of this name one of them?  For tests. */
bool callnames_wants(struct str function, const struct backend_opts *o, bool spare);

#endif
