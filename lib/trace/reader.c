/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/digest.h"
#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/private.h"

static void reader_next(struct evsource *s, struct evsource_next *out)
{
	struct reader *r = (struct reader *)s;

	if (UNLIKELY(!r->looked)) {
		r->looked = true;
		if ((r->from_ts || r->from_num || r->to_ts) && input_size(&r->walk.in))
			reader_seek_wanted(r);
	}
	do {
		if (r->in_rows && LIKELY(reader_emit(r, out)))
			break;
	} while (!reader_step(r, out));
	if (r->passed) {
		out->passed = r->passed;
		out->passed_ts = r->passed_ts;
		r->passed = r->passed_ts = 0;
	}
}

struct reader *reader_of(const struct evsource *s)
{
	return s->next == reader_next ? (struct reader *)(uintptr_t)s : NULL;
}

static int reader_status(const struct evsource *s)
{
	return reader_of(s)->status;
}

static void reader_close(struct evsource *s)
{
	struct reader *r = reader_of(s);

	prefetch_free(r->prefetch);
	walk_release(&r->walk);
	rows_get_release(&r->rows);
	ends_release(&r->ends);
	rawdec_free(r->raw);
	schema_free(r->schema);
	vtr_meta_release(&r->meta);
	buf_release(&r->text);
	free(r->name);
	free(r);
}

bool vtr_probe(const void *head, size_t len)
{
	static const uint8_t start[5] = { 'V', 'T', 'R', 'B', VTR_META };
	const uint8_t *p = head;
	unsigned i, wrong = 0;

	if (len < sizeof(start))
		return len && !memcmp(p, start, len < 4 ? len : 4);
	/* One flipped bit does not make a trace something else. */
	for (i = 0; i < sizeof(start); i++)
		wrong += (unsigned)__builtin_popcount(p[i] ^ start[i]);
	return wrong <= 1;
}

static struct reader *reader_new(const char *name, struct diag *d)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->src = (struct evsource){ reader_next, reader_status, reader_close };
	r->d = d;
	r->name = xstrdup(name);
	r->schema = schema_new();
	r->all_types = true;
	r->next_event = 1;
	buf_init(&r->text);
	rows_get_init(&r->rows);
	return r;
}

/* Looks at the first bytes and reads META, so that vtr_meta_of() has it. */
static int start(struct reader *r, struct evsource **out)
{
	int err = walk_look(&r->walk);
	struct evsource_next first;

	if (err == -E_EMPTY)
		diag_off(r->d, DIAG_ERROR, r->name, -1, "is empty");
	else if (err == -E_FOREIGN)
		diag_off(r->d, DIAG_ERROR, r->name, 0, "is not a .vtr trace");
	else if (err == -E_VERSION)
		diag_off(r->d, DIAG_ERROR, r->name, 0,
			 "is of format version %u; this program reads up to %u",
			 r->walk.head.version, VTR_VERSION);
	else if (!err && r->walk.have_head && r->walk.head.type == VTR_META)
		reader_step(r, &first);	/* the first META tells nothing to consumers */
	*out = &r->src;
	return err;
}

int vtr_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		const char *name, struct diag *d)
{
	return vtr_open_wait(out, fd, head, head_len, name, NULL, d);
}

int vtr_open_wait(struct evsource **out, int fd, const void *head, size_t head_len,
		  const char *name, const struct input_wait *wait, struct diag *d)
{
	struct reader *r = reader_new(name, d);
	int err;

	input_fd(&r->walk.in, fd, head, head_len);
	r->walk.in.wait = wait;
	err = start(r, out);
	if (err) {
		r->walk.in.fd = -1;	/* still the caller's */
		reader_close(*out);
		*out = NULL;
	}
	return err;
}

int vtr_open_mem(struct evsource **out, const void *p, size_t len,
		 const char *name, struct diag *d)
{
	struct reader *r = reader_new(name, d);
	int err;

	input_mem(&r->walk.in, p, len);
	err = start(r, out);
	if (err) {
		reader_close(*out);
		*out = NULL;
	}
	return err;
}

const struct vtr_meta *vtr_meta_of(const struct evsource *s)
{
	const struct reader *r = reader_of(s);

	return r ? &r->meta : NULL;
}

const uint8_t *vtr_end(const struct evsource *s)
{
	const struct reader *r = reader_of(s);

	return r && r->ended ? r->end : NULL;
}

static bool is_trailer(const uint8_t *p, uint64_t size)
{
	struct block_head h;

	return block_head_parse(&h, p) && h.type == VTR_TRAILER &&
	       h.length == VTR_TRAILER_BODY && block_body_ok(&h, p + VTR_HEADER) &&
	       le64(p + VTR_HEADER + 8) <= size;
}

const uint8_t *vtr_end_ahead(struct evsource *s)
{
	enum { LAST = VTR_HEADER + VTR_TRAILER_BODY };
	struct reader *r = reader_of(s);
	const struct input *in;
	uint8_t last[LAST];
	struct block_head h;
	uint64_t size;

	if (!r || r->ended)
		return vtr_end(s);
	in = r->prefetch ? prefetch_input(r->prefetch) : &r->walk.in;
	size = input_size(in);
	if (size < LAST || !input_peek(in, size - LAST, last, LAST) || !is_trailer(last, size))
		return NULL;
	block_head_parse(&h, last);
	r->ended = true;
	memcpy(r->end, h.digest, VTR_DIGEST);
	return r->end;
}

bool vtr_continues(const struct evsource *s, const uint8_t *digest)
{
	const struct vtr_meta *m = vtr_meta_of(s);
	const char *parent = m ? vtr_meta_get(m, "segment.parent") : NULL;
	char hex[2 * VTR_DIGEST + 1];

	if (!parent || !digest)
		return false;
	digest_hex(digest, VTR_DIGEST, hex);
	return !strcmp(parent, hex);
}

void vtr_pass(struct evsource *s, const struct vtr_pass *pass)
{
	struct reader *r = reader_of(s);

	if (!r)
		return;
	r->pass = pass;
	r->unseen = pass ? pass->unseen : 0;
	if (r->in_rows && r->unseen <= UINT64_MAX - r->rows.at)
		r->unseen += r->rows.at;
	if (r->in_rows)
		reader_pass_lanes(r);
}

void vtr_project(struct evsource *s, const struct vtr_projection *p)
{
	struct reader *r = reader_of(s);

	if (!r)
		return;		/* some other source: it gives everything */
	r->all_types = !p->types;
	if (p->types)
		memcpy(r->types, p->types, sizeof(r->types));
	r->no_payload = !p->payload;
	r->rows.no_payload = r->no_payload;
	r->ahead = p->ahead;
	r->rows.columns = p->columns;
	if (r->in_rows)
		rows_get_anew(&r->rows);
	r->from_ts = p->from_ts;
	r->from_num = p->from_num;
	r->to_ts = p->to_ts;
}
