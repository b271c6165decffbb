/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader, from memory, on any bytes.  What it delivers is checked
 * against its promises, then written and read again: events must survive.
 */
#include "lib/base/compat.h"

#include "lib/scap/writer.h"
#include "tests/scap/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static void rewrite(const uint8_t *p, size_t len, struct buf *out, struct diag *d)
{
	struct scap_writer *w;
	struct evsource_next next;
	struct evsource *s;

	if (scap_open_mem(&s, p, len, "in", d))
		return;
	w = scap_writer_new(SCAP_PLAIN, to_buf, out);
	do {
		s->next(s, &next);
		if (next.what == EVS_EVENT)
			scap_writer_event(w, next.ev);
		else if (next.what == EVS_SNAP)
			scap_writer_snap(w, next.item);
		else if (next.what == EVS_RESTART)
			scap_writer_restart(w);
	} while (next.what != EVS_END);
	s->close(s);
	scap_writer_close(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct diag d = { .limit = 20 };
	struct buf out = BUF_INIT;
	struct drained once, again;

	once = drain_mem(p, len, &d);
	rewrite(p, len, &out, &d);
	if (!once.open) {
		again = drain_mem(out.data, out.len, &d);
		if (again.open || again.events + again.stats.stored +
		    again.stats.dropped < once.events)
			abort();
	}
	buf_release(&out);
	diag_release(&d);
	return 0;
}
