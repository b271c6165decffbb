/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/field/behind.h"
#include "lib/base/num.h"

static void when(struct jsonw *w, const char *key, uint64_t ts)
{
	struct buf text = BUF_INIT;

	jsonw_key(w, key);
	if (ts) {
		num_iso8601(&text, ts);
		jsonw_str(w, buf_str(&text));
	} else {
		jsonw_null(w);
	}
	buf_release(&text);
}

void behind_json(const struct behind *b, struct jsonw *w)
{
	jsonw_key(w, "whose");
	jsonw_cstr(w, behind_whose_name(b->whose));
	jsonw_key(w, "pid");
	jsonw_i64(w, b->pid);
	when(w, "from", b->from_ts);
	when(w, "to", b->to_ts);
	jsonw_key(w, "events");
	if (b->events)
		jsonw_u64(w, b->events);
	else
		jsonw_null(w);
	jsonw_key(w, "unknown");
	jsonw_bool(w, b->unknown);
}

void behind_text(const struct behind *b, struct buf *out)
{
	if (b->events)
		buf_addf(out, "%" PRIu64 " event%s lost", b->events, str_count(b->events, "", "s"));
	else
		buf_adds(out, "an unknown number of events lost");
	if (b->events && b->unknown)
		buf_adds(out, ", or more");
}

void behind_pack(const struct behind *b, struct buf *out)
{
	buf_le8(out, (uint8_t)b->whose);
	buf_le8(out, b->unknown);
	buf_le64(out, (uint64_t)b->pid);
	buf_le64(out, b->from_ts);
	buf_le64(out, b->to_ts);
	buf_le64(out, b->events);
}

bool behind_unpack(struct behind *b, struct rcur *c)
{
	b->whose = (enum behind_whose)rcur_u8(c);
	b->unknown = rcur_u8(c);
	b->pid = (int64_t)rcur_u64(c);
	b->from_ts = rcur_u64(c);
	b->to_ts = rcur_u64(c);
	b->events = rcur_u64(c);
	return !c->bad && b->whose < BEHIND_WHOSE;
}
