/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/event/loss.h"
#include "lib/scap/writer.h"
#include "lib/trace/reader.h"
#include "replay/recode.h"
#include "replay/session.h"

struct target {
	struct recode *c;
	struct outfile *f;
	struct evsource *s;
	struct vtr_writer *vtr;
	struct scap_writer *scap;
};

bool is_scap_name(const char *path)
{
	return str_ends(str_of(path), STR(".scap")) || str_ends(str_of(path), STR(".scap.gz"));
}

static void host_meta(struct vtr_meta *m, const struct snap_host *h)
{
	vtr_meta_set(m, "host.name", h->hostname);
	if (h->arch.len)
		vtr_meta_set(m, "host.arch", h->arch);
	vtr_meta_setu(m, "host.cpus", h->ncpus);
}

/* What a trace already says about itself stays; of a .scap there is only
 * the host, which is its first item. */
static void make_meta(struct target *t, struct vtr_meta *m, const struct evsource_next *first)
{
	const struct vtr_meta *old = vtr_meta_of(t->s);
	struct str format;
	size_t i;

	for (i = 0; old && i < old->n; i++)
		vtr_meta_set(m, old->v[i].key, str_of(old->v[i].value));
	if (old)
		return;
	format = str_of(t->c->format ? t->c->format : "scap");
	vtr_meta_set(m, "recorder.driver", format);
	vtr_meta_set(m, "converted.from", format);
	if (first->what == EVS_SNAP && first->item->kind == SNAP_HOST)
		host_meta(m, &first->item->host);
}

static void begin(struct target *t, const struct evsource_next *first)
{
	struct vtr_meta m = VTR_META_INIT;

	if (t->c->to_scap) {
		t->scap = scap_writer_new(t->c->plain_scap ? SCAP_PLAIN : SCAP_GZIP,
					  outfile_write, t->f);
		return;
	}
	make_meta(t, &m, first);
	t->vtr = vtr_writer_new(&m, &t->f->opts, outfile_write, t->f);
	vtr_meta_release(&m);
}

static int finish(struct target *t)
{
	int err = 0;

	if (t->scap)
		err = scap_writer_close(t->scap);
	if (t->vtr)
		err = vtr_writer_close(t->vtr);
	t->scap = NULL;
	t->vtr = NULL;
	return err;
}

static int put_event(struct target *t, struct event *ev, enum recode_keep keep)
{
	event_params(ev);
	if (keep == KEEP_STATE)
		ev->flags |= EVF_STATE_ONLY;
	t->c->events++;
	return t->scap ? scap_writer_event(t->scap, ev) : vtr_writer_event(t->vtr, ev);
}

static int put(struct target *t, const struct evsource_next *n, enum recode_keep keep)
{
	if (!t->scap && !t->vtr)
		begin(t, n);
	switch (n->what) {
	case EVS_EVENT:
		return keep == KEEP || keep == KEEP_STATE ? put_event(t, n->ev, keep) : 0;
	case EVS_SNAP:
		return t->scap ? scap_writer_snap(t->scap, n->item) :
				 vtr_writer_snap(t->vtr, n->item);
	case EVS_LOSS:
		return t->vtr && keep != KEEP_PAST ? vtr_writer_loss(t->vtr, &n->loss) : 0;
	default:
		return 0;
	}
}

/* Reads s to its end; 0 or what prevents writing. */
static int recode_run(struct recode *c, struct evsource *s, struct outfile *f)
{
	struct target t = { .c = c, .f = f, .s = s };
	enum recode_keep keep = KEEP;
	struct evsource_next n = { 0 };
	uint64_t num = 0, last_ts = 0;
	int err = 0, end;

	vtr_project(s, &(struct vtr_projection){ .payload = true, .to_ts = c->to_ts });
	for (s->next(s, &n); n.what != EVS_END && !err; s->next(s, &n)) {
		if (n.what == EVS_RESTART) {
			keep = KEEP;
			err = t.scap ? scap_writer_restart(t.scap) : finish(&t);
			continue;
		}
		num += n.skipped;
		n.skipped = 0;
		if (n.what == EVS_EVENT) {
			num++;
			last_ts = n.ev->ts;
			keep = c->pick ? c->pick(c->ctx, n.ev, num) : KEEP;
			if (keep == KEEP_END)
				break;
		}
		err = put(&t, &n, keep);
	}
	if (!err && !t.scap && !t.vtr)
		begin(&t, &n);	/* a trace of nothing */
	/* The copy is whole; what it was made of was not. */
	if (!err && t.vtr && s->status(s) == -E_CUT)
		err = vtr_writer_loss(t.vtr, &(struct evloss){
			.from_ts = last_ts, .cpu = -1, .reason = LOSS_FILE });
	end = finish(&t);
	return err ? err : end;
}

int recode_source(struct recode *c, struct evsource *s, const char *from, const char *to,
		  const struct outfile_opts *opts, struct diag *d)
{
	struct outfile f;
	int err = outfile_open(&f, to, (struct outfile_from){ &from, 1 }, opts, d), status;

	if (err) {
		s->close(s);
		return err;
	}
	err = recode_run(c, s, &f);
	status = s->status(s);
	err = outfile_close(&f, err || !c->all_or_nothing ? err : status);
	s->close(s);
	return err ? err : status;
}

int recode_file(struct recode *c, const char *from, const char *to,
		const struct outfile_opts *opts, struct diag *d)
{
	struct evsource *s;
	int err = session_open_source(from, &s, d);

	return err ? err : recode_source(c, s, from, to, opts, d);
}
