/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "analyze/rule/archive.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define TAR_MAGIC_AT	257
#define FILTERS_MAX	2	/* gzip, and the one that reads the bytes */

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

/*
 * Sizes in headers are not believed: bytes are counted as they come.  So are
 * those of members nobody wants, which are unpacked just the same.
 */
static int read_data(struct reading *r, struct buf *b, bool keep)
{
	ssize_t n;

	for (;;) {
		n = archive_read_data(r->ar, buf_grow(b, 65536), 65536);
		if (n < 0)
			return fail(r, -E_DAMAGED, archive_error_string(r->ar));
		if (!n)
			return 0;
		b->len += keep ? (size_t)n : 0;
		r->total += (size_t)n;
		if (b->len > RULEFILE_MAX || r->total > ARCHIVE_MAX)
			return fail(r, -E_LIMIT, "the archive is too large");
	}
}

static int read_member(struct reading *r, struct str name, bool keep)
{
	struct buf b = BUF_INIT;
	int err = read_data(r, &b, keep);

	if (!err && keep) {
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
		if (!name)	/* rules may be in it: not left out in silence */
			return fail(r, -E_DAMAGED, "a member's name cannot be read");
		err = read_member(r, str_of(name), archive_entry_filetype(e) == AE_IFREG &&
				  (str_ends(str_of(name), STR(".yaml")) ||
				   str_ends(str_of(name), STR(".yml"))));
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

static int open_and_read(struct reading *r, struct str bytes)
{
	archive_read_support_filter_gzip(r->ar);
	archive_read_support_format_tar(r->ar);
	archive_read_support_format_zip(r->ar);
	if (archive_read_open_memory(r->ar, bytes.p, bytes.len) != ARCHIVE_OK)
		return fail(r, -E_FOREIGN, archive_error_string(r->ar));
	if (archive_filter_count(r->ar) > FILTERS_MAX)
		return fail(r, -E_LIMIT, "the archive is packed more than once");
	return read_all(r);
}

/*
 * The library knows names in the locale's characters, and ours are ASCII: of
 * a zip with other names it would tell none.  So this thread has UTF-8 for as
 * long as it reads; where that is missing such an archive is refused.
 */
static int read_in_utf8(struct reading *r, struct str bytes)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	int err = open_and_read(r, bytes);

	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
	return err;
}

ssize_t rule_archive_read(struct str bytes, struct arena *a, struct archived **out, struct buf *why)
{
	struct reading r = { .ar = archive_read_new(), .a = a, .why = why };
	int err = read_in_utf8(&r, bytes);

	archive_read_free(r.ar);
	if (!err) {
		sort_stable(r.v, r.n, sizeof(*r.v), cmp_names, NULL);
		*out = arena_dup(a, r.v ? (const void *)r.v : "", r.n * sizeof(*r.v));
	}
	free(r.v);
	return err ? err : (ssize_t)r.n;
}
