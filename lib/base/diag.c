/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/diag.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"

#define LIMIT_DEFAULT	1000
#define EXCERPT_MAX	160	/* bytes of a source line shown on either side */

static void item_release(struct diag_item *it)
{
	free(it->file);
	free(it->text);
	free(it->hint);
	free(it->excerpt);
}

void diag_clear(struct diag *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		item_release(&d->items[i]);
	d->n = d->errors = d->warnings = 0;
}

void diag_release(struct diag *d)
{
	size_t limit;

	if (!d)
		return;
	limit = d->limit;
	diag_clear(d);
	free(d->items);
	*d = (struct diag){ .limit = limit };
}

static char *text_of(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;

	buf_vaddf(&b, fmt, ap);
	return buf_take(&b);
}

static struct diag_item *new_item(struct diag *d, enum diag_level level,
				  const char *file, const char *fmt, va_list ap)
{
	struct diag_item *it;

	if (!d)
		return NULL;
	d->errors += level == DIAG_ERROR;
	d->warnings += level == DIAG_WARNING;
	if (d->n >= (d->limit ? d->limit : LIMIT_DEFAULT))
		return NULL;
	XGROW(d->items, d->cap, d->n + 1);
	it = &d->items[d->n++];
	*it = (struct diag_item){
		.level = level,
		.file = file ? xstrdup(file) : NULL,
		.offset = -1,
		.text = text_of(fmt, ap),
	};
	return it;
}

struct diag_item *diag_add(struct diag *d, enum diag_level level,
			   const char *fmt, ...)
{
	struct diag_item *it;
	va_list ap;

	va_start(ap, fmt);
	it = new_item(d, level, NULL, fmt, ap);
	va_end(ap);
	return it;
}

struct diag_item *diag_at(struct diag *d, enum diag_level level,
			  const char *file, unsigned line, unsigned col,
			  const char *fmt, ...)
{
	struct diag_item *it;
	va_list ap;

	va_start(ap, fmt);
	it = new_item(d, level, file, fmt, ap);
	va_end(ap);
	if (it) {
		it->line = line;
		it->col = col;
	}
	return it;
}

struct diag_item *diag_off(struct diag *d, enum diag_level level,
			   const char *file, int64_t offset,
			   const char *fmt, ...)
{
	struct diag_item *it;
	va_list ap;

	va_start(ap, fmt);
	it = new_item(d, level, file, fmt, ap);
	va_end(ap);
	if (it)
		it->offset = offset;
	return it;
}

void diag_hint(struct diag_item *item, const char *fmt, ...)
{
	va_list ap;

	if (!item)
		return;
	va_start(ap, fmt);
	free(item->hint);
	item->hint = text_of(fmt, ap);
	va_end(ap);
}

void diag_excerpt(struct diag_item *item, struct str line)
{
	ssize_t nl;

	if (!item)
		return;
	nl = str_chr(line, '\n');
	if (nl >= 0)
		line.len = (size_t)nl;
	free(item->excerpt);
	item->excerpt = xstrndup(line.p, line.len);
}

static void render_place(const struct diag_item *it, struct buf *out)
{
	if (it->file)
		term_safe(out, str_of(it->file));
	if (it->line)
		buf_addf(out, "%s%u", it->file ? ":" : "line ", it->line);
	if (it->line && it->col)
		buf_addf(out, ":%u", it->col);
	if (it->offset >= 0)
		buf_addf(out, "%s%" PRId64, it->file ? ": offset " : "offset ", it->offset);
	if (it->file || it->line || it->offset >= 0)
		buf_adds(out, ": ");
}

/* The caret stands under what the bytes before its column became. */
static void render_caret(struct str before, struct buf *out)
{
	struct buf shown = BUF_INIT;

	term_safe(&shown, before);
	buf_pad(out, ' ', 4 + term_cols(buf_str(&shown)));
	buf_adds(out, "^\n");
	buf_release(&shown);
}

/* The line, cut to the part around the column. */
static void render_excerpt(const struct diag_item *it, struct buf *out)
{
	struct str line = str_of(it->excerpt);
	size_t at = it->col ? it->col - 1 : 0, from = 0;

	if (at > line.len)
		at = line.len;
	if (at > EXCERPT_MAX)
		from = at - EXCERPT_MAX;
	line = str_sub(line, from, at + EXCERPT_MAX);
	buf_adds(out, "    ");
	term_safe(out, line);
	buf_addc(out, '\n');
	if (it->col)
		render_caret(str_sub(line, 0, at - from), out);
}

static void render_item(const struct diag_item *it, struct buf *out)
{
	static const char *const names[] = {
		[DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "note",
	};

	render_place(it, out);
	buf_addf(out, "%s: ", names[it->level]);
	term_safe(out, str_of(it->text));
	buf_addc(out, '\n');
	if (it->excerpt)
		render_excerpt(it, out);
	if (it->hint) {
		buf_adds(out, "    hint: ");
		term_safe(out, str_of(it->hint));
		buf_addc(out, '\n');
	}
}

void diag_render(const struct diag *d, struct buf *out)
{
	size_t i, shown_errors = 0, shown_warnings = 0;

	for (i = 0; i < d->n; i++) {
		render_item(&d->items[i], out);
		shown_errors += d->items[i].level == DIAG_ERROR;
		shown_warnings += d->items[i].level == DIAG_WARNING;
	}
	if (d->errors > shown_errors || d->warnings > shown_warnings)
		buf_addf(out, "... and %zu more error%s, %zu more warning%s\n",
			 d->errors - shown_errors, str_count(d->errors - shown_errors, "", "s"),
			 d->warnings - shown_warnings,
			 str_count(d->warnings - shown_warnings, "", "s"));
}
