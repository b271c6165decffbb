/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/kind.h"
#include "lib/event/raw.h"

/* Wire sizes as constants, to choose column types at compile time. */
enum {
#define PTYPE(id, value, size, element) SIZE_##id = size,
#include "schema/types.def"
#undef PTYPE
};

enum { NOTHING, SIGNED, UNSIGNED, REAL, BYTES, FILTER_ONLY };
enum {
#define PTYPE(id, value, size, element) ELEMENT_##id = element,
#include "schema/types.def"
#undef PTYPE
};

enum {
#define EVENT(id, num, evname, cat, src, evflags, fd)			\
	HAS_DATA_##id = !!((evflags) & (EF_READS_FROM_FD | EF_WRITES_TO_FD)),
#define P(ev, pname, type, fmt, aux)
#define END(id)
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
};

#define COL_OF(size) ((size) == 1 ? COL_U8 : (size) == 2 ? COL_U16 :	\
	(size) == 4 ? COL_U32 : (size) == 8 ? COL_U64 : COL_BYTES)
#define IS_TEXT(pt) ((pt) == PT_CHARBUF || (pt) == PT_FSPATH || (pt) == PT_FSRELPATH)
#define FLAGS_OF(pt, element, has_data)					\
	(((pt) == PT_BYTEBUF && (has_data) ? COLF_PAYLOAD : 0) |	\
	 ((int)(element) == (int)SIGNED ? COLF_SIGNED : 0) |			\
	 (IS_TEXT(pt) ? COLF_TEXT : 0) | ((pt) == PT_ABSTIME ? COLF_TIME : 0))

/* A leading dummy keeps events without parameters legal C. */
#define EVENT(id, num, evname, cat, src, evflags, fd)			\
	static const struct column cols_##id[] = { { 0 },
#define P(ev, pname, ptype, fmt, aux)					\
	{ #pname, COL_OF(SIZE_##ptype),					\
	  FLAGS_OF(PT_##ptype, ELEMENT_##ptype, HAS_DATA_##ev) },
#define END(id) };
#include "schema/events.def"
#undef EVENT
#undef P
#undef END

static const struct kind canonical[EV_COUNT] = {
#define EVENT(num_id, num, evname, cat, src, evflags, fd)		\
	[EV_##num_id] = { .id = KIND_CANONICAL + num, .ncols = EV_##num_id##_NPARAMS, \
			  .name = evname, .cols = cols_##num_id + 1 },
#define P(ev, pname, type, fmt, aux)
#define END(id)
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
};

#define COL_U8_SNAP	COL_U8, 0
#define COL_U16_SNAP	COL_U16, 0
#define COL_U32_SNAP	COL_U32, 0
#define COL_U64_SNAP	COL_U64, 0
#define COL_I64_SNAP	COL_U64, COLF_SIGNED
#define COL_BOOL_SNAP	COL_U8, 0
#define COL_STR_SNAP	COL_BYTES, COLF_TEXT
#define COL_ADDR_SNAP	COL_BYTES, 0

#define SNAPKIND(ID, member, kname) static const struct column cols_snap_##ID[] = {
#define S(member, field, type) { #field, COL_##type##_SNAP },
#define ENDSNAP(ID) };
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP

static const struct kind snapshot[SNAP_KIND_COUNT] = {
#define SNAPKIND(ID, member, kname)					\
	[SNAP_##ID] = { .id = KIND_SNAP + SNAP_##ID, .name = kname,	\
			.ncols = ARRAY_SIZE(cols_snap_##ID), .cols = cols_snap_##ID },
#define S(member, field, type)
#define ENDSNAP(ID)
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP
};

const struct kind *kind_of(uint16_t id)
{
	const struct kind *raw;
	size_t n, lo, hi, mid;

	if (id < EV_COUNT)
		return canonical[id].name ? &canonical[id] : NULL;
	if (id < KIND_SNAP)
		return NULL;
	if (id < KIND_RAW_SYSCALL)
		return id - KIND_SNAP < SNAP_KIND_COUNT ? &snapshot[id - KIND_SNAP] : NULL;
	raw = raw_kinds(&n);
	for (lo = 0, hi = n; lo < hi; ) {
		mid = lo + (hi - lo) / 2;
		if (raw[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && raw[lo].id == id ? &raw[lo] : NULL;
}

const struct kind *kind_next(const struct kind *after)
{
	unsigned id = after ? after->id + 1u : 0;
	const struct kind *raw;
	size_t n, i;

	for (; id < KIND_SNAP + SNAP_KIND_COUNT; id++)
		if (kind_of((uint16_t)id))
			return kind_of((uint16_t)id);
	raw = raw_kinds(&n);
	for (i = 0; i < n; i++)
		if (raw[i].id >= id)
			return &raw[i];
	return NULL;
}

uint32_t coltype_size(unsigned type)
{
	static const uint8_t sizes[COL_TYPE_COUNT] = {
		[COL_U8] = 1, [COL_U16] = 2, [COL_U32] = 4, [COL_U64] = 8,
	};

	return type < COL_TYPE_COUNT ? sizes[type] : 0;
}

void row_of_event(struct row *r, struct event *ev)
{
	unsigned i;

	event_params(ev);
	r->ts = ev->ts;
	r->tid = ev->tid;
	r->seq = 0;
	r->cpu = ev->cpu;
	r->flags = ev->flags;
	r->kind = &canonical[ev->type];
	r->ncols = ev->nparams < r->kind->ncols ? ev->nparams : (uint8_t)r->kind->ncols;
	for (i = 0; i < r->ncols; i++)
		r->col[i] = ev->param[i];
}

void event_of_row(struct event *ev, const struct row *r)
{
	unsigned i, n = r->ncols < EV_PARAMS_MAX ? r->ncols : EV_PARAMS_MAX;

	ev->ts = r->ts;
	ev->tid = r->tid;
	ev->cpu = r->cpu;
	ev->flags = r->flags;
	ev->type = r->kind->id - KIND_CANONICAL;
	ev->info = evinfo_of(ev->type);
	ev->nparams = (uint8_t)n;
	for (i = 0; i < n; i++)
		ev->param[i] = r->col[i];
}
