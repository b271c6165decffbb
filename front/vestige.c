/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front command: one table from verb to program.  It parses nothing but
 * the verb; the program found beside it does the rest.
 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/tool.h"
#include "lib/base/xalloc.h"

static const struct tool
	capture = { "vestige-capture", "capture" },
	replay = { "vestige-replay", "replay" },
	analyze = { "vestige-analyze", "analyze" };

/*
 * A group's next word is itself a verb of the tool; a member of a group that
 * another tool answers (printing events takes the fields that only analyze
 * has) is a row "group verb" before the group's own.
 */
struct verb {
	const char *name;
	const char *sub;	/* second word this row is for, or NULL */
	bool group;
	const struct tool *tool;
	const char *summary;
};

static const struct verb verbs[] = {
	{ "capture", NULL, false, &capture, "record what happens on this host" },
	{ "keygen", NULL, false, &replay, "make a key pair for sealing recordings" },
	{ "sign", NULL, false, &replay, "sign a trace that is there already" },
	{ "replay", "events", true, &analyze, "print the events of a trace" },
	{ "replay", NULL, true, &replay, "print events, or state: ps, tree, fds, ..." },
	{ "index", NULL, false, &replay, "make a trace quick to enter in the middle" },
	{ "convert", NULL, false, &replay, "turn a .scap file into a .vtr file, or back" },
	{ "asm", NULL, false, &replay, "turn events written as text into a trace" },
	{ "info", NULL, false, &replay, "tell what a trace holds" },
	{ "verify", NULL, false, &replay, "check checksums, digest chain and seal" },
	{ "repair", NULL, false, &replay, "save what can be read of a damaged trace" },
	{ "cut", NULL, false, &replay, "copy a part of a trace" },
	{ "merge", NULL, false, &replay, "join traces in order of time" },
	{ "analyze", NULL, false, &analyze, "run rules over traces" },
	{ "report", NULL, false, &analyze, "write a report that can be handed on" },
	{ "rules", NULL, false, &analyze, "check, list, explain or compare rules" },
	{ "test", NULL, false, &analyze, "run tests of rules" },
	{ "list", NULL, false, &analyze, "list what rules can name" },
};

static const struct verb *find_verb(const char *name, const char *sub)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(verbs); i++) {
		const struct verb *v = &verbs[i];

		if (strcmp(v->name, name))
			continue;
		if (!v->sub || (sub && !strcmp(v->sub, sub)))
			return v;
	}
	return NULL;
}

/* argv[0] is replaced by the program's name.  Returns only on failure. */
static int run_tool(const struct tool *tool, char **argv, struct diag *d)
{
	struct buf path = BUF_INIT;
	struct diag_item *it;
	char *folder = tool_own_folder();

	if (!folder) {
		diag_add(d, DIAG_ERROR, "cannot tell where vestige itself is installed");
		diag_hint(d->items, "is /proc mounted? %s can also be run by itself",
			  tool->program);
	} else if (tool_find(tool, folder, &path)) {
		argv[0] = (char *)tool->program;
		execv(path.data, argv);
		diag_add(d, DIAG_ERROR, "cannot run %s: %s", path.data, strerror(errno));
	} else {
		it = diag_add(d, DIAG_ERROR, "%s is not installed beside vestige in %s",
			      tool->program, folder);
		diag_hint(it, "install it, or configure and build it (configure says what was missing)");
	}
	buf_release(&path);
	free(folder);
	return EXIT_ENVIRONMENT;
}

static int print(struct buf *out, struct diag *d)
{
	int r = io_write_full(STDOUT_FILENO, out->data, out->len);

	if (r < 0)
		diag_add(d, DIAG_ERROR, "cannot write standard output: %s", strerror(errno));
	buf_release(out);
	return err_exit(r);
}

static int show_help(struct diag *d)
{
	struct buf out = BUF_INIT;
	size_t i;

	buf_adds(&out, "usage: vestige VERB [OPTIONS] [OPERANDS]\n\n"
		 "A flight recorder for Linux hosts, and the laboratory for its tapes.\n\n"
		 "Verbs:\n");
	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!verbs[i].sub)
			buf_addf(&out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
	}
	buf_adds(&out, "\n'vestige help VERB' shows the options of a verb.\n");
	return print(&out, d);
}

static int unknown(const char *name, struct diag *d)
{
	const char *names[ARRAY_SIZE(verbs)], *near;
	struct diag_item *it;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		names[i] = verbs[i].name;
	it = diag_add(d, DIAG_ERROR, "'%s' is not a verb of vestige", name);
	near = str_nearest(str_of(name), names, ARRAY_SIZE(names));
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "'vestige help' lists the verbs");
	return EXIT_USAGE;
}

/* "help replay ps" and "--complete replay ps [--at]" ask the tool about its verb. */
static int ask(const char *question, int argc, char **argv, struct diag *d)
{
	const char *name = argv[0], *sub = argc > 1 ? argv[1] : NULL;
	const struct verb *v = find_verb(name, sub);
	char *args[5] = { NULL, (char *)question, NULL, NULL, NULL };

	if (!v)
		return unknown(name, d);
	args[2] = (char *)(v->group ? sub : name);
	if (args[2] && argc > 1 + v->group)
		args[3] = argv[1 + v->group];
	return run_tool(v->tool, args, d);
}

static int list_verbs(struct diag *d)
{
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!verbs[i].sub)
			buf_addf(&out, "%s\n", verbs[i].name);
	}
	return print(&out, d);
}

static int dispatch(int argc, char **argv, struct diag *d)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct verb *v = find_verb(name, argc > 2 ? argv[2] : NULL);
	struct buf out = BUF_INIT;

	if (v)
		return run_tool(v->tool, v->group ? argv + 1 : argv, d);
	if (!name) {
		diag_hint(diag_add(d, DIAG_ERROR, "no verb given"),
			  "'vestige help' lists the verbs");
		return EXIT_USAGE;
	}
	if (!strcmp(name, "--version")) {
		buf_addf(&out, "vestige %s\n", PACKAGE_VERSION);
		return print(&out, d);
	}
	if (!strcmp(name, "--complete"))
		return argc > 2 ? ask(name, argc - 2, argv + 2, d) : list_verbs(d);
	if (strcmp(name, "help") && strcmp(name, "--help") && strcmp(name, "-h"))
		return unknown(name, d);
	return argc > 2 ? ask("help", argc - 2, argv + 2, d) : show_help(d);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf text = BUF_INIT;
	int status = dispatch(argc, argv, &d);

	diag_render(&d, &text);
	io_write_full(STDERR_FILENO, text.data, text.len);
	buf_release(&text);
	diag_release(&d);
	return status;
}
