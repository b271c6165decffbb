/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "lib/base/err.h"
#include "tests/filter/fake.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct buf out;
static struct filter_error err;

static void setup(void)
{
	arena = (struct arena)ARENA_INIT;
	err = (struct filter_error)FILTER_ERROR_INIT;
	buf_init(&out);
}

static void teardown(void)
{
	arena_release(&arena);
	filter_error_release(&err);
	buf_release(&out);
}

/* The rendered text; NULL when a value was missing; the error's sentence when
 * the format is wrong. */
static const char *render(const char *format, const char *event, enum format_mode mode)
{
	struct format *f;
	struct fake ev;
	bool shown;

	buf_clear(&err.msg);
	if (format_compile(&arena, str_of(format), STR("syscall"), &f, &err))
		return err.msg.data;
	ck_assert(fake_parse(&ev, str_of(event)));
	buf_clear(&out);
	buf_adds(&out, ">");
	shown = format_render(f, &ev.src, mode, &out);
	fake_release(&ev);
	if (!shown)
		ck_assert_str_eq(out.data, ">");
	return shown ? out.data + 1 : NULL;
}

START_TEST(rendering)
{
	static const struct {
		const char *format, *text;
	} cases[] = {
		{ "%proc.name", "cat" },
		{ "a %proc.name b", "a cat b" },
		{ "%20proc.name|", "cat                 |" },
		{ "%2proc.name|", "ca|" },
		{ "%0proc.name|", "cat|" },		/* no width at all */
		{ "*%fd.name", "<NA>" },
		{ "*%2fd.name", "<N" },
		{ "%fd.name", NULL },
		{ "x %fd.name y", NULL },
		{ "%proc.namex", "catx" },
		{ "%proc.name[0]", "cat[0]" },
		{ "%proc.aname[1", "(a,b)[1" },
		{ "%proc.pid%proc.pid", "77" },
		{ "%toupper(proc.name)%proc.pid", "CAT7" },
		{ "%concat(proc.name, \"-\", proc.name) x", "cat-cat x" },
		{ "%join(\"+\", (proc.name, proc.pid))", "cat+7" },
		{ "%b64(proc.name)", NULL },
		{ "*%b64(proc.name)", "<NA>" },
		{ "%len(proc.name)", "<NA>" },
		{ "%fd.types", "(file,pipe)" },
		{ "%evt.failed", "true" },
		{ "%fd.sip", "::1" },
		{ "%evt.buffer", "..GET" },
		{ "%proc.fdusage", "3.0" },
		{ "%evt.reltime", "000003000" },
		{ "no fields", "no fields" },
		{ "*", "empty formatting token" },
		{ "", "empty formatting token" },
		{ "%", "invalid formatting syntax: formatting cannot end with a %" },
		{ "%5", "invalid formatting syntax: formatting cannot end with a %" },
		{ "%%proc.name", "unknown filter: " },
		{ "%nope x", "unknown filter: nope" },
		{ "%no.pe x", "unknown filter: no.pe" },
		{ "%ka.verb", "unknown filter: ka.verb" },
		{ "%99999999999proc.name", "a width over 65535" },
	};
	static const char event[] = "connect proc.name=cat proc.pid=7 fd.types=[file,pipe] "
		"evt.failed=true fd.sip=::1 evt.buffer=\"\\x00\\xffGET\" proc.fdusage=3 "
		"evt.reltime=3000 proc.aname=[a,b]";
	const char *got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		got = render(cases[i].format, event, FORMAT_RAW);
		if (cases[i].text)
			ck_assert_msg(got && !strcmp(got, cases[i].text), "%s: %s",
				      cases[i].format, got ? got : "(missing)");
		else
			ck_assert_msg(!got, "%s: %s", cases[i].format, got ? got : "");
	}
}
END_TEST

START_TEST(terminals_are_safe)
{
	const char *got = render("a\x1b%proc.name", "openat proc.name=\"\\x1b[2J\"",
				 FORMAT_TERMINAL);

	/* The format's own bytes stay, the trace's do not drive anything. */
	ck_assert_str_eq(got, "a\x1b\\x1b[2J");
	got = render("%proc.name", "openat proc.name=\"\\x1b\"", FORMAT_RAW);
	ck_assert_str_eq(got, "\x1b");
}
END_TEST

/* YQpieAD/4oA= is "a", a newline, "bx", NUL and two broken sequences. */
START_TEST(made_values_cannot_forge_lines)
{
	static const char *const rows[][2] = {
		{ "%b64(proc.name)", "a\xef\xbf\xbd" "bx\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "%toupper(b64(proc.pname))", "A\xef\xbf\xbd" "B" },
		{ "%concat(b64(proc.pname), \"-\")", "a\xef\xbf\xbd" "b-" },
		{ "%b64(proc.exe)", "\xc3\xa4" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_str_eq(render(rows[i][0], "openat proc.name=YQpieAD/4oA= "
					"proc.pname=YQpi proc.exe=w6Q=", FORMAT_RAW), rows[i][1]);
}
END_TEST

START_TEST(fields_of_formats)
{
	const struct fieldref *f[8];
	struct format *fmt;

	ck_assert_int_eq(format_compile(&arena, STR("%proc.name %concat(proc.pname, \"x\", "
						    "proc.name) %proc.aname[2]"),
					STR("syscall"), &fmt, &err), 0);
	ck_assert_uint_eq(format_fields(fmt, f, 8), 3);
	ck_assert(str_eq(f[0]->text, STR("proc.name")));
	ck_assert(str_eq(f[1]->text, STR("proc.pname")));
	ck_assert(str_eq(f[2]->text, STR("proc.aname[2]")));
}
END_TEST

START_TEST(errors)
{
	struct format *f;

	ck_assert_int_eq(format_compile(&arena, STR("ab %proc.nmae"), STR("syscall"), &f, &err),
			 -E_FILTER);
	ck_assert_uint_eq(err.off, 4);
	ck_assert(err.unknown_name);
	ck_assert_ptr_nonnull(strstr(err.hint.data, "proc.name"));
	filter_error_release(&err);
	ck_assert_int_eq(format_compile(&arena, STR("%toupper(proc.pid)"), STR("syscall"), &f,
					&err), -E_FILTER);
	filter_error_release(&err);
	ck_assert_int_eq(format_compile(&arena, STR("%toupper(proc.name"), STR("syscall"), &f,
					&err), -E_FILTER);
}
END_TEST

START_TEST(json)
{
	static const struct {
		struct value v;
		const char *json;
	} cases[] = {
		{ { .ptype = PT_INT64, .pfmt = PF_ID, .i = -5 }, "-5" },
		{ { .ptype = PT_UINT64, .pfmt = PF_DEC, .u = UINT64_MAX },
		  "18446744073709551615" },
		{ { .ptype = PT_RELTIME, .pfmt = PF_PADDED_DEC, .u = 3000 }, "3000" },
		{ { .ptype = PT_UINT32, .pfmt = PF_HEX, .u = 0x801 }, "\"801\"" },
		{ { .ptype = PT_UINT32, .pfmt = PF_OCT, .u = 0755 }, "\"755\"" },
		{ { .ptype = PT_UINT64, .pfmt = PF_NA, .u = 1 }, "null" },
		{ { .ptype = PT_BOOL, .u = 1 }, "true" },
		{ { .ptype = PT_DOUBLE, .d = 0.5859375 }, "0.5859375" },
		{ { .ptype = PT_DOUBLE, .d = 0.1 }, "0.1" },
		{ { .ptype = PT_DOUBLE, .d = 50 }, "50.0" },
		{ { .ptype = PT_CHARBUF, .s = STR("a\"b") }, "\"a\\\"b\"" },
		{ { .ptype = PT_IPADDR, .ip = { 4, { 10, 0, 0, 5 } } }, "\"10.0.0.5\"" },
		{ { .ptype = PT_IPNET, .ip = { 4, { 10, 0, 0, 5 } } }, "\"<IPNET>\"" },
		{ { .ptype = PT_BYTEBUF, .s = STR("a\nb") }, "\"a.b\"" },
	};
	struct jsonw w;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&out);
		w = (struct jsonw)JSONW_INIT(&out);
		value_json(&cases[i].v, &w);
		ck_assert_str_eq(out.data, cases[i].json);
	}
}
END_TEST

UNIT_MAIN_WITH("format", setup, teardown,
	       rendering, terminals_are_safe, made_values_cannot_forge_lines,
	       fields_of_formats, errors, json)
