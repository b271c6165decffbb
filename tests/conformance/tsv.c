/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE		/* the environment names the shared folder */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "tests/conformance/tsv.h"

char *shared_path(struct arena *a, const char *file)
{
	const char *dir = getenv("VESTIGE_SHARED");
	char *path;

	if (!dir)
		dir = TOP_SRCDIR "/../shared";
	path = arena_printf(a, "%s/%s", dir, file);
	return access(path, R_OK) ? NULL : path;
}

static void split_columns(struct tsv_row *row, struct str line)
{
	while (line.p && row->n < TSV_COLUMNS)
		row->col[row->n++] = str_cut(&line, '\t');
}

void tsv_load(struct tsv *t, const char *file)
{
	char *path;
	struct buf text = BUF_INIT;
	struct str rest, line;
	size_t cap = 0;

	*t = (struct tsv){ 0 };
	path = shared_path(&t->a, file);
	if (!path) {
		fprintf(stderr, "SKIP: no %s: set VESTIGE_SHARED or put the shared "
			"folder beside the source tree\n", file);
		exit(77);
	}
	if (io_read_file(path, 64u << 20, &text, NULL)) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	rest = arena_str(&t->a, buf_str(&text));
	buf_release(&text);
	str_cut(&rest, '\n');
	while (rest.p && rest.len) {
		line = str_cut(&rest, '\n');
		XGROW(t->rows, cap, t->n + 1);
		t->rows[t->n] = (struct tsv_row){ 0 };
		split_columns(&t->rows[t->n++], line);
	}
}

void tsv_release(struct tsv *t)
{
	free(t->rows);
	arena_release(&t->a);
}

static size_t put_utf8(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

struct str tsv_json(struct arena *a, struct str col)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *esc;
	char *out;
	size_t i, n = 0;

	if (col.len < 2 || col.p[0] != '"')
		return col;
	out = arena_alloc(a, col.len);
	for (i = 1; i < col.len - 1; i++) {
		if (col.p[i] != '\\') {
			out[n++] = col.p[i];
			continue;
		}
		i++;
		esc = strchr(from, col.p[i]);
		if (col.p[i] == 'u') {
			char hex[5] = { 0 };

			memcpy(hex, col.p + i + 1, 4);
			n += put_utf8(out + n, (unsigned)strtoul(hex, NULL, 16));
			i += 4;
		} else if (esc) {
			out[n++] = to[esc - from];
		} else {
			out[n++] = col.p[i];
		}
	}
	return str_mem(out, n);
}
