/* SPDX-License-Identifier: Apache-2.0 */
/*
 * join OUT SEGMENT…: what one recording in one file would have been, event by
 * event: the snapshot of the first segment, the events of all.
 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/io.h"
#include "lib/trace/reader.h"
#include "lib/trace/writer.h"

static int to_fd(void *ctx, const void *p, size_t len)
{
	return io_write_full(*(int *)ctx, p, len);
}

static int append(struct vtr_writer *w, const char *path, bool first)
{
	struct diag d = DIAG_INIT;
	struct evsource_next n;
	struct evsource *s;
	int fd = open(path, O_RDONLY), status;

	if (fd < 0 || vtr_open_fd(&s, fd, NULL, 0, path, &d))
		return 4;
	for (;;) {
		s->next(s, &n);
		if (n.what == EVS_END)
			break;
		if (n.what == EVS_SNAP && first)
			vtr_writer_snap(w, n.item);
		else if (n.what == EVS_LOSS)
			vtr_writer_loss(w, &n.loss);
		else if (n.what == EVS_EVENT)
			vtr_writer_event(w, n.ev);
	}
	status = s->status(s);
	s->close(s);
	diag_release(&d);
	return status ? 3 : 0;
}

int main(int argc, char **argv)
{
	struct vtr_meta meta = VTR_META_INIT;
	struct vtr_writer *w;
	int out, ret = 0, i;

	if (argc < 3)
		return 2;
	out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (out < 0)
		return 5;
	vtr_meta_set(&meta, "host.arch", str_of("x86_64"));
	w = vtr_writer_new(&meta, NULL, to_fd, &out);
	vtr_meta_release(&meta);
	for (i = 2; i < argc && !ret; i++)
		ret = append(w, argv[i], i == 2);
	return vtr_writer_close(w) || close(out) ? 5 : ret;
}
