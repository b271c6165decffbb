/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "lib/base/term.h"
#include "lib/base/utf8.h"

void esc_html(struct buf *out, struct str s)
{
	struct buf safe = BUF_INIT;
	size_t i;

	term_escape(&safe, s);
	for (i = 0; i < safe.len; i++) {
		switch (safe.data[i]) {
		case '&': buf_adds(out, "&amp;"); break;
		case '<': buf_adds(out, "&lt;"); break;
		case '>': buf_adds(out, "&gt;"); break;
		case '"': buf_adds(out, "&#34;"); break;
		case '\'': buf_adds(out, "&#39;"); break;
		case '`': buf_adds(out, "&#96;"); break;
		default: buf_addc(out, safe.data[i]);
		}
	}
	buf_release(&safe);
}

/* Never at the beginning of a line, so list and heading marks are harmless. */
static void md_char(struct buf *out, const struct buf *s, size_t i)
{
	struct str rest = str_mem(s->data + i, s->len - i);

	switch (s->data[i]) {
	case '<': buf_adds(out, "&lt;"); break;
	case '>': buf_adds(out, "&gt;"); break;
	case '&': buf_adds(out, "&amp;"); break;
	case '@': buf_adds(out, "&#64;"); break;	/* no mentions, no addresses */
	case ':':
		buf_adds(out, str_starts(rest, STR("://")) ? "&#58;" : ":");
		break;
	case '.':
		buf_adds(out, i >= 3 && !memcmp(s->data + i - 3, "www", 3) ? "&#46;" : ".");
		break;
	default:
		if (strchr("\\`*_[]|~$#", s->data[i]))
			buf_addc(out, '\\');
		buf_addc(out, s->data[i]);
	}
}

void esc_md(struct buf *out, struct str s)
{
	struct buf safe = BUF_INIT;
	size_t i;

	term_escape(&safe, s);
	for (i = 0; i < safe.len; i++)
		md_char(out, &safe, i);
	buf_release(&safe);
}

void esc_dot(struct buf *out, struct str s)
{
	struct buf safe = BUF_INIT;
	size_t i;

	term_escape(&safe, s);
	for (i = 0; i < safe.len; i++) {
		if (safe.data[i] == '"' || safe.data[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, safe.data[i]);
	}
	buf_release(&safe);
}

void esc_csv(struct buf *out, struct str s)
{
	struct buf safe = BUF_INIT;
	size_t i;

	term_escape(&safe, s);
	buf_addc(out, '"');
	if (safe.len && strchr("=+-@|%", safe.data[0]))
		buf_addc(out, '\'');
	for (i = 0; i < safe.len; i++) {
		if (safe.data[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, safe.data[i]);
	}
	buf_addc(out, '"');
	buf_release(&safe);
}

struct str esc_cut(struct str s, size_t max, bool *cut)
{
	*cut = s.len > max;
	if (!*cut)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_sub(s, 0, max);
}

/* One test for both: does the terminal's rule leave these bytes as they are? */
static bool is_plain(struct str s, struct buf *scratch)
{
	buf_clear(scratch);
	term_safe(scratch, s);
	return str_eq(buf_str(scratch), s);
}

void esc_json_tame(struct buf *json)
{
	struct buf out = BUF_INIT, scratch = BUF_INIT;
	uint32_t cp;
	size_t i = 0;
	unsigned n;

	while (i < json->len) {
		n = utf8_next(json->data + i, json->len - i, &cp);
		if (!n)
			n = 1;
		if (cp < 0x7f || is_plain(str_mem(json->data + i, n), &scratch))
			buf_add(&out, json->data + i, n);
		else if (cp > 0xffff)
			buf_addf(&out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((cp - 0x10000) >> 10)),
				 (unsigned)(0xdc00 + ((cp - 0x10000) & 0x3ff)));
		else
			buf_addf(&out, "\\u%04x", (unsigned)cp);
		i += n;
	}
	buf_release(&scratch);
	buf_release(json);
	*json = out;
}
