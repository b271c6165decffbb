/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#define RAW_EXPAND
#define RAWNAME(n) , #n
#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/event/raw.h"
#include "lib/event/raw_tab.h"
#include "lib/event/raw_conv.h"

/* Items of M(…), as schema/raw.def writes them. */
#define S(n)		(RAW_SLOT + (n))
#define IT(id, s, aux, field) { CONV_##id, s, aux, field }
#define I64(s)		IT(I64, s, 0, NULL)
#define FD(s)		IT(FD, s, 0, NULL)
#define I32(s)		IT(I32, s, 0, NULL)
#define U8(s)		IT(U8, s, 0, NULL)
#define U16(s)		IT(U16, s, 0, NULL)
#define U32(s)		IT(U32, s, 0, NULL)
#define U64(s)		IT(U64, s, 0, NULL)
#define UINT64(s)	IT(UINT64, s, 0, NULL)
#define ZERO8(s)	IT(ZERO8, s, 0, NULL)
#define ZERO32(s)	IT(ZERO32, s, 0, NULL)
#define MASK32(s, m)	IT(MASK32, s, m, NULL)
#define MODE(s)		IT(MODE, s, 0, NULL)
#define TXT(s)		IT(TXT, s, 0, NULL)
#define OKTXT(s)	IT(OKTXT, s, 0, NULL)
#define BYT(s)		IT(BYT, s, 0, NULL)
#define MEM16(s, o)	IT(MEM16, s, o, NULL)
#define MEM32(s, o)	IT(MEM32, s, o, NULL)
#define MEM64(s, o)	IT(MEM64, s, o, NULL)
#define FIELD32(s, f)	IT(FIELD32, s, 0, #f)
#define FIELD64(s, f)	IT(FIELD64, s, 0, #f)
#define TASKF(s, f)	IT(TASKF, s, 0, #f)
#define TASKF32(s, f)	IT(FIELD32, s, 0, #f)
#define TASKF64(s, f)	IT(FIELD64, s, 0, #f)
#define DEV(s)		IT(DEV, s, 0, "dev")
#define LAYER(s)	IT(LAYER, s, 0, "layer")
#define ARGV0(s)	IT(ARGV0, s, 0, NULL)
#define ARGVN(s)	IT(ARGVN, s, 0, NULL)
#define CGRP(s)		IT(CGRP, s, 0, NULL)
#define CLONEFL(s)	IT(CLONEFL, s, 0, NULL)
#define CLONE3FL(s)	IT(CLONE3FL, s, 0, NULL)
#define CLONENS(s)	IT(CLONENS, s, 0, NULL)
#define CHILDFL(s)	IT(CHILDFL, s, 0, NULL)
#define EXEFLAGS(s)	IT(EXEFLAGS, s, 0, NULL)
#define EXITSTATUS(s)	IT(EXITSTATUS, s, 0, NULL)
#define EXITRET(s)	IT(EXITRET, s, 0, NULL)
#define EXITSIG(s)	IT(EXITSIG, s, 0, NULL)
#define EXITCORE(s)	IT(EXITCORE, s, 0, NULL)
#define EXITREAPER(s)	IT(EXITREAPER, s, 0, NULL)
#define OPENFL(s)	IT(OPENFL, s, 0, NULL)
#define OPENMODE(s)	IT(OPENMODE, s, 0, NULL)
#define OPENBITS(s)	IT(OPENBITS, s, 0, NULL)
#define OPENBITS16(s)	IT(OPENBITS16, s, 0, NULL)
#define HANDLEFL(s)	IT(HANDLEFL, s, 0, NULL)
#define HOWFL(s)	IT(HOWFL, s, 0, NULL)
#define HOWMODE(s)	IT(HOWMODE, s, 0, NULL)
#define HOWRES(s)	IT(HOWRES, s, 0, NULL)
#define IFMODE(s)	IT(IFMODE, s, 0, NULL)
#define CHOWNATFL(s)	IT(CHOWNATFL, s, 0, NULL)
#define MOUNTFL(s)	IT(MOUNTFL, s, 0, NULL)
#define FSBYTES(s)	IT(FSBYTES, s, 0, NULL)
#define FSTEXT(s)	IT(FSTEXT, s, 0, NULL)
#define FCNTL(s)	IT(FCNTL, s, 0, NULL)
#define FDPAIR(s, o)	IT(FDPAIR, s, o, NULL)
#define EPOLLFL(s)	IT(EPOLLFL, s, 0, NULL)
#define PIDFDFL(s)	IT(PIDFDFL, s, 0, NULL)
#define URINGFL(s)	IT(URINGFL, s, 0, NULL)
#define URINGFEAT(s)	IT(URINGFEAT, s, 0, NULL)
#define IOVLEN(s)	IT(IOVLEN, s, 0, NULL)
#define MSGRES(s)	IT(MSGRES, s, 0, NULL)
#define SOCKFL(s)	IT(SOCKFL, s, 0, NULL)
#define ADDR(s)		IT(ADDR, s, 0, NULL)
#define TUPLEOUT(s)	IT(TUPLEOUT, s, 0, NULL)
#define TUPLEIN(s)	IT(TUPLEIN, s, 0, NULL)
#define QPCT(s)		IT(QPCT, s, 0, NULL)
#define SOLEVEL(s)	IT(SOLEVEL, s, 0, NULL)
#define SONAME(s)	IT(SONAME, s, 0, NULL)
#define SOVAL(s)	IT(SOVAL, s, 0, NULL)
#define NSFL(s)		IT(NSFL, s, 0, NULL)
#define PRCTLSTR(s)	IT(PRCTLSTR, s, 0, NULL)
#define PRCTLINT(s)	IT(PRCTLINT, s, 0, NULL)
#define PTADDR(s)	IT(PTADDR, s, 0, NULL)
#define PTDATA(s)	IT(PTDATA, s, 0, NULL)
#define PTREQ(s)	IT(PTREQ, s, 0, NULL)
#define KEYARG(s, n)	IT(KEYARG, s, n, NULL)
#define DELMODFL(s)	IT(DELMODFL, s, 0, NULL)
#define RLIM(s, o)	IT(RLIM, s, o, NULL)
#define RESOURCE(s)	IT(RESOURCE, s, 0, NULL)
#define PROT(s)		IT(PROT, s, 0, NULL)
#define MMAPFL(s)	IT(MMAPFL, s, 0, NULL)
#define POLLFDS(s)	IT(POLLFDS, s, 0, NULL)
#define TIMESPEC(s)	IT(TIMESPEC, s, 0, NULL)
#define SEMFL(s, o)	IT(SEMFL, s, o, NULL)
#define SEMGETFL(s)	IT(SEMGETFL, s, 0, NULL)
#define SEMCMD(s)	IT(SEMCMD, s, 0, NULL)
#define SEMVAL(s)	IT(SEMVAL, s, 0, NULL)
#define QFILE(s)	IT(QFILE, s, 0, NULL)
#define QDQB(s, o)	IT(QDQB, s, o, NULL)
#define QTIME(s, o)	IT(QTIME, s, o, NULL)
#define QINFO(s, o)	IT(QINFO, s, o, NULL)
#define QINFOFL(s)	IT(QINFOFL, s, 0, NULL)
#define QFMTOUT(s)	IT(QFMTOUT, s, 0, NULL)
#define QCMD(s)		IT(QCMD, s, 0, NULL)
#define QTYPE(s)	IT(QTYPE, s, 0, NULL)
#define QID(s)		IT(QID, s, 0, NULL)
#define QFMT(s)		IT(QFMT, s, 0, NULL)
#define REDIRECTED(s, p) IT(REDIRECTED, s, p, NULL)
#define CUT(s)		IT(CUT, s, 0, NULL)
#define SQEFL(s)	IT(SQEFL, s, 0, "flags")
#define M(...)		{ __VA_ARGS__ }

/* The rows' parts, then the rows. */
#define RAW(sc, name, ev, nargs, cls, cond, f, m) \
	static const struct rawslot slots_##name[] = f; \
	static const struct rawmake makes_##name[] = m; \
	_Static_assert(ARRAY_SIZE(slots_##name) <= REC_OPS_MAX, #name); \
	_Static_assert(ARRAY_SIZE(makes_##name) == EV_##ev##_NPARAMS, #name);
#define TRACE(n, name, cls, f, m) \
	static const struct rawslot tslots_##name[] = f; \
	static const struct rawmake tmakes_##name[] = m; \
	_Static_assert(ARRAY_SIZE(tslots_##name) <= REC_OPS_MAX, #name);
#include "schema/raw.def"
#undef RAW
#undef TRACE
_Static_assert(ARRAY_SIZE(tmakes_process_fork) == EV_SYSCALL_CLONE_20_X_NPARAMS, "fork");
_Static_assert(ARRAY_SIZE(tmakes_process_exec) == EV_SYSCALL_EXECVE_19_X_NPARAMS, "exec");
_Static_assert(ARRAY_SIZE(tmakes_io_uring_submit) == EV_IO_URING_SUBMIT_X_NPARAMS, "io_uring");
_Static_assert(ARRAY_SIZE(tmakes_process_exit) == EV_PROCEXIT_1_E_NPARAMS, "exit");

static const struct rawinfo syscalls[SYSCALL_SC_MAX] = {
#define RAW_ROW(sc, sname, ev, args, class, carg, cmask) \
	[sc] = { .name = #sname, .slots = slots_##sname, .makes = makes_##sname, \
		 .event = EV_##ev, .cls = class, .nargs = args, \
		 .nslots = ARRAY_SIZE(slots_##sname), .nmakes = ARRAY_SIZE(makes_##sname), \
		 .condarg = carg, .condmask = cmask },
#define RAW_ROW_(...) RAW_ROW(__VA_ARGS__)
#define RAW(sc, name, ev, nargs, cls, cond, f, m) RAW_ROW_(sc, name, ev, nargs, cls, cond)
#define TRACE(n, name, cls, f, m)
#include "schema/raw.def"
#undef RAW
#undef TRACE
};

static const struct rawinfo tracepoints[REC_TP_COUNT] = {
#define RAW(sc, name, ev, nargs, cls, cond, f, m)
#define TRACE(n, sname, class, f, m) \
	[n] = { .name = #sname, .slots = tslots_##sname, .makes = tmakes_##sname, \
		.cls = class, .nslots = ARRAY_SIZE(tslots_##sname), \
		.nmakes = ARRAY_SIZE(tmakes_##sname) },
#include "schema/raw.def"
#undef RAW
#undef TRACE
};

/* A call without a row: number, arguments and return value. */
static const struct rawinfo generic = {
	.name = "generic", .event = EV_GENERIC_X, .cls = RC_OTHER, .nargs = 6,
};

const struct rawinfo *rawinfo_syscall(unsigned sc)
{
	if (!scinfo_of(sc) || sc >= SYSCALL_SC_MAX)
		return NULL;
	return syscalls[sc].name ? &syscalls[sc] : &generic;
}

const struct rawinfo *rawinfo_tracepoint(unsigned tp)
{
	return tp < REC_TP_COUNT ? &tracepoints[tp] : NULL;
}

/* What an operation yields. */
struct rawfield {
	const char *name;
	uint8_t type, flags;		/* as struct column */
	uint8_t off, size;
};

#define RSTRUCT(id) static const struct rawfield fields_##id[] = {
#define RF(id, ftype, fname, fflags) RF_##ftype(id, fname, fflags)
#define RF_ANY(id, n, fl, type) \
	{ #n, type, fl, offsetof(struct rec_##id, n), sizeof(((struct rec_##id *)0)->n) },
#define RF_U8(id, n, fl) RF_ANY(id, n, fl, COL_U8)
#define RF_U16(id, n, fl) RF_ANY(id, n, fl, COL_U16)
#define RF_U32(id, n, fl) RF_ANY(id, n, fl, COL_U32)
#define RF_U64(id, n, fl) RF_ANY(id, n, fl, COL_U64)
#define RF_B16(id, n, fl) RF_ANY(id, n, fl, COL_BYTES)
#define REND(id) };
#include "schema/rawstruct.def"
#undef RSTRUCT
#undef RF
#undef REND
static const struct rawfield fields_none[] = {};
struct rec_none {};

static const struct rawyield {
	const struct rawfield *fields;
	uint8_t nfields, fixed, tail, flags;
} yields[ROP_COUNT] = {
#define ROP(id, fix, tl, fl) \
	[ROP_##id] = { fields_##fix, ARRAY_SIZE(fields_##fix), \
		       sizeof(struct rec_##fix), tl, fl },
#include "schema/rawops.def"
#undef ROP
};

unsigned rawop_fixed(unsigned op)
{
	return op < ROP_COUNT ? yields[op].fixed : 0;
}

/* Kinds are made once, from the tables above. */
static struct rawkind *kinds_syscall[SYSCALL_SC_MAX], *kinds_tp[REC_TP_COUNT];
static struct kind kinds_list[SYSCALL_SC_MAX + REC_TP_COUNT];
static size_t kinds_n;
static pthread_once_t kinds_once = PTHREAD_ONCE_INIT;

static void add_column(struct rawkind *k, struct column *cols, const char *slot,
		       const char *field, unsigned type, unsigned flags)
{
	struct column *c = &cols[k->kind.ncols++];
	char *name;

	if (k->kind.ncols > KIND_COLUMNS_MAX)
		abort();		/* a row of raw.def is too wide */
	name = xmalloc(strlen(slot) + (field ? strlen(field) + 1 : 0) + 1);
	memcpy(name, slot, strlen(slot) + 1);
	if (field) {
		name[strlen(slot)] = '_';
		memcpy(name + strlen(slot) + 1, field, strlen(field) + 1);
	}
	*c = (struct column){ name, (uint8_t)type, (uint8_t)flags };
}

static void add_slot(struct rawkind *k, struct column *cols, unsigned n)
{
	const struct rawslot *s = &k->info->slots[n];
	const struct rawyield *y = &yields[s->op];
	unsigned i;

	k->slotcol[n] = (uint8_t)k->kind.ncols;
	for (i = 0; i < y->nfields; i++)
		add_column(k, cols, s->name, y->fields[i].name,
			   y->fields[i].type, y->fields[i].flags);
	if (!y->tail)
		return;
	k->tailcol[n] = (uint8_t)k->kind.ncols;
	add_column(k, cols, s->name, NULL, COL_BYTES, y->flags);
}

/* Column of field `name` of slot n. */
static unsigned field_column(const struct rawkind *k, unsigned n, const char *name)
{
	const struct rawyield *y = &yields[k->info->slots[n].op];
	unsigned i;

	for (i = 0; i < y->nfields; i++)
		if (!strcmp(y->fields[i].name, name))
			return k->slotcol[n] + i;
	abort();			/* raw.def names no such field */
}

/* Conversions that take the low bytes of a little-endian number. */
static uint8_t bytes_as_is(unsigned conv)
{
	switch (conv) {
	case CONV_I64:
	case CONV_U64:
	case CONV_FD:			/* where that is its sign's extension */
		return 8;
	case CONV_I32:
	case CONV_U32:
		return 4;
	case CONV_U16:
		return 2;
	case CONV_U8:
		return 1;
	default:
		return 0;
	}
}

static void resolve_makes(struct rawkind *k)
{
	const struct rawmake *m;
	unsigned i, n;

	for (i = 0; i < k->info->nmakes; i++) {
		m = &k->info->makes[i];
		if (m->src < RAW_SLOT) {
			k->makecol[i] = (uint8_t)(m->src == RET ? RAWCOL_RET
						  : RAWCOL_ARGS + m->src);
			k->asis[i] = bytes_as_is(m->conv);
			continue;
		}
		n = m->src - RAW_SLOT;
		k->makecol[i] = (uint8_t)(m->field ? field_column(k, n, m->field)
				: k->tailcol[n] ? k->tailcol[n] : k->slotcol[n]);
	}
}

static struct rawkind *make_kind(uint16_t id, const char *name,
				 const struct rawinfo *info, unsigned nargs)
{
	static const char *const args[] = { "a0", "a1", "a2", "a3", "a4", "a5" };
	struct column *cols = xcalloc(KIND_COLUMNS_MAX + 1, sizeof(*cols));
	struct rawkind *k = xcalloc(1, sizeof(*k));
	unsigned i;

	k->info = info;
	k->kind = (struct kind){ .id = id, .name = name, .cols = cols };
	add_column(k, cols, "pid", NULL, COL_U32, 0);
	add_column(k, cols, "ret", NULL, COL_U64, COLF_SIGNED);
	add_column(k, cols, "rflags", NULL, COL_U16, 0);
	add_column(k, cols, "nr", NULL, COL_U16, 0);
	for (i = 0; i < nargs; i++)
		add_column(k, cols, args[i], NULL, COL_U64, 0);
	for (i = 0; i < info->nslots; i++)
		add_slot(k, cols, i);
	resolve_makes(k);
	kinds_list[kinds_n++] = k->kind;
	return k;
}

static void make_kinds(void)
{
	const struct scinfo *sc;
	unsigned i;

	for (i = 0; i < sctab_n && i < SYSCALL_SC_MAX; i++) {
		sc = scinfo_of(i);
		if (sc)
			kinds_syscall[i] = make_kind((uint16_t)(KIND_RAW_SYSCALL + i),
						     sc->name, rawinfo_syscall(i),
						     rawinfo_syscall(i)->nargs);
	}
	/* fork tells its parent's arguments; the others have none */
	for (i = 0; i < REC_TP_COUNT; i++)
		kinds_tp[i] = make_kind((uint16_t)(KIND_RAW_TRACEPOINT + i),
					tracepoints[i].name, &tracepoints[i],
					i == REC_TP_FORK ? 6 : 0);
}

const struct rawkind *rawkind_of(uint16_t id)
{
	unsigned n;

	pthread_once(&kinds_once, make_kinds);
	if (id >= KIND_RAW_TRACEPOINT) {
		n = id - KIND_RAW_TRACEPOINT;
		return n < REC_TP_COUNT ? kinds_tp[n] : NULL;
	}
	n = id - KIND_RAW_SYSCALL;
	return id >= KIND_RAW_SYSCALL && n < SYSCALL_SC_MAX ? kinds_syscall[n] : NULL;
}

const struct kind *raw_kinds(size_t *n)
{
	pthread_once(&kinds_once, make_kinds);
	*n = kinds_n;
	return kinds_list;
}

/* One attachment's bytes into the columns of its slot. */
static int row_attach(struct row *r, const struct rawkind *k,
		      const struct rec_att *att, const uint8_t *p)
{
	const struct rawyield *y;
	unsigned i, col;

	if (att->slot >= k->info->nslots)
		return -E_DAMAGED;
	if (att->flags & (REC_FAULT | REC_SHED) && !att->len)
		return 0;
	y = &yields[k->info->slots[att->slot].op];
	if (att->len < y->fixed || (att->len > y->fixed && !y->tail))
		return att->len ? -E_DAMAGED : 0;
	col = k->slotcol[att->slot];
	for (i = 0; i < y->nfields; i++)
		r->col[col + i] = (struct param){ p + y->fields[i].off, y->fields[i].size };
	if (y->tail)
		r->col[k->tailcol[att->slot]] =
			(struct param){ p + y->fixed, att->len - y->fixed };
	return 0;
}

int raw_row_of_record(struct row *r, const void *rec, size_t len, int64_t offset)
{
	const struct rec_hdr *h = rec;
	const uint8_t *p = rec;
	const struct rawkind *k;
	struct rec_att att;
	size_t pos = sizeof(*h);
	unsigned i, nargs;
	int prev = -1;

	if (len < sizeof(*h) || h->len != len || len > REC_MAX)
		return -E_DAMAGED;
	k = rawkind_of(h->kind);
	if (!k)
		return -E_DAMAGED;
	r->ts = h->ts + (uint64_t)offset;
	r->tid = h->tid;
	r->seq = h->seq;
	r->cpu = h->cpu;
	r->flags = h->flags & REC_CUT ? EVF_TRUNCATED : 0;
	r->kind = &k->kind;
	r->ncols = (uint8_t)k->kind.ncols;
	memset(r->col, 0, k->kind.ncols * sizeof(r->col[0]));
	r->col[RAWCOL_PID] = (struct param){ (const uint8_t *)&h->pid, 4 };
	r->col[RAWCOL_RET] = (struct param){ (const uint8_t *)&h->ret, 8 };
	r->col[RAWCOL_FLAGS] = (struct param){ (const uint8_t *)&h->flags, 2 };
	r->col[RAWCOL_NR] = (struct param){ (const uint8_t *)&h->nr, 2 };
	nargs = h->kind == KIND_RAW_TRACEPOINT + REC_TP_FORK ? 6 : k->info->nargs;
	for (i = 0; i < nargs; i++)
		r->col[RAWCOL_ARGS + i] = (struct param){ (const uint8_t *)&h->arg[i], 8 };
	while (pos < len) {
		if (len - pos < sizeof(att))
			return -E_DAMAGED;
		memcpy(&att, p + pos, sizeof(att));
		pos += sizeof(att);
		if (len - pos < att.len || (int)att.slot <= prev ||
		    row_attach(r, k, &att, p + pos))
			return -E_DAMAGED;
		prev = att.slot;
		pos += att.len;
	}
	return 0;
}
