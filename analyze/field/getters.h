/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the extractors (x_*.c) share.  Every row of the field lists has one
 * function, get_ID(); context.c makes its dispatch table of the same lists,
 * so a field without a function does not link.
 *
 * A getter finds *v set up with the field's own type and shape VAL_SCALAR,
 * puts the value in and returns true, or returns false: no value.  Texts it
 * makes go into the scratch arena; texts of the machine are lent as they are.
 */
#ifndef ANALYZE_FIELD_GETTERS_H
#define ANALYZE_FIELD_GETTERS_H

#include "lib/base/compat.h"
#include "analyze/field/context.h"

#define GETTER(id)							\
	bool get_##id(struct fieldctx *c UNUSED, const struct fieldref *ref UNUSED, \
		      enum field_place place UNUSED, struct value *v UNUSED)

#define FIELD(id, name, type, list, arg, flags, fmt, cls, help) GETTER(id);
#include "schema/fields.def"
#include "schema/fields-k8saudit.def"
#include "schema/fields-vestige.def"
#undef FIELD

#define NS_PER_S UINT64_C(1000000000)

static inline bool val_u64(struct value *v, uint64_t u)
{
	v->u = u;
	return true;
}

static inline bool val_i64(struct value *v, int64_t i)
{
	v->i = i;
	return true;
}

static inline bool val_str(struct value *v, struct str s)
{
	v->s = s;
	return true;
}

static inline bool val_rstr(struct value *v, const struct rstr *r)
{
	v->s = rstr_str(r);
	return true;
}

static inline bool val_cstr(struct value *v, const char *s)
{
	v->s = str_of(s);
	return true;
}

/*
 * Putting a text together: n = work_begin(c), append to c->work,
 * work_end(c, n) gives it as a piece of the scratch arena.  May be nested.
 */
static inline size_t work_begin(const struct fieldctx *c)
{
	return c->work.len;
}

struct str work_end(struct fieldctx *c, size_t begin);

/* NUL-terminated strings with a blank between them (args, env, cgroups). */
struct str text_join(struct fieldctx *c, struct str strings);
/* The next of the NUL-terminated strings; false at the end.  *rest shrinks. */
bool text_next(struct str *rest, struct str *out);
/*
 * The text as Falco prints it: control characters and every piece that is
 * not UTF-8 become U+FFFD.  Conditions see the text unchanged.
 */
struct str text_sanitize(struct fieldctx *c, struct str s);

/*
 * Base and path as Falco puts them together: as texts, not as components, so
 * a base needs its own slash; then normalised.  An absolute path stands alone.
 */
void text_path(struct fieldctx *c, struct str base, struct str path, struct buf *out);
/* The base a dirfd gives: cwd for AT_FDCWD, its name and a slash when it is
 * open, otherwise unknown.  The event has a thread. */
struct str dirfd_base(struct fieldctx *c, int64_t dirfd, struct str unknown);
#define AT_CWD (-100)		/* as recorders write AT_FDCWD */

/* The parameter called name of the current event, or -1. */
int ctx_param(const struct fieldctx *c, const char *name);
/* Return value of the current event; false when it has none. */
bool ctx_retval(const struct fieldctx *c, int64_t *ret);

/* argtext.c: appending forms. */
void argtext_add_raw(struct fieldctx *c, unsigned param, struct buf *out);
void argtext_add_resolved(struct fieldctx *c, unsigned param, struct buf *out);
/* argtext_flags.c */
void argtext_add_flags(struct buf *out, const struct flagtab *tab, uint32_t val, bool exact);
void argtext_add_sigset(struct buf *out, uint32_t set);
/* argtext_sock.c: wire forms of addresses, tuples and descriptor lists. */
void argtext_add_sockaddr(struct buf *out, struct param p);
void argtext_add_socktuple(struct buf *out, struct param p);
void argtext_add_fdlist(struct fieldctx *c, struct buf *out, struct param p);
void argtext_add_ip(struct buf *out, const uint8_t *addr, unsigned len);
/* The protocol fields and texts show for a descriptor. */
unsigned fd_l4proto(const struct fd *f);
/* "<4t>1.2.3.4:5->6.7.8.9:10" */
void argtext_add_fd(struct buf *out, const struct fd *f);

/* Time texts (x_time.c). */
void time_add_hms(struct buf *out, uint64_t ts, int32_t tz, bool ns);
void time_add_date(struct buf *out, uint64_t ts, int32_t tz);
void time_add_zone(struct buf *out, int32_t tz);

/* Do fd.* fields exist for the current event? */
bool ctx_has_fd(const struct fieldctx *c);
/* The process an ancestor field's [level] means, or NULL (x_ancestor.c). */
struct thread *ctx_ancestor(const struct fieldctx *c, const struct fieldref *ref);
/* Text of one process, as the plain, parent and ancestor fields share it. */
struct str thread_args_text(struct fieldctx *c, const struct thread *t);
struct str thread_cmdline_text(struct fieldctx *c, const struct thread *t);

/* Value of NAME among NUL-terminated NAME=VALUE strings, trimmed, or "". */
struct str env_value(struct str env, struct str name);

#endif
