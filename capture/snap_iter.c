/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors as the BPF iterator tells them (bpf/snapshot.bpf.c). */
#include "lib/base/compat.h"

#include "capture/snap.h"
#include "lib/base/xalloc.h"

#define ITER_READ	(64u << 10)

struct snap_iter {
	int fd;
	bool end;
	uint8_t *data;
	size_t from, to;
};

struct snap_iter *snap_iter_new(int fd)
{
	struct snap_iter *it = xcalloc(1, sizeof(*it));

	it->fd = fd;
	it->data = xmalloc(2 * ITER_READ);
	return it;
}

void snap_iter_free(struct snap_iter *it)
{
	if (it)
		free(it->data);
	free(it);
}

static void fill(struct snap_iter *it)
{
	ssize_t n;

	memmove(it->data, it->data + it->from, it->to - it->from);
	it->to -= it->from;
	it->from = 0;
	do {	/* EAGAIN: it looked at much and found nothing yet */
		n = read(it->fd, it->data + it->to, 2 * ITER_READ - it->to);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n <= 0)
		it->end = true;
	else
		it->to += (size_t)n;
}

/* The next record whole, not taken yet; one that makes no sense ends it. */
static bool peek(struct snap_iter *it, struct snap_file *f)
{
	size_t need = sizeof(*f);

	for (;;) {
		if (it->to - it->from >= sizeof(*f)) {
			memcpy(f, it->data + it->from, sizeof(*f));
			if (f->len > SNAP_FILE_PATH)
				it->end = true;
			need = sizeof(*f) + f->len;
		}
		if (it->to - it->from >= need)
			return f->len <= SNAP_FILE_PATH;
		if (it->end)
			return false;
		fill(it);
	}
}

bool snap_iter_next(struct snap_iter *it, int64_t pid, struct snap_file *f, struct str *path)
{
	while (peek(it, f) && f->tgid <= pid) {
		*path = str_mem(it->data + it->from + sizeof(*f), f->len ? f->len - 1 : 0);
		it->from += sizeof(*f) + f->len;
		if (f->tgid == pid)
			return true;	/* others ended before they were looked at */
	}
	return false;
}
