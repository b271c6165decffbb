/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/cmd.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "tests/unit/unit.h"

static struct {
	bool json;
	const char *by, *colour;
} o;

static void list_colours(struct buf *out)
{
	buf_adds(out, "red\ngreen\n");
}

static const struct opt opts[] = {
	OPT_FLAG('j', "json", &o.json, "one object a line"),
	OPT_STR(0, "by", "name|pid", &o.by, "in this order"),
	OPT_ONE_OF(0, "colour", "NAME", list_colours, &o.colour, "in this colour"),
	OPT_END
};

static int run_ps(struct opt_args *args, struct diag *d)
{
	printf("ps json=%d n=%d first=%s\n", o.json, args->n, args->n ? args->v[0] : "-");
	return EXIT_DONE;
}

static int run_fail(struct opt_args *args, struct diag *d)
{
	diag_off(d, DIAG_ERROR, "a.vtr", 12, "bad block");
	return err_exit(-E_DAMAGED);
}

static const struct cmd cmds[] = {
	{ "ps", "FILE", "list processes", opts, run_ps },
	{ "fail", NULL, "fail", NULL, run_fail },
	{ "info", "FILE", "tell", NULL, run_fail, "vestige info" },
	{ "events", "FILE", "print events", NULL, NULL, "vestige replay events" },
	{ NULL },
};

static struct program prog = { "vestige replay", "rebuild state", cmds, NULL };
static struct buf out, err;

static void slurp(int fd, struct buf *b)
{
	char text[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = io_read_full(fd, text, sizeof(text))) > 0)
		buf_add(b, text, (size_t)n);
}

#define RUN(...) run((const char *[]){ "prog", __VA_ARGS__, NULL })

/* cmd_main with both outputs caught. */
static int run(const char **argv)
{
	FILE *to[2] = { tmpfile(), tmpfile() };
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	int argc = 0, status;

	while (argv[argc])
		argc++;
	fflush(stdout);
	dup2(fileno(to[0]), STDOUT_FILENO);
	dup2(fileno(to[1]), STDERR_FILENO);
	status = cmd_main(&prog, argc, (char **)argv);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	buf_init(&out);
	buf_init(&err);
	slurp(fileno(to[0]), &out);
	slurp(fileno(to[1]), &err);
	fclose(to[0]);
	fclose(to[1]);
	close(saved[0]);
	close(saved[1]);
	return status;
}

static void finish(void)
{
	buf_release(&out);
	buf_release(&err);
}

static bool has(const struct buf *b, const char *text)
{
	return str_find(buf_str(b), str_of(text)) >= 0;
}

START_TEST(runs)
{
	ck_assert_int_eq(RUN("ps", "-j", "x.vtr"), EXIT_DONE);
	ck_assert_buf(out, "ps json=1 n=1 first=x.vtr\n");
	ck_assert_buf(err, "");
	finish();
}
END_TEST

START_TEST(fails)
{
	ck_assert_int_eq(RUN("fail"), EXIT_DAMAGED);
	ck_assert_buf(out, "");
	ck_assert_buf(err, "a.vtr: offset 12: error: bad block\n");
	finish();
}
END_TEST

START_TEST(unknown_verb)
{
	ck_assert_int_eq(RUN("pss"), EXIT_USAGE);
	ck_assert_buf(out, "");
	ck_assert(has(&err, "'pss' is not a verb of vestige replay"));
	ck_assert(has(&err, "did you mean 'ps'?"));
	finish();
	ck_assert_int_eq(run((const char *[]){ "prog", NULL }), EXIT_USAGE);
	ck_assert(has(&err, "no verb given"));
	finish();
	ck_assert_int_eq(run((const char *[]){ NULL }), EXIT_USAGE);
	finish();
}
END_TEST

START_TEST(unknown_option)
{
	ck_assert_int_eq(RUN("ps", "--jsn"), EXIT_USAGE);
	ck_assert_buf(out, "");
	ck_assert(has(&err, "did you mean --json?"));
	finish();
}
END_TEST

START_TEST(help)
{
	ck_assert_int_eq(RUN("help"), EXIT_DONE);
	ck_assert(has(&out, "  ps              list processes\n"));
	ck_assert(has(&out, "  events          print events\n"));
	ck_assert(has(&out, "Also run by this program:\n  vestige info "));
	ck_assert_buf(err, "");
	finish();
	ck_assert_int_eq(RUN("help", "info"), EXIT_DONE);
	ck_assert(has(&out, "usage: vestige info [OPTIONS] FILE\n"));
	finish();
	ck_assert_int_eq(RUN("help", "events"), EXIT_USAGE);
	ck_assert(has(&err, "run 'vestige replay events'"));
	finish();
	ck_assert_int_eq(RUN("events", "x"), EXIT_USAGE);
	ck_assert(has(&err, "run 'vestige replay events'"));
	finish();
	ck_assert_int_eq(RUN("help", "ps"), EXIT_DONE);
	ck_assert(has(&out, "usage: vestige replay ps [OPTIONS] FILE\n"));
	ck_assert(has(&out, "-j, --json"));
	finish();
	ck_assert_int_eq(RUN("ps", "--help"), EXIT_DONE);
	ck_assert(has(&out, "-j, --json"));
	finish();
	ck_assert_int_eq(RUN("help", "px"), EXIT_USAGE);
	ck_assert(has(&err, "did you mean 'ps'?"));
	finish();
}
END_TEST

START_TEST(version_and_completion)
{
	ck_assert_int_eq(RUN("--version"), EXIT_DONE);
	ck_assert_buf(out, "vestige " PACKAGE_VERSION "\n");
	finish();
	ck_assert_int_eq(RUN("--complete"), EXIT_DONE);
	ck_assert_buf(out, "ps\nfail\ninfo\nevents\n");
	finish();
	ck_assert_int_eq(RUN("--complete", "ps"), EXIT_DONE);
	ck_assert_buf(out, "-j\n--json\n--by\n--colour\n--help\n");
	finish();
	ck_assert_int_eq(RUN("--complete", "ps", "--by"), EXIT_DONE);
	ck_assert_buf(out, "name\npid\n");
	finish();
	ck_assert_int_eq(RUN("--complete", "ps", "--colour"), EXIT_DONE);
	ck_assert_buf(out, "red\ngreen\n");
	finish();
}
END_TEST

START_TEST(default_verb)
{
	prog.default_cmd = "ps";
	ck_assert_int_eq(RUN("--json", "x"), EXIT_DONE);
	ck_assert_buf(out, "ps json=1 n=1 first=x\n");
	finish();
	ck_assert_int_eq(RUN("--help"), EXIT_DONE);
	ck_assert(has(&out, "Verbs:"));
	finish();
}
END_TEST

/* Output that cannot be written is never exit status 0. */
START_TEST(full_output)
{
	int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);
	const char *argv[] = { "prog", "ps", NULL }, *help_argv[] = { "prog", "help", NULL };

	if (full >= 0) {
		dup2(full, STDOUT_FILENO);
		ck_assert_int_eq(cmd_main(&prog, 2, (char **)argv), EXIT_ENVIRONMENT);
		ck_assert_int_eq(cmd_main(&prog, 2, (char **)help_argv), EXIT_ENVIRONMENT);
		dup2(saved, STDOUT_FILENO);
		close(full);
	}
	close(saved);
}
END_TEST

UNIT_MAIN("cmd", runs, fails, unknown_verb, unknown_option, help,
	  version_and_completion, default_verb, full_output)
