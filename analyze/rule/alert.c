/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "analyze/rule/alert.h"

void alert_line(const struct alert *a, bool escape, struct buf *out)
{
	format_render(a->rule->line, a->src, escape ? FORMAT_TERMINAL : FORMAT_RAW, out);
}

void alert_fields(const struct alert *a, struct jsonw *w)
{
	struct value v;
	size_t i;

	jsonw_open(w);
	for (i = 0; i < a->rule->nfields; i++) {
		const struct fieldref *f = a->rule->fields[i];

		jsonw_keystr(w, f->text);
		if (field_is_time(f->f))
			jsonw_u64(w, a->ts);
		else if (a->src->get(a->src, f, FIELD_IN_OUTPUT, &v))
			value_json(&v, w);
		else
			jsonw_null(w);
	}
	jsonw_close(w);
}
