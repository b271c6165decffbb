/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>

#include "capture/snap_bpf.h"
#include "bpf/snapshot.skel.h"
#include "lib/base/xalloc.h"

#define FIRST_PID_NS 0xeffffffcu	/* its inode, the same on every kernel */

struct snap_bpf {
	struct snapshot *skel;
	struct bpf_link *link;
};

static int quiet(enum libbpf_print_level level UNUSED, const char *fmt UNUSED, va_list ap UNUSED)
{
	return 0;
}

static bool load(struct snap_bpf *s)
{
	/* as in the recorder's own: no search through every module */
	LIBBPF_OPTS(bpf_object_open_opts, how, .btf_custom_path = "/sys/kernel/btf/vmlinux");

	s->skel = snapshot__open_opts(&how);
	if (!s->skel || snapshot__load(s->skel))
		return false;
	s->link = bpf_program__attach_iter(s->skel->progs.vst_files, NULL);
	return s->link;
}

struct snap_bpf *snap_bpf_open(void)
{
	struct snap_bpf *s;
	libbpf_print_fn_t before;
	struct stat ns;
	bool ok;

	if (stat("/proc/self/ns/pid", &ns) || ns.st_ino != FIRST_PID_NS)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	before = libbpf_set_print(quiet);
	ok = load(s);
	libbpf_set_print(before);
	if (ok)
		return s;
	snap_bpf_close(s);
	return NULL;
}

void snap_bpf_close(struct snap_bpf *s)
{
	if (!s)
		return;
	bpf_link__destroy(s->link);
	snapshot__destroy(s->skel);
	free(s);
}

int snap_bpf_files(struct snap_bpf *s)
{
	int fd = s ? bpf_iter_create(bpf_link__fd(s->link)) : -1;

	return fd < 0 ? -1 : fd;
}
