/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/lex.h"
#include "analyze/filter/op.h"

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool lex_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n';
}

bool lex_blanks(struct lexer *lx)
{
	size_t start = lx->at;

	while (lx->at < lx->len && lex_is_blank(lx->p[lx->at]))
		lx->at++;
	return lx->at > start;
}

static bool take(struct lexer *lx, size_t end)
{
	if (end == lx->at)
		return false;
	lx->last = str_mem(lx->p + lx->at, end - lx->at);
	lx->at = end;
	return true;
}

bool lex_text(struct lexer *lx, const char *text)
{
	size_t n = strlen(text);

	if (lx->len - lx->at < n || memcmp(lx->p + lx->at, text, n))
		return false;
	return take(lx, lx->at + n);
}

/* End of the identifier at `at`, or at. */
static size_t identifier_end(const struct lexer *lx, size_t at)
{
	if (at >= lx->len || !is_alpha(lx->p[at]))
		return at;
	while (at < lx->len && is_word(lx->p[at]))
		at++;
	return at;
}

bool lex_identifier(struct lexer *lx)
{
	return take(lx, identifier_end(lx, lx->at));
}

bool lex_field_name(struct lexer *lx)
{
	size_t end = identifier_end(lx, lx->at), next;
	bool dotted = false;

	if (end == lx->at)
		return false;
	while (end < lx->len && lx->p[end] == '.') {
		next = identifier_end(lx, end + 1);
		if (next == end + 1)
			break;
		end = next;
		dotted = true;
	}
	return dotted && take(lx, end);
}

static size_t digits_end(const struct lexer *lx, size_t at)
{
	while (at < lx->len && is_digit(lx->p[at]))
		at++;
	return at;
}

static char peek(const struct lexer *lx, size_t at)
{
	return at < lx->len ? lx->p[at] : '\0';
}

static size_t hex_end(const struct lexer *lx)
{
	size_t at = lx->at;

	if (peek(lx, at) != '0' || (peek(lx, at + 1) != 'x' && peek(lx, at + 1) != 'X'))
		return lx->at;
	for (at += 2; at < lx->len && hex_digit(lx->p[at]) >= 0; at++)
		;
	return at > lx->at + 2 ? at : lx->at;
}

bool lex_number(struct lexer *lx)
{
	size_t at = lx->at, end;

	if (take(lx, hex_end(lx)))
		return true;
	if (peek(lx, at) == '+' || peek(lx, at) == '-')
		at++;
	end = digits_end(lx, at);
	if (end == at)
		return false;
	if (peek(lx, end) == '.')
		end = digits_end(lx, end + 1);
	if ((peek(lx, end) == 'e' || peek(lx, end) == 'E') &&
	    (peek(lx, end + 1) == '+' || peek(lx, end + 1) == '-') &&
	    is_digit(peek(lx, end + 2)))
		end = digits_end(lx, end + 2);
	return take(lx, end);
}

bool lex_bare(struct lexer *lx)
{
	size_t end = lx->at;

	while (end < lx->len && !lex_is_space(lx->p[end]) &&
	       (!lx->p[end] || !strchr("()\"'=,", lx->p[end])))
		end++;
	return take(lx, end);
}

bool lex_bare_arg(struct lexer *lx)
{
	size_t end = lx->at;

	while (end < lx->len && !lex_is_space(lx->p[end]) &&
	       (!lx->p[end] || !strchr("[]\"'", lx->p[end])))
		end++;
	return take(lx, end);
}

static int bad_escape(struct lexer *lx, size_t at, char quote, char c)
{
	lx->at = at;
	if (!lx->msg)
		return -1;
	if (c == '"' || c == '\'')
		buf_addf(lx->msg, "invalid \\%c escape in %c-quoted string", c, quote);
	else
		buf_addf(lx->msg, "unsupported string escape sequence: \\%c", c);
	return -1;
}

/* The byte an escape stands for; *at is at the character after the
 * backslash and moves behind the escape.  -1: no such escape. */
static int unescape(const struct lexer *lx, size_t *at, char quote)
{
	char c = lx->p[(*at)++];
	int hi, lo;

	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '\\':
	case ' ':
		return '\\';
	case '/':
		return '/';
	case '"':
	case '\'':
		return c == quote ? c : -1;
	case 'x':
		hi = hex_digit(peek(lx, *at));
		lo = hi < 0 ? -1 : hex_digit(peek(lx, *at + 1));
		if (lo < 0)
			return -1;
		*at += 2;
		return hi << 4 | lo;
	default:
		return -1;
	}
}

int lex_quoted(struct lexer *lx)
{
	char quote = peek(lx, lx->at), *out;
	size_t end, at, esc, n = 0;
	int c;

	if (quote != '"' && quote != '\'')
		return 0;
	/* The end is a quote whose preceding raw byte is no backslash. */
	for (end = lx->at + 1; end < lx->len; end++)
		if (lx->p[end] == quote && lx->p[end - 1] != '\\')
			break;
	if (end >= lx->len)
		return 0;
	lx->behind = end + 1;
	out = arena_alloc(lx->a, end - lx->at);
	for (at = lx->at + 1; at < end; n++) {
		if (lx->p[at] != '\\') {
			out[n] = lx->p[at++];
			continue;
		}
		esc = at++;
		c = unescape(lx, &at, quote);
		if (c < 0)
			return bad_escape(lx, esc, quote, lx->p[esc + 1]);
		out[n] = (char)c;
	}
	lx->last = str_mem(out, n);
	lx->at = end + 1;
	return 1;
}

int lex_transformer(struct lexer *lx)
{
	struct str rest = str_mem(lx->p + lx->at, lx->len - lx->at), name;
	int i;

	for (i = 0; i < XF_COUNT; i++) {
		name = str_of(xformtab[i].name);
		if (rest.len <= name.len || !str_starts(rest, name) ||
		    rest.p[name.len] != '(')
			continue;
		lx->last = str_mem(rest.p, name.len);
		lx->at += name.len + 1;
		return i;
	}
	return -1;
}
