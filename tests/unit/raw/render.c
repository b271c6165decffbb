/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/raw/render.h"

void made_record(struct buf *out, const struct made *m)
{
	struct rec_hdr h = {
		.ts = 1000, .seq = 5, .tid = 70, .pid = 60, .cpu = 1,
		.nr = (uint16_t)m->nr, .flags = m->flags, .ret = m->ret,
	};
	const struct made_att *a;
	unsigned sc = 0;

	if (m->call && !scinfo_by_name(str_of(m->call), &sc))
		abort();
	h.kind = (uint16_t)(m->call ? REC_KIND_SYSCALL + sc : REC_KIND_TRACEPOINT + m->tp);
	memcpy(h.arg, m->arg, sizeof(h.arg));
	buf_clear(out);
	buf_add(out, &h, sizeof(h));
	for (a = m->att; a->p; a++) {
		struct rec_att att = { a->slot, a->flags, (uint16_t)a->len };

		buf_add(out, &att, sizeof(att));
		buf_add(out, a->p, a->len);
	}
	h.len = (uint32_t)out->len;
	memcpy(out->data, &h, sizeof(h));
}

static void one_param(struct buf *out, const struct evparam *info, struct param p)
{
	int64_t v;
	uint32_t i;

	if (!p.len) {
		buf_adds(out, "<NA>");
		return;
	}
	if (ptype_size[info->ptype] && param_int(p, ptype_is_signed(info->ptype), &v)) {
		if (ptype_is_signed(info->ptype))
			buf_addi(out, v);
		else
			buf_addu(out, (uint64_t)v);
		return;
	}
	if (info->ptype == PT_CHARBUF || info->ptype == PT_FSPATH || info->ptype == PT_FSRELPATH) {
		/* the NUL is part of the encoding */
		buf_addstr(out, str_mem((const char *)p.p, p.len - 1));
		if (p.p[p.len - 1])
			buf_adds(out, "(no NUL)");
		return;
	}
	for (i = 0; i < p.len; i++)
		buf_addf(out, "%02x", p.p[i]);
}

void event_line(struct buf *out, struct event *ev)
{
	unsigned i;

	event_params(ev);
	buf_addstr(out, event_name(ev));
	for (i = 0; i < ev->nparams; i++) {
		if (i >= ev->info->nwire && !event_param(ev, i).len)
			continue;	/* our own, of nothing to tell */
		buf_addf(out, " %s=", ev->info->params[i].name);
		one_param(out, &ev->info->params[i], event_param(ev, i));
	}
}

void made_line(struct buf *out, const struct made *m, enum arch arch)
{
	struct buf rec = BUF_INIT;
	struct rawdec *d = rawdec_new(arch);
	struct event ev;
	struct row row;

	buf_clear(out);
	made_record(&rec, m);
	if (raw_row_of_record(&row, rec.data, rec.len, 0))
		buf_adds(out, "REFUSED");
	else if (!rawdec_event(d, &row, &ev))
		buf_adds(out, "NO EVENT");
	else
		event_line(out, &ev);
	rawdec_free(d);
	buf_release(&rec);
}
