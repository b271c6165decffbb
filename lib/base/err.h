/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIB_BASE_ERR_H
#define LIB_BASE_ERR_H

#include "lib/base/compat.h"

/*
 * Functions that can fail return 0 (or a count >= 0) or -E_xxx.  The list,
 * with the exit status each error leads to, is schema/errors.def.
 */
enum err {
	E_NONE,
#define ERROR(id, status, text) E_##id,
#include "schema/errors.def"
#undef ERROR
	E_COUNT
};

enum exit_status {
	EXIT_DONE = 0,		/* everything was done */
	EXIT_FINDINGS = 1,	/* findings at or above --fail-on; failed tests */
	EXIT_USAGE = 2,		/* bad usage, bad rules */
	EXIT_DAMAGED = 3,	/* damaged input, readable part processed */
	EXIT_UNREADABLE = 4,	/* unreadable input, verification failed */
	EXIT_ENVIRONMENT = 5,	/* no privilege, disk full, no driver */
};

/* Short text for an error, given as E_xxx or -E_xxx; never NULL. */
const char *err_str(int err);

/* Exit status for an error (E_xxx or -E_xxx); 0 for 0. */
int err_exit(int err);

#endif
