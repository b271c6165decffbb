/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps in the history of the current event, for who tells of alerts. */
#ifndef ANALYZE_FIELD_BEHIND_H
#define ANALYZE_FIELD_BEHIND_H

#include "lib/base/jsonw.h"
#include "lib/base/lebuf.h"
#include "replay/gaps.h"

/* Members of an object: whose, pid, from and to (ISO 8601 or null), events
 * (null: no number is known). */
void behind_json(const struct behind *b, struct jsonw *w);
/* "17 events lost", "an unknown number of events lost". */
void behind_text(const struct behind *b, struct buf *out);
/* Between processes of this program. */
void behind_pack(const struct behind *b, struct buf *out);
bool behind_unpack(struct behind *b, struct rcur *c);

#endif
