/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/jsonw.h"
#include "lib/base/num.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"
#include "lib/event/kind.h"
#include "lib/event/loss.h"
#include "lib/trace/reader.h"
#include "lib/trace/summary.h"
#include "replay/outfile.h"
#include "replay/session.h"
#include "replay/trace_verbs.h"

#define KEY_END	26	/* where keys of a recording end, two blanks included */

static struct {
	bool json;
} o;

const struct opt info_opts[] = {
	OPT_FLAG(0, "json", &o.json, "one object a file"),
	OPT_END
};

/* A .scap has no totals: it is read. */
static int summarise_scap(const char *path, struct summary *s, struct diag *d)
{
	struct evsource_next n;
	struct evsource *src;
	int err = session_open_source(path, &src, d);

	*s = (struct summary){ 0 };
	if (err)
		return err;
	s->segments = 1;
	for (src->next(src, &n); n.what != EVS_END; src->next(src, &n)) {
		if (n.what == EVS_RESTART)
			s->segments++;
		if (n.what == EVS_SNAP)
			index_count(&s->index, (uint16_t)(KIND_SNAP + n.item->kind), 1);
		if (n.what != EVS_EVENT)
			continue;
		index_count(&s->index, n.ev->type, 1);
		s->events++;
		if (!s->first_ts || n.ev->ts < s->first_ts)
			s->first_ts = n.ev->ts;
		if (n.ev->ts > s->last_ts)
			s->last_ts = n.ev->ts;
	}
	s->status = src->status(src);
	src->close(src);
	return 0;
}

/* --- the snapshot: how long it took, what it could not read --- */

#define UNREAD_MAX 4096		/* different things that are named */

struct unread {
	struct str what, why;
	uint64_t count;
};

struct snapshot {
	bool known;			/* a recorder of ours told */
	struct snap_taken taken;
	struct unread *v;
	size_t n, cap;
	struct arena text;
};

static void take_item(struct snapshot *p, const struct snap_item *item)
{
	if (item->kind == SNAP_TAKEN) {
		p->taken = item->taken;
		p->taken.fds_by = arena_str(&p->text, item->taken.fds_by);
		p->known = true;
	}
	if (item->kind != SNAP_UNREAD || p->n == UNREAD_MAX)
		return;
	XGROW(p->v, p->cap, p->n + 1);
	p->v[p->n++] = (struct unread){
		.what = arena_str(&p->text, item->unread.what),
		.why = arena_str(&p->text, item->unread.why), .count = item->unread.count };
}

/* Of the first segment; a pipe was read already.  What is wrong with the file
 * was told by then. */
static void read_snapshot(const char *path, const struct summary *s, struct snapshot *p)
{
	struct diag unsaid = DIAG_INIT;
	struct evsource_next n;
	struct evsource *src;

	if (!index_rows(&s->index, KIND_SNAP + SNAP_TAKEN) || !strcmp(path, "-"))
		return;
	if (!session_open_source(path, &src, &unsaid)) {
		vtr_project(src, &(struct vtr_projection){ .payload = false });
		for (src->next(src, &n); n.what == EVS_SNAP || (n.what == EVS_LOSS && !p->known);
		     src->next(src, &n))
			if (n.what == EVS_SNAP)
				take_item(p, n.item);
		src->close(src);
	}
	diag_release(&unsaid);
}

static void snapshot_release(struct snapshot *p)
{
	free(p->v);
	arena_release(&p->text);
}

static void text_snapshot(struct buf *out, const struct snapshot *p)
{
	size_t i;

	if (p->known)
		buf_addf(out, "  taken in %" PRIu64 ".%03" PRIu64 " s; %" PRIu64 " %s ended "
			 "meanwhile, %" PRIu64 " %s could not be read%s",
			 p->taken.ns / 1000000000, p->taken.ns / 1000000 % 1000,
			 p->taken.vanished, str_count(p->taken.vanished, "process", "processes"),
			 p->taken.unread, str_count(p->taken.unread, "thing", "things"),
			 p->taken.fds_by.len ? "; descriptors by " : "");
	if (p->known) {
		term_escape(out, p->taken.fds_by);
		buf_addc(out, '\n');
	}
	for (i = 0; i < p->n; i++) {
		buf_addf(out, "  %12" PRIu64 "  not read: ", p->v[i].count);
		term_escape(out, p->v[i].what);
		buf_adds(out, " (");
		term_escape(out, p->v[i].why);
		buf_adds(out, ")\n");
	}
}

/* --- losses --- */

static const char *reason_of(const struct loss_total *t)
{
	const char *name = loss_reason_name(t->reason);

	return name ? name : "other";
}

static bool is_events(const struct loss_total *t)
{
	return loss_is_events(&(struct evloss){ .reason = t->reason });
}

static void text_losses(struct buf *out, const struct loss_totals *l, bool events)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct loss_total *t = &l->v[i];

		if (is_events(t) != events)
			continue;
		buf_addf(out, "  %12" PRIu64 "%s %-10s %-12s ", t->count,
			 t->unknown ? "+" : " ", loss_class_name(t->cls), reason_of(t));
		buf_adds(out, loss_reason_text(t->reason));
		buf_addc(out, '\n');
	}
}

static bool any_losses(const struct loss_totals *l, bool events)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (is_events(&l->v[i]) == events)
			return true;
	return false;
}

static const char *name_of(uint16_t kind)
{
	const struct kind *k = kind_of(kind);

	return k ? k->name : "unknown";
}

/* Exit and enter events share a name; a kind is named once with its number. */
static void text_totals(struct buf *out, const struct summary *s, bool snaps)
{
	size_t i;

	for (i = 0; i < s->index.ntotals; i++) {
		const struct index_total *t = &s->index.totals[i];
		bool snap = t->kind >= KIND_SNAP && t->kind < KIND_RAW_SYSCALL;

		if (snap == snaps)
			buf_addf(out, "  %12" PRIu64 "  %s (%u)\n", t->rows,
				 name_of(t->kind), t->kind);
	}
}

static void text_meta(struct buf *out, const struct vtr_meta *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		size_t from = out->len;

		buf_adds(out, "  ");
		term_escape(out, str_of(m->v[i].key));
		if (out->len - from < KEY_END)
			buf_pad(out, ' ', KEY_END - (out->len - from));
		buf_addc(out, ' ');
		term_escape(out, str_of(m->v[i].value));
		buf_addc(out, '\n');
	}
}

static void text_times(struct buf *out, const struct summary *s)
{
	if (!s->first_ts)
		return;
	buf_adds(out, "  first event  ");
	num_iso8601(out, s->first_ts);
	buf_adds(out, "\n  last event   ");
	num_iso8601(out, s->last_ts);
	buf_addf(out, "\n  duration     %" PRIu64 ".%09" PRIu64 " s\n",
		 (s->last_ts - s->first_ts) / 1000000000,
		 (s->last_ts - s->first_ts) % 1000000000);
}

static void seal_text(const struct summary *s, struct buf *out)
{
	if (s->sealed && s->sealed < s->segments)
		buf_addf(out, "%" PRIu64 " of %" PRIu64 " segments ", s->sealed, s->segments);
	buf_adds(out, s->sealed ? "sealed" : "no seal");
	if (!s->sealed)
		return;
	if (s->is_signed && s->is_signed < s->segments)
		buf_addf(out, ", %" PRIu64 " of %" PRIu64 " segments signed", s->is_signed,
			 s->segments);
	else
		buf_adds(out, s->is_signed ? " and signed" : ", unsigned");
	if (s->is_signed)
		buf_adds(out, " (not checked here: vestige verify)");
}

static void text_info(struct buf *out, const char *path, const struct summary *s,
		      const struct snapshot *snap, bool vtr)
{
	term_safe(out, str_of(path));
	buf_addf(out, ": %s", vtr ? ".vtr trace" : ".scap capture");
	if (vtr) {
		buf_addf(out, ", %" PRIu64 " bytes, %" PRIu64 " %s, ", s->bytes,
			 s->blocks, str_count(s->blocks, "block", "blocks"));
		seal_text(s, out);
	}
	buf_addf(out, "\n  segments     %" PRIu64 "\n  events       %" PRIu64 "\n",
		 s->segments, s->events);
	text_times(out, s);
	if (vtr)
		buf_addf(out, "  loss         %" PRIu64 " %s in %" PRIu64 " %s\n",
			 s->index.lost, str_count(s->index.lost, "event", "events"),
			 s->index.losses, str_count(s->index.losses, "place", "places"));
	if (any_losses(&s->losses, true))
		buf_adds(out, "lost events (number, class, reason):\n");
	text_losses(out, &s->losses, true);
	if (any_losses(&s->losses, false))
		buf_adds(out, "left out of events (number, class, reason):\n");
	text_losses(out, &s->losses, false);
	if (s->meta.n)
		buf_adds(out, "recording:\n");
	text_meta(out, &s->meta);
	buf_adds(out, "snapshot:\n");
	text_snapshot(out, snap);
	text_totals(out, s, true);
	buf_adds(out, "events:\n");
	text_totals(out, s, false);
}

static void json_u64(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

static void json_totals(struct jsonw *w, const struct summary *s)
{
	size_t i;

	jsonw_key(w, "kinds");
	jsonw_array(w);
	for (i = 0; i < s->index.ntotals; i++) {
		jsonw_open(w);
		json_u64(w, "kind", s->index.totals[i].kind);
		jsonw_key(w, "name");
		jsonw_cstr(w, name_of(s->index.totals[i].kind));
		json_u64(w, "count", s->index.totals[i].rows);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void json_meta(struct jsonw *w, const struct vtr_meta *m)
{
	size_t i;

	jsonw_key(w, "meta");
	jsonw_open(w);
	for (i = 0; i < m->n; i++) {
		jsonw_key(w, m->v[i].key);
		jsonw_cstr(w, m->v[i].value);
	}
	jsonw_close(w);
}

static void json_ts(struct jsonw *w, const char *key, uint64_t ts)
{
	jsonw_key(w, key);
	if (ts)
		jsonw_u64(w, ts);
	else
		jsonw_null(w);
}

static void json_losses(struct jsonw *w, const struct loss_totals *l)
{
	size_t i;

	jsonw_key(w, "losses_by");
	jsonw_array(w);
	for (i = 0; i < l->n; i++) {
		const struct loss_total *t = &l->v[i];

		jsonw_open(w);
		jsonw_key(w, "reason");
		jsonw_cstr(w, reason_of(t));
		jsonw_key(w, "class");
		jsonw_cstr(w, loss_class_name(t->cls));
		jsonw_key(w, "of");
		jsonw_cstr(w, is_events(t) ? "events" : "parts");
		json_u64(w, "count", t->count);
		json_u64(w, "blocks", t->blocks);
		json_u64(w, "unknown", t->unknown);
		json_ts(w, "from_ns", t->from_ts);
		json_ts(w, "to_ns", t->to_ts);
		jsonw_close(w);
	}
	jsonw_end(w);
}

static void json_snapshot(struct jsonw *w, const struct snapshot *p)
{
	size_t i;

	jsonw_key(w, "snapshot");
	if (!p->known) {
		jsonw_null(w);
		return;
	}
	jsonw_open(w);
	json_u64(w, "from_ns", p->taken.from_ts);
	json_u64(w, "took_ns", p->taken.ns);
	json_u64(w, "processes", p->taken.procs);
	json_u64(w, "threads", p->taken.threads);
	json_u64(w, "descriptors", p->taken.fds);
	json_u64(w, "ended_meanwhile", p->taken.vanished);
	json_u64(w, "could_not_read", p->taken.unread);
	if (p->taken.fds_by.len) {
		jsonw_key(w, "descriptors_by");
		jsonw_str(w, p->taken.fds_by);
	}
	jsonw_key(w, "unread");
	jsonw_array(w);
	for (i = 0; i < p->n; i++) {
		jsonw_open(w);
		jsonw_key(w, "what");
		jsonw_str(w, p->v[i].what);
		jsonw_key(w, "why");
		jsonw_str(w, p->v[i].why);
		json_u64(w, "count", p->v[i].count);
		jsonw_close(w);
	}
	jsonw_end(w);
	jsonw_close(w);
}

static void json_info(struct buf *out, const char *path, const struct summary *s,
		      const struct snapshot *snap, bool vtr)
{
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, "file");
	jsonw_cstr(&w, path);
	jsonw_key(&w, "format");
	jsonw_cstr(&w, vtr ? "vtr" : "scap");
	json_u64(&w, "bytes", s->bytes);
	json_u64(&w, "blocks", s->blocks);
	json_u64(&w, "segments", s->segments);
	json_u64(&w, "events", s->events);
	json_u64(&w, "first_ns", s->first_ts);
	json_u64(&w, "last_ns", s->last_ts);
	json_u64(&w, "lost", s->index.lost);
	json_u64(&w, "losses", s->index.losses);
	jsonw_key(&w, "sealed");
	jsonw_bool(&w, s->sealed && s->sealed >= s->segments);
	jsonw_key(&w, "signed");
	jsonw_bool(&w, s->is_signed && s->is_signed >= s->segments);
	jsonw_key(&w, "indexed");
	jsonw_bool(&w, s->from_index);
	json_losses(&w, &s->losses);
	json_snapshot(&w, snap);
	json_meta(&w, &s->meta);
	json_totals(&w, s);
	jsonw_close(&w);
	buf_addc(out, '\n');
}

static void warn(const char *path, const struct summary *s, struct diag *d)
{
	if (s->status)
		diag_hint(diag_off(d, DIAG_WARNING, path, -1, "%s", err_str(s->status)),
			  "`vestige verify` names the place");
	if (s->again)
		diag_hint(diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s in the file twice: "
				   "all that %s counts twice", s->again,
				   str_count(s->again, "segment is", "segments are"),
				   str_count(s->again, "it tells", "they tell")),
			  "`vestige verify` tells where");
}

static int info_one(const char *path, struct buf *out, struct diag *d)
{
	struct snapshot snap = { .text = ARENA_INIT };
	struct summary s = { 0 };
	struct input in;
	bool vtr = true;
	int err = input_open(&in, path, d);

	if (err)
		return err;
	err = vtr_summarise(&in, &s);
	input_release(&in);
	if (err == -E_FOREIGN) {
		vtr = false;
		summary_release(&s);
		err = summarise_scap(path, &s, d);
	} else if (err) {
		input_tell(path, err, d);
	}
	if (!err && vtr)
		read_snapshot(path, &s, &snap);
	if (!err)
		(o.json ? json_info : text_info)(out, path, &s, &snap, vtr);
	if (!err && vtr)
		warn(path, &s, d);
	err = err ? err : s.status;
	summary_release(&s);
	snapshot_release(&snap);
	return err;
}

int cmd_info(struct opt_args *args, struct diag *d)
{
	struct io_stdout out = IO_STDOUT(o.json ? IO_JSON : IO_TEXT);
	int i, err, status = 0;

	if (!args->n) {
		diag_add(d, DIAG_ERROR, "info takes at least one FILE");
		return EXIT_USAGE;
	}
	for (i = 0; i < args->n; i++) {
		err = err_exit(info_one(args->v[i], &out.b, d));
		status = err > status ? err : status;
		io_stdout_flush(&out, false);
	}
	err = err_exit(io_stdout_flush(&out, true));
	buf_release(&out.b);
	return err ? err : status;
}
