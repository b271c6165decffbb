/* SPDX-License-Identifier: Apache-2.0 */
/* The service table ships with us: the host's would leak into the past. */
#include "lib/base/compat.h"

#include "analyze/filter/constant.h"

static const char *const names[] = {
#define SERVICE(name, port) name,
#include "schema/services.def"
#undef SERVICE
};

static const uint16_t ports[] = {
#define SERVICE(name, port) port,
#include "schema/services.def"
#undef SERVICE
};

bool service_port(struct str name, uint16_t *port)
{
	size_t lo = 0, hi = ARRAY_SIZE(names), mid, n;
	int r;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		n = strlen(names[mid]);
		r = memcmp(name.p ? name.p : "", names[mid], name.len < n ? name.len : n);
		if (!r && name.len == n) {
			*port = ports[mid];
			return true;
		}
		if (r < 0 || (!r && name.len < n))
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

const char *service_nearest(struct str name)
{
	return str_nearest(name, names, ARRAY_SIZE(names));
}
