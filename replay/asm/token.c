/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "replay/asm/token.h"

/* One line being cut up. */
struct scan {
	struct asm_text *t;
	struct arena *a;
	const char *p, *end;		/* to the end of the text */
	size_t budget;			/* bytes this line may still have */
	struct buf out;			/* the value at hand */
};

static struct str whole_line(const struct asm_text *t, const char *from)
{
	struct str rest = str_mem(from, (size_t)(t->rest.p + t->rest.len - from));
	ssize_t nl = str_chr(rest, '\n');

	return nl < 0 ? rest : str_sub(rest, 0, (size_t)nl);
}

/* The beginning of the line `at` lies in, which a continued one began. */
static const char *line_of(const struct asm_text *t, const char *at, unsigned *line)
{
	const char *from = t->line_at;

	*line = t->line;
	while (at < from && *line > 1) {
		--*line;
		for (from--; from > t->text.p && from[-1] != '\n'; from--)
			;
	}
	return from;
}

/* Columns count characters, as editors do. */
static unsigned column_of(const char *from, const char *at)
{
	unsigned col = 1;

	for (; from < at; from++)
		col += ((uint8_t)*from & 0xc0) != 0x80;
	return col;
}

struct diag_item *asm_error(struct asm_text *t, const char *at, const char *fmt, ...)
{
	struct diag_item *it;
	struct buf b = BUF_INIT;
	const char *from;
	unsigned line;
	va_list ap;

	t->bad = true;
	if (t->errors++ >= ASM_ERRORS_MAX)
		return NULL;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	from = line_of(t, at, &line);
	it = diag_at(t->d, DIAG_ERROR, t->name, line, column_of(from, at), "%s", b.data);
	diag_excerpt(it, whole_line(t, from));
	buf_release(&b);
	return it;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void new_line(struct scan *s)
{
	s->t->line++;
	s->t->line_at = s->p;
}

/* Blanks, continuations and a comment; true at the end of the line. */
static bool skip_blanks(struct scan *s)
{
	for (; s->p < s->end; s->p++) {
		if (*s->p == '\\' && s->p + 1 < s->end && s->p[1] == '\n') {
			s->p += 2;
			new_line(s);
			s->p--;
		} else if (!is_blank(*s->p)) {
			break;
		}
	}
	if (s->p < s->end && *s->p == '#')
		while (s->p < s->end && *s->p != '\n')
			s->p++;
	return s->p == s->end || *s->p == '\n';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* What stands after a backslash; p is behind it afterwards. */
static bool escape(struct scan *s, char *out)
{
	static const char from[] = "0ntr\"\\ []#=!", to[] = "\0\n\t\r\"\\ []#=!";
	const char *at = s->p - 1, *known;
	int high, low;

	if (s->p < s->end && *s->p == 'x' && s->end - s->p > 2) {
		high = hex_digit(s->p[1]);
		low = hex_digit(s->p[2]);
		if (high >= 0 && low >= 0) {
			*out = (char)(high << 4 | low);
			s->p += 3;
			return true;
		}
	}
	known = s->p < s->end && *s->p ? strchr(from, *s->p) : NULL;
	if (!known) {
		diag_hint(asm_error(s->t, at, "a '\\' that begins no escape"),
			  "\\0 \\n \\t \\r \\\" \\\\ \\xHH; a backslash itself is \\\\");
		return false;
	}
	*out = to[known - from];
	s->p++;
	return true;
}

static bool ends_word(char c, bool in_list)
{
	return is_blank(c) || c == '\n' || (in_list && c == ']');
}

/* The bytes of a plain or quoted text, appended to s->out. */
static bool scan_text(struct scan *s, bool in_list)
{
	bool quoted = s->p < s->end && *s->p == '"';
	const char *open = s->p;
	char c;

	s->p += quoted;
	while (s->p < s->end && (quoted ? *s->p != '"' : !ends_word(*s->p, in_list))) {
		c = *s->p++;
		if (c == '\n') {
			s->p--;
			break;
		}
		if (c == '\\' && !escape(s, &c))
			return false;
		if (s->out.len >= s->budget) {
			asm_error(s->t, open, "the line is too long");
			return false;
		}
		buf_addc(&s->out, c);
	}
	if (!quoted)
		return true;
	if (s->p == s->end || *s->p != '"') {
		asm_error(s->t, open, "no '\"' ends this text on its line");
		return false;
	}
	s->p++;
	return true;
}

static bool scan_list(struct scan *s, struct word *w)
{
	const char *open = s->p++;

	for (;;) {
		if (skip_blanks(s)) {
			asm_error(s->t, open, "no ']' ends this list");
			return false;
		}
		if (*s->p == ']')
			break;
		if (w->n++ >= ASM_LIST_MAX) {
			asm_error(s->t, open, "the list is too long");
			return false;
		}
		if (!scan_text(s, true))
			return false;
		buf_addc(&s->out, '\0');
	}
	s->p++;
	return true;
}

static void scan_key(struct scan *s, struct word *w)
{
	const char *p = s->p;

	while (p < s->end && is_key_char(*p))
		p++;
	if (p == s->p || p == s->end || *p != '=')
		return;
	w->key = str_mem(s->p, (size_t)(p - s->p));
	s->p = p + 1;
}

/* A text without escapes needs no copy. */
static bool scan_simple(struct scan *s, struct word *w)
{
	bool quoted = *s->p == '"';
	const char *p = s->p + quoted;

	while (p < s->end && *p != '\\' && *p != '\n' &&
	       (quoted ? *p != '"' : !is_blank(*p)))
		p++;
	if (p < s->end && (*p == '\\' || (quoted && *p == '\n')))
		return false;
	if (quoted && p == s->end)
		return false;
	w->v = str_mem(s->p + quoted, (size_t)(p - s->p) - quoted);
	s->p = p + quoted;
	return w->v.len <= s->budget;
}

/* "[::1]:80" is an address; any other '[' begins a list. */
static bool begins_list(const struct scan *s)
{
	const char *p = s->p;

	if (*p++ != '[')
		return false;
	while (p < s->end && (hex_digit(*p) >= 0 || *p == ':' || *p == '.'))
		p++;
	return p + 1 >= s->end || p[0] != ']' || p[1] != ':';
}

static bool scan_value(struct scan *s, struct word *w)
{
	bool ok;

	if (s->p == s->end)
		return true;
	if (s->p[0] == 'b' && s->p + 1 < s->end && s->p[1] == '"') {
		w->kind = WORD_BYTES;
		s->p++;
	} else if (begins_list(s)) {
		w->kind = WORD_LIST;
	}
	w->quoted = *s->p == '"';
	if (w->kind != WORD_LIST && scan_simple(s, w))
		return true;
	buf_clear(&s->out);
	ok = w->kind == WORD_LIST ? scan_list(s, w) : scan_text(s, false);
	w->v = arena_str(s->a, buf_str(&s->out));
	return ok;
}

static bool scan_word(struct scan *s, struct word *w)
{
	const char *from;

	*w = (struct word){ .kind = WORD_PLAIN };
	scan_key(s, w);
	from = s->p;
	if (!scan_value(s, w))
		return false;
	if (s->p < s->end && !ends_word(*s->p, false)) {
		asm_error(s->t, s->p, "something follows the end of the value");
		return false;
	}
	w->raw = str_mem(from, (size_t)(s->p - from));
	s->budget -= w->v.len < s->budget ? w->v.len : s->budget;
	return true;
}

static bool scan_line(struct scan *s, struct words *w)
{
	w->n = 0;
	while (!skip_blanks(s)) {
		if (w->n == ASM_WORDS_MAX) {
			asm_error(s->t, s->p, "more than %d words in a line", ASM_WORDS_MAX);
			return false;
		}
		if (!scan_word(s, &w->v[w->n]))
			return false;
		w->n++;
	}
	return true;
}

static void pass_over(struct scan *s)
{
	while (s->p < s->end && *s->p != '\n')
		s->p++;
}

bool asm_words(struct asm_text *t, struct words *w, struct arena *a)
{
	struct scan s = { .t = t, .a = a, .out = BUF_INIT };
	bool ok = false;

	w->n = 0;
	while (t->rest.len && !(ok && w->n)) {
		s.p = t->rest.p;
		s.end = s.p + t->rest.len;
		s.budget = ASM_LINE_MAX;
		new_line(&s);
		ok = scan_line(&s, w);
		if (!ok)
			pass_over(&s);
		s.p += s.p < s.end;
		t->rest = str_mem(s.p, (size_t)(s.end - s.p));
	}
	buf_release(&s.out);
	return ok && w->n;
}
