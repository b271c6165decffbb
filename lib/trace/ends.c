/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/ends.h"

bool ends_again(struct ends *e, const uint8_t digest[VTR_DIGEST])
{
	struct str key = str_mem((const char *)digest, VTR_DIGEST);

	if (smap_get(&e->seen, key))
		return true;
	smap_put(&e->seen, arena_str(&e->a, key), e);
	return false;
}

void ends_release(struct ends *e)
{
	smap_release(&e->seen);
	arena_release(&e->a);
}
