/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/field/scene.h"

static void load_proc(struct scene *s, int64_t pid, int64_t ptid, const char *comm,
		      const char *exe, const char *exepath, struct str args, uint32_t uid)
{
	struct snap_item item = {
		.kind = SNAP_PROC,
		.proc = {
			.tid = pid, .pid = pid, .ptid = ptid,
			.sid = pid, .vpgid = pid, .pgid = pid, .vtid = pid, .vpid = pid,
			.comm = str_of(comm), .exe = str_of(exe), .exepath = str_of(exepath),
			.args = args, .env = STR("HOME=/home/alice\0PAD=  x \0"),
			.cwd = STR("/home/alice/"), .root = STR("/"),
			.cgroups = STR("cpu=/\0memory=/user.slice\0"),
			.fdlimit = 1024, .uid = uid, .gid = uid, .loginuid = uid,
			.vmsize = 1000, .vmrss = 500, .vmswap = 2, .pfmajor = 3, .pfminor = 4,
			.tty = 34816, .cap_permitted = 1, .cap_inheritable = 4,
			.cap_effective = 3, .exe_ino = 77, .exe_ctime = 5, .exe_mtime = 6,
		},
	};

	machine_load(s->m, &item);
}

static void load_fd(struct scene *s, int64_t num, uint8_t type, const char *name)
{
	struct snap_item item = {
		.kind = SNAP_FD,
		.fd = { .tid = 200, .fd = num, .type = type, .ino = 9, .dev = 0x801,
			.name = str_of(name) },
	};

	machine_load(s->m, &item);
}

static void load_tables(struct scene *s)
{
	struct snap_item user = {
		.kind = SNAP_USER,
		.user = { .uid = 1000, .gid = 1000, .name = STR("alice"),
			  .home = STR("/home/alice"), .shell = STR("/bin/zsh"),
			  .container = STR("") },
	};
	struct snap_item group = {
		.kind = SNAP_GROUP,
		.group = { .gid = 1000, .name = STR("staff"), .container = STR("") },
	};
	struct snap_item iface = {
		.kind = SNAP_IFACE,
		.iface = { .addr = { 10, 0, 0, 5 }, .mask = { 255 }, .name = STR("eth0") },
	};

	machine_load(s->m, &user);
	machine_load(s->m, &group);
	machine_load(s->m, &iface);
}

void scene_init(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->m = machine_new();
	load_proc(s, 1, 0, "systemd", "/sbin/init", "/usr/lib/systemd", STR("splash\0"), 0);
	load_proc(s, 100, 1, "sshd", "sshd: alice", "/usr/sbin/sshd", STR("-D\0"), 0);
	load_proc(s, 200, 100, "bash", "-bash", "/usr/bin/bash", STR("-l\0a b\0"), 1000);
	load_fd(s, 0, FD_FILE, "/dev/pts/0");
	load_fd(s, 1, FD_FIFO, "");
	load_fd(s, 2, FD_FILE, "/dev/pts/0");
	load_fd(s, 5, FD_DIRECTORY, "/home/alice/dir");
	load_tables(s);
	machine_loaded(s->m);
	fieldctx_init(&s->c, s->m);
}

void scene_release(struct scene *s)
{
	fieldctx_release(&s->c);
	machine_free(s->m);
}

void ev_begin(struct scene *s, unsigned type, int64_t tid)
{
	s->ev = (struct event){
		.ts = T0 + s->num * 1000, .num = ++s->num, .tid = tid, .cpu = 1,
		.type = (uint16_t)type, .info = evinfo_of(type),
	};
	s->used = 0;
}

void ev_bytes(struct scene *s, const void *p, size_t n)
{
	memcpy(s->bytes + s->used, p, n);
	s->ev.param[s->ev.nparams++] = (struct param){ s->bytes + s->used, (uint32_t)n };
	s->used += n;
}

void ev_int(struct scene *s, unsigned size, uint64_t v)
{
	uint8_t le[8];

	put_le64(le, v);
	ev_bytes(s, le, size);
}

void ev_text(struct scene *s, const char *text)
{
	ev_bytes(s, text, strlen(text) + 1);
}

void ev_none(struct scene *s)
{
	s->ev.param[s->ev.nparams++] = (struct param){ NULL, 0 };
}

void ev_apply(struct scene *s)
{
	machine_apply(s->m, &s->ev);
	fieldctx_begin(&s->c);
}
