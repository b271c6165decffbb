/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which container a process is in, told by its cgroup paths.  Runtimes name
 * their cgroups after the container; the patterns are those of Falco's
 * container plugin (state semantics, section 8).
 */
#ifndef LIB_EVENT_CGROUP_H
#define LIB_EVENT_CGROUP_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/rstr.h"
#include "lib/base/str.h"

/* container.type numbers. */
enum container_type {
	CONTAINER_DOCKER = 0, CONTAINER_LXC = 1, CONTAINER_LIBVIRT_LXC = 2,
	CONTAINER_MESOS = 3, CONTAINER_RKT = 4, CONTAINER_CUSTOM = 5,
	CONTAINER_CRI = 6, CONTAINER_CONTAINERD = 7, CONTAINER_CRIO = 8,
	CONTAINER_BPM = 9, CONTAINER_STATIC = 10, CONTAINER_PODMAN = 11,
	CONTAINER_HOST = 0xfffe, CONTAINER_UNKNOWN = 0xffff,
};

/* "docker", …; NULL for a number that is none. */
const char *container_type_name(int type);

/*
 * The id in one cgroup path ("/docker/4f2a…"); false when no runtime names
 * its cgroups like that.  id points into path.
 */
bool cgroup_container(struct str path, struct str *id, enum container_type *type);

/*
 * The list as events carry it (NUL-terminated "subsystem=path" strings) in
 * its normal form: the kernel's short subsystem names are spelt out.
 */
void cgroup_normalise(struct buf *out, struct str raw);
/* The first path of a normalised list that names a container. */
bool cgroup_list_container(struct str list, struct str *id, enum container_type *type);

/* All of the id that cgroup_list_container() found in list: runtimes' files
 * are named by the whole of it. */
struct str cgroup_full_id(struct str list, struct str id);

/*
 * Lists seen lately, with their shared strings: processes of a session or a
 * container have the same list, and a fork tells it again.
 */
#define CGROUP_MEMO	64
struct cgroup_memo {
	struct cgroup_memo_entry {
		uint64_t hash;
		struct rstr *raw, *list, *id;
	} e[CGROUP_MEMO];
	struct buf scratch;
};

void cgroup_memo_clear(struct cgroup_memo *c);
/* Borrowed until the next call. */
const struct cgroup_memo_entry *cgroup_memo_get(struct cgroup_memo *c, struct str raw);

#endif
