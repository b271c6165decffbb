/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show TRACE PID: the events of one process of a trace, a line each:
 * "openat fd=3 dirfd=-100 …".  show TRACE: totals, for the storm tests.
 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/num.h"
#include "lib/event/loss.h"
#include "lib/trace/reader.h"
#include "tests/unit/raw/render.h"

int main(int argc, char **argv)
{
	uint64_t events = 0, lost = 0, pid = 0;
	struct diag d = DIAG_INIT;
	struct buf line = BUF_INIT;
	struct evsource_next next;
	struct evsource *s;
	int fd, status;

	if (argc < 2 || (argc > 2 && !num_u64(str_of(argv[2]), &pid)))
		return 2;
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || vtr_open_fd(&s, fd, NULL, 0, argv[1], &d))
		return 4;
	for (;;) {
		s->next(s, &next);
		if (next.what == EVS_END)
			break;
		if (next.what == EVS_LOSS && loss_is_events(&next.loss))
			lost += next.loss.count;
		if (next.what != EVS_EVENT)
			continue;
		events++;
		if (!pid || next.ev->tid != (int64_t)pid)
			continue;
		buf_clear(&line);
		event_line(&line, next.ev);
		puts(line.data);
	}
	status = s->status(s);
	if (!pid)
		printf("events %" PRIu64 " lost %" PRIu64 " status %d\n", events, lost, status);
	s->close(s);
	buf_release(&line);
	diag_release(&d);
	return 0;
}
