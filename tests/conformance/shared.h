/* SPDX-License-Identifier: Apache-2.0 */
/* Where the shared conformance and reference data lies. */
#ifndef TESTS_CONFORMANCE_SHARED_H
#define TESTS_CONFORMANCE_SHARED_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

#undef getenv

/*
 * PATH below $VESTIGE_SHARED, or below "shared" beside the source tree; NULL
 * when it is not there.  The caller frees it.
 */
static inline char *shared_path(const char *path)
{
	const char *root = getenv("VESTIGE_SHARED"), *src = getenv("srcdir");
	struct buf b = BUF_INIT;

	if (root)
		buf_addf(&b, "%s/%s", root, path);
	else
		buf_addf(&b, "%s/../shared/%s", src ? src : ".", path);
	if (!access(b.data, R_OK))
		return buf_take(&b);
	buf_release(&b);
	return NULL;
}

#endif
