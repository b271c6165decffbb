/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces, and what could not be read. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture/snap.h"

static const char *const types[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
};

static int emit_namespace(struct snap *s, int piddir, int64_t pid, const char *type, uint64_t ino)
{
	struct snap_item item = {
		.kind = SNAP_NAMESPACE,
		.ns = { .type = str_of(type), .ino = ino, .pid = pid },
	};
	bool host = imap_get(&s->ns, 0) == NULL;	/* pid 1's come first */
	int ret = s->emit(s->ctx, &item);

	if (ret || strcmp(type, "mnt"))
		return ret;
	if (host) {
		imap_put(&s->ns, 0, s);
		return 0;		/* told as the host's already */
	}
	return snap_mounts(s, piddir, "mountinfo", (uint32_t)ino);
}

int snap_namespaces(struct snap *s, int piddir, int64_t pid)
{
	char path[16];
	struct stat st;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		snprintf(path, sizeof(path), "ns/%s", types[i]);
		if (fstatat(piddir, path, &st, 0)) {
			if (errno != ENOENT)	/* gone, or a kernel without it */
				snap_unread(s, "namespaces of a process");
			continue;
		}
		if (imap_get(&s->ns, st.st_ino))
			continue;
		imap_put(&s->ns, st.st_ino, s);
		ret = emit_namespace(s, piddir, pid, types[i], st.st_ino);
		if (ret)
			return ret;
	}
	return 0;
}

void snap_unread(struct snap *s, const char *what)
{
	int err = errno;
	unsigned i;

	s->stats->unreadable++;
	for (i = 0; i < s->nunread; i++)
		if (s->unread[i].what == what && s->unread[i].err == err)
			break;
	if (i == SNAP_UNREAD_MAX) {
		i--;
		s->unread[i].what = "others";
	} else if (i == s->nunread) {
		s->nunread++;
		s->unread[i].what = what;
		s->unread[i].err = err;
	}
	s->unread[i].count++;
}

int snap_emit_unread(struct snap *s)
{
	struct snap_item item = { .kind = SNAP_UNREAD };
	unsigned i;
	int ret = 0;

	for (i = 0; i < s->nunread && !ret; i++) {
		item.unread.what = str_of(s->unread[i].what);
		item.unread.why = str_of(strerror(s->unread[i].err));
		item.unread.count = s->unread[i].count;
		ret = s->emit(s->ctx, &item);
	}
	return ret;
}
