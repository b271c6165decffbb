/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verbs of a program, from a table: dispatch, `help`, `help VERB`, an
 * unknown verb with the nearest known one, and what completion needs.
 */
#ifndef LIB_BASE_CMD_H
#define LIB_BASE_CMD_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/opt.h"

struct cmd {
	const char *name;		/* "events"; NULL ends the table */
	const char *operands;		/* "FILE…" for the usage line */
	const char *summary;		/* one line */
	/* The option table; may be NULL.  Pointers in it live as long as the
	 * program, so a verb keeps its options in one static struct. */
	const struct opt *opts;
	/* Runs with parsed operands; returns an exit status.  Errors go to d,
	 * which is printed to stderr afterwards.  NULL: listed here, answered
	 * by the program that `as` runs. */
	int (*run)(struct opt_args *args, struct diag *d);
	/* What people type, where it is not the program's name and the
	 * verb's: "vestige info"; or NULL. */
	const char *as;
};

struct program {
	const char *name;		/* "vestige replay" */
	const char *summary;
	const struct cmd *cmds;
	const char *default_cmd;	/* verb taken when argv[1] is none, or NULL */
};

/*
 * main() of a tool: finds the verb, parses its options, prints help, runs,
 * renders diagnostics to stderr, flushes.  Returns the exit status.
 * Also answers --version and the hidden --complete, which the shell completion
 * scripts call: "--complete" lists verbs, "--complete VERB" its sub-verbs and options,
 * "--complete VERB --OPTION" the values of one that has "a|b|c" for a metavariable or
 * tells them (opt.h), one a line.
 */
int cmd_main(const struct program *prog, int argc, char **argv);

#endif
