/* SPDX-License-Identifier: Apache-2.0 */
/* Files in, numbered events and their machine out. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/digest.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/scap/writer.h"
#include "lib/trace/reader.h"
#include "lib/trace/writer.h"
#include "replay/segfiles.h"
#include "replay/session.h"
#include "tests/unit/evbuild.h"

static char dir[] = "/tmp/vestige-session-XXXXXX";

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static void write_file(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, len, f), len);
	fclose(f);
}

/* One capture: a user record, then n events that open /N by process 100. */
static void capture(struct buf *out, int64_t n)
{
	struct scap_writer *w = scap_writer_new(SCAP_PLAIN, to_buf, out);
	static struct evb b = EVB_INIT;
	struct snap_item item = {
		.kind = SNAP_PROC,
		.proc = { .tid = 100, .pid = 100, .ptid = 1, .vtid = 100, .vpid = 100,
			  .comm = STR("sh"), .cwd = STR("/") },
	};
	int64_t i;

	scap_writer_snap(w, &item);
	evb_begin(&b, EV_USER_ADDED_E, -1);
	evb_int(&b, P_USER_ADDED_E_uid, 7);
	evb_int(&b, P_USER_ADDED_E_gid, 7);
	evb_str(&b, P_USER_ADDED_E_name, "seven");
	scap_writer_event(w, evb_end(&b));
	for (i = 1; i <= n; i++) {
		evb_begin(&b, EV_SYSCALL_OPENAT_2_X, 100);
		evb_int(&b, P_SYSCALL_OPENAT_2_X_fd, i);
		evb_int(&b, P_SYSCALL_OPENAT_2_X_dirfd, -100);
		evb_str(&b, P_SYSCALL_OPENAT_2_X_name, "/file");
		evb_int(&b, P_SYSCALL_OPENAT_2_X_flags, 1);
		evb_int(&b, P_SYSCALL_OPENAT_2_X_mode, 0);
		evb_int(&b, P_SYSCALL_OPENAT_2_X_dev, 0);
		evb_int(&b, P_SYSCALL_OPENAT_2_X_ino, 0);
		scap_writer_event(w, evb_end(&b));
	}
	scap_writer_close(w);
}

struct seen {
	uint64_t n, first, last;
	uint32_t fds;		/* of process 100 at the end */
	int status;
	size_t errors;
};

static struct seen run(char **files, size_t n, const struct session_opts *o)
{
	struct diag d = DIAG_INIT;
	struct session *s = session_new(files, n, o, &d);
	struct seen r = { 0 };
	struct event *ev;
	struct thread *t;

	while ((ev = session_next(s))) {
		r.n++;
		r.first = r.first ? r.first : ev->num;
		r.last = ev->num;
	}
	t = machine_thread(session_machine(s), 100);
	r.fds = t ? t->fds.n : 0;
	r.status = session_status(s);
	r.errors = d.errors;
	session_free(s);
	diag_release(&d);
	return r;
}

static char path_a[64], path_b[64];

static void files(void)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path_a, sizeof(path_a), "%s/a.scap", dir);
	snprintf(path_b, sizeof(path_b), "%s/b.scap", dir);
	capture(&a, 3);
	write_file(path_a, a.data, a.len);
	capture(&b, 2);
	buf_addstr(&b, buf_str(&a));	/* b then a, in one file */
	write_file(path_b, b.data, b.len);
	buf_release(&a);
	buf_release(&b);
}

static void no_files(void)
{
	unlink(path_a);
	unlink(path_b);
	rmdir(dir);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

START_TEST(one_file)
{
	struct seen r;

	files();
	r = run((char *[]){ path_a }, 1, NULL);
	ck_assert_uint_eq(r.n, 3);
	ck_assert_uint_eq(r.first, 2);	/* the user record has number 1 */
	ck_assert_uint_eq(r.last, 4);
	ck_assert_uint_eq(r.fds, 3);
	ck_assert_int_eq(r.status, 0);
	no_files();
}
END_TEST

START_TEST(concatenated_captures_number_on)
{
	struct seen r;

	files();
	r = run((char *[]){ path_b }, 1, NULL);
	ck_assert_uint_eq(r.n, 5);
	ck_assert_uint_eq(r.first, 2);
	ck_assert_uint_eq(r.last, 6);
	ck_assert_uint_eq(r.fds, 3);	/* the machine began anew */
	no_files();
}
END_TEST

START_TEST(several_files_each_number_anew)
{
	struct seen r;

	files();
	r = run((char *[]){ path_b, path_a }, 2, NULL);
	ck_assert_uint_eq(r.n, 8);
	ck_assert_uint_eq(r.last, 4);
	no_files();
}
END_TEST

START_TEST(a_part)
{
	struct session_opts o = { .from_num = 3, .to_num = 3, .paranoid = true };
	struct seen r;

	files();
	r = run((char *[]){ path_a }, 1, &o);
	ck_assert_uint_eq(r.n, 1);
	ck_assert_uint_eq(r.first, 3);
	ck_assert_uint_eq(r.fds, 2);	/* what came before counts, after not */
	no_files();
}
END_TEST

START_TEST(without_state)
{
	struct session_opts o = { .no_state = true };
	struct seen r;

	files();
	r = run((char *[]){ path_a }, 1, &o);
	ck_assert_uint_eq(r.n, 4);
	ck_assert_uint_eq(r.fds, 0);
	no_files();
}
END_TEST

START_TEST(bad_files_do_not_hide_good_ones)
{
	char *list[] = { (char *)"/nonexistent/x", path_a };
	struct seen r;

	files();
	r = run(list, 2, NULL);
	ck_assert_uint_eq(r.n, 3);
	ck_assert_int_eq(r.status, -E_OPEN);
	ck_assert_uint_eq(r.errors, 1);
	write_file(path_b, "", 0);
	list[0] = path_b;
	r = run(list, 1, NULL);
	ck_assert_int_eq(r.status, -E_EMPTY);
	write_file(path_b, "no trace at all", 15);
	r = run(list, 1, NULL);
	ck_assert_int_eq(r.status, -E_FOREIGN);
	no_files();
}
END_TEST

START_TEST(a_cut_file_tells_what_it_has)
{
	struct buf a = BUF_INIT;
	struct seen r;

	files();
	capture(&a, 3);
	write_file(path_b, a.data, a.len - 5);
	r = run((char *[]){ path_b }, 1, NULL);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_int_eq(err_exit(r.status), EXIT_DAMAGED);
	buf_release(&a);
	no_files();
}
END_TEST

/* A segment: process 100 with `comm`, which opens n more descriptors. */
static void segment(struct buf *out, const char *comm, int64_t from, int64_t n,
		    uint8_t *digest)
{
	static struct evb b = EVB_INIT;
	struct vtr_meta meta = VTR_META_INIT;
	struct snap_item item = {
		.kind = SNAP_PROC,
		.proc = { .tid = 100, .pid = 100, .ptid = 1, .vtid = 100, .vpid = 100,
			  .comm = str_of(comm), .cwd = STR("/") },
	};
	char hex[2 * VTR_DIGEST + 1];
	struct vtr_writer *w;
	int64_t i;

	vtr_meta_set(&meta, "host.arch", STR("x86_64"));
	digest_hex(digest, VTR_DIGEST, hex);
	vtr_meta_set(&meta, "segment.parent", str_of(hex));
	w = vtr_writer_new(&meta, NULL, to_buf, out);
	vtr_meta_release(&meta);
	vtr_writer_snap(w, &item);
	for (i = from; i < from + n; i++) {
		evb_begin(&b, EV_SYSCALL_DUP_1_X, 100);
		evb_int(&b, P_SYSCALL_DUP_1_X_res, i);
		evb_int(&b, P_SYSCALL_DUP_1_X_oldfd, 0);
		vtr_writer_event(w, evb_end(&b));
		evb_begin(&b, EV_SYSCALL_EVENTFD2_X, 100);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_res, i);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_flags, 0);
		evb_int(&b, P_SYSCALL_EVENTFD2_X_initval, 0);
		vtr_writer_event(w, evb_end(&b));
	}
	ck_assert_int_eq(vtr_writer_close_digest(w, digest), 0);
}

START_TEST(segments_go_on)
{
	uint8_t digest[VTR_DIGEST] = { 0 }, none[VTR_DIGEST] = { 0 };
	struct buf a = BUF_INIT, b = BUF_INIT, c = BUF_INIT;
	struct seen r;

	files();
	segment(&a, "first", 3, 2, digest);
	segment(&b, "second", 5, 3, digest);
	segment(&c, "other", 9, 1, none);	/* continues nothing */
	write_file(path_a, a.data, a.len);
	write_file(path_b, b.data, b.len);
	r = run((char *[]){ path_a, path_b }, 2, NULL);
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(r.n, 10);
	ck_assert_uint_eq(r.last, 10);		/* numbers go on */
	ck_assert_uint_eq(r.fds, 5);		/* and so does the machine */

	r = run((char *[]){ path_b, path_a }, 2, NULL);
	ck_assert_uint_eq(r.last, 4);
	ck_assert_uint_eq(r.fds, 2);

	ck_assert(!segfiles_gap_before((char *[]){ path_b, path_a }, 0));
	ck_assert(!segfiles_gap_before((char *[]){ path_a, path_b }, 1));
	write_file(path_a, c.data, c.len);	/* not what b continues */
	ck_assert(segfiles_gap_before((char *[]){ path_a, path_b }, 1));
	write_file(path_a, a.data, a.len);

	buf_addstr(&a, buf_str(&b));		/* in one stream */
	write_file(path_a, a.data, a.len);
	r = run((char *[]){ path_a }, 1, NULL);
	ck_assert_uint_eq(r.last, 10);
	ck_assert_uint_eq(r.fds, 5);

	write_file(path_b, c.data, c.len);
	r = run((char *[]){ path_a, path_b }, 2, NULL);
	ck_assert_uint_eq(r.last, 2);
	ck_assert_uint_eq(r.fds, 1);
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
	no_files();
}
END_TEST

/* Threads of events nobody watches are met as ever, whatever their numbers. */
START_TEST(threads_of_any_number)
{
	static const int64_t tids[] = { INT64_MIN, 64, 0, 1, INT64_MAX, -1 };
	static const uint8_t none[(EV_COUNT + 7) / 8];
	static struct evb b = EVB_INIT;
	struct session_opts pass = { .watched = none };
	struct vtr_meta meta = VTR_META_INIT;
	struct diag d = DIAG_INIT;
	struct buf out = BUF_INIT;
	struct vtr_writer *w;
	struct session *s;
	size_t i, n, want = 0;

	files();
	vtr_meta_set(&meta, "host.arch", STR("x86_64"));
	w = vtr_writer_new(&meta, NULL, to_buf, &out);
	vtr_meta_release(&meta);
	for (i = 0; i < ARRAY_SIZE(tids); i++) {
		evb_begin(&b, EV_SYSCALL_ACCESS_X, tids[i]);
		evb_int(&b, P_SYSCALL_ACCESS_X_res, 0);
		evb_str(&b, P_SYSCALL_ACCESS_X_name, "/");
		evb_int(&b, P_SYSCALL_ACCESS_X_mode, 0);
		vtr_writer_event(w, evb_end(&b));
	}
	ck_assert_int_eq(vtr_writer_close(w), 0);
	write_file(path_a, out.data, out.len);
	for (i = 0; i < 2; i++) {
		s = session_new((char *[]){ path_a }, 1, i ? &pass : NULL, &d);
		while (session_next(s))
			;
		free(machine_threads(session_machine(s), &n));
		ck_assert(!i || n == want);
		want = n;
		session_free(s);
	}
	diag_release(&d);
	buf_release(&out);
	no_files();
}
END_TEST

UNIT_MAIN("session", threads_of_any_number, segments_go_on, one_file, concatenated_captures_number_on, several_files_each_number_anew,
	  a_part, without_state, bad_files_do_not_hide_good_ones, a_cut_file_tells_what_it_has)
