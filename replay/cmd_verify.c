/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/jsonw.h"
#include "lib/base/num.h"
#include "lib/base/term.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/sigfile.h"
#include "lib/trace/verify.h"
#include "replay/outfile.h"
#include "replay/trace_verbs.h"

static struct {
	bool json;
	const char *key;
} o;

const struct opt verify_opts[] = {
	OPT_FLAG(0, "json", &o.json, "one object a file"),
	OPT_STR(0, "key", "FILE", &o.key, "the public key the seal, or FILE.sig, must be signed with"),
	OPT_END
};

static const char *kind_name(enum breach_kind kind)
{
	static const char *const names[] = {
		[BREACH_BYTES] = "damaged", [BREACH_CHAIN] = "modified",
		[BREACH_MISSING] = "missing", [BREACH_CONTENT] = "invalid",
		[BREACH_VERSION] = "newer", [BREACH_SEAL] = "seal",
		[BREACH_KEY] = "key", [BREACH_CUT] = "cut",
		[BREACH_ORDER] = "order",
	};

	return names[kind];
}

static void add_hex(struct buf *out, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf_addf(out, "%02x", p[i]);
}

static void add_time(struct buf *out, uint64_t ts, const char *open)
{
	if (ts)
		num_iso8601(out, ts);
	else
		buf_adds(out, open);
}

static void text_breach(struct buf *out, const struct breach *b)
{
	buf_addf(out, "  %s: block %" PRIu64 " (%s), offset %" PRIu64 ", %" PRIu64
		 " bytes: %s; events %" PRIu64 " to ", kind_name(b->kind), b->block,
		 b->type ? block_name(b->type) : "unknown", b->offset, b->length,
		 b->text, b->from_num);
	if (b->to_num)
		buf_addu(out, b->to_num);
	else
		buf_adds(out, "the end");
	buf_adds(out, ", ");
	add_time(out, b->from_ts, "the beginning");
	buf_adds(out, " to ");
	add_time(out, b->to_ts, "the end");
	buf_addc(out, '\n');
}

static bool only_keys(const struct verify_report *r)
{
	return r->breaches == r->of_kind[BREACH_KEY];
}

/* The end is missing, and so maybe its signature, and nothing else is wrong. */
static bool only_cut(const struct verify_report *r)
{
	return r->cut && r->breaches == r->of_kind[BREACH_KEY] + 1;
}

/* The signature file beside a trace. */
struct beside {
	bool there, good, unusable;
	struct sigfile sig;
	struct sigfile_digest *digest;	/* of the trace, as it is read */
};

/* What is no signature, told in d, is one that nothing is signed with. */
static int look_beside(struct beside *b, const char *path, struct diag *d)
{
	struct buf name = BUF_INIT;
	struct stat st;
	int err = 0;

	*b = (struct beside){ 0 };
	buf_addf(&name, "%s" SIGFILE_SUFFIX, path);
	b->there = strcmp(path, "-") && !lstat(name.data, &st);	/* also a link to nothing */
	if (b->there)
		b->unusable = sigfile_read(name.data, &b->sig, d) != 0;
	if (b->there) {
		b->digest = sigfile_digest_new();
		err = b->digest ? 0 : -E_ENV;
	}
	buf_release(&name);
	return err;
}

/* The whole in a word; where it first goes wrong is told beside it. */
static const char *verdict(const struct verify_report *r, const struct beside *b, int err)
{
	bool bad = b->there && !b->good && !b->unusable;

	if (!err && b->unusable)
		return "not signed by its signature file";
	if (!err)
		return bad ? "modified" : "intact";
	if (err != -E_VERIFY)
		return "unreadable";
	if (only_cut(r))
		return bad ? "modified, cut" : "cut";
	return only_keys(r) ? "not signed by this key" : "modified";
}

static uint64_t unsigned_of(const struct verify_report *r)
{
	return r->segments > r->is_signed ? r->segments - r->is_signed : 0;
}

/* How many segments, where it is not all of them. */
static void text_share(struct buf *out, const struct verify_report *r, uint64_t n)
{
	if (n != r->segments)
		buf_addf(out, " (%" PRIu64 " of %" PRIu64 " segments)", n, r->segments);
}

static void text_signers(struct buf *out, const struct verify_report *r)
{
	unsigned i;

	for (i = 0; i < r->nsigners; i++) {
		buf_adds(out, i ? " and " : ", signed by ");
		add_hex(out, r->signers[i].public_key, SEAL_PUBLIC);
		text_share(out, r, r->signers[i].segments);
	}
	if (r->more_signed)
		buf_addf(out, " and other keys (%" PRIu64 " segments)", r->more_signed);
	if (!unsigned_of(r))
		return;
	buf_adds(out, r->sealed ? ", unsigned" : ", no seal");
	text_share(out, r, unsigned_of(r));
}

static void text_report(struct buf *out, const char *path, const struct verify_report *r,
			const struct beside *b, int err)
{
	size_t i;

	term_safe(out, str_of(path));	/* a name must not make a verdict of its own */
	buf_addf(out, ": %s", verdict(r, b, err));
	if (err == -E_VERIFY && only_cut(r))
		buf_addf(out, " at offset %" PRIu64, r->cut_at);
	else if (err == -E_VERIFY && !only_keys(r))
		buf_addf(out, " at block %" PRIu64 ", offset %" PRIu64, r->v[0].block,
			 r->v[0].offset);
	buf_addf(out, ", %" PRIu64 " %s, %" PRIu64 " %s", r->blocks,
		 str_count(r->blocks, "block", "blocks"), r->events,
		 str_count(r->events, "event", "events"));
	text_signers(out, r);
	if (b->there) {
		buf_adds(out, "; ");
		term_safe(out, str_of(path));
		buf_adds(out, SIGFILE_SUFFIX ": ");
		buf_adds(out, b->unusable ? "no signature" : b->good ? "signed by " :
			 "not over these bytes, or not by ");
		add_hex(out, b->sig.public_key, b->unusable ? 0 : SEAL_PUBLIC);
	}
	buf_addc(out, '\n');
	if (r->recordings > 1)
		buf_addf(out, "  note: the %" PRIu64 " segments do not all continue each other: %" PRIu64
			 " recordings, or segments between them are missing\n",
			 r->segments, r->recordings);
	for (i = 0; i < r->n; i++)
		text_breach(out, &r->v[i]);
	if (r->breaches > r->n)
		buf_addf(out, "  and %" PRIu64 " more\n", r->breaches - r->n);
}

static void json_u64(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

static void json_breach(struct jsonw *w, const struct breach *b)
{
	jsonw_open(w);
	jsonw_key(w, "kind");
	jsonw_cstr(w, kind_name(b->kind));
	json_u64(w, "block", b->block);
	jsonw_key(w, "type");
	jsonw_cstr(w, b->type ? block_name(b->type) : "unknown");
	json_u64(w, "offset", b->offset);
	json_u64(w, "length", b->length);
	json_u64(w, "from_event", b->from_num);
	json_u64(w, "to_event", b->to_num);
	json_u64(w, "from_ns", b->from_ts);
	json_u64(w, "to_ns", b->to_ts);
	jsonw_key(w, "text");
	jsonw_cstr(w, b->text);
	jsonw_close(w);
}

static void json_beside(struct jsonw *w, const struct beside *b)
{
	struct buf hex = BUF_INIT;

	jsonw_key(w, "signature_file");
	jsonw_open(w);
	add_hex(&hex, b->sig.public_key, b->unusable ? 0 : SEAL_PUBLIC);
	jsonw_key(w, "public_key");
	jsonw_str(w, buf_str(&hex));
	jsonw_key(w, "good");
	jsonw_bool(w, b->good);
	jsonw_close(w);
	buf_release(&hex);
}

static void json_signers(struct jsonw *w, const struct verify_report *r)
{
	struct buf hex = BUF_INIT;
	unsigned i;

	jsonw_key(w, "signers");
	jsonw_array(w);
	for (i = 0; i < r->nsigners; i++) {
		buf_clear(&hex);
		add_hex(&hex, r->signers[i].public_key, SEAL_PUBLIC);
		jsonw_open(w);
		jsonw_key(w, "public_key");
		jsonw_str(w, buf_str(&hex));
		json_u64(w, "segments", r->signers[i].segments);
		jsonw_close(w);
	}
	jsonw_end(w);
	json_u64(w, "unsigned", unsigned_of(r));
	buf_release(&hex);
}

static void json_report(struct buf *out, const char *path, const struct verify_report *r,
			const struct beside *b, int err)
{
	struct jsonw w = JSONW_INIT(out);
	struct buf hex = BUF_INIT;
	size_t i;

	jsonw_open(&w);
	jsonw_key(&w, "file");
	jsonw_cstr(&w, path);
	jsonw_key(&w, "verdict");
	jsonw_cstr(&w, verdict(r, b, err));
	json_u64(&w, "blocks", r->blocks);
	json_u64(&w, "events", r->events);
	json_u64(&w, "segments", r->segments);
	json_u64(&w, "recordings", r->recordings);
	json_u64(&w, "sealed", r->sealed);
	json_u64(&w, "signed", r->is_signed);
	jsonw_key(&w, "public_key");
	add_hex(&hex, r->public_key, r->is_signed ? SEAL_PUBLIC : 0);
	jsonw_str(&w, buf_str(&hex));
	json_signers(&w, r);
	buf_clear(&hex);
	add_hex(&hex, r->digest, VTR_DIGEST);
	jsonw_key(&w, "digest");
	jsonw_str(&w, buf_str(&hex));
	if (b->there)
		json_beside(&w, b);
	json_u64(&w, "first_ns", r->first_ts);
	json_u64(&w, "last_ns", r->last_ts);
	json_u64(&w, "breaches_total", r->breaches);
	jsonw_key(&w, "breaches");
	jsonw_array(&w);
	for (i = 0; i < r->n; i++)
		json_breach(&w, &r->v[i]);
	jsonw_end(&w);
	jsonw_close(&w);
	buf_addc(out, '\n');
	buf_release(&hex);
}

/* Of a file that cannot be read the sentence that was told last is the reason. */
static void json_unreadable(struct buf *out, const char *path, int err, const struct diag *d)
{
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, "file");
	jsonw_cstr(&w, path);
	jsonw_key(&w, "verdict");
	jsonw_cstr(&w, "unreadable");
	jsonw_key(&w, "error");
	jsonw_cstr(&w, d->n ? d->items[d->n - 1].text : err_str(err));
	jsonw_close(&w);
	buf_addc(out, '\n');
}

/* A good signature file by the key asked for stands for the seal's. */
static bool vouched(const struct beside *b, const uint8_t *key)
{
	return key && b->good && !memcmp(b->sig.public_key, key, SEAL_PUBLIC);
}

/* Reads the trace once: what is judged is what was signed. */
static int judge(struct input *in, struct beside *b, const uint8_t *key,
		 struct verify_report *r)
{
	int err;

	if (b->there) {
		in->tap = sigfile_digest_add;
		in->tap_ctx = b->digest;
	}
	err = vtr_verify(in, key, r);
	if (!b->there || (err && err != -E_VERIFY))
		return err;
	b->good = !b->unusable && sigfile_check(&b->sig, b->digest);
	if (!vouched(b, key))
		return err;
	verify_report_vouch(r);
	return r->breaches ? -E_VERIFY : 0;
}

static int verify_one(const char *path, const uint8_t *key, struct buf *out, struct diag *d)
{
	struct verify_report r = { 0 };
	struct beside b;
	struct input in;
	int err = input_open(&in, path, d);

	if (err)
		return err;
	err = look_beside(&b, path, d);
	if (err) {
		input_release(&in);
		return err;
	}
	err = judge(&in, &b, key, &r);
	if (err && err != -E_VERIFY)
		input_tell(path, err, d);
	else if (o.json)
		json_report(out, path, &r, &b, err);
	else
		text_report(out, path, &r, &b, err);
	input_release(&in);
	sigfile_digest_free(b.digest);
	verify_report_release(&r);
	return !err && b.there && !b.good ? -E_VERIFY : err;
}

int cmd_verify(struct opt_args *args, struct diag *d)
{
	struct io_stdout out = IO_STDOUT(o.json ? IO_JSON : IO_TEXT);
	uint8_t key[SEAL_PUBLIC];
	int i, err, status = 0;

	if (!args->n) {
		diag_add(d, DIAG_ERROR, "verify takes at least one FILE");
		return EXIT_USAGE;
	}
	if (o.key && (err = key_read_public(o.key, key, d)))
		return err_exit(err);
	for (i = 0; i < args->n; i++) {
		err = verify_one(args->v[i], o.key ? key : NULL, &out.b, d);
		if (o.json && err && err != -E_VERIFY)
			json_unreadable(&out.b, args->v[i], err, d);
		err = err_exit(err);
		status = err > status ? err : status;
		io_stdout_flush(&out, false);
	}
	err = err_exit(io_stdout_flush(&out, true));
	buf_release(&out.b);
	return err ? err : status;
}
