/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence itself: digests, verification, what META says. */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "analyze/collect_in.h"
#include "lib/base/digest.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "lib/trace/reader.h"
#include "lib/trace/summary.h"
#include "lib/trace/verify.h"

#define HEAD	64

static struct str text_of(struct report *r, const char *s)
{
	struct str t = str_of(s);

	return arena_str(&r->a, str_sub(t, 0, REPORT_TEXT_MAX));
}

/* An input over the file, its head already read; false: it is no .vtr. */
static bool open_vtr(const char *path, struct input *in)
{
	uint8_t head[HEAD];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = io_read_full(fd, head, sizeof(head));
	if (n <= 0 || !vtr_probe(head, (size_t)n)) {
		close(fd);
		return false;
	}
	input_fd(in, fd, head, (size_t)n);
	return true;
}

static void take_meta(struct report *r, struct report_trace *t, const char *path)
{
	struct summary s;
	struct input in;
	const char *v;
	size_t i;

	if (!open_vtr(path, &in))
		return;
	memset(&s, 0, sizeof(s));
	if (!vtr_summarise(&in, &s)) {
		t->meta = ARENA_ARRAY(&r->a, struct report_meta, s.meta.n + 1);
		t->nmeta = s.meta.n;
		for (i = 0; i < s.meta.n; i++)
			t->meta[i] = (struct report_meta){ text_of(r, s.meta.v[i].key),
							   text_of(r, s.meta.v[i].value) };
		v = vtr_meta_get(&s.meta, "host.name");
		t->host = text_of(r, v ? v : "");
		v = vtr_meta_get(&s.meta, "host.kernel");
		t->kernel = text_of(r, v ? v : "");
	}
	summary_release(&s);
	input_release(&in);
}

static void take_breaches(struct report *r, struct report_trace *t, const struct verify_report *v)
{
	size_t i;

	t->breaches_all = v->breaches;
	t->nbreaches = v->n < REPORT_BREACHES ? v->n : REPORT_BREACHES;
	t->breaches = ARENA_ARRAY(&r->a, struct report_breach, t->nbreaches + 1);
	for (i = 0; i < t->nbreaches; i++)
		t->breaches[i] = (struct report_breach){
			.text = v->v[i].text, .block = v->v[i].block, .offset = v->v[i].offset,
			.from_ts = v->v[i].from_ts, .to_ts = v->v[i].to_ts,
		};
}

/* A missing end alone is no sign of a hand at work. */
static enum report_verdict verdict_of(int err, const struct verify_report *v)
{
	size_t i;

	if (!err)
		return VERDICT_INTACT;
	if (err != -E_VERIFY)
		return VERDICT_UNREADABLE;
	for (i = 0; i < v->n; i++)
		if (v->v[i].kind != BREACH_CUT)
			return VERDICT_FAILED;
	return v->n ? VERDICT_CUT : VERDICT_FAILED;
}

static void tell(struct report *r, struct report_trace *t, const struct verify_report *v)
{
	struct buf b = BUF_INIT;

	if (t->verdict == VERDICT_FAILED) {
		buf_addf(&b, "%" PRIu64 " breach%s", v->breaches, str_count(v->breaches, "", "es"));
		if (v->n)
			buf_addf(&b, "; first at block %" PRIu64 ", byte %" PRIu64 ": %s",
				 v->v[0].block, v->v[0].offset, v->v[0].text);
	} else if (t->verdict == VERDICT_CUT) {
		buf_addf(&b, "ends early at byte %" PRIu64 "; %" PRIu64
			 " whole blocks before that are intact", v->cut_at, v->blocks);
	}
	t->why = arena_str(&r->a, buf_str(&b));
	buf_release(&b);
}

static void take_signers(struct report *r, struct report_trace *t, const struct verify_report *v)
{
	size_t i;

	t->segments = v->segments;
	t->is_signed = v->is_signed;
	if (v->is_signed)
		digest_hex(v->public_key, 32, t->key);
	t->signers = arena_alloc(&r->a, v->nsigners * sizeof(*t->signers));
	t->nsigners = v->nsigners;
	for (i = 0; i < v->nsigners; i++) {
		digest_hex(v->signers[i].public_key, 32, t->signers[i].key);
		t->signers[i].segments = v->signers[i].segments;
	}
}

static int verify(struct report *r, struct report_trace *t, const char *path)
{
	struct verify_report v = { 0 };
	struct input in;
	int err;

	if (!open_vtr(path, &in)) {
		t->verdict = VERDICT_UNCHECKED;
		t->why = STR("not a .vtr file: its format carries no checksums; "
			     "compare the SHA-256 with one taken elsewhere");
		return 0;
	}
	err = vtr_verify(&in, NULL, &v);
	t->verdict = verdict_of(err, &v);
	t->sealed = v.segments && v.sealed == v.segments;
	digest_hex(v.digest, 32, t->chain);
	take_signers(r, t, &v);
	tell(r, t, &v);
	take_breaches(r, t, &v);
	verify_report_release(&v);
	input_release(&in);
	return t->verdict == VERDICT_FAILED ? err : 0;
}

int collect_trace(struct collector *c, const char *path, struct diag *d)
{
	struct report *r = c->r;
	struct report_trace *t;
	int err;

	XGROW(r->traces, r->traces_cap, r->ntraces + 1);
	t = &r->traces[r->ntraces++];
	*t = (struct report_trace){ .path = text_of(r, path), .host = STR(""), .arch = STR(""),
				    .kernel = STR(""), .why = STR("") };
	if (!digest_file(path, t->sha256, &t->bytes)) {
		t->verdict = VERDICT_UNCHECKED;
		t->why = STR("not a regular file: there is nothing to verify");
		return 0;
	}
	take_meta(r, t, path);
	err = verify(r, t, path);
	if (err)
		diag_hint(diag_off(d, DIAG_ERROR, path, -1, "verification failed: %.*s",
				   STR_FMT(t->why)),
			  "the report says so on top; 'vestige verify' lists every breach");
	return err;
}
