/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/sink.h"
#include "lib/base/err.h"
#include "lib/base/term.h"

#define HOLD	(64u << 10)	/* bytes kept before a file is written to */

int sink_open(struct sink *s, enum sink_kind kind, const char *path, struct diag *d)
{
	*s = (struct sink){ .kind = kind, .d = d,
			   .out = IO_STDOUT(kind == SINK_JSON ? IO_JSON : IO_BYTES) };
	s->to_file = path && strcmp(path, "-");
	if (s->to_file)
		return s->err = io_out_open(&s->file, path, d);
	s->terminal = term_is(STDOUT_FILENO);
	s->screen = (struct screen){ term_colour(STDOUT_FILENO), term_width(STDOUT_FILENO) };
	return 0;
}

static void flush(struct sink *s, bool force)
{
	if (s->err)
		return;
	if (!s->to_file) {
		s->err = io_stdout_flush(&s->out, force || s->terminal || s->live);
		return;
	}
	if (!force && s->out.b.len < HOLD)
		return;
	s->err = io_out_write(&s->file, s->out.b.data, s->out.b.len, s->d);
	buf_clear(&s->out.b);
}

static void on_screen(const struct sink *s, const struct alert *a, struct buf *out)
{
	struct buf line = BUF_INIT;

	sink_text(a, true, &line);
	screen_alert(&s->screen, buf_str(&line), a->rule->priority, out);
	buf_release(&line);
}

void sink_render(const struct sink *s, const struct alert *a, struct buf *out)
{
	if (s->kind == SINK_JSON)
		sink_json(a, out);
	else if (s->terminal)
		on_screen(s, a, out);
	else
		sink_text(a, false, out);
}

void sink_alert(struct sink *s, const struct alert *a)
{
	if (s->err)
		return;
	sink_render(s, a, &s->out.b);
	buf_addc(&s->out.b, '\n');
	flush(s, false);
}

void sink_lines(struct sink *s, const void *p, size_t len)
{
	if (s->err)
		return;
	buf_add(&s->out.b, p, len);
	flush(s, false);
}

void sink_line(struct sink *s, struct str line, const struct alert *a)
{
	if (s->err)
		return;
	buf_addstr(&s->out.b, line);
	if (s->kind == SINK_JSON)
		sink_json_loss(&s->out.b, a);
	buf_addc(&s->out.b, '\n');
	flush(s, false);
}

void sink_flush(struct sink *s)
{
	flush(s, true);
}

int sink_close(struct sink *s, bool whole)
{
	flush(s, true);
	if (s->to_file && !s->err && whole)
		s->err = io_out_commit(&s->file, s->d);
	else if (s->to_file)
		io_out_abandon(&s->file);
	else if (s->err && !s->out.closed)
		diag_add(s->d, DIAG_ERROR, "cannot write standard output: %s", err_str(s->err));
	buf_release(&s->out.b);
	return s->err;
}
