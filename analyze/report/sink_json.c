/* SPDX-License-Identifier: Apache-2.0 */
/* The alert object of Falco 0.44.1: keys in alphabetical order, no blanks. */
#include "lib/base/compat.h"

#include "analyze/report/sink.h"
#include "lib/base/num.h"

/* Ours alone: what is known to be missing before this alert, and what of it may
 * have hidden something about it. */
void sink_json_loss(struct buf *out, const struct alert *a)
{
	struct jsonw w = JSONW_INIT(out);
	bool lost = a->lost || a->lost_unknown;

	if (!lost && a->behind.whose == BEHIND_NOTHING)
		return;
	buf_setlen(out, out->len - 1);		/* the brace that closes it */
	buf_adds(out, ",\"vestige\":");
	jsonw_open(&w);
	if (lost)
		jsonw_key(&w, "lost_before");
	if (a->lost_unknown)
		jsonw_null(&w);
	else if (lost)
		jsonw_u64(&w, a->lost);
	if (a->behind.whose != BEHIND_NOTHING) {
		jsonw_key(&w, "after_loss");
		jsonw_open(&w);
		behind_json(&a->behind, &w);
		jsonw_close(&w);
	}
	jsonw_close(&w);
	buf_addc(out, '}');
}

static void tags(const struct rule *r, struct jsonw *w)
{
	size_t i;

	jsonw_key(w, "tags");
	jsonw_array(w);
	for (i = 0; i < r->ntags; i++)
		jsonw_str(w, r->tags[i]);
	jsonw_end(w);
}

void sink_json(const struct alert *a, struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);
	struct buf text = BUF_INIT;

	jsonw_open(&w);
	jsonw_key(&w, "hostname");
	jsonw_str(&w, a->hostname);
	jsonw_key(&w, "output");
	alert_line(a, false, &text);
	jsonw_str(&w, buf_str(&text));
	jsonw_key(&w, "output_fields");
	alert_fields(a, &w);
	jsonw_key(&w, "priority");
	jsonw_cstr(&w, priority_names[a->rule->priority]);
	jsonw_key(&w, "rule");
	jsonw_str(&w, a->rule->name);
	jsonw_key(&w, "source");
	jsonw_str(&w, a->rule->source);
	tags(a->rule, &w);
	buf_clear(&text);
	num_iso8601(&text, a->ts);
	jsonw_key(&w, "time");
	jsonw_str(&w, buf_str(&text));
	jsonw_close(&w);
	sink_json_loss(out, a);
	buf_release(&text);
}
