/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual page of the shipped rules, made of their file:
 *
 *	mkrules RULES.yaml > PAGE
 *
 * Grouped by the tactic a rule's first tag names, in the order of the matrix.
 */
#include "lib/base/compat.h"

#include "analyze/rule/ruleset.h"
#include "lib/base/err.h"
#include "lib/base/io.h"

static const struct {
	const char *slug, *name;
} tactics[] = {
#define TACTIC(id, slug, name) { slug, name },
#include "schema/attack.def"
#undef TACTIC
};

/* "initial_access" is "initial-access". */
static bool same_tactic(struct str tag, const char *slug)
{
	size_t i;

	for (i = 0; i < tag.len && slug[i]; i++)
		if ((tag.p[i] == '_' ? '-' : tag.p[i]) != slug[i])
			return false;
	return i == tag.len && !slug[i];
}

static bool is_technique(struct str tag)
{
	return tag.len >= 5 && tag.p[0] == 'T' && tag.p[1] >= '0' && tag.p[1] <= '9';
}

/* Words on text lines; one that would begin a request is kept from it. */
static void words(struct buf *out, struct str s)
{
	bool begins = true;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (begins && (s.p[i] == '.' || s.p[i] == '\''))
			buf_adds(out, "\\&");
		if (s.p[i] == '\\')
			buf_adds(out, "\\e");
		else
			buf_addc(out, s.p[i]);
		begins = s.p[i] == '\n';
		/* one sentence a line, as the other pages have it */
		if ((s.p[i] == '.' || s.p[i] == '?') && i + 1 < s.len && s.p[i + 1] == ' ') {
			buf_addc(out, '\n');
			begins = true;
			i++;
		}
	}
}

static void rule_entry(const struct ruledef *r, struct buf *out)
{
	struct str desc = str_trim(buf_str(&r->desc), " \n");
	size_t i;

	buf_addf(out, ".It Sy \"%.*s\"\n", STR_FMT(r->name));
	buf_addf(out, ".Pq %s", priority_names[r->priority]);
	for (i = 0; i < r->ntags; i++)
		if (is_technique(r->tags[i]))
			buf_addf(out, "%s %.*s", i ? "," : "", STR_FMT(r->tags[i]));
	buf_adds(out, "\n.br\n");
	words(out, desc);
	buf_addc(out, '\n');
}

static size_t tactic_entry(const struct rulebook *book, const char *slug, const char *name,
			   struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < book->nrules; i++) {
		const struct ruledef *r = book->rules[i];

		if (!r->ntags || !same_tactic(r->tags[0], slug))
			continue;
		if (!n++)
			buf_addf(out, ".Ss %s\n.Bl -tag -width Ds\n", name);
		rule_entry(r, out);
	}
	if (n)
		buf_adds(out, ".El\n");
	return n;
}

/* Every rule in one place, or the page would be wrong: false. */
static bool page(const struct rulebook *book, struct buf *out)
{
	size_t i, n = 0;

	buf_addf(out, ".\\\" Made by tools/mkrules.c of rules/vestige_rules.yaml; do not edit.\n"
		 ".Dd November 22, 2026\n.Dt VESTIGE-SHIPPED-RULES 7\n.Os vestige\n.Sh NAME\n"
		 ".Nm vestige-shipped-rules\n.Nd the rules that come with vestige\n"
		 ".Sh DESCRIPTION\nThe %zu rules of\n.Pa vestige_rules.yaml ,\n"
		 "by the tactics of ATT&CK, with their priority and techniques.\n"
		 "Critical is an intrusion unless proven otherwise;\n"
		 "Warning asks for an explanation;\n"
		 "Notice is context for a story that others tell.\n"
		 ".Xr vestige-rules 1\ncan\n.Cm explain\neach of them.\n", book->nrules);
	for (i = 0; i < ARRAY_SIZE(tactics); i++)
		n += tactic_entry(book, tactics[i].slug, tactics[i].name, out);
	buf_adds(out, ".Sh SEE ALSO\n.Xr vestige-analyze 1 ,\n.Xr vestige-rules 1 ,\n"
		 ".Xr vestige-rules 5\n");
	return n == book->nrules;
}

int main(int argc, char **argv)
{
	const struct ruleset_opts opts = { .suggested_output = true };
	struct ruleset *rs = ruleset_new(&opts);
	struct buf text = BUF_INIT, out = BUF_INIT;
	int err = argc == 2 ? io_read_file(argv[1], 1 << 24, &text, NULL) : -E_USAGE;

	if (!err)
		err = ruleset_load(rs, argv[1], buf_str(&text));
	if (!err && !page(&rs->book, &out)) {
		fprintf(stderr, "mkrules: a rule's first tag is no tactic\n");
		err = -E_RULES;
	}
	if (!err)
		err = io_write_full(STDOUT_FILENO, out.data, out.len);
	ruleset_free(rs);
	buf_release(&text);
	buf_release(&out);
	return err_exit(err);
}
