/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "analyze/field/field.h"
#include "lib/base/map.h"
#include "lib/base/xalloc.h"

const struct fieldinfo fieldtab[FIELD_COUNT] = {
#define SCALAR false
#define LIST true
#define FIELD(fid, fname, ftype, flist, farg, fflags, ffmt, fcls, fhelp) \
	[FIELD_##fid] = { \
		.name = fname, \
		.name_len = sizeof(fname) - 1, \
		.help = fhelp, \
		.id = FIELD_##fid, \
		.flags = fflags, \
		.ptype = PT_##ftype, \
		.pfmt = PF_##ffmt, \
		.arg = farg, \
		.fclass = fcls, \
		.list = flist, \
	},
#include "schema/fields.def"
#include "schema/fields-k8saudit.def"
#include "schema/fields-vestige.def"
#undef FIELD
#undef SCALAR
#undef LIST
};

const char *farg_text(unsigned farg)
{
	static const char *const text[] = {
		[FARG_NONE] = "",
		[FARG_KEY] = "[key]",
		[FARG_KEY_OR_INDEX] = "[key|index]",
		[FARG_EPOCH] = "[ns since the epoch]",
		[FARG_DOT_NAME] = ".name",
		[FARG_DOT_NAME_OR_INDEX] = ".name|[index]",
		[FARG_DOT_SUBSYSTEM] = ".subsystem",
		[FARG_OPT_LEVEL] = "([level])",
		[FARG_OPT_INDEX] = "([index])",
		[FARG_OPT_FD] = "([fd])",
		[FARG_OPT_NAME] = "([name])",
		[FARG_OPT_NAME_OR_LEVEL] = "([name|level])",
		[FARG_OPT_SRC_DST] = "(.src|.dst)",
	};

	return farg < ARRAY_SIZE(text) ? text[farg] : "";
}

/*
 * Fields by their class ("proc.") and the letter behind it: names are looked
 * up thousands of times while rules are loaded.  Made once, of the table alone.
 */
#define BUCKETS		256

static pthread_once_t index_once = PTHREAD_ONCE_INIT;
static uint16_t bucket_first[BUCKETS], bucket_next[FIELD_COUNT];	/* id + 1; 0: none */

static unsigned bucket_of(struct str s)
{
	ssize_t dot = str_chr(str_sub(s, 0, s.len < 64 ? s.len : 64), '.');

	if (dot < 1 || (size_t)dot + 1 >= s.len)
		return 0;
	return ((unsigned char)s.p[0] * 33u + (unsigned)dot * 7u +
		(unsigned char)s.p[dot - 1] * 5u + (unsigned char)s.p[dot + 1] * 131u) % BUCKETS;
}

static void make_index(void)
{
	unsigned i, b;

	for (i = FIELD_COUNT; i-- > 0; ) {
		b = bucket_of(str_of(fieldtab[i].name));
		bucket_next[i] = bucket_first[b];
		bucket_first[b] = (uint16_t)(i + 1);
	}
}

/* The first field of the bucket a text falls into, as an id + 1. */
static unsigned bucket(struct str s)
{
	pthread_once(&index_once, make_index);
	return bucket_first[bucket_of(s)];
}

const struct fieldinfo *field_by_name(struct str name)
{
	unsigned i;

	for (i = bucket(name); i; i = bucket_next[i - 1]) {
		const struct fieldinfo *f = &fieldtab[i - 1];

		if (f->name_len == name.len && !memcmp(f->name, name.p, name.len))
			return f;
	}
	return NULL;
}

const char *field_nearest(struct str name)
{
	const char *names[FIELD_COUNT];
	size_t i, n = 0;

	for (i = 0; i < FIELD_COUNT; i++)
		if (!(fieldtab[i].flags & FF_TABLE_ONLY))
			names[n++] = fieldtab[i].name;
	return str_nearest(name, names, n);
}

bool field_is_time(const struct fieldinfo *f)
{
	switch (f->id) {
	case FIELD_EVT_TIME:
	case FIELD_EVT_TIME_S:
	case FIELD_EVT_TIME_ISO8601:
	case FIELD_EVT_DATETIME:
	case FIELD_EVT_DATETIME_S:
	case FIELD_EVT_OUTPUTTIME:
		return true;
	default:
		return false;
	}
}

bool field_in_source(const struct fieldinfo *f, struct str source)
{
	if (f->flags & FF_ALL_SOURCES)
		return true;
	if (str_eq(source, STR("syscall")))
		return f->fclass != FCLASS_K8S_AUDIT && f->fclass != FCLASS_JSON;
	if (f->fclass == FCLASS_JSON)
		return true;
	return f->fclass == FCLASS_K8S_AUDIT && str_eq(source, STR("k8s_audit"));
}

/* ---- parsing ---- */

struct fparse {
	struct str text;	/* from the field's name on */
	size_t at;		/* behind what was taken so far */
	enum field_place place;
	struct arena *a;
	struct fieldref *ref;
	struct buf *why;
};

/* The known field whose name is the longest beginning of text. */
static const struct fieldinfo *longest_field(struct str text)
{
	const struct fieldinfo *best = NULL;
	unsigned i;

	for (i = bucket(text); i; i = bucket_next[i - 1]) {
		const struct fieldinfo *f = &fieldtab[i - 1];

		if (f->name_len <= text.len && (!best || f->name_len > best->name_len) &&
		    !memcmp(f->name, text.p, f->name_len))
			best = f;
	}
	return best;
}

/* What is between "[" at the cursor and the next "]". */
static bool brackets(const struct fparse *fp, struct str *arg)
{
	struct str rest = str_sub(fp->text, fp->at, fp->text.len);
	ssize_t end;

	if (!rest.len || rest.p[0] != '[')
		return false;
	end = str_chr(rest, ']');
	if (end < 1)
		return false;
	*arg = str_sub(rest, 1, (size_t)end);
	return true;
}

/* [+-]digits that fit 64 bits (or 32, for levels) */
static bool whole_number(struct str s, bool narrow, int64_t *out)
{
	uint64_t v = 0, max = narrow ? INT32_MAX : INT64_MAX;
	bool neg = false;
	size_t i = 0;

	if (s.len && (s.p[0] == '-' || s.p[0] == '+'))
		neg = s.p[i++] == '-';
	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
		if (v > max)
			return false;
	}
	*out = neg ? -(int64_t)v : (int64_t)v;
	return true;
}

static void take_index(struct fparse *fp, struct str arg, int64_t index)
{
	fp->ref->argkind = REF_INDEX;
	fp->ref->index = index;
	fp->at += arg.len + 2;
}

static void take_key(struct fparse *fp, struct str key, size_t consumed)
{
	fp->ref->argkind = REF_KEY;
	fp->ref->key = arena_str(fp->a, key);
	fp->at += consumed;
}

/* The parameters of all events by name; the first event in the table that has
 * a name gives the type. */
static pthread_once_t params_once = PTHREAD_ONCE_INIT;
static struct smap params_known;	/* for as long as the process lives */
static size_t param_name_max;

static void gather_params(void)
{
	const struct evparam *p;
	struct str name;
	unsigned e, i;

	for (e = 0; e < EV_COUNT; e++) {
		for (i = 0; i < evtab[e].nparams; i++) {
			p = &evtab[e].params[i];
			name = str_of(p->name);
			if (!smap_get(&params_known, name))
				smap_put(&params_known, name, (void *)(uintptr_t)p);
			if (name.len > param_name_max)
				param_name_max = name.len;
		}
	}
}

const char *field_param_nearest(struct str name)
{
	const struct smap_entry *e;
	const char **names, *near;
	size_t n = 0;

	pthread_once(&params_once, gather_params);
	names = xcalloc(params_known.live + 1, sizeof(*names));
	for (e = smap_next(&params_known, NULL); e; e = smap_next(&params_known, e))
		names[n++] = e->key.p;
	near = str_nearest(name, names, n);
	free(names);
	return near;
}

/* The longest name that rest begins with, out of all parameters of all events. */
static const struct evparam *longest_param(struct str rest)
{
	const struct evparam *p = NULL;
	size_t n;

	pthread_once(&params_once, gather_params);
	n = rest.len < param_name_max ? rest.len : param_name_max;
	for (; n && !p; n--)
		p = smap_get(&params_known, str_sub(rest, 0, n));
	return p;
}

static const char *longest_event(struct str rest)
{
	const char *best = NULL;
	size_t best_n = 0, n;
	unsigned e;

	for (e = 0; e < EV_COUNT; e++) {
		if (!evtab[e].name)
			continue;
		n = strlen(evtab[e].name);
		if (n > best_n && n <= rest.len && !memcmp(evtab[e].name, rest.p, n)) {
			best = evtab[e].name;
			best_n = n;
		}
	}
	return best;
}

static size_t word_len(struct str s)
{
	size_t n = 0;

	while (n < s.len && ((s.p[n] >= 'a' && s.p[n] <= 'z') ||
			     (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			     (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_'))
		n++;
	return n;
}

/* ".NAME" at the cursor: what follows the dot; false when there is none. */
static bool dotted(const struct fparse *fp, struct str *rest)
{
	struct str r = str_sub(fp->text, fp->at, fp->text.len);

	if (r.len < 2 || r.p[0] != '.')
		return false;
	*rest = str_sub(r, 1, r.len);
	return true;
}

static bool syntax_error(struct fparse *fp)
{
	buf_addf(fp->why, "filter syntax error: %s", fp->ref->f->name);
	return false;
}

static bool param_arg(struct fparse *fp)
{
	const struct evparam *p;
	struct str rest;
	int64_t index;

	if (brackets(fp, &rest)) {
		if (fp->ref->f->arg != FARG_DOT_NAME_OR_INDEX) {
			buf_adds(fp->why, "evt.arg fields must be expressed explicitly");
			return false;
		}
		if (!whole_number(rest, true, &index)) {
			buf_addf(fp->why, "%.*s is not a valid number", STR_FMT(rest));
			return false;
		}
		take_index(fp, rest, index);
		return true;
	}
	if (!dotted(fp, &rest))
		return syntax_error(fp);
	p = longest_param(rest);
	if (!p) {
		buf_addf(fp->why, "unknown event argument %.*s",
			 (int)word_len(rest), rest.p);
		return false;
	}
	take_key(fp, str_of(p->name), strlen(p->name) + 1);
	if (fp->ref->f->ptype == PT_DYN) {
		fp->ref->ptype = p->ptype;
		fp->ref->pfmt = p->pfmt;
	}
	return true;
}

static bool event_arg(struct fparse *fp)
{
	const char *name;
	struct str rest;

	if (!dotted(fp, &rest))
		return syntax_error(fp);
	name = longest_event(rest);
	if (!name) {
		buf_addf(fp->why, "unknown event type %.*s", (int)word_len(rest), rest.p);
		return false;
	}
	take_key(fp, str_of(name), strlen(name) + 1);
	return true;
}

/* Letters and underscores, as cgroup subsystems are called. */
static bool subsystem_arg(struct fparse *fp)
{
	struct str rest;
	size_t n = 0;

	if (!dotted(fp, &rest))
		return syntax_error(fp);
	while (n < rest.len && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') ||
				(rest.p[n] >= 'A' && rest.p[n] <= 'Z') || rest.p[n] == '_'))
		n++;
	if (!n)
		return syntax_error(fp);
	take_key(fp, str_sub(rest, 0, n), n + 1);
	return true;
}

static bool epoch_arg(struct fparse *fp)
{
	struct str arg;
	int64_t index;

	if (!brackets(fp, &arg))
		return syntax_error(fp);
	if (!whole_number(arg, false, &index)) {
		buf_addf(fp->why, "%.*s is not a valid number", STR_FMT(arg));
		return false;
	}
	take_index(fp, arg, index);
	return true;
}

static void src_dst_arg(struct fparse *fp)
{
	struct str rest;

	if (!dotted(fp, &rest) || rest.len < 3)
		return;
	rest = str_sub(rest, 0, 3);
	if (str_eq(rest, STR("src")) || str_eq(rest, STR("dst")))
		take_key(fp, rest, 4);
}

/* Arguments that may be left out: what does not fit is no argument, and in
 * a condition then makes the field unknown. */
static void optional_arg(struct fparse *fp)
{
	unsigned kind = fp->ref->f->arg;
	struct str arg;
	int64_t index;

	if (kind == FARG_OPT_SRC_DST) {
		src_dst_arg(fp);
		return;
	}
	if (!brackets(fp, &arg))
		return;
	if (kind != FARG_OPT_NAME && whole_number(arg, true, &index))
		take_index(fp, arg, index);
	else if (kind == FARG_OPT_NAME || kind == FARG_OPT_NAME_OR_LEVEL)
		take_key(fp, arg, arg.len + 2);
}

/* Fields of plugins are strict about arguments, in outputs too. */
static bool plugin_arg(struct fparse *fp)
{
	const struct fieldinfo *f = fp->ref->f;
	struct str arg, rest = str_sub(fp->text, fp->at, fp->text.len);
	bool open = rest.len && rest.p[0] == '[';
	int64_t index;

	if (!open) {
		if (f->arg == FARG_NONE || f->arg == FARG_OPT_INDEX)
			return true;
		buf_addf(fp->why, "filter '%.*s': %s requires an argument but none provided",
			 fp->place == FIELD_IN_FILTER ? (int)fp->text.len :
			 (int)strlen(f->name), fp->text.p, f->name);
		return false;
	}
	if (!brackets(fp, &arg) || str_chr(arg, ' ') >= 0) {
		buf_addf(fp->why, "filter '%s': %s has unbalanced argument brackets",
			 f->name, f->name);
		return false;
	}
	if (f->arg == FARG_NONE) {
		buf_addf(fp->why, "filter '%s[%.*s]': %s does not allow nor require an "
			 "argument but one is provided: %.*s", f->name, STR_FMT(arg),
			 f->name, STR_FMT(arg));
		return false;
	}
	if ((f->arg == FARG_KEY_OR_INDEX || f->arg == FARG_OPT_INDEX) && arg.len &&
	    arg.p[0] != '-' && arg.p[0] != '+' && whole_number(arg, false, &index))
		take_index(fp, arg, index);
	else if (f->arg != FARG_OPT_INDEX)
		take_key(fp, arg, arg.len + 2);
	else
		buf_addf(fp->why, "filter '%s[%.*s]': %s takes an index, a whole number",
			 f->name, STR_FMT(arg), f->name);
	return !fp->why->len;
}

static bool parse_arg(struct fparse *fp)
{
	if (fp->ref->f->flags & FF_PLUGIN)
		return plugin_arg(fp);
	switch (fp->ref->f->arg) {
	case FARG_NONE:
		return true;
	case FARG_EPOCH:
		return epoch_arg(fp);
	case FARG_DOT_NAME:
		return fp->ref->f->id == FIELD_EVT_RAWARG ? param_arg(fp) : event_arg(fp);
	case FARG_DOT_NAME_OR_INDEX:
		return param_arg(fp);
	case FARG_DOT_SUBSYSTEM:
		return subsystem_arg(fp);
	default:
		optional_arg(fp);
		return true;
	}
}

size_t fieldref_parse(struct str text, enum field_place place, struct arena *a,
		      struct fieldref *out, struct buf *why)
{
	const struct fieldinfo *f = longest_field(text);
	struct fparse fp = {
		.text = text, .place = place, .a = a, .ref = out, .why = why,
	};

	memset(out, 0, sizeof(*out));
	if (!f)
		goto unknown;
	out->f = f;
	out->ptype = f->ptype;
	out->pfmt = f->pfmt;
	out->list = f->list;
	fp.at = strlen(f->name);
	if (!parse_arg(&fp))
		return 0;
	if (place == FIELD_IN_FILTER && fp.at != text.len)
		goto unknown;
	out->text = arena_str(a, str_sub(text, 0, fp.at));
	return fp.at;
unknown:
	buf_addf(why, "filter_check called with nonexistent field %.*s", STR_FMT(text));
	return 0;
}

bool field_remembers(const struct fieldinfo *f)
{
	switch (f->id) {
	case FIELD_EVT_DELTATIME:
	case FIELD_EVT_DELTATIME_S:
	case FIELD_EVT_DELTATIME_NS:
	case FIELD_THREAD_CPU:
	case FIELD_THREAD_CPU_USER:
	case FIELD_THREAD_CPU_SYSTEM:
	case FIELD_UTIL_CNT:
		return true;
	default:
		return false;
	}
}
