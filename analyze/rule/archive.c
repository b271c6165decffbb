/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <archive.h>
#include <archive_entry.h>

#include "analyze/rule/archive.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define TAR_MAGIC_AT	257

bool rule_archive_is(struct str b)
{
	return str_starts(b, STR("\x1f\x8b")) || str_starts(b, STR("PK\x03\x04")) ||
		str_starts(b, STR("PK\x05\x06")) ||
		str_starts(str_sub(b, TAR_MAGIC_AT, b.len), STR("ustar"));
}

struct reading {
	struct archive *ar;
	struct arena *a;
	struct archived *v;
	size_t n, cap;
	size_t total;
	struct buf *why;
};

static int fail(struct reading *r, int err, const char *what)
{
	buf_clear(r->why);
	buf_addf(r->why, "%s", what ? what : "the archive is damaged");
	return err;
}

/* Sizes in headers are not believed: bytes are counted as they come. */
static int read_member(struct reading *r, struct str name)
{
	struct buf b = BUF_INIT;
	ssize_t n = 0;
	int err = 0;

	while (!err) {
		char *p = buf_grow(&b, 65536);

		n = archive_read_data(r->ar, p, 65536);
		if (n <= 0)
			break;
		b.len += n;
		r->total += n;
		if (b.len > RULEFILE_MAX || r->total > ARCHIVE_MAX)
			err = fail(r, -E_LIMIT, "the archive is too large");
	}
	if (n < 0)
		err = fail(r, -E_DAMAGED, archive_error_string(r->ar));
	if (!err) {
		XGROW(r->v, r->cap, r->n + 1);
		r->v[r->n++] = (struct archived){
			arena_str(r->a, name), arena_str(r->a, str_mem(b.data, b.len))
		};
	}
	buf_release(&b);
	return err;
}

static int read_all(struct reading *r)
{
	struct archive_entry *e;
	const char *name;
	int err = 0, got, seen = 0;

	while (!err && (got = archive_read_next_header(r->ar, &e)) != ARCHIVE_EOF) {
		if (got < ARCHIVE_WARN)
			return fail(r, -E_DAMAGED, archive_error_string(r->ar));
		if (++seen > RULEFILES_MAX)
			return fail(r, -E_LIMIT, "the archive has too many members");
		name = archive_entry_pathname(e);
		if (!name || archive_entry_filetype(e) != AE_IFREG)
			continue;
		if (str_ends(str_of(name), STR(".yaml")) || str_ends(str_of(name), STR(".yml")))
			err = read_member(r, str_of(name));
	}
	return err;
}

static int cmp_names(const void *x, const void *y, void *ctx UNUSED)
{
	const struct archived *a = x, *b = y;
	size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;
	int d = n ? memcmp(a->name.p, b->name.p, n) : 0;

	return d ? d : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

ssize_t rule_archive_read(struct str bytes, struct arena *a, struct archived **out, struct buf *why)
{
	struct reading r = { .ar = archive_read_new(), .a = a, .why = why };
	int err;

	archive_read_support_filter_gzip(r.ar);
	archive_read_support_format_tar(r.ar);
	archive_read_support_format_zip(r.ar);
	if (archive_read_open_memory(r.ar, bytes.p, bytes.len) != ARCHIVE_OK)
		err = fail(&r, -E_FOREIGN, archive_error_string(r.ar));
	else
		err = read_all(&r);
	archive_read_free(r.ar);
	if (!err) {
		sort_stable(r.v, r.n, sizeof(*r.v), cmp_names, NULL);
		*out = arena_dup(a, r.v ? (const void *)r.v : "", r.n * sizeof(*r.v));
	}
	free(r.v);
	return err ? err : (ssize_t)r.n;
}
