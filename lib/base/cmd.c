/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/cmd.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"

#define NAME_COLUMN	14	/* of the verb list */
#define AS_COLUMN	22	/* of verbs that are typed otherwise */

static const struct cmd *find(const struct program *prog, const char *name)
{
	const struct cmd *c;

	for (c = prog->cmds; name && c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static size_t count(const struct program *prog)
{
	size_t n = 0;

	while (prog->cmds[n].name)
		n++;
	return n;
}

static const char *nearest(const struct program *prog, const char *name)
{
	size_t n = count(prog), i;
	const char **names = xcalloc(n, sizeof(*names)), *near;

	for (i = 0; i < n; i++)
		names[i] = prog->cmds[i].name;
	near = str_nearest(str_of(name), names, n);
	free(names);
	return near;
}

static void add_others(const struct program *prog, struct buf *out)
{
	const struct cmd *c;
	bool any = false;

	for (c = prog->cmds; c->name; c++) {
		if (!c->as || !c->run)
			continue;
		buf_addf(out, "%s  %-*s  %s\n", any ? "" : "\nAlso run by this program:\n",
			 AS_COLUMN, c->as, c->summary ? c->summary : "");
		any = true;
	}
}

static void program_help(const struct program *prog, struct buf *out)
{
	const struct cmd *c;

	buf_addf(out, "usage: %s VERB [OPTIONS] [OPERANDS]\n", prog->name);
	if (prog->summary)
		buf_addf(out, "\n%s\n", prog->summary);
	buf_adds(out, "\nVerbs:\n");
	for (c = prog->cmds; c->name; c++)
		if (!c->as || !c->run)
			buf_addf(out, "  %-*s  %s\n", NAME_COLUMN, c->name,
				 c->summary ? c->summary : "");
	add_others(prog, out);
	buf_addf(out, "\n'%s help VERB' shows the options of a verb.\n", prog->name);
}

static void verb_help(const struct program *prog, const struct cmd *c, struct buf *out)
{
	struct buf opts = BUF_INIT;

	if (c->as)
		buf_addf(out, "usage: %s", c->as);
	else
		buf_addf(out, "usage: %s %s", prog->name, c->name);
	buf_addf(out, " [OPTIONS]%s%s\n", c->operands ? " " : "",
		 c->operands ? c->operands : "");
	if (c->summary)
		buf_addf(out, "\n%s\n", c->summary);
	opt_usage(c->opts, &opts);
	buf_addf(out, "\n%s", opts.data);
	buf_release(&opts);
}

/* "check|list [FILE]": a line each of what one chooses from; else nothing. */
static void choices(const char *text, struct buf *out)
{
	struct str rest = str_of(text), first = str_cut(&rest, ' ');

	if (str_chr(first, '|') < 0)
		return;
	while (first.len) {
		buf_addstr(out, str_cut(&first, '|'));
		buf_addc(out, '\n');
	}
}

static void complete_value(const struct cmd *c, const char *option, struct buf *out)
{
	const struct opt *o;

	for (o = c->opts; o && o->kind != OPT_KIND_END; o++)
		if (o->kind != OPT_KIND_HEADING && o->name && o->arg &&
		    !strncmp(option, "--", 2) && !strcmp(option + 2, o->name)) {
			if (o->values)
				o->values(out);
			else
				choices(o->arg, out);
		}
}

/* option: whose values are asked for, or NULL. */
static void complete(const struct program *prog, const struct cmd *c, const char *option,
		     struct buf *out)
{
	const struct opt *o;

	if (!c) {
		for (c = prog->cmds; c->name; c++)
			buf_addf(out, "%s\n", c->name);
		return;
	}
	if (option) {
		complete_value(c, option, out);
		return;
	}
	if (c->operands)
		choices(c->operands, out);
	for (o = c->opts; o && o->kind != OPT_KIND_END; o++) {
		if (o->kind != OPT_KIND_HEADING && o->shortname)
			buf_addf(out, "-%c\n", o->shortname);
		if (o->kind != OPT_KIND_HEADING && o->name)
			buf_addf(out, "--%s\n", o->name);
	}
	buf_adds(out, "--help\n");
}

/* Print and forget; a broken standard output is the environment's fault. */
static int print(struct buf *out)
{
	int r = io_write_full(STDOUT_FILENO, out->data, out->len);

	buf_release(out);
	return err_exit(r);
}

static int unknown(const struct program *prog, const char *name, struct diag *d)
{
	const char *near = nearest(prog, name);
	struct diag_item *it;

	it = diag_add(d, DIAG_ERROR, "'%s' is not a verb of %s", name, prog->name);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "'%s help' lists the verbs", prog->name);
	return EXIT_USAGE;
}

static int elsewhere(const struct cmd *c, struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "another program answers '%s'", c->name),
		  "run '%s'", c->as);
	return EXIT_USAGE;
}

static int help(const struct program *prog, const char *verb, struct diag *d)
{
	const struct cmd *c = find(prog, verb);
	struct buf out = BUF_INIT;

	if (verb && !c)
		return unknown(prog, verb, d);
	if (c && !c->run)
		return elsewhere(c, d);
	if (!c && count(prog) == 1)
		c = prog->cmds;
	if (c)
		verb_help(prog, c, &out);
	else
		program_help(prog, &out);
	return print(&out);
}

/* Wrong usage that tells no next step: then the verb's help is one. */
static void add_hint(const struct program *prog, const struct cmd *c, struct diag *d)
{
	struct diag_item *it = d->n ? &d->items[d->n - 1] : NULL;

	if (!it || it->hint || it->file)
		return;
	if (c->as)
		diag_hint(it, "'%s --help' shows the options", c->as);
	else
		diag_hint(it, "'%s %s --help' shows the options", prog->name, c->name);
}

static int run(const struct program *prog, const struct cmd *c, int argc,
	       char **argv, struct diag *d)
{
	struct opt_args args;
	int status;

	if (!c->run)
		return elsewhere(c, d);
	if (opt_parse(c->opts, argc, argv, &args, d))
		status = EXIT_USAGE;
	else if (args.help)
		status = help(prog, c->name, d);
	else
		status = c->run(&args, d);
	if (status == EXIT_USAGE)
		add_hint(prog, c, d);
	if (status == EXIT_ENVIRONMENT && !d->errors)
		diag_add(d, DIAG_ERROR, "cannot write standard output: %s", strerror(errno));
	opt_args_release(&args);
	return status;
}

static int dispatch(const struct program *prog, int argc, char **argv, struct diag *d)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct cmd *c = find(prog, name);
	struct buf out = BUF_INIT;

	if (c)
		return run(prog, c, argc - 1, argv + 1, d);
	if (name && !strcmp(name, "--version")) {
		buf_addf(&out, "vestige %s\n", PACKAGE_VERSION);
		return print(&out);
	}
	if (name && !strcmp(name, "--complete")) {
		complete(prog, find(prog, argc > 2 ? argv[2] : NULL),
			 argc > 3 ? argv[3] : NULL, &out);
		return print(&out);
	}
	if (name && (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h")))
		return help(prog, argc > 2 ? argv[2] : NULL, d);
	if (prog->default_cmd)
		return run(prog, find(prog, prog->default_cmd), argc, argv, d);
	if (name)
		return unknown(prog, name, d);
	diag_hint(diag_add(d, DIAG_ERROR, "no verb given"),
		  "'%s help' lists the verbs", prog->name);
	return EXIT_USAGE;
}

/* Whoever started us may have closed some of these: then a file opened later
 * would get what is meant for them.  Reading and writing fail, as they did. */
static void hold_standard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(EXIT_ENVIRONMENT);
}

int cmd_main(const struct program *prog, int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf text = BUF_INIT;
	int status;

	hold_standard_streams();
	status = dispatch(prog, argc, argv, &d);
	/* Verbs that print through stdio must not lose a full disk either. */
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && status < EXIT_ENVIRONMENT) {
		if (errno != EPIPE)
			diag_add(&d, DIAG_ERROR, "cannot write standard output: %s",
				 errno ? strerror(errno) : "an earlier write failed");
		status = EXIT_ENVIRONMENT;
	}
	diag_render(&d, &text);
	io_write_full(STDERR_FILENO, text.data, text.len);
	buf_release(&text);
	diag_release(&d);
	return status;
}
