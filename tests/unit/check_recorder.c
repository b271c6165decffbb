/* SPDX-License-Identifier: Apache-2.0 */
/* What surrounds a recording: segments of a folder, status, processors. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "capture/command.h"
#include "capture/privs.h"
#include "capture/status.h"
#include "capture/trace.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/trace/reader.h"
#include "tests/unit/unit.h"

static char dir[] = "/tmp/vestige-recorder-XXXXXX";

static void folder(void)
{
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static uint64_t number_of(const char *name)
{
	uint64_t number;

	return segdir_is_name(name, &number) ? number : UINT64_MAX;
}

START_TEST(names_of_segments)
{
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-000001.vtr"), 1);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-1000000.vtr"), 1000000);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-999999999999.vtr"), 999999999999);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-1000000000000.vtr"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-99999999999999999999999.vtr"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-0000001.vtr"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-00001.vtr"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-000001.vtr~"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-00000a.vtr"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-000001.VTR"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-20261122T034500Z-"), UINT64_MAX);
	ck_assert_uint_eq(number_of("seg-"), UINT64_MAX);
	ck_assert_uint_eq(number_of(""), UINT64_MAX);
}
END_TEST

static void make(struct segdir *s, const char *name, size_t len)
{
	int fd = openat(s->fd, name, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, (off_t)len), 0);
	close(fd);
}

static bool there(const struct segdir *s, const char *name)
{
	return !faccessat(s->fd, name, F_OK, AT_SYMLINK_NOFOLLOW);
}

/* Numbers tell age, whatever the clock said: OLDER was made when it was ahead. */
#define OLDER	"seg-20280101T000000Z-000009.vtr"
#define OLD	"seg-20250101T000000Z-000010.vtr"
#define LINK	"seg-20230101T000000Z-000011.vtr"
#define OURS	"seg-20010909T014640Z-000012.vtr"
#define WALL	1000000000000000000u

START_TEST(the_oldest_goes)
{
	struct segdir_limits lim = { .budget = 1000 };
	struct segdir s, again;
	struct diag d = DIAG_INIT;
	struct output o;

	folder();
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	ck_assert_uint_eq(s.highest, 0);
	make(&s, OLD, 500);
	make(&s, OLDER, 500);
	make(&s, "notes", 5000);
	ck_assert_int_eq(symlinkat("notes", s.fd, LINK), 0);
	ck_assert_int_eq(segdir_open(&again, dir, &lim, &d), -E_WRITE);	/* locked */
	ck_assert_uint_eq(d.errors, 1);
	segdir_release(&again);
	segdir_release(&s);

	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	ck_assert_uint_eq(s.n, 2);
	ck_assert_uint_eq(s.bytes, 1000);
	ck_assert_int_eq(segdir_next(&s, &o, WALL, &d), 0);
	ck_assert_str_eq(s.name, OURS);
	ck_assert(there(&s, OLDER));
	segdir_prune(&s, 1);
	ck_assert(!there(&s, OLDER));
	ck_assert(there(&s, OLD));
	segdir_prune(&s, 600);
	ck_assert(!there(&s, OLD));
	segdir_prune(&s, 100000);		/* never the present one */
	ck_assert(there(&s, OURS));
	ck_assert(there(&s, "notes"));
	ck_assert(there(&s, LINK));
	ck_assert_uint_eq(s.deleted, 2);
	output_release(&o);
	/* a name that is taken is not written over */
	s.highest = 11;
	ck_assert_int_eq(segdir_next(&s, &o, WALL, &d), -E_WRITE);
	unlinkat(s.fd, OURS, 0);
	unlinkat(s.fd, LINK, 0);
	unlinkat(s.fd, "notes", 0);
	segdir_release(&s);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

#define LAST	"seg-20250101T000000Z-999999999999.vtr"

START_TEST(numbers_end_with_an_error)
{
	struct segdir_limits lim = { .keep = 5 };
	struct segdir s;
	struct diag d = DIAG_INIT;
	struct output o;

	folder();
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	make(&s, LAST, 1);
	segdir_release(&s);
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	ck_assert_int_eq(segdir_next(&s, &o, WALL, &d), -E_WRITE);
	ck_assert_uint_eq(d.errors, 1);
	ck_assert(there(&s, LAST));
	unlinkat(s.fd, LAST, 0);
	segdir_release(&s);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

/* A folder cannot be unlinked, not even by root. */
static void make_undeletable(struct segdir *s, const char *name)
{
	ck_assert_int_eq(unlinkat(s->fd, name, 0), 0);
	ck_assert_int_eq(mkdirat(s->fd, name, 0700), 0);
}

#define N1	"seg-20250101T000000Z-000001.vtr"
#define N2	"seg-20250101T000000Z-000002.vtr"
#define N3	"seg-20250101T000000Z-000003.vtr"

START_TEST(the_undeletable_counts)
{
	struct segdir_limits lim = { .budget = 1000 };
	struct segdir s;
	struct diag d = DIAG_INIT;
	struct output o;
	struct buf b = BUF_INIT;

	folder();
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	make(&s, N1, 300);
	make(&s, N2, 300);
	make(&s, N3, 300);
	segdir_release(&s);
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	segdir_explain(&s, &b);
	ck_assert_uint_eq(b.len, 0);
	make_undeletable(&s, N1);
	segdir_prune(&s, 300);			/* N2 makes room for N1 */
	ck_assert(there(&s, N1) && !there(&s, N2) && there(&s, N3));
	ck_assert_uint_eq(s.deleted, 1);
	ck_assert_uint_eq(s.stuck, 1);
	ck_assert_uint_eq(s.bytes, 600);
	segdir_explain(&s, &b);
	ck_assert_ptr_nonnull(strstr(b.data, N1 " cannot be deleted: Is a directory"));
	ck_assert_int_eq(unlinkat(s.fd, N1, AT_REMOVEDIR), 0);
	make(&s, N1, 300);
	segdir_prune(&s, 800);			/* not tried again before the next begins */
	ck_assert(there(&s, N1) && !there(&s, N3));
	ck_assert_uint_eq(s.stuck, 1);
	s.lim.size = 800;
	ck_assert_int_eq(segdir_next(&s, &o, WALL, &d), 0);
	ck_assert(!there(&s, N1));
	ck_assert_uint_eq(s.stuck, 0);
	ck_assert_uint_eq(s.deleted, 3);
	ck_assert_uint_eq(s.bytes, 0);
	output_release(&o);
	unlinkat(s.fd, s.name, 0);
	segdir_release(&s);
	ck_assert_uint_eq(s.deleted, 3);
	rmdir(dir);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(what_others_deleted_is_gone)
{
	struct segdir_limits lim = { .keep = 2 };
	struct segdir s;
	struct diag d = DIAG_INIT;

	folder();
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	make(&s, N1, 300);
	make(&s, N2, 300);
	segdir_release(&s);
	ck_assert_int_eq(segdir_open(&s, dir, &lim, &d), 0);
	unlinkat(s.fd, N1, 0);
	segdir_prune(&s, 0);
	ck_assert_uint_eq(s.n, 1);
	ck_assert_uint_eq(s.stuck, 0);
	ck_assert_uint_eq(s.deleted, 0);
	ck_assert(there(&s, N2));
	unlinkat(s.fd, N2, 0);
	segdir_release(&s);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

START_TEST(segments_name_the_one_before)
{
	struct segdir_limits lim = { .size = 1 };
	struct vtr_meta meta = VTR_META_INIT;
	struct diag d = DIAG_INIT;
	struct evsource_next n;
	struct evsource *s;
	uint8_t end[VTR_DIGEST];
	char path[2][96];
	struct trace t;
	int i, fd;

	folder();
	ck_assert_int_eq(trace_open(&t, dir, false, &lim, &d), 0);
	ck_assert(t.in_dir);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(trace_next(&t, &meta, &d), 0);
		ck_assert(trace_due(&t));
		snprintf(path[i], sizeof(path[i]), "%s/%s", dir, t.dir.name);
	}
	ck_assert_int_eq(trace_close(&t, &d), 0);
	for (i = 0; i < 2; i++) {
		fd = open(path[i], O_RDONLY);
		ck_assert_int_eq(vtr_open_fd(&s, fd, NULL, 0, path[i], &d), 0);
		if (i)
			ck_assert(vtr_continues(s, end));
		else
			ck_assert_ptr_null(vtr_meta_get(vtr_meta_of(s), "segment.parent"));
		ck_assert_ptr_null(vtr_end(s));
		do
			s->next(s, &n);
		while (n.what != EVS_END);
		ck_assert_ptr_nonnull(vtr_end(s));
		memcpy(end, vtr_end(s), sizeof(end));
		ck_assert(!vtr_continues(s, end));
		s->close(s);
		unlink(path[i]);
	}
	rmdir(dir);
	vtr_meta_release(&meta);
	diag_release(&d);
}
END_TEST

START_TEST(lists_of_processors)
{
	uint8_t map[PRIVS_CPUS / 8];

	ck_assert(privs_cpulist("0-3,9", map));
	ck_assert_uint_eq(map[0], 0x0f);
	ck_assert_uint_eq(map[1], 0x02);
	ck_assert(privs_cpulist("1023", map));
	ck_assert_uint_eq(map[127], 0x80);
	ck_assert(!privs_cpulist("1024", map));
	ck_assert(!privs_cpulist("3-1", map));
	ck_assert(!privs_cpulist("1-", map));
	ck_assert(!privs_cpulist("-1", map));
	ck_assert(!privs_cpulist("", map));
	ck_assert(!privs_cpulist("1,,2", map));
	ck_assert(!privs_cpulist("18446744073709551616", map));
}
END_TEST

START_TEST(status_in_numbers)
{
	struct status_now was = { .events = 100, .lost = 1 };
	struct status_now now = { .events = 1100, .lost = 2, .shed = 3, .bytes = 4500 };
	struct status_rates r = {
		.now = &now, .was = &was, .ns = 500000000, .cpu_ns = 12500000,
		.uptime_ns = 61500000000, .rss_kb = 7, .wall_ns = 1000000000000000000,
	};
	struct buf b = BUF_INIT;

	status_json(&b, &r);
	ck_assert_str_eq(b.data, "{\"time\":\"2001-09-09T01:46:40.000000000Z\","
		"\"uptime_s\":61.500,\"events\":1100,\"events_per_s\":2000,\"lost\":2,"
		"\"lost_per_s\":2,\"payload_left_out\":3,\"bytes\":4500,"
		"\"recorder_cpu_percent\":2.5,\"recorder_rss_kb\":7}\n");
	buf_clear(&b);
	now.segment = 4;
	now.stuck = 2;
	now.attach = "calls";
	status_text(&b, &r);
	ck_assert_str_eq(b.data, "61 s: 1100 events (2000/s), 2 lost, 4 kB, "
			 "recorder 2.5 % of a CPU, segment 4, 2 cannot be deleted");
	buf_clear(&b);
	r.ns = 0;				/* no time passed: no rate */
	status_json(&b, &r);
	ck_assert_ptr_nonnull(strstr(b.data, "\"events_per_s\":0,"));
	ck_assert_ptr_nonnull(strstr(b.data, "\"attach\":\"calls\",\"uptime_s\""));
	ck_assert_ptr_nonnull(strstr(b.data, "\"segments_deleted\":0,\"segments_undeletable\":2}"));
	buf_release(&b);
}
END_TEST

/* What systemd hears. */
START_TEST(systemd_is_told)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct status_opts o = { .json = NULL };
	struct status_now now = { .events = 3 };
	struct diag d = DIAG_INIT;
	struct status st;
	char text[256];
	ssize_t n;
	int fd;

	folder();
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/n", dir);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	setenv("NOTIFY_SOCKET", a.sun_path, 1);
	setenv("WATCHDOG_USEC", "3", 1);
	ck_assert_int_eq(status_open(&st, &o, &d), 0);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	status_ready(&st);
	n = recv(fd, text, sizeof(text) - 1, 0);
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(strncmp(text, "READY=1\n", 8), 0);
	usleep(1000);
	status_due(&st);
	n = recv(fd, text, sizeof(text) - 1, 0);
	ck_assert_int_eq(n, 10);
	ck_assert_int_eq(strncmp(text, "WATCHDOG=1", 10), 0);
	status_close(&st, &now);
	n = recv(fd, text, sizeof(text) - 1, 0);
	ck_assert_int_eq(n, 10);
	ck_assert_int_eq(strncmp(text, "STOPPING=1", 10), 0);
	close(fd);
	unlink(a.sun_path);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

START_TEST(status_is_private_and_no_link)
{
	struct status_opts o = { 0 };
	struct diag d = DIAG_INIT;
	struct status st;
	char path[96], link[96];
	struct stat sb;

	folder();
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(link, sizeof(link), "%s/l", dir);
	ck_assert_int_eq(symlink(path, link), 0);
	o.json = link;
	ck_assert_int_eq(status_open(&st, &o, &d), -E_WRITE);
	o.json = "fd:999";
	ck_assert_int_eq(status_open(&st, &o, &d), -E_WRITE);
	o.json = path;
	ck_assert_int_eq(status_open(&st, &o, &d), 0);
	ck_assert_int_eq(stat(path, &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 0777, 0600);
	status_close(&st, &(struct status_now){ 0 });
	unlink(path);
	unlink(link);
	rmdir(dir);
	diag_release(&d);
}
END_TEST

START_TEST(no_such_command_is_over)
{
	char name[] = "/nonexistent/command", *argv[] = { name, NULL };
	struct diag d = DIAG_INIT;
	struct command c;

	ck_assert_int_eq(command_start(&c, argv, false, &d), 0);
	ck_assert(!command_ended(&c));
	ck_assert_int_eq(command_go(&c, name, &d), -E_ENV);
	ck_assert(command_ended(&c));
	diag_release(&d);
}
END_TEST

UNIT_MAIN("recorder", names_of_segments, the_oldest_goes, numbers_end_with_an_error,
	  the_undeletable_counts, what_others_deleted_is_gone, segments_name_the_one_before,
	  lists_of_processors, status_in_numbers, systemd_is_told,
	  status_is_private_and_no_link, no_such_command_is_over)
