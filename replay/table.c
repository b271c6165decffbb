/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/num.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"
#include "replay/table.h"

#define GAP		2	/* blanks between columns */
#define LAST_MIN	20	/* what the last one gets however narrow it is */
#define FLUSH		(64u << 10)	/* bytes that are written at once */

void table_init(struct table *t, const struct table_col *cols, size_t ncols, bool json)
{
	memset(t, 0, sizeof(*t));
	t->cols = cols;
	t->ncols = ncols;
	t->json = json;
	t->tty = term_is(STDOUT_FILENO);
	t->colour = term_colour(STDOUT_FILENO);
	t->width = term_width(STDOUT_FILENO);
	buf_init(&t->out);
	t->w = (struct jsonw)JSONW_INIT(&t->out);
}

void table_release(struct table *t)
{
	free(t->cells);
	arena_release(&t->cells_text);
	buf_release(&t->out);
}

/* What waits is written when it is `least` bytes or more. */
static void flush(struct table *t, size_t least)
{
	if (t->out.len < least)
		return;
	if (!t->err)
		t->err = t->json ? io_write_json(STDOUT_FILENO, &t->out) :
			 io_write_full(STDOUT_FILENO, t->out.data, t->out.len);
	buf_clear(&t->out);
}

/* The column of the next cell; in JSON its key is written. */
static const struct table_col *next_cell(struct table *t)
{
	const struct table_col *c = &t->cols[t->at];

	if (t->json && !t->at)
		jsonw_open(&t->w);
	if (t->json && c->key)
		jsonw_key(&t->w, c->key);
	return c;
}

static void end_cell(struct table *t)
{
	if (++t->at < t->ncols)
		return;
	t->at = 0;
	if (!t->json)
		return;
	jsonw_close(&t->w);
	buf_addc(&t->out, '\n');
	t->w.comma = false;
	flush(t, FLUSH);
}

static void put_text(struct table *t, struct str s)
{
	struct buf safe = BUF_INIT;

	XGROW(t->cells, t->cap, t->ncells + 1);
	/* wherever it goes: a row must not be forged by a name in the trace */
	term_escape(&safe, str_sub(s, 0, TABLE_TEXT_MAX));
	if (safe.len > TABLE_CUT && t->text_bytes + safe.len > TABLE_TEXT_MAX) {
		safe.len = table_fit(buf_str(&safe), TABLE_CUT).len;
		buf_adds(&safe, "\xe2\x80\xa6");
	}
	t->text_bytes += safe.len;
	t->cells[t->ncells++] = arena_str(&t->cells_text, buf_str(&safe));
	buf_release(&safe);
}

void table_str(struct table *t, struct str s)
{
	const struct table_col *c = next_cell(t);

	if (!t->json && c->title)
		put_text(t, s.len ? s : STR("-"));
	else if (t->json && c->key)
		jsonw_str(&t->w, s);
	end_cell(t);
}

void table_cstr(struct table *t, const char *s)
{
	if (s)
		table_str(t, str_of(s));
	else
		table_none(t);
}

static void put_number(struct table *t, const struct table_col *c, const char *text)
{
	if (c->title)
		put_text(t, str_of(text));
}

void table_i64(struct table *t, int64_t v)
{
	const struct table_col *c = next_cell(t);
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, v);
	if (!t->json)
		put_number(t, c, text);
	else if (c->key)
		jsonw_i64(&t->w, v);
	end_cell(t);
}

void table_u64(struct table *t, uint64_t v)
{
	const struct table_col *c = next_cell(t);
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	if (!t->json)
		put_number(t, c, text);
	else if (c->key)
		jsonw_u64(&t->w, v);
	end_cell(t);
}

void table_bool(struct table *t, bool v)
{
	const struct table_col *c = next_cell(t);

	if (!t->json && c->title)
		put_text(t, v ? STR("yes") : STR("-"));
	else if (t->json && c->key)
		jsonw_bool(&t->w, v);
	end_cell(t);
}

void table_none(struct table *t)
{
	const struct table_col *c = next_cell(t);

	if (!t->json && c->title)
		put_text(t, STR("-"));
	else if (t->json && c->key)
		jsonw_null(&t->w);
	end_cell(t);
}

void table_list(struct table *t, struct str strings)
{
	const struct table_col *c = next_cell(t);
	struct buf joined = BUF_INIT;

	if (t->json && c->key)
		jsonw_array(&t->w);
	while (strings.p && strings.len) {
		struct str s = str_cut(&strings, '\0');

		if (t->json && c->key)
			jsonw_str(&t->w, s);
		if (joined.len)
			buf_addc(&joined, ' ');
		buf_addstr(&joined, s);
	}
	if (t->json && c->key)
		jsonw_end(&t->w);
	else if (!t->json && c->title)
		put_text(t, joined.len ? buf_str(&joined) : STR("-"));
	buf_release(&joined);
	end_cell(t);
}

void table_time(struct table *t, uint64_t ns)
{
	struct buf text = BUF_INIT;

	if (!ns) {
		table_none(t);
		return;
	}
	num_iso8601(&text, ns);
	table_str(t, buf_str(&text));
	buf_release(&text);
}

/* --- printing --- */

static struct str drop_char(struct str s)
{
	do
		s.len--;
	while (s.len && ((uint8_t)s.p[s.len] & 0xc0) == 0x80);
	return s;
}

struct str table_fit(struct str s, unsigned cols)
{
	/* No character has more bytes: the rest need not be looked at. */
	if (s.len > (size_t)cols * 4 + 4) {
		s.len = (size_t)cols * 4 + 4;
		while (s.len && ((uint8_t)s.p[s.len] & 0xc0) == 0x80)
			s.len--;
	}
	while (s.len && term_cols(s) > cols)
		s = drop_char(s);
	return s;
}

static void pad(struct buf *out, unsigned have, unsigned want)
{
	if (have < want)
		buf_pad(out, ' ', want - have);
}

static void put_cell(struct table *t, const struct table_col *c, struct str s, unsigned width,
		     bool last, unsigned at)
{
	unsigned have = term_cols(s);
	unsigned room = t->width > at + LAST_MIN ? t->width - at : LAST_MIN;

	if (last && t->tty && have > room) {
		buf_addstr(&t->out, table_fit(s, room - 1));
		buf_adds(&t->out, "\xe2\x80\xa6");
		return;
	}
	if (c->right)
		pad(&t->out, have, width);
	buf_addstr(&t->out, s);
	if (!c->right && !last)
		pad(&t->out, have, width);
}

static void put_row(struct table *t, const struct table_col *const *shown, size_t n,
		    const unsigned *width, const struct str *cells)
{
	unsigned at = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		put_cell(t, shown[i], cells[i], width[i], i + 1 == n, at);
		if (i + 1 < n)
			buf_pad(&t->out, ' ', GAP);
		at += width[i] + GAP;
	}
	buf_addc(&t->out, '\n');
	flush(t, FLUSH);
}

static void put_header(struct table *t, const struct table_col *const *shown, size_t n,
		       const unsigned *width)
{
	struct str *titles = xcalloc(n, sizeof(*titles));
	size_t i;

	for (i = 0; i < n; i++)
		titles[i] = str_of(shown[i]->title);
	if (t->colour)
		buf_adds(&t->out, "\033[1m");
	put_row(t, shown, n, width, titles);
	if (t->colour)
		buf_adds(&t->out, "\033[0m");
	free(titles);
}

static void lay_out(struct table *t)
{
	const struct table_col **shown = xcalloc(t->ncols, sizeof(*shown));
	unsigned *width = xcalloc(t->ncols, sizeof(*width));
	size_t n = 0, i;

	for (i = 0; i < t->ncols; i++) {
		if (t->cols[i].title) {
			width[n] = (unsigned)strlen(t->cols[i].title);
			shown[n++] = &t->cols[i];
		}
	}
	for (i = 0; i < t->ncells; i++) {
		unsigned cols = term_cols(t->cells[i]);

		if (cols > width[i % n])
			width[i % n] = cols < TABLE_PAD_MAX ? cols : TABLE_PAD_MAX;
	}
	put_header(t, shown, n, width);
	for (i = 0; i + n <= t->ncells; i += n)
		put_row(t, shown, n, width, t->cells + i);
	free(shown);
	free(width);
}

int table_print(struct table *t)
{
	if (!t->json)
		lay_out(t);
	flush(t, 0);
	return t->err;
}
