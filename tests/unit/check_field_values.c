/* SPDX-License-Identifier: Apache-2.0 */
/* Values of fields over a hand-made machine, and that none is forgotten. */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "lib/event/loss.h"
#include "tests/field/scene.h"
#include "tests/unit/unit.h"

#define NO_VALUE NULL

static bool seen[FIELD_COUNT];

struct row {
	const char *field, *want;	/* NO_VALUE */
};

/* The text of a field in a place; false: no value. */
static bool field_text(struct scene *s, const char *field, enum field_place place,
		       struct buf *out)
{
	struct buf why = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct fieldref ref;
	struct value v;
	bool ok;

	ck_assert_msg(fieldref_parse(str_of(field), FIELD_IN_FILTER, &a, &ref, &why) ==
		      strlen(field), "%s: %s", field, why.data);
	ok = s->c.src.get(&s->c.src, &ref, place, &v);
	if (ok) {
		value_print(&v, out);
		seen[ref.f->id] = true;
	}
	arena_release(&a);
	buf_release(&why);
	return ok;
}

static void expect(struct scene *s, enum field_place place, const struct row *rows, size_t n)
{
	struct buf got = BUF_INIT;
	size_t i;
	bool ok;

	for (i = 0; i < n; i++) {
		buf_clear(&got);
		ok = field_text(s, rows[i].field, place, &got);
		ck_assert_msg(ok == !!rows[i].want, "%s %s a value: %s", rows[i].field,
			      ok ? "has" : "lacks", got.data);
		ck_assert_msg(!ok || !strcmp(got.data, rows[i].want), "%s: '%s', want '%s'",
			      rows[i].field, got.data, rows[i].want);
	}
	buf_release(&got);
}

#define EXPECT(place, ...) do {						\
	static const struct row rows_[] = { __VA_ARGS__ };		\
	expect(&s, place, rows_, ARRAY_SIZE(rows_));			\
} while (0)

static void openat(struct scene *s, int64_t fd, int64_t dirfd, const char *name, uint32_t flags)
{
	ev_begin(s, EV_SYSCALL_OPENAT_2_X, 200);
	ev_int(s, 8, (uint64_t)fd);
	ev_int(s, 8, (uint64_t)dirfd);
	ev_text(s, name);
	ev_int(s, 4, flags);
	ev_int(s, 4, 0755);
	ev_int(s, 4, 0x801);
	ev_int(s, 8, 1234);
	ev_apply(s);
}

static void file_scene(void)
{
	struct scene s;

	scene_init(&s);
	openat(&s, 3, -100, "x/../new\n.sh", 0x4 | 0x2 | 0x4000);
	EXPECT(FIELD_IN_OUTPUT,
	       { "evt.num", "1" }, { "evt.time", "22:13:20.000000000" },
	       { "evt.time.s", "22:13:20" }, { "evt.outputtime", "22:13:20.000000000" },
	       { "evt.time.iso8601", "2023-11-14T22:13:20.000000000+0000" },
	       { "evt.datetime", "2023-11-14 22:13:20.000000000" },
	       { "evt.datetime.s", "2023-11-14 22:13:20" },
	       { "evt.rawtime", "1700000000000000000" }, { "evt.rawtime.s", "1700000000" },
	       { "evt.rawtime.ns", "000000000" }, { "evt.reltime", "000000000" },
	       { "evt.reltime.s", "0" }, { "evt.reltime.ns", "000000000" },
	       { "evt.deltatime", "0" }, { "evt.deltatime.s", "0" },
	       { "evt.deltatime.ns", "000000000" }, { "evt.latency", "0" },
	       { "evt.latency.s", "0" }, { "evt.latency.ns", "000000000" },
	       { "evt.latency.human", "0ns" }, { "evt.wait_latency", "0" },
	       { "evt.source", "syscall" }, { "evt.is_async", "false" },
	       { "evt.hostname", "" }, { "evt.dir", "<" }, { "evt.type", "openat" },
	       { "syscall.type", "openat" }, { "evt.category", "file" }, { "evt.cpu", "1" },
	       { "evt.args", "fd=3(<f>/home/alice/new\xef\xbf\xbd.sh) dirfd=-100(AT_FDCWD) "
		 "name=x/../new\xef\xbf\xbd.sh(/home/alice/new\xef\xbf\xbd.sh) "
		 "flags=16390(O_CREAT|O_WRONLY|O_F_CREATED) mode=0755 dev=801 ino=1234" },
	       { "evt.arg.flags", "O_CREAT|O_WRONLY|O_F_CREATED" }, { "evt.arg[0]",
		 "<f>/home/alice/new\xef\xbf\xbd.sh" }, { "evt.arg[9]", NO_VALUE },
	       { "evt.rawarg.flags", "4006" }, { "evt.rawarg.fd", "3" },
	       { "evt.res", "SUCCESS" }, { "evt.rawres", "3" }, { "evt.failed", "false" },
	       { "evt.count", "1" }, { "evt.count.error", "0" },
	       { "evt.count.error.file", "0" }, { "evt.count.error.net", NO_VALUE },
	       { "evt.count.exit", "1" }, { "evt.count.procinfo", "0" },
	       { "evt.count.threadinfo", "0" }, { "evt.is_io", "false" },
	       { "evt.is_io_read", "false" }, { "evt.is_io_write", "false" },
	       { "evt.is_wait", "false" }, { "evt.is_syslog", "false" },
	       { "evt.is_open_read", "false" }, { "evt.is_open_write", "true" },
	       { "evt.is_open_exec", "true" }, { "evt.is_open_create", "true" },
	       { "evt.abspath", "/home/alice/new\xef\xbf\xbd.sh" }, { "util.cnt", "0" },
	       { "fd.num", "3" }, { "fd.type", "file" }, { "fd.typechar", "f" },
	       { "fd.name", "/home/alice/new\xef\xbf\xbd.sh" }, { "fd.directory", "/home/alice" },
	       { "fd.filename", "new\xef\xbf\xbd.sh" }, { "fd.nameraw", "x/../new\xef\xbf\xbd.sh" },
	       { "fd.containername", ":/home/alice/new\xef\xbf\xbd.sh" },
	       { "fd.containerdirectory", ":/home/alice" }, { "fd.uid", "2003" },
	       { "fd.dev", "801" }, { "fd.dev.major", "8" }, { "fd.dev.minor", "1" },
	       { "fd.ino", "1234" }, { "fd.connected", "false" }, { "fd.name_changed", "true" },
	       { "fd.is_upper_layer", "false" }, { "fd.is_lower_layer", "false" },
	       { "fd.is_server", "false" }, { "fd.l4proto", "<NA>" }, { "fd.cip", NO_VALUE },
	       { "fd.types", "(file,directory,pipe)" }, { "fd.types[5]", "(directory)" },
	       { "fd.types[77]", NO_VALUE },
	       { "fs.path.name", "/home/alice/new\xef\xbf\xbd.sh" },
	       { "fs.path.nameraw", "x/../new\xef\xbf\xbd.sh" });
	/* Conditions see the bytes as they are. */
	EXPECT(FIELD_IN_FILTER, { "fd.filename", "new\n.sh" },
	       { "evt.around[1700000000000000007]", "7" });
	openat(&s, -2, 5, "none", 1);
	EXPECT(FIELD_IN_OUTPUT,
	       { "fd.num", "-1" }, { "fd.type", NO_VALUE }, { "fd.typechar", "f" },
	       { "fd.name", "/home/alice/dir/none" }, { "evt.res", "ENOENT" },
	       { "fs.path.name", "<UNKNOWN>" }, { "evt.count.error.file", "1" },
	       { "evt.abspath", "/home/alice/dir/none" },
	       /* what stands right of evt.abspath tells of the directory */
	       { "fd.name", "/home/alice/dir" });
	scene_release(&s);
}

static void process_scene(void)
{
	struct scene s;

	scene_init(&s);
	ev_begin(&s, EV_SYSCALL_BRK_4_X, 200);
	ev_int(&s, 8, 0xabc);
	ev_int(&s, 4, 1000);
	ev_int(&s, 4, 500);
	ev_int(&s, 4, 2);
	ev_int(&s, 8, 0);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "proc.exe", "-bash" }, { "proc.pexe", "sshd: alice" },
	       { "proc.aexe", "sshd: alice /sbin/init" }, { "proc.exepath", "/usr/bin/bash" },
	       { "proc.pexepath", "/usr/sbin/sshd" }, { "proc.aexepath[2]", "/usr/lib/systemd" },
	       { "proc.name", "bash" }, { "proc.pname", "sshd" },
	       { "proc.aname", "sshd systemd" }, { "proc.aname[0]", "bash" },
	       { "proc.aname[3]", NO_VALUE }, { "proc.args", "-l a b" },
	       { "proc.args[1]", "a b" }, { "proc.args[2]", "" },
	       { "proc.aargs", "-D splash" }, { "proc.cmdline", "bash -l a b" },
	       { "proc.pcmdline", "sshd -D" }, { "proc.acmdline[1]", "sshd -D" },
	       { "proc.cmdnargs", "2" }, { "proc.cmdlenargs", "5" },
	       { "proc.exeline", "-bash -l a b" }, { "proc.env[HOME]", "/home/alice" },
	       { "proc.env[PAD]", "x" }, { "proc.env[NONE]", "" },
	       { "proc.env", "HOME=/home/alice PAD=  x " },
	       { "proc.aenv[HOME]", "/home/alice" }, { "proc.cwd", "/home/alice/" },
	       { "proc.loginshellid", "200" }, { "proc.tty", "34816" }, { "proc.pid", "200" },
	       { "proc.ppid", "100" }, { "proc.apid[2]", "1" }, { "proc.apid", "200" },
	       { "proc.vpid", "200" }, { "proc.pvpid", "100" }, { "proc.sid", "200" },
	       { "proc.sname", "bash" }, { "proc.sid.exe", "-bash" },
	       { "proc.sid.exepath", "/usr/bin/bash" }, { "proc.vpgid", "200" },
	       { "proc.vpgid.name", "bash" }, { "proc.vpgid.exe", "-bash" },
	       { "proc.vpgid.exepath", "/usr/bin/bash" }, { "proc.pgid", "200" },
	       { "proc.pgid.name", "bash" }, { "proc.pgid.exe", "-bash" },
	       { "proc.pgid.exepath", "/usr/bin/bash" }, { "proc.duration", NO_VALUE },
	       { "proc.ppid.duration", "4" }, { "proc.ppid.ts", "0" },
	       { "proc.is_exe_writable", "false" }, { "proc.is_exe_upper_layer", "false" },
	       { "proc.is_exe_lower_layer", "false" }, { "proc.is_exe_from_memfd", "false" },
	       { "proc.is_sid_leader", "true" }, { "proc.is_vpgid_leader", "true" },
	       { "proc.is_pgid_leader", "true" }, { "proc.exe_ino", "77" },
	       { "proc.exe_ino.ctime", "5" }, { "proc.exe_ino.mtime", "6" },
	       { "thread.cap_permitted", "CAP_CHOWN" },
	       { "thread.cap_inheritable", "CAP_DAC_READ_SEARCH" },
	       { "thread.cap_effective", "CAP_CHOWN CAP_DAC_OVERRIDE" },
	       { "proc.fdopencount", "4" }, { "proc.fdlimit", "1024" },
	       { "proc.fdusage", "0.4" }, { "proc.vmsize", "1000" }, { "proc.vmrss", "500" },
	       { "proc.vmswap", "2" }, { "thread.pfmajor", "3" }, { "thread.pfminor", "4" },
	       { "thread.tid", "200" }, { "thread.ismain", "true" }, { "thread.vtid", "200" },
	       { "thread.nametid", "bash200" }, { "thread.exectime", "0" },
	       { "thread.totexectime", "0" }, { "thread.cgroups", "cpu=/ memory=/user.slice" },
	       { "thread.cgroup.memory", "/user.slice" }, { "thread.cgroup.pids", NO_VALUE },
	       { "proc.nthreads", "1" }, { "proc.nchilds", "0" }, { "thread.vmsize", "1000" },
	       { "thread.vmrss", "500" }, { "thread.vmsize.b", "1024000" },
	       { "thread.vmrss.b", "512000" }, { "proc.stdin.type", "file" },
	       { "proc.stdout.type", "pipe" }, { "proc.stderr.type", "file" },
	       { "proc.stdin.name", "/dev/pts/0" }, { "proc.stdout.name", "" },
	       { "proc.stderr.name", "/dev/pts/0" }, { "user.uid", "1000" },
	       { "user.name", "alice" }, { "user.homedir", "/home/alice" },
	       { "user.shell", "/bin/zsh" }, { "user.loginuid", "1000" },
	       { "user.loginname", "alice" }, { "group.gid", "1000" }, { "group.name", "staff" },
	       { "container.id", "host" }, { "container.name", "host" },
	       { "container.type", "host" }, { "container.start_ts", NO_VALUE },
	       { "evt.rawres", "2748" }, { "evt.count.error.memory", "0" },
	       { "evt.args", "res=ABC vm_size=1000 vm_rss=500 vm_swap=2 addr=0" },
	       { "evt.info", "res=ABC vm_size=1000 vm_rss=500 vm_swap=2 addr=0" },
	       { "fd.name", NO_VALUE }, { "evt.type.is.brk", "<NA>" }, { "evt.buflen", NO_VALUE });
	/* In a condition an ancestor field is any of them. */
	EXPECT(FIELD_IN_FILTER, { "proc.aname", "(sshd,systemd)" }, { "proc.apid", "(100,1)" },
	       { "proc.aargs", "-D splash" });
	/* A thread nobody has seen begin. */
	ev_begin(&s, EV_SYSCALL_SETUID_X, 999);
	ev_int(&s, 8, (uint64_t)-1);
	ev_int(&s, 4, 1000);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "proc.name", "<NA>" }, { "proc.pid", "-1" }, { "proc.ppid", NO_VALUE },
	       { "proc.exepath", "" }, { "proc.fdlimit", "0" }, { "proc.vmsize", "0" },
	       { "user.uid", "4294967295" }, { "user.name", "<NA>" }, { "proc.cwd", "./" },
	       { "evt.res", "EPERM" }, { "evt.count.error.other", "1" },
	       { "evt.args", "res=-1(EPERM) uid=1000(alice)" });
	scene_release(&s);
}

static void socket_scene(void)
{
	/* 10.0.0.5:4000 -> 93.184.216.34:443 */
	static const uint8_t tuple[] = { 2, 10, 0, 0, 5, 0xa0, 0x0f, 93, 184, 216, 34, 0xbb, 1 };
	struct scene s;

	scene_init(&s);
	ev_begin(&s, EV_SOCKET_SOCKET_X, 200);
	ev_int(&s, 8, 7);
	ev_int(&s, 4, 2);
	ev_int(&s, 4, 1);
	ev_int(&s, 4, 6);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT, { "fd.type", "ipv4" }, { "fd.l4proto", "<NA>" },
	       { "fd.sip", NO_VALUE }, { "evt.arg.domain", "AF_INET" });
	ev_begin(&s, EV_SOCKET_CONNECT_X, 200);
	ev_int(&s, 8, 0);
	ev_bytes(&s, tuple, sizeof(tuple));
	ev_int(&s, 8, 7);
	ev_none(&s);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "fd.name", "10.0.0.5:4000->93.184.216.34:443" }, { "fd.cip", "10.0.0.5" },
	       { "fd.sip", "93.184.216.34" }, { "fd.lip", "10.0.0.5" },
	       { "fd.rip", "93.184.216.34" }, { "fd.cport", "4000" }, { "fd.sport", "443" },
	       { "fd.lport", "4000" }, { "fd.rport", "443" }, { "fd.l4proto", "tcp" },
	       { "fd.sockfamily", "ip" }, { "fd.is_server", "false" },
	       { "fd.connected", "true" }, { "fd.cproto", "4000" }, { "fd.sproto", "443" },
	       { "fd.lproto", "4000" }, { "fd.rproto", "443" }, { "fd.cnet", "<IPNET>" },
	       { "fd.snet", "<IPNET>" }, { "fd.lnet", "<IPNET>" }, { "fd.rnet", "<IPNET>" },
	       { "evt.count.error.net", "0" }, { "fd.directory", NO_VALUE },
	       { "evt.args", "res=0 tuple=10.0.0.5:4000->93.184.216.34:443 "
		 "fd=7(<4t>10.0.0.5:4000->93.184.216.34:443) addr=<NA>" });
	EXPECT(FIELD_IN_FILTER, { "fd.ip", "(10.0.0.5,93.184.216.34)" },
	       { "fd.port", "(4000,443)" }, { "fd.net", "(<IPNET>,<IPNET>)" },
	       { "fd.proto", "(<NA>,<NA>)" });
	ev_begin(&s, EV_SYSCALL_POLL_X, 200);
	ev_int(&s, 8, 1);
	ev_bytes(&s, "\2\0" "\7\0\0\0\0\0\0\0" "\101\0" "\0\0\0\0\0\0\0\0" "\1\0", 22);
	ev_int(&s, 8, 5);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "fdlist.nums", "7,0" },
	       { "fdlist.names", "10.0.0.5:4000->93.184.216.34:443,/dev/pts/0" },
	       { "fdlist.cips", "10.0.0.5" }, { "fdlist.sips", "93.184.216.34" },
	       { "fdlist.cports", "4000" }, { "fdlist.sports", "443" },
	       { "evt.arg.fds", "7:441 0:f1" });
	/* A list that claims more than there is. */
	ev_begin(&s, EV_SYSCALL_POLL_X, 200);
	ev_int(&s, 8, 1);
	ev_bytes(&s, "\377\377" "\7\0\0\0\0\0\0\0" "\101\0" "\0", 13);
	ev_int(&s, 8, 5);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT, { "fdlist.nums", "7" }, { "evt.arg.fds", "7:441" });
	scene_release(&s);
}

static void io_scene(void)
{
	static const unsigned types[2] = { EV_SYSCALL_READ_X, EV_SYSCALL_WRITE_X };
	struct scene s;
	int i;

	scene_init(&s);
	for (i = 0; i < 2; i++) {
		ev_begin(&s, types[i], 200);
		ev_int(&s, 8, 3);
		ev_bytes(&s, "a\0\377", 3);
		ev_int(&s, 8, 0);
		ev_int(&s, 4, 10);
		ev_apply(&s);
		EXPECT(FIELD_IN_OUTPUT, { "evt.buflen", "3" }, { "evt.buflen.file", "3" },
		       { "evt.buffer", "a.." }, { "evt.category", "file" },
		       { "evt.buflen.net", NO_VALUE }, { "evt.arg.data", "a.." });
		if (i)
			EXPECT(FIELD_IN_OUTPUT, { "evt.io_dir", "write" },
			       { "evt.buflen.out", "3" }, { "evt.buflen.file.out", "3" },
			       { "evt.buflen.in", NO_VALUE });
		else
			EXPECT(FIELD_IN_OUTPUT, { "evt.io_dir", "read" },
			       { "evt.buflen.in", "3" }, { "evt.buflen.file.in", "3" },
			       { "evt.buflen.out", NO_VALUE });
	}
	ev_begin(&s, EV_SYSCALL_RENAMEAT2_X, 200);
	ev_int(&s, 8, 0);
	ev_int(&s, 8, 5);
	ev_text(&s, "a");
	ev_int(&s, 8, (uint64_t)-100);
	ev_text(&s, "b//c");
	ev_int(&s, 4, 1);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "fs.path.source", "/home/alice/dir/a" }, { "fs.path.sourceraw", "a" },
	       { "fs.path.target", "/home/alice/b/c" }, { "fs.path.targetraw", "b//c" },
	       { "evt.abspath.src", "/home/alice/dir/a" },
	       { "evt.abspath.dst", "/home/alice/b/c" }, { "fs.path.name", NO_VALUE });
	EXPECT(FIELD_IN_OUTPUT, { "vestige.after_loss", "false" },
	       { "vestige.after_loss.whose", NO_VALUE }, { "vestige.after_loss.events", NO_VALUE });
	machine_loss(s.m, &(struct evloss){ .count = 4, .reason = LOSS_RING, .cls = 1 + RC_PROCESS });
	ev_begin(&s, EV_PROCINFO_E, 200);
	ev_int(&s, 8, 100);
	ev_int(&s, 8, 100);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT, { "vestige.after_loss", "true" },
	       { "vestige.after_loss.whose", "process" }, { "vestige.after_loss.events", "4" });
	EXPECT(FIELD_IN_OUTPUT, { "thread.cpu", "0.0" }, { "evt.count.exit", NO_VALUE },
	       { "evt.category", "internal" }, { "evt.rawres", NO_VALUE });
	ev_begin(&s, EV_PROCINFO_E, 200);
	ev_int(&s, 8, 100 + 250000000);
	ev_int(&s, 8, 100 + 250000000);
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT, { "thread.cpu", "50.0" }, { "thread.cpu.user", "0.0" },
	       { "thread.cpu.system", "0.0" }, { "evt.count.threadinfo", "1" });
	scene_release(&s);
}

static void container_scene(void)
{
	static const char json[] = "{\"container\":{\"id\":\"3ad7b26ded6d\",\"full_id\":\"3ad7b26ded6d8e\","
		"\"type\":0,\"name\":\"web\",\"image\":\"ex/app:1\",\"imageid\":\"01\","
		"\"imagerepo\":\"ex/app\",\"imagetag\":\"1\",\"imagedigest\":\"sha256:aa\","
		"\"ip\":\"172.17.0.2\",\"cni_json\":\"{}\",\"privileged\":true,\"host_pid\":false,"
		"\"host_network\":true,\"host_ipc\":false,\"pod_sandbox_id\":\"99ad7b26ded6d8e\","
		"\"labels\":{\"a\":\"x\",\"io.kubernetes.pod.name\":\"pod1\","
		"\"io.kubernetes.pod.namespace\":\"ns1\",\"io.kubernetes.pod.uid\":\"u1\"},"
		"\"pod_sandbox_labels\":{\"p\":\"q\"},\"Mounts\":[{\"Source\":\"/s\","
		"\"Destination\":\"/d\",\"Mode\":\"ro\",\"RW\":false,\"Propagation\":\"rprivate\"}]}}";
	struct scene s;

	scene_init(&s);
	ev_begin(&s, EV_ASYNCEVENT_E, -1);
	ev_int(&s, 4, 0);
	ev_text(&s, "container");
	ev_bytes(&s, json, sizeof(json));
	ev_apply(&s);
	EXPECT(FIELD_IN_OUTPUT,
	       { "evt.type", "container" }, { "evt.is_async", "true" },
	       { "evt.asynctype", "container" }, { "syscall.type", NO_VALUE },
	       { "proc.name", NO_VALUE }, { "thread.tid", "-1" },
	       { "container.id", "3ad7b26ded6d" }, { "container.full_id", "3ad7b26ded6d8e" },
	       { "container.name", "web" }, { "container.image", "ex/app:1" },
	       { "container.image.id", "01" }, { "container.image.repository", "ex/app" },
	       { "container.image.tag", "1" }, { "container.image.digest", "sha256:aa" },
	       { "container.type", "docker" }, { "container.ip", "172.17.0.2" },
	       { "container.cni.json", "{}" }, { "container.privileged", "true" },
	       { "container.host_pid", "false" }, { "container.host_network", "true" },
	       { "container.host_ipc", "false" }, { "container.label[a]", "x" },
	       { "container.label[b]", NO_VALUE }, { "container.labels", "a:x" },
	       { "container.mounts", "/s:/d:ro:false:rprivate" },
	       { "container.mount[0]", "/s:/d:ro:false:rprivate" },
	       { "container.mount[1]", NO_VALUE }, { "container.mount[/*]",
		 "/s:/d:ro:false:rprivate" }, { "container.mount.source[/d]", "/s" },
	       { "container.mount.dest[/s]", "/d" }, { "container.mount.mode[0]", "ro" },
	       { "container.mount.rdwr[0]", "false" },
	       { "container.mount.propagation[0]", "rprivate" }, { "k8s.pod.name", "pod1" },
	       { "k8s.ns.name", "ns1" }, { "k8s.pod.id", "u1" }, { "k8s.pod.uid", "u1" },
	       { "k8s.pod.sandbox_id", "99ad7b26ded6" },
	       { "k8s.pod.full_sandbox_id", "99ad7b26ded6d8e" }, { "k8s.pod.label[p]", "q" },
	       { "k8s.pod.labels", "p:q" }, { "k8s.pod.ip", "172.17.0.2" },
	       { "k8s.pod.cni.json", "{}" });
	scene_release(&s);
}

START_TEST(files) { file_scene(); }
END_TEST
START_TEST(processes) { process_scene(); }
END_TEST
START_TEST(sockets) { socket_scene(); }
END_TEST
START_TEST(input_output) { io_scene(); }
END_TEST
START_TEST(containers) { container_scene(); }
END_TEST

/* Fields of system call traces that no event ever gives a value, and a few
 * that need more history than these scenes have (the reference does). */
static const char *const without[] = {
	"evt.pluginname", "evt.plugininfo", "evt.latency.quantized", "evt.infra.",
	"fd.cip.name", "fd.sip.name", "fd.lip.name", "fd.rip.name", "k8s.rc.", "k8s.svc.",
	"k8s.ns.id", "k8s.ns.label", "k8s.rs.", "k8s.deployment.", "container.healthcheck",
	"container.liveness_probe", "container.readiness_probe", "proc.is_container_",
	"evt.buflen.net", "proc.duration", "proc.pid.ts", "proc.exe_ino.ctime_duration_",
	"proc.pidns_init_start_ts", "container.start_ts", "container.duration",
};

static bool is_without(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(without); i++)
		if (!strncmp(name, without[i], strlen(without[i])))
			return true;
	return false;
}

START_TEST(every_field)
{
	unsigned missing = 0;
	size_t i;

	file_scene();
	process_scene();
	socket_scene();
	io_scene();
	container_scene();
	for (i = 0; i < FIELD_COUNT; i++) {
		const struct fieldinfo *f = &fieldtab[i];

		if (seen[i] || is_without(f->name) || f->fclass == FCLASS_K8S_AUDIT ||
		    f->fclass == FCLASS_JSON)
			continue;
		fprintf(stderr, "no test gives %s a value\n", f->name);
		missing++;
	}
	ck_assert_uint_eq(missing, 0);
}
END_TEST

UNIT_MAIN("field values", files, processes, sockets, input_output, containers, every_field)
