/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "tests/unit/unit.h"

static char dir[64], file[96];

static void make_dir(void)
{
	snprintf(dir, sizeof(dir), "check_io.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/out", dir);
}

static void put_file(const char *text)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_full(fd, text, strlen(text)), 0);
	close(fd);
}

static void check_file(const char *want)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(io_read_file(file, 1 << 20, &b, NULL), 0);
	ck_assert_buf(b, want);
	buf_release(&b);
}

/* Fails unless the folder is empty: no temporary file was left. */
static void drop_dir(void)
{
	unlink(file);
	ck_assert_int_eq(rmdir(dir), 0);
}

START_TEST(read_limit)
{
	struct buf b = BUF_INIT;
	struct diag d = DIAG_INIT;

	make_dir();
	put_file("12345");
	buf_adds(&b, "x");		/* appended to, not replaced */
	ck_assert_int_eq(io_read_file(file, 5, &b, &d), 0);
	ck_assert_buf(b, "x12345");
	ck_assert_int_eq(io_read_file(file, 4, &b, &d), -E_LIMIT);
	ck_assert_buf(b, "x12345");
	ck_assert_uint_eq(d.errors, 1);
	ck_assert_int_eq(io_read_file(dir, 4, &b, &d), -E_READ);
	ck_assert_int_eq(io_read_file("check_io-no-such-file", 4, &b, &d), -E_OPEN);
	ck_assert_str_eq(d.items[2].file, "check_io-no-such-file");
	diag_release(&d);
	buf_release(&b);
	drop_dir();
}
END_TEST

START_TEST(read_large)
{
	struct buf b = BUF_INIT, back = BUF_INIT;
	struct io_out o;

	make_dir();
	buf_pad(&b, 'z', 300001);
	ck_assert_int_eq(io_out_open(&o, file, NULL), 0);
	ck_assert_int_eq(io_out_write(&o, b.data, b.len, NULL), 0);
	ck_assert_int_eq(io_out_commit(&o, NULL), 0);
	ck_assert_int_eq(io_read_file(file, 300001, &back, NULL), 0);
	ck_assert(str_eq(buf_str(&b), buf_str(&back)));
	buf_release(&b);
	buf_release(&back);
	drop_dir();
}
END_TEST

START_TEST(commit_and_abandon)
{
	struct io_out o;
	struct stat st;

	make_dir();
	put_file("old");
	ck_assert_int_eq(io_out_open(&o, file, NULL), 0);
	ck_assert_int_eq(io_out_write(&o, "new", 3, NULL), 0);
	check_file("old");		/* not before the commit */
	io_out_abandon(&o);
	io_out_abandon(&o);
	check_file("old");
	ck_assert_int_eq(io_out_open(&o, file, NULL), 0);
	ck_assert_int_eq(io_out_write(&o, "new", 3, NULL), 0);
	ck_assert_int_eq(io_out_commit(&o, NULL), 0);
	check_file("new");
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	drop_dir();
}
END_TEST

/* A link planted at the name is replaced; what it points to is not touched. */
START_TEST(symlink_planted)
{
	char victim[128], link[96];
	struct io_out o;
	struct stat st;

	make_dir();
	put_file("precious");
	snprintf(victim, sizeof(victim), "out");
	snprintf(link, sizeof(link), "%s/link", dir);
	ck_assert_int_eq(symlink(victim, link), 0);
	ck_assert_int_eq(io_out_open(&o, link, NULL), 0);
	ck_assert_int_eq(io_out_write(&o, "new", 3, NULL), 0);
	ck_assert_int_eq(io_out_commit(&o, NULL), 0);
	check_file("precious");
	ck_assert_int_eq(lstat(link, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	unlink(link);
	drop_dir();
}
END_TEST

START_TEST(devices_stay_devices)
{
	struct io_out o;
	struct diag d = DIAG_INIT;
	struct stat st;

	ck_assert_int_eq(io_out_open(&o, "/dev/null", &d), 0);
	ck_assert_ptr_null(o.tmp);
	ck_assert_int_eq(io_out_write(&o, "x", 1, &d), 0);
	ck_assert_int_eq(io_out_commit(&o, &d), 0);
	ck_assert_int_eq(stat("/dev/null", &st), 0);
	ck_assert(S_ISCHR(st.st_mode));
	/* A full device is told from other errors. */
	if (!access("/dev/full", W_OK)) {
		ck_assert_int_eq(io_out_open(&o, "/dev/full", &d), 0);
		ck_assert_int_eq(io_out_write(&o, "x", 1, &d), -E_FULL);
		ck_assert_uint_eq(d.errors, 1);
		io_out_abandon(&o);
	}
	diag_release(&d);
}
END_TEST

START_TEST(no_such_place)
{
	struct io_out o;
	struct diag d = DIAG_INIT;

	ck_assert_int_eq(io_out_open(&o, "check_io-no-such-dir/x", &d), -E_WRITE);
	ck_assert_int_eq(o.fd, -1);
	ck_assert_int_eq(io_out_open(&o, ".", &d), -E_WRITE);
	ck_assert_uint_eq(d.errors, 2);
	diag_release(&d);
}
END_TEST

START_TEST(pipes)
{
	char got[8];
	int p[2];

	ck_assert_int_eq(pipe(p), 0);
	ck_assert_int_eq(io_write_full(p[1], "abc", 3), 0);
	close(p[1]);
	ck_assert_int_eq(io_read_full(p[0], got, sizeof(got)), 3);
	ck_assert_int_eq(io_read_full(p[0], got, sizeof(got)), 0);
	close(p[0]);
	ck_assert_int_eq(io_read_full(-1, got, 1), -E_READ);
}
END_TEST

/* The reader goes away: sticky, told apart, nothing piles up. */
START_TEST(stdout_closed)
{
	struct io_stdout o = IO_STDOUT_INIT;
	int p[2], saved = dup(STDOUT_FILENO);

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(p), 0);
	dup2(p[1], STDOUT_FILENO);
	buf_adds(&o.b, "x");
	ck_assert_int_eq(io_stdout_flush(&o, false), 0);
	ck_assert_uint_eq(o.b.len, 1);		/* too little to bother */
	ck_assert_int_eq(io_stdout_flush(&o, true), 0);
	ck_assert_uint_eq(o.b.len, 0);
	close(p[0]);
	buf_adds(&o.b, "y");
	ck_assert_int_eq(io_stdout_flush(&o, true), -E_WRITE);
	ck_assert(o.closed);
	buf_adds(&o.b, "z");
	ck_assert_int_eq(io_stdout_flush(&o, true), -E_WRITE);
	ck_assert_uint_eq(o.b.len, 0);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(p[1]);
	buf_release(&o.b);
}
END_TEST

/* What is read is known by any name, and what is no file is always free. */
START_TEST(apart)
{
	const char *in[] = { "/dev/null", "check_io-no-such-file", file };
	char link[96], hard[96];
	struct diag d = DIAG_INIT;

	make_dir();
	put_file("precious");
	snprintf(link, sizeof(link), "%s/link", dir);
	snprintf(hard, sizeof(hard), "%s/hard", dir);
	ck_assert_int_eq(symlink("out", link), 0);
	ck_assert_int_eq(io_out_apart(link, in, 3, &d), -E_USAGE);
	ck_assert_int_eq(unlink(link) | io_out_apart(link, in, 3, &d), 0);
	ck_assert_int_eq(linkat(AT_FDCWD, file, AT_FDCWD, hard, 0), 0);
	ck_assert_int_eq(io_out_apart(hard, in, 3, &d), -E_USAGE);
	unlink(hard);
	ck_assert_int_eq(io_out_apart(file, in, 3, &d), -E_USAGE);
	ck_assert_uint_eq(d.errors, 3);
	ck_assert_int_eq(io_out_apart(file, in, 2, &d), 0);
	ck_assert_int_eq(io_out_apart("/dev/null", in, 3, &d), 0);
	ck_assert_int_eq(io_out_apart("check_io-no-such-file", in, 3, &d), 0);
	diag_release(&d);
	drop_dir();
}
END_TEST

UNIT_MAIN("io", read_limit, read_large, commit_and_abandon, symlink_planted,
	  devices_stay_devices, no_such_place, apart, pipes, stdout_closed)
