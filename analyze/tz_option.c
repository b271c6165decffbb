/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/cmds.h"
#include "lib/base/err.h"
#include "lib/base/num.h"

int tz_option(const char *s, int32_t *out, struct diag *d)
{
	*out = 0;
	if (!s || num_utc_offset(str_of(s), out))
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "'%s' is not a time zone offset", s),
		  "UTC, +HH:MM or -HH:MM");
	return -E_USAGE;
}
