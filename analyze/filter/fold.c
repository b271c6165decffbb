/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event's type alone tells about fields.  Only facts of the field
 * table's descriptions stand here; what needs the event itself is unknown.
 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"

enum known { UNKNOWN, ABSENT, VALUE };

static enum known text(struct value *out, const char *s)
{
	*out = (struct value){ .ptype = PT_CHARBUF, .s = str_of(s) };
	return VALUE;
}

static enum known boolean(struct value *out, bool b)
{
	*out = (struct value){ .ptype = PT_BOOL, .u = b };
	return VALUE;
}

static bool is_generic(uint16_t evtype)
{
	return evtype == EV_GENERIC_E || evtype == EV_GENERIC_X;
}

/* Events whose flags or mode evt.is_open_* look at. */
static bool opens(uint16_t evtype)
{
	switch (evtype) {
	case EV_SYSCALL_OPEN_X:
	case EV_SYSCALL_CREAT_X:
	case EV_SYSCALL_OPENAT_2_X:
	case EV_SYSCALL_OPENAT2_X:
	case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
		return true;
	default:
		return false;
	}
}

static enum known type_is(const struct fieldref *ref, uint16_t evtype, struct value *out)
{
	const struct evinfo *first = evinfo_by_name(ref->key);
	bool is = first && (evtype == first->type || evtype == first->type + 1);

	*out = (struct value){ .ptype = PT_UINT32, .u = is };
	return VALUE;
}

static enum known param(const struct fieldref *ref, const struct evinfo *ev)
{
	if (ref->argkind == REF_KEY && evinfo_param(ev, ref->key) < 0)
		return ABSENT;
	if (ref->argkind == REF_INDEX && ref->index >= ev->nparams)
		return ABSENT;
	return UNKNOWN;
}

static enum known evt_field(const struct fieldref *ref, const struct evinfo *ev,
			    struct value *out)
{
	uint16_t t = ev->type;

	switch (ref->f->id) {
	case FIELD_EVT_TYPE:
		if (is_generic(t) || t == EV_ASYNCEVENT_E)
			return UNKNOWN;
		return text(out, ev->name);
	case FIELD_SYSCALL_TYPE:
		if (!(ev->source & EC_SYSCALL))
			return ABSENT;
		return is_generic(t) ? UNKNOWN : text(out, ev->name);
	case FIELD_EVT_TYPE_IS:
		return type_is(ref, t, out);
	case FIELD_EVT_DIR:
		return text(out, ev_is_exit(t) ? "<" : ">");
	case FIELD_EVT_IS_IO:
		return boolean(out, ev->flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD));
	case FIELD_EVT_IS_IO_READ:
		return boolean(out, ev->flags & EF_READS_FROM_FD);
	case FIELD_EVT_IS_IO_WRITE:
		return boolean(out, ev->flags & EF_WRITES_TO_FD);
	case FIELD_EVT_IS_WAIT:
		return boolean(out, ev->flags & EF_WAITS);
	case FIELD_EVT_IS_SYSLOG:
		return ev->flags & EF_WRITES_TO_FD ? UNKNOWN : boolean(out, false);
	case FIELD_EVT_IS_OPEN_READ:
	case FIELD_EVT_IS_OPEN_WRITE:
	case FIELD_EVT_IS_OPEN_EXEC:
	case FIELD_EVT_IS_OPEN_CREATE:
		return opens(t) ? UNKNOWN : boolean(out, false);
	case FIELD_EVT_ARG:
	case FIELD_EVT_RAWARG:
		return param(ref, ev);
	default:
		return UNKNOWN;
	}
}

static enum known term_static(const struct term *t, const struct evinfo *ev,
			      struct value *out)
{
	bool has_fd = ev->flags & (EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD);
	enum known known = UNKNOWN;
	size_t i;

	if (t->kind == TERM_FIELD) {
		if (t->ref.f->fclass == FCLASS_FD)
			return has_fd ? UNKNOWN : ABSENT;
		if (t->ref.f->fclass == FCLASS_EVT)
			return evt_field(&t->ref, ev, out);
		return UNKNOWN;
	}
	/* Whatever is made of something absent is absent. */
	for (i = 0; i < t->nargs && known != ABSENT; i++)
		if (term_static(t->args[i], ev, out) == ABSENT)
			known = ABSENT;
	return known;
}

/* Events are numbered from 1: `evt.num=0` is how rule files write "never". */
static bool is_never(const struct check *c)
{
	return c->left->kind == TERM_FIELD && c->left->ref.f->id == FIELD_EVT_NUM &&
	       c->plain && c->m.test == T_EQ && !c->m.u;
}

int check_static(struct filterset *fs, const struct check *c, uint16_t evtype)
{
	const struct evinfo *ev = evinfo_of(evtype);
	enum known left, right;
	struct value v, unused;

	if (is_never(c))
		return 0;
	if (!ev)
		return -1;
	left = term_static(c->left, ev, &v);
	if (left == ABSENT)
		return 0;
	if (c->right) {
		right = term_static(c->right, ev, &unused);
		return right == ABSENT ? 0 : -1;
	}
	if (left == UNKNOWN)
		return -1;
	return c->op == FOP_EXISTS || check_value(fs, c, &v, NULL);
}
