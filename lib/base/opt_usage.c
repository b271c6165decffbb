/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/opt.h"
#include "lib/base/term.h"

#define WIDTH		79
#define HELP_COLUMN	28	/* where the sentence of an option begins */

/* "  -o, --output FILE" */
static void add_synopsis(struct buf *out, const struct opt *o)
{
	buf_adds(out, "  ");
	if (o->shortname)
		buf_addf(out, "-%c%s", o->shortname, o->name ? ", " : "");
	else
		buf_adds(out, "    ");
	if (o->name)
		buf_addf(out, "--%s", o->name);
	if (o->arg)
		buf_addf(out, " %s", o->arg);
}

/* Words of text between HELP_COLUMN and the right margin; col: where we are. */
static void add_wrapped(struct buf *out, struct str text, size_t col)
{
	while (text.p) {
		struct str word = str_cut(&text, ' ');
		size_t cols = term_cols(word);

		if (!word.len)
			continue;
		if (col > HELP_COLUMN && col + 1 + cols > WIDTH) {
			buf_addc(out, '\n');
			buf_pad(out, ' ', HELP_COLUMN);
			col = HELP_COLUMN;
		} else if (col > HELP_COLUMN) {
			buf_addc(out, ' ');
			col++;
		}
		buf_addstr(out, word);
		col += cols;
	}
	buf_addc(out, '\n');
}

static void add_option(struct buf *out, const struct opt *o)
{
	size_t start = out->len, col;

	add_synopsis(out, o);
	col = term_cols(str_sub(buf_str(out), start, out->len));
	if (!o->help) {
		buf_addc(out, '\n');
		return;
	}
	if (col + 2 > HELP_COLUMN) {
		buf_addc(out, '\n');
		col = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - col);
	add_wrapped(out, str_of(o->help), HELP_COLUMN);
}

void opt_usage(const struct opt *opts, struct buf *out)
{
	static const struct opt help = {
		OPT_KIND_FLAG, 'h', "help", NULL, NULL, NULL, "show this help"
	};
	const struct opt *o;
	bool has_h = false;

	for (o = opts; o && o->kind != OPT_KIND_END; o++) {
		if (o->kind == OPT_KIND_HEADING)
			buf_addf(out, "%s%s:\n", out->len ? "\n" : "", o->name);
		else
			add_option(out, o);
		has_h |= o->shortname == 'h';
	}
	if (has_h)
		buf_addf(out, "      --help\n");
	else
		add_option(out, &help);
}
