/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE	/* the environment says where the data lies */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "tests/reference/shared.h"

static const char *usable(const char *dir)
{
	struct buf probe = BUF_INIT;
	bool ok;

	buf_addf(&probe, "%s/reference", dir);
	ok = !access(probe.data, R_OK | X_OK);
	buf_release(&probe);
	return ok ? dir : NULL;
}

const char *shared_dir(void)
{
	static struct buf beside = BUF_INIT;
	const char *dir = getenv("VESTIGE_SHARED"), *srcdir = getenv("top_srcdir");

	if (dir)
		return usable(dir);
	buf_clear(&beside);
	buf_addf(&beside, "%s/../shared", srcdir ? srcdir : ".");
	return usable(beside.data);
}
