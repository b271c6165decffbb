/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options from a table.  The same rows parse the command line, print --help,
 * feed shell completion and are checked against the manual page.
 *
 *	static const struct opt opts[] = {
 *		OPT_STR('o', "output", "FILE", &o.out, "write to FILE"),
 *		OPT_END
 *	};
 *
 * Long options take "--name=value" or "--name value"; short ones may be
 * bundled; "--" ends options; options and operands may be mixed.  An unknown
 * option comes with the nearest known one.
 */
#ifndef LIB_BASE_OPT_H
#define LIB_BASE_OPT_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

struct buf;

enum opt_kind {
	OPT_KIND_END, OPT_KIND_FLAG, OPT_KIND_STR, OPT_KIND_U64, OPT_KIND_SIZE,
	OPT_KIND_DURATION, OPT_KIND_CALL, OPT_KIND_HEADING,
};

struct opt {
	enum opt_kind kind;
	char shortname;			/* 0: none */
	const char *name;		/* long name, or the heading's text */
	const char *arg;		/* metavariable, NULL: no argument */
	void *dest;			/* bool, const char *, uint64_t */
	/* OPT_KIND_CALL: 0, or -E_USAGE with a sentence in d. */
	int (*call)(void *dest, const struct opt *o, const char *arg, struct diag *d);
	const char *help;
	/* What there is to choose from, a line each, where arg does not say so
	 * ("first|all"); for completion.  NULL: nothing. */
	void (*values)(struct buf *out);
};

#define OPT_FLAG(s, l, v, h)	{ OPT_KIND_FLAG, s, l, NULL, v, NULL, h, NULL }
#define OPT_STR(s, l, a, v, h)	{ OPT_KIND_STR, s, l, a, v, NULL, h, NULL }
#define OPT_ONE_OF(s, l, a, c, v, h) { OPT_KIND_STR, s, l, a, v, NULL, h, c }
#define OPT_U64(s, l, a, v, h)	{ OPT_KIND_U64, s, l, a, v, NULL, h, NULL }
#define OPT_SIZE(s, l, a, v, h)	{ OPT_KIND_SIZE, s, l, a, v, NULL, h, NULL }
#define OPT_DURATION(s, l, a, v, h) { OPT_KIND_DURATION, s, l, a, v, NULL, h, NULL }
#define OPT_CALL(s, l, a, v, f, h) { OPT_KIND_CALL, s, l, a, v, f, h, NULL }
#define OPT_HEADING(h)		{ OPT_KIND_HEADING, 0, h, NULL, NULL, NULL, NULL, NULL }
#define OPT_END			{ OPT_KIND_END, 0, NULL, NULL, NULL, NULL, NULL, NULL }

struct opt_args {		/* what is left: operands, in order */
	char **v;		/* all, also those after "--"; v[n] is NULL */
	int n;
	/* The part of v that came after "--" (NULL-terminated, may be empty),
	 * or NULL when there was no "--": for a verb that runs a command. */
	char **after;
	bool help;		/* --help or -h was given */
};

/* 0 or -E_USAGE (explained in d).  argv[0] is skipped.  args->v points into
 * a malloc'd array; free it with opt_args_release. */
int opt_parse(const struct opt *opts, int argc, char **argv,
	      struct opt_args *args, struct diag *d);
void opt_args_release(struct opt_args *args);
/* The option part of --help, aligned, at most 80 columns. */
void opt_usage(const struct opt *opts, struct buf *out);

#endif
