/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/jsonw.h"
#include "lib/base/utf8.h"

static void item(struct jsonw *w)
{
	if (w->comma)
		buf_addc(w->out, ',');
	w->comma = true;
}

void jsonw_open(struct jsonw *w)
{
	item(w);
	buf_addc(w->out, '{');
	w->comma = false;
}

void jsonw_close(struct jsonw *w)
{
	buf_addc(w->out, '}');
	w->comma = true;
}

void jsonw_array(struct jsonw *w)
{
	item(w);
	buf_addc(w->out, '[');
	w->comma = false;
}

void jsonw_end(struct jsonw *w)
{
	buf_addc(w->out, ']');
	w->comma = true;
}

void jsonw_keystr(struct jsonw *w, struct str key)
{
	item(w);
	json_quote(w->out, key);
	buf_addc(w->out, ':');
	w->comma = false;
}

void jsonw_key(struct jsonw *w, const char *key)
{
	jsonw_keystr(w, str_of(key));
}

void jsonw_str(struct jsonw *w, struct str s)
{
	item(w);
	json_quote(w->out, s);
}

void jsonw_cstr(struct jsonw *w, const char *s)
{
	jsonw_str(w, str_of(s));
}

void jsonw_u64(struct jsonw *w, uint64_t v)
{
	item(w);
	buf_addu(w->out, v);
}

void jsonw_i64(struct jsonw *w, int64_t v)
{
	item(w);
	buf_addi(w->out, v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	item(w);
	buf_adds(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	item(w);
	buf_adds(w->out, "null");
}

void jsonw_raw(struct jsonw *w, struct str text)
{
	item(w);
	buf_addstr(w->out, text);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void quote_ascii(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[0x20] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	if (c == '"' || c == '\\' || (c < 0x20 && shorts[c])) {
		buf_addc(out, '\\');
		buf_addc(out, c < 0x20 ? shorts[c] : (char)c);
	} else if (c == 0x7f) {
		buf_addc(out, (char)c);
	} else {
		buf_adds(out, "\\u00");
		buf_addc(out, hex[c >> 4]);
		buf_addc(out, hex[c & 15]);
	}
}

void json_quote(struct buf *out, struct str s)
{
	size_t i = 0, from;
	uint32_t cp;
	unsigned n;

	buf_grow(out, s.len + 2);
	buf_addc(out, '"');
	while (i < s.len) {
		for (from = i; i < s.len && is_plain((unsigned char)s.p[i]); i++)
			;
		buf_add(out, s.p + from, i - from);
		if (i == s.len)
			break;
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n == 1)
			quote_ascii(out, (unsigned char)s.p[i]);
		else if (n)
			buf_add(out, s.p + i, n);
		else
			buf_adds(out, "\xef\xbf\xbd");
		i += n ? n : 1;
	}
	buf_addc(out, '"');
}
