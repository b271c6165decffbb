/* SPDX-License-Identifier: Apache-2.0 */
/* No raw kinds yet: goes when the recorder's table (schema/raw.def) lands. */
#include "lib/base/compat.h"

#include "lib/event/raw.h"

const struct kind *raw_kinds(size_t *n)
{
	*n = 0;
	return NULL;
}

struct rawdec *rawdec_new(enum arch arch UNUSED)
{
	return NULL;
}

void rawdec_free(struct rawdec *d UNUSED)
{
}

bool rawdec_event(struct rawdec *d UNUSED, const struct row *r UNUSED,
		  struct event *ev UNUSED)
{
	return false;
}
