/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/opt.h"
#include "tests/unit/unit.h"

static struct {
	bool json, quiet;
	const char *out;
	uint64_t count, size, time;
	char calls[64];
} o;

static int note(void *dest, const struct opt *opt, const char *arg, struct diag *d)
{
	char *calls = dest;
	size_t n = strlen(calls);

	if (arg && !strcmp(arg, "bad")) {
		diag_add(d, DIAG_ERROR, "bad is not allowed");
		return -E_USAGE;
	}
	snprintf(calls + n, sizeof(o.calls) - n, "%s=%s;", opt->name, arg ? arg : "");
	return 0;
}

static const struct opt opts[] = {
	OPT_HEADING("Output"),
	OPT_FLAG('j', "json", &o.json, "one object a line"),
	OPT_FLAG('q', "quiet", &o.quiet, "say less"),
	OPT_STR('o', "output", "FILE", &o.out, "write to FILE"),
	OPT_HEADING("Selection"),
	OPT_U64('c', "count", "N", &o.count, "stop after N"),
	OPT_SIZE(0, "snaplen", "SIZE", &o.size, "cut payloads"),
	OPT_DURATION(0, "duration", "T", &o.time, "stop after T, which may be a rather long"
		     " explanation that does not fit into the line it began in"),
	OPT_CALL(0, "tag", "TAG", o.calls, note, "only TAG"),
	OPT_CALL(0, "no-tag", "TAG", o.calls, note, "not TAG"),
	OPT_CALL('a', "all", NULL, o.calls, note, "everything"),
	OPT_END
};

static struct opt_args args;
static struct diag d;

#define PARSE(...) parse((const char *[]){ "prog", __VA_ARGS__, NULL })

static int parse(const char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	memset(&o, 0, sizeof(o));
	opt_args_release(&args);
	diag_clear(&d);
	return opt_parse(opts, argc, (char **)argv, &args, &d);
}

static void finish(void)
{
	opt_args_release(&args);
	diag_release(&d);
}

START_TEST(long_options)
{
	ck_assert_int_eq(PARSE("--json", "--output", "x", "--count=12", "--snaplen=1K",
			       "--duration", "2s", "FILE"), 0);
	ck_assert(o.json && !o.quiet);
	ck_assert_str_eq(o.out, "x");
	ck_assert_uint_eq(o.count, 12);
	ck_assert_uint_eq(o.size, 1024);
	ck_assert_uint_eq(o.time, 2000000000);
	ck_assert_int_eq(args.n, 1);
	ck_assert_str_eq(args.v[0], "FILE");
	ck_assert_ptr_null(args.v[1]);
	ck_assert_ptr_null(args.after);
	ck_assert_int_eq(PARSE("--output="), 0);
	ck_assert_str_eq(o.out, "");
	ck_assert_int_eq(PARSE("--output", "--json"), 0);	/* as getopt has it */
	ck_assert_str_eq(o.out, "--json");
	finish();
}
END_TEST

START_TEST(short_options)
{
	ck_assert_int_eq(PARSE("-jqoFILE", "-c", "3", "-"), 0);
	ck_assert(o.json && o.quiet);
	ck_assert_str_eq(o.out, "FILE");
	ck_assert_uint_eq(o.count, 3);
	ck_assert_str_eq(args.v[0], "-");
	ck_assert_int_eq(PARSE("-jo", "F"), 0);
	ck_assert_str_eq(o.out, "F");
	finish();
}
END_TEST

START_TEST(operands)
{
	ck_assert_int_eq(PARSE("a", "-j", "b", "--", "-q", "--"), 0);
	ck_assert(o.json && !o.quiet);
	ck_assert_int_eq(args.n, 4);
	ck_assert_str_eq(args.v[1], "b");
	ck_assert_ptr_eq(args.after, args.v + 2);
	ck_assert_str_eq(args.after[0], "-q");
	ck_assert_str_eq(args.after[1], "--");
	ck_assert_ptr_null(args.after[2]);
	ck_assert_int_eq(PARSE("a", "--"), 0);
	ck_assert_ptr_nonnull(args.after);
	ck_assert_ptr_null(args.after[0]);
	opt_args_release(&args);
	ck_assert_int_eq(opt_parse(opts, 0, NULL, &args, &d), 0);
	ck_assert_int_eq(args.n, 0);
	finish();
}
END_TEST

START_TEST(order_of_calls)
{
	ck_assert_int_eq(PARSE("--tag", "x", "-a", "--no-tag=y"), 0);
	ck_assert_str_eq(o.calls, "tag=x;all=;no-tag=y;");
	ck_assert_int_eq(PARSE("--tag=bad"), -E_USAGE);
	ck_assert_str_eq(d.items[0].text, "bad is not allowed");
	finish();
}
END_TEST

static void check_error(const char *text, const char *hint)
{
	ck_assert_uint_eq(d.errors, 1);
	ck_assert_str_eq(d.items[0].text, text);
	ck_assert_pstr_eq(d.items[0].hint, hint);
}

START_TEST(errors)
{
	ck_assert_int_eq(PARSE("--ouput", "x"), -E_USAGE);
	check_error("unknown option '--ouput'", "did you mean --output?");
	ck_assert_int_eq(PARSE("--zzzzzzz"), -E_USAGE);
	check_error("unknown option '--zzzzzzz'", NULL);
	ck_assert_int_eq(PARSE("-jx"), -E_USAGE);
	check_error("unknown option '-x'", NULL);
	ck_assert_int_eq(PARSE("--json=1"), -E_USAGE);
	check_error("option --json takes no argument", NULL);
	ck_assert_int_eq(PARSE("--output"), -E_USAGE);
	check_error("option --output needs an argument: FILE", NULL);
	ck_assert_int_eq(PARSE("-o"), -E_USAGE);
	check_error("option --output needs an argument: FILE", NULL);
	ck_assert_int_eq(PARSE("--count=1x"), -E_USAGE);
	check_error("option --count takes a whole number, not '1x'", NULL);
	ck_assert_int_eq(PARSE("--snaplen=x"), -E_USAGE);
	ck_assert_int_eq(PARSE("--duration=x"), -E_USAGE);
	ck_assert_int_eq(PARSE("--Output"), -E_USAGE);	/* a heading is no option */
	finish();
}
END_TEST

START_TEST(help)
{
	struct buf b = BUF_INIT;
	struct str text, line;

	ck_assert_int_eq(PARSE("-jh"), 0);
	ck_assert(args.help);
	ck_assert_int_eq(PARSE("--help"), 0);
	ck_assert(args.help);
	opt_usage(opts, &b);
	text = buf_str(&b);
	ck_assert_int_ge(str_find(text, STR("Output:\n")), 0);
	ck_assert_int_ge(str_find(text, STR("  -o, --output FILE         write to FILE\n")), 0);
	ck_assert_int_ge(str_find(text, STR("      --snaplen SIZE        cut")), 0);
	ck_assert_int_ge(str_find(text, STR("--help")), 0);
	while (text.p) {
		line = str_cut(&text, '\n');
		ck_assert_uint_le(line.len, 80);
	}
	buf_release(&b);
	finish();
}
END_TEST

UNIT_MAIN("opt", long_options, short_options, operands, order_of_calls, errors, help)
