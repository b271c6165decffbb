/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/scap/collect.h"
#include "lib/scap/evwrite.h"
#include "lib/scap/format.h"
#include "lib/scap/writer.h"

struct scap_writer {
	struct blockout out;
	struct collect lists;
	struct blockout facts;	/* events told before the first one */
	struct evwrite_scratch scratch;
	uint64_t last_ts;
	bool begun;		/* this section's metadata was written */
};

struct scap_writer *scap_writer_new(enum scap_compression how,
				    int (*write)(void *ctx, const void *p, size_t len),
				    void *ctx)
{
	struct scap_writer *w = xcalloc(1, sizeof(*w));

	buf_init(&w->out.b);
	buf_init(&w->facts.b);
	buf_init(&w->scratch.text);
	collect_init(&w->lists);
	w->out.z = deflater_new(how == SCAP_GZIP, write, ctx);
	if (!w->out.z)
		w->out.err = -E_NOMEM;
	return w;
}

static void section_header(struct blockout *o)
{
	blockout_begin(o, SCAP_SHB);
	buf_le32(&o->b, SCAP_MAGIC);
	buf_le16(&o->b, SCAP_MAJOR);
	buf_le16(&o->b, SCAP_MINOR);
	buf_le64(&o->b, UINT64_MAX);	/* length: unknown */
	blockout_end(o);
}

/* The gathered facts get the time of the first event. */
static void write_facts(struct scap_writer *w, uint64_t ts)
{
	char *p = w->facts.b.data, *end = p + w->facts.b.len;

	for (; p < end; p += le32(p + 4))
		put_le64(p + SCAP_BLOCK_HEAD + SCAP_CPU, ts);
	buf_add(&w->out.b, w->facts.b.data, w->facts.b.len);
	buf_clear(&w->facts.b);
}

static void begin_section(struct scap_writer *w, uint64_t ts)
{
	w->begun = true;
	section_header(&w->out);
	collect_write(&w->lists, &w->out);
	write_facts(w, ts);
}

int scap_writer_snap(struct scap_writer *w, const struct snap_item *item)
{
	struct event ev;

	if (!w->begun && collect_add(&w->lists, item))
		return w->out.err;
	if (evwrite_from_snap(&ev, item, w->last_ts, &w->scratch))
		evwrite(w->begun ? &w->out : &w->facts, &ev);
	return w->out.err;
}

/* Our own event of a call that libs has as generic; of others: false. */
static bool as_generic(struct event *to, const struct event *ev, uint8_t num[4])
{
	const struct evinfo *info = evinfo_of(ev->type);
	const struct scinfo *sc = NULL;
	unsigned id;

	if (info && info->source & EC_SYSCALL)
		sc = scinfo_by_name(str_of(info->name), &id);
	if (!sc)
		return false;
	put_le16(num, (uint16_t)id);
	put_le16(num + 2, (uint16_t)sc->nr[ARCH_X86_64]);
	*to = (struct event){
		.ts = ev->ts, .tid = ev->tid, .cpu = ev->cpu, .flags = ev->flags & (uint8_t)~EVF_OURS,
		.type = EV_GENERIC_X, .info = &evtab[EV_GENERIC_X], .nparams = 2,
		.param = { { num, 2 }, { num + 2, 2 } },
	};
	return true;
}

int scap_writer_event(struct scap_writer *w, struct event *ev)
{
	struct event generic;
	uint8_t num[4];

	if (ev->type >= SCAP_EVENT_TYPES) {
		if (!as_generic(&generic, ev, num))
			return w->out.err;
		ev = &generic;
	}
	event_params(ev);
	w->last_ts = ev->ts;
	if (UNLIKELY(!w->begun))
		begin_section(w, ev->ts);
	evwrite(&w->out, ev);
	return w->out.err;
}

int scap_writer_restart(struct scap_writer *w)
{
	if (!w->begun)
		begin_section(w, w->last_ts);
	w->begun = false;
	return w->out.err;
}

int scap_writer_close(struct scap_writer *w)
{
	int err, ret = 0;

	if (!w->begun)
		begin_section(w, w->last_ts);
	blockout_flush(&w->out);
	err = w->out.err;
	if (w->out.z)
		ret = deflater_end(w->out.z);
	collect_release(&w->lists);
	buf_release(&w->out.b);
	buf_release(&w->facts.b);
	buf_release(&w->scratch.text);
	free(w);
	return err ? err : ret;
}
