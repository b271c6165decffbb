/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/output.h"

/* " container_id=%container.id": Falco's append_output suggested_output. */
static void add_suggested(struct str source, struct buf *out)
{
	const struct fieldinfo *f;
	unsigned i;
	size_t k;

	for (i = 0; i < FIELD_COUNT; i++) {
		f = &fieldtab[i];
		if (!(f->flags & FF_SUGGESTED_OUTPUT) || !field_in_source(f, source))
			continue;
		buf_addc(out, ' ');
		for (k = 0; f->name[k]; k++)
			buf_addc(out, f->name[k] == '.' ? '_' : f->name[k]);
		buf_addf(out, "=%%%s", f->name);
	}
}

/* "%container.info" went out of use: the placeholder is dropped. */
static void add_output(struct str s, struct buf *out)
{
	static const struct str gone = { "%container.info", 15 };
	ssize_t at;

	while ((at = str_find(s, gone)) >= 0) {
		buf_add(out, s.p, at);
		s = str_sub(s, at + gone.len, s.len);
	}
	buf_addstr(out, s);
}

size_t output_line(const struct ruleset_opts *opts, const struct ruledef *r, struct buf *out)
{
	size_t i, prefix;

	buf_addf(out, "*%%evt.time: %s ", priority_names[r->priority]);
	prefix = out->len;
	add_output(buf_str(&r->output), out);
	if (opts->suggested_output)
		add_suggested(r->source, out);
	for (i = 0; i < opts->nappend; i++)
		buf_addf(out, " %s", opts->append_output[i]);
	return prefix;
}
