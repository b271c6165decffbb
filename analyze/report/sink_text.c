/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/sink.h"

void sink_text(const struct alert *a, bool terminal, struct buf *out)
{
	alert_line(a, terminal, out);
}
