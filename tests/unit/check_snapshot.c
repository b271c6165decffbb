/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "capture/snap.h"
#include "tests/unit/unit.h"

START_TEST(stat_with_a_hostile_command)
{
	struct snap_stat st;
	struct str text = STR("71 (a) b (c) S 7 71 70 34816 71 4194304 10 0 3 0 1 2 0 0 20 0 1 0 4711 0 0");

	ck_assert(snap_parse_stat(text, &st));
	ck_assert_int_eq(st.ppid, 7);
	ck_assert_int_eq(st.pgrp, 71);
	ck_assert_int_eq(st.session, 70);
	ck_assert_int_eq(st.tty, 34816);
	ck_assert_uint_eq(st.minflt, 10);
	ck_assert_uint_eq(st.majflt, 3);
	ck_assert_uint_eq(st.starttime, 4711);
	ck_assert(!snap_parse_stat(STR("71 (cut S 7"), &st));
	ck_assert(!snap_parse_stat(STR("71 (x) S 7 8"), &st));
}
END_TEST

START_TEST(cgroup_lines_by_controller)
{
	static const char want[] = "cpuset=/u\0cpu=/c\0cpuacct=/c\0blkio=/u\0memory=/m:1\0";
	struct buf out = BUF_INIT;

	snap_parse_cgroup(STR("5:memory:/m:1\n4:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/u\n"), &out);
	ck_assert_uint_eq(out.len, sizeof(want) - 1);
	ck_assert_mem_eq(out.data, want, sizeof(want) - 1);
	snap_parse_cgroup(STR("no colon at all\n"), &out);
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
}
END_TEST

START_TEST(open_flags)
{
	ck_assert_uint_eq(snap_oflags(0), 1);		/* O_RDONLY */
	ck_assert_uint_eq(snap_oflags(02), 3);		/* O_RDWR */
	ck_assert_uint_eq(snap_oflags(02000001), 0x1002);	/* O_WRONLY | O_CLOEXEC */
}
END_TEST

START_TEST(inet_tables)
{
	struct socktab *t = socktab_new();
	struct snap_fd f = { 0 };

	socktab_parse_inet(t, STR("heading\n"
		"   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 4242 1 0\n"
		"   1: 0100007F:1F90 0200007F:C001 01 0:0 00:0 0 0 0 4243 1 0\n"
		"   2: garbage\n"
		"   3: 0100007F:1F90 0200007F:C001 06 0:0 00:0 0 0 0 0 1 0\n"), false, L4_TCP);
	ck_assert(socktab_find(t, 4242, &f));
	ck_assert_int_eq(f.type, FD_IPV4_SERVSOCK);
	ck_assert_int_eq(f.sport, 8080);
	ck_assert(socktab_find(t, 4243, &f));
	ck_assert_int_eq(f.type, FD_IPV4_SOCK);
	ck_assert_int_eq(f.dport, 0xc001);
	ck_assert_int_eq(f.l4proto, L4_TCP);
	ck_assert_mem_eq(f.dip, "\x7f\0\0\2", 4);
	ck_assert(!socktab_find(t, 0, &f));
	socktab_free(t);
}
END_TEST

START_TEST(unix_paths_hold_blanks)
{
	struct socktab *t = socktab_new();
	struct snap_fd f = { 0 };

	socktab_parse_unix(t, STR("Num       RefCount Protocol Flags    Type St Inode Path\n"
		"00000000aabbccdd: 00000002 00000000 00010000 0001 01 777 /run/a b\n"
		"0000000000000001: 00000002 00000000 00010000 0001 01 778\n"));
	ck_assert(socktab_find(t, 777, &f));
	ck_assert_int_eq(f.type, FD_UNIX_SOCK);
	ck_assert_uint_eq(f.usrc, 0xaabbccdd);
	ck_assert(str_eq(f.name, STR("/run/a b")));
	ck_assert(socktab_find(t, 778, &f));
	ck_assert_uint_eq(f.name.len, 0);
	socktab_free(t);
}
END_TEST

/* What we know of ourselves must be in a snapshot of this host. */
struct seen {
	int sock;
	bool self, listener, root, loopback, host_first, any, netns, mounted;
	uint64_t unread;
	struct snap_taken taken;
	enum snap_kind last;
};

static int notice(void *ctx, const struct snap_item *item)
{
	struct seen *s = ctx;

	if (!s->any)
		s->host_first = item->kind == SNAP_HOST;
	s->any = true;
	if (item->kind == SNAP_PROC && item->proc.pid == getpid())
		s->self = item->proc.ptid == getppid() && item->proc.uid == geteuid() &&
			  item->proc.exepath.len && item->proc.start_ts;
	if (item->kind == SNAP_FD && item->fd.tid == getpid() && item->fd.fd == s->sock)
		s->listener = item->fd.type == FD_IPV4_SERVSOCK &&
			      !memcmp(item->fd.sip, "\x7f\0\0\1", 4) && item->fd.sport;
	if (item->kind == SNAP_USER && str_eq(item->user.name, STR("root")))
		s->root = item->user.uid == 0;
	if (item->kind == SNAP_IFACE && str_eq(item->iface.name, STR("lo")))
		s->loopback = true;
	if (item->kind == SNAP_NAMESPACE && str_eq(item->ns.type, STR("net")))
		s->netns = item->ns.ino && item->ns.pid;
	if (item->kind == SNAP_MOUNT && str_eq(item->mount.target, STR("/")))
		s->mounted = true;
	if (item->kind == SNAP_UNREAD && str_eq(item->unread.what, STR("users and groups")))
		s->unread += item->unread.why.len ? item->unread.count : 0;
	if (item->kind == SNAP_TAKEN)
		s->taken = item->taken;
	s->last = item->kind;
	return 0;
}

START_TEST(this_host)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int proc = open("/proc", O_RDONLY | O_DIRECTORY), etc = open("/etc", O_RDONLY | O_DIRECTORY);
	struct seen seen = { .sock = socket(AF_INET, SOCK_STREAM, 0) };
	struct snapshot_stats stats;
	struct diag d = DIAG_INIT;

	ck_assert_int_eq(bind(seen.sock, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(listen(seen.sock, 1), 0);
	ck_assert_int_eq(snapshot_take(proc, etc, -1, 0, notice, &seen, &stats, &d), 0);
	ck_assert(seen.host_first);
	ck_assert(seen.self);
	ck_assert(seen.listener);
	ck_assert(seen.root);
	ck_assert(seen.loopback);
	ck_assert_uint_gt(stats.procs, 1);
	ck_assert_uint_ge(stats.threads, stats.procs);
	ck_assert_uint_gt(stats.fds, 1);
	ck_assert(seen.netns);
	ck_assert(seen.mounted);
	ck_assert_int_eq(seen.last, SNAP_TAKEN);
	ck_assert_uint_eq(seen.taken.procs, stats.procs);
	ck_assert_uint_gt(seen.taken.ns, 0);
	ck_assert_uint_eq(seen.unread, 0);
	/* where there is no passwd and no group */
	ck_assert_int_eq(snapshot_take(proc, proc, -1, 0, notice, &seen, &stats, &d), 0);
	ck_assert_uint_eq(seen.unread, 2);
	ck_assert_uint_eq(seen.taken.unread, stats.unreadable);
	close(seen.sock);
	close(proc);
	close(etc);
	diag_release(&d);
}
END_TEST

static int refuse(void *ctx, const struct snap_item *item)
{
	return ++*(int *)ctx == 3 ? -42 : 0;
}

START_TEST(an_emit_error_ends_the_walk)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY), calls = 0;

	ck_assert_int_eq(snapshot_take(proc, -1, -1, 0, refuse, &calls, NULL, NULL), -42);
	ck_assert_int_eq(calls, 3);
	close(proc);
}
END_TEST

/* A record of the iterator; len: what it says of its path. */
static void put_file(struct buf *b, uint32_t pid, uint32_t fd, uint32_t len, const char *path)
{
	struct snap_file f = { .len = len, .tgid = pid, .fd = fd, .ino = 7 };

	buf_add(b, &f, sizeof(f));
	buf_add(b, path, strlen(path) + 1);
}

static int stream(const struct buf *b)
{
	int fd = memfd_create("stream", MFD_CLOEXEC);

	ck_assert_int_eq((int)write(fd, b->data, b->len), (int)b->len);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

START_TEST(iterator_stream)
{
	struct buf b = BUF_INIT;
	struct snap_iter *it;
	struct snap_file f;
	struct str path;
	uint32_t pid, i;
	int fd, n = 0;

	for (pid = 10; pid < 4000; pid += 10)	/* more than one reading holds */
		for (i = 0; i < 4; i++)
			put_file(&b, pid, i, 9, "/etc/abc");
	fd = stream(&b);
	it = snap_iter_new(fd);
	ck_assert(!snap_iter_next(it, 5, &f, &path));
	ck_assert(snap_iter_next(it, 10, &f, &path));
	ck_assert_uint_eq(f.fd, 0);
	ck_assert_text(path, "/etc/abc");
	/* the rest of 10 is left aside, and all of 20; 25 has none */
	ck_assert(!snap_iter_next(it, 25, &f, &path));
	while (snap_iter_next(it, 30, &f, &path))
		n++;
	ck_assert_int_eq(n, 4);
	ck_assert(snap_iter_next(it, 3990, &f, &path));
	ck_assert(!snap_iter_next(it, 5000, &f, &path) || f.tgid == 3990);
	snap_iter_free(it);
	close(fd);
	buf_release(&b);
}
END_TEST

START_TEST(iterator_stream_that_lies)
{
	struct buf b = BUF_INIT;
	struct snap_iter *it;
	struct snap_file f;
	struct str path;
	int fd;

	put_file(&b, 1, 3, 2, "a");
	put_file(&b, 1, 4, SNAP_FILE_PATH + 1, "b");	/* longer than can be */
	put_file(&b, 1, 5, 2, "c");
	fd = stream(&b);
	it = snap_iter_new(fd);
	ck_assert(snap_iter_next(it, 1, &f, &path));
	ck_assert(!snap_iter_next(it, 1, &f, &path));
	ck_assert(!snap_iter_next(it, 9, &f, &path));
	snap_iter_free(it);
	close(fd);
	buf_clear(&b);
	put_file(&b, 1, 3, 2, "a");
	buf_setlen(&b, b.len - 1);			/* cut */
	fd = stream(&b);
	it = snap_iter_new(fd);
	ck_assert(!snap_iter_next(it, 1, &f, &path));
	snap_iter_free(it);
	close(fd);
	buf_release(&b);
}
END_TEST

UNIT_MAIN("snapshot", stat_with_a_hostile_command, cgroup_lines_by_controller, open_flags, inet_tables,
	  unix_paths_hold_blanks, this_host, an_emit_error_ends_the_walk,
	  iterator_stream, iterator_stream_that_lies)
