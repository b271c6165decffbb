/* SPDX-License-Identifier: Apache-2.0 */
/* Events as text: limits, places of complaints, what is filled in. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/diag.h"
#include "lib/base/err.h"
#include "lib/event/valid.h"
#include "replay/asm/asm.h"
#include "replay/asm/limits.h"

struct reading {
	struct evsource *s;
	struct diag d;
	struct evsource_next n;
};

static void open_text(struct reading *r, struct str text)
{
	*r = (struct reading){ .d = DIAG_INIT };
	ck_assert_int_eq(asm_open_mem(&r->s, text.p, text.len, "t", &r->d), 0);
}

static int close_text(struct reading *r)
{
	int status = r->s->status(r->s);

	r->s->close(r->s);
	return status;
}

/* The next event; items before it are passed over. */
static struct event *next_event(struct reading *r)
{
	do {
		r->s->next(r->s, &r->n);
	} while (r->n.what == EVS_SNAP);
	return r->n.what == EVS_EVENT ? r->n.ev : NULL;
}

/* All of a text; its status. */
static int drain(struct str text, struct diag *d, unsigned *events)
{
	struct evsource *s;
	struct evsource_next n;
	int status;

	ck_assert_int_eq(asm_open_mem(&s, text.p, text.len, "t", d), 0);
	*events = 0;
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n))
		*events += n.what == EVS_EVENT;
	status = s->status(s);
	s->close(s);
	return status;
}

/* The first complaint about a text. */
static void expect_error(const char *text, unsigned line, unsigned col)
{
	struct diag d = DIAG_INIT;
	unsigned events;

	ck_assert_int_eq(drain(str_of(text), &d, &events), -E_ASM);
	ck_assert_msg(d.n && d.items[0].line == line && d.items[0].col == col,
		      "'%s': told %u:%u, want %u:%u: %s", text, d.n ? d.items[0].line : 0,
		      d.n ? d.items[0].col : 0, line, col, d.n ? d.items[0].text : "nothing");
	diag_release(&d);
}

START_TEST(places)
{
	expect_error("1 clos", 1, 3);
	expect_error("\n\n  1 close fd=x", 3, 14);
	expect_error("1 close \\\n  fd=x", 2, 6);
	expect_error("1 rename /a \\\n  /b \\\n  /c", 3, 3);
	expect_error("# \xc3\xa4\n1 open \xc3\xa4 flags=X", 2, 16);
	expect_error("1 open \"\xc3\xa4", 1, 8);
	expect_error("user", 1, 1);
	expect_error("proc", 1, 1);
	expect_error("1", 1, 1);
	expect_error("+1s", 1, 1);
	expect_error("vestige-asm 99", 1, 1);
}
END_TEST

/* After a mistake nothing is given, and later mistakes are told, not for ever. */
START_TEST(mistakes)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	unsigned i, events;

	buf_adds(&b, "1 close fd=3\n");
	for (i = 0; i < 100; i++)
		buf_adds(&b, "1 nonsense\n1 close fd=3\n");
	ck_assert_int_eq(drain(buf_str(&b), &d, &events), -E_ASM);
	ck_assert_uint_eq(events, 1);
	ck_assert_uint_eq(d.n, ASM_ERRORS_MAX);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(limits)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	unsigned events;

	buf_adds(&b, "1 poll fds=[");
	buf_pad(&b, '1', 300);
	buf_adds(&b, ":1]");
	ck_assert_int_eq(drain(buf_str(&b), &d, &events), -E_ASM);
	buf_clear(&b);
	buf_adds(&b, "1 close");
	while (b.len < 3 * ASM_WORDS_MAX)
		buf_adds(&b, " x");
	ck_assert_int_eq(drain(buf_str(&b), &d, &events), -E_ASM);
	buf_clear(&b);
	buf_adds(&b, "1 write data=\"");
	buf_pad(&b, 'a', ASM_VALUE_MAX + 1);
	buf_adds(&b, "\"");
	ck_assert_int_eq(drain(buf_str(&b), &d, &events), -E_ASM);
	buf_setlen(&b, b.len - 2);
	buf_adds(&b, "\"");
	ck_assert_int_eq(drain(buf_str(&b), &d, &events), 0);
	ck_assert_uint_eq(events, 1);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

/* Numbers at the edges of their types. */
START_TEST(numbers)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "1 kill sig=255", true }, { "1 kill sig=256", false },
		{ "1 kill sig=-128", true }, { "1 kill sig=-129", false },
		{ "1 read size=4294967295", true }, { "1 read size=4294967296", false },
		{ "1 read size=0x10", true }, { "1 read size=010", true },
		{ "1 read size=08", false }, { "1 read size=", false },
		{ "1 close fd=9223372036854775807", true },
		{ "1 close fd=-9223372036854775808", true },
		{ "1 close fd=-9223372036854775809", false },
		{ "1 close fd=18446744073709551615", true },
		{ "1 close fd=18446744073709551616", false },
		{ "1@65535 close", true }, { "1@65536 close", false },
		{ "1 connect 1.2.3.4:65536", false }, { "1 connect 1.2.3.256:1", false },
		{ "1 connect [::1]:1->[::2]:2", true }, { "1 connect [::1]:1->1.2.3.4:2", false },
		{ "1 connect b\"\\x02\\x00\"", false }, { "1 close b\"x\"", false },
		{ "1 close fd=b\"12345678\"", true }, { "1 close fd=b\"1234567\"", false },
		{ "1 open b\"x\"", false }, { "1 open b\"x\\0\"", true }, { "1 open x\\0", false },
	};
	struct diag d = DIAG_INIT;
	unsigned events;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int status = drain(str_of(cases[i].text), &d, &events);

		ck_assert_msg((status == 0) == cases[i].good, "'%s' gave %d", cases[i].text,
			      status);
	}
	diag_release(&d);
}
END_TEST

START_TEST(exec_has_what_the_process_has)
{
	struct reading r;
	struct event *ev;

	open_text(&r, STR("user 7 lp\nproc 9 exe=/bin/sh user=lp cwd=/var tty=3 env=[A=1]\n"
			  "9 execve ../usr/bin/a-very-long-program args=\"x y\"\n"
			  "9 execve res=-ENOENT /none\n9 close fd=1\n"));
	ev = next_event(&r);
	ck_assert_ptr_nonnull(ev);
	ck_assert_uint_eq(ev->type, EV_SYSCALL_EXECVE_19_X);
	ck_assert_text(event_text(ev, P_SYSCALL_EXECVE_19_X_comm), "a-very-long-pro");
	ck_assert_text(event_text(ev, P_SYSCALL_EXECVE_19_X_exe), "../usr/bin/a-very-long-program");
	ck_assert_text(event_text(ev, P_SYSCALL_EXECVE_19_X_trusted_exepath),
		       "/usr/bin/a-very-long-program");
	ck_assert_text(event_text(ev, P_SYSCALL_EXECVE_19_X_cwd), "/var/");
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_EXECVE_19_X_uid, -1), 7);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_EXECVE_19_X_tty, -1), 3);
	ck_assert_uint_eq(event_param(ev, P_SYSCALL_EXECVE_19_X_args).len, 4);
	ck_assert_uint_eq(event_param(ev, P_SYSCALL_EXECVE_19_X_env).len, 4);
	ck_assert_uint_eq(ev->nparams, ev->info->nwire);
	ck_assert_ptr_nonnull(next_event(&r));
	ck_assert_ptr_nonnull(next_event(&r));
	ck_assert_ptr_null(next_event(&r));
	ck_assert_int_eq(close_text(&r), 0);
}
END_TEST

START_TEST(descriptors)
{
	struct reading r;
	struct event *ev;

	open_text(&r, STR("proc 9 exe=/bin/sh\nfd 9 3 file /a\n9 openat /b\n9 read data=abc\n"
			  "9 dup2 oldfd=4 newfd=0\n9 pipe\n9 openat /c res=-EACCES\n9 close\n"));
	ev = next_event(&r);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_OPENAT_2_X_fd, -1), 4);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_OPENAT_2_X_dirfd, -1), -100);
	ev = next_event(&r);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_READ_X_fd, -1), 4);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_READ_X_res, -1), 3);
	ev = next_event(&r);
	ck_assert_int_eq(event_i64(ev, 0, -1), 0);
	ev = next_event(&r);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_PIPE_X_fd1, -1), 5);
	ck_assert_int_eq(event_i64(ev, P_SYSCALL_PIPE_X_fd2, -1), 6);
	ev = next_event(&r);
	ck_assert_int_eq(event_i64(ev, 0, 0), -13);
	ck_assert_ptr_nonnull(next_event(&r));
	ck_assert_ptr_null(next_event(&r));
	ck_assert_int_eq(close_text(&r), 0);
}
END_TEST

START_TEST(spawning)
{
	struct reading r;
	struct event *ev;
	uint64_t first;

	open_text(&r, STR("proc 9 exe=/bin/sh\n2026-01-02T00:00:00Z 9@2 spawn 10 /bin/id res=0\n"
			  "10 spawn 11\n10 spawn 12 /bin/id nonsense=1\n"));
	ev = next_event(&r);
	ck_assert_uint_eq(ev->type, EV_SYSCALL_CLONE_20_X);
	ck_assert_int_eq(event_i64(ev, 0, -1), 10);
	ck_assert_uint_eq(ev->cpu, 2);
	first = ev->ts;
	ck_assert_uint_eq(first, UINT64_C(1767312000000000000));
	ev = next_event(&r);
	ck_assert_int_eq(ev->tid, 10);
	ck_assert_int_eq(event_i64(ev, 0, -1), 0);
	ev = next_event(&r);
	ck_assert_uint_eq(ev->type, EV_SYSCALL_EXECVE_19_X);
	ck_assert_uint_gt(ev->ts, first);
	ck_assert_uint_eq(next_event(&r)->type, EV_SYSCALL_CLONE_20_X);
	ck_assert_uint_eq(next_event(&r)->type, EV_SYSCALL_CLONE_20_X);
	ck_assert_uint_eq(next_event(&r)->type, EV_SYSCALL_CLONE_20_X);
	ck_assert_uint_eq(next_event(&r)->type, EV_SYSCALL_CLONE_20_X);
	ck_assert_ptr_null(next_event(&r));
	ck_assert_int_eq(close_text(&r), -E_ASM);
	diag_release(&r.d);
}
END_TEST

/* Each current event with nothing said is valid, and reads back as printed. */
START_TEST(every_event)
{
	struct buf b = BUF_INIT, out = BUF_INIT;
	struct asm_printer p;
	struct reading r;
	struct event *ev;
	unsigned i, k, n = 0;

	buf_adds(&b, "proc 9 exe=/bin/sh\n");
	for (i = 0; i < EV_COUNT; i++) {
		if (!evtab[i].name || evtab[i].flags & (EF_UNUSED | EF_OLD_VERSION) ||
		    !ev_is_exit(i) || strstr(evtab[i].name, "clone") ||
		    strstr(evtab[i].name, "fork") || i == EV_GENERIC_X)
			continue;
		buf_addf(&b, "9 %s\n", evtab[i].name);
		n++;
	}
	asm_printer_init(&p, &out);
	open_text(&r, buf_str(&b));
	for (; (ev = next_event(&r)) != NULL; n--) {
		for (k = 0; k < ev->nparams; k++)
			ck_assert_msg(param_valid(ev->info->params[k].ptype, ev->param[k]),
				      "%s: %s", ev->info->name, ev->info->params[k].name);
		asm_print_event(&p, ev);
	}
	ck_assert_int_eq(close_text(&r), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(drain(buf_str(&out), &r.d, &n), 0);
	asm_printer_release(&p);
	buf_release(&b);
	buf_release(&out);
	diag_release(&r.d);
}
END_TEST

UNIT_MAIN("asm", places, mistakes, limits, numbers, exec_has_what_the_process_has, descriptors,
	  spawning, every_event)
