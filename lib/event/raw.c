/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/event/raw.h"
#include "lib/event/raw_conv.h"

#define NR_FOREIGN	0x3fff	/* a number without x32's mark */

struct rawdec {
	struct rawctx ctx;
	struct row row;			/* of rawdec_event(), borrowed columns */
	struct columns cols;		/* its columns */
	uint8_t scratch[RAW_SCRATCH];
};

static rawconv_fn *const convs[CONV_COUNT] = {
#define CONV(id) [CONV_##id] = conv_##id,
	RAW_CONVS(CONV)
#undef CONV
};

struct rawdec *rawdec_new(enum arch arch)
{
	struct rawdec *d = xcalloc(1, sizeof(*d));

	d->ctx = (struct rawctx){ .arch = arch, .buf = d->scratch, .cap = sizeof(d->scratch) };
	return d;
}

void rawdec_free(struct rawdec *d)
{
	free(d);
}

/* 32-bit x86 numbers to those of syscalls.def, plus one; 0: none. */
static const uint16_t sc_of_nr32[SYSCALL_NR_MAX] = {
#define SYSCALL32(nr, sc) [nr] = (sc) + 1,
#include "schema/syscalls32.def"
#undef SYSCALL32
};

bool raw_has_call(unsigned sc)
{
	unsigned i;

	for (i = 0; i < ARCH_COUNT; i++)
		if (sctab[sc].name && sctab[sc].nr[i] >= 0)
			return true;
	for (i = 0; i < SYSCALL_NR_MAX; i++)
		if (sc && sc_of_nr32[i] == sc + 1)
			return true;
	return false;
}

void raw_events(uint8_t *bitmap)
{
	static const uint16_t others[] = { EV_GENERIC_X, EV_PROCEXIT_1_E, EV_IO_URING_SUBMIT_X };
	unsigned i, ev;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		bitmap[others[i] / 8] |= (uint8_t)(1 << others[i] % 8);
	for (i = 1; i < sctab_n; i++) {
		ev = sctab[i].exit_event;
		if (raw_has_call(i))
			bitmap[ev / 8] |= (uint8_t)(1 << ev % 8);
	}
}

/* Which call a record of unknown number is: one of another ABI, perhaps. */
static unsigned foreign_sc(const struct rawctx *c, unsigned nr, unsigned flags)
{
	const struct scinfo *sc;

	if (c->arch != ARCH_X86_64 || nr >= SYSCALL_NR_MAX)
		return 0;
	if (flags & REC_X32) {
		sc = scinfo_native(c->arch, (int)nr);
		return sc ? (unsigned)(sc - sctab) : 0;
	}
	return flags & REC_COMPAT && sc_of_nr32[nr] ? sc_of_nr32[nr] - 1u : 0;
}

/* The call a kernel tracepoint happened in, as number of syscalls.def. */
static unsigned row_sc(const struct rawdec *d, const struct row *r)
{
	const struct param *nr = &r->col[RAWCOL_NR];
	const struct param *fl = &r->col[RAWCOL_FLAGS];
	unsigned flags = fl->len == 2 ? le16(fl->p) & (REC_COMPAT | REC_X32) : 0;
	const struct scinfo *sc;

	if (nr->len != 2)
		return 0;
	if (flags)
		return foreign_sc(&d->ctx, le16(nr->p) & NR_FOREIGN, flags);
	sc = scinfo_native(d->ctx.arch, (int16_t)le16(nr->p));
	return sc ? (unsigned)(sc - sctab) : 0;
}

/* Which event a kernel tracepoint's record is. */
static unsigned tp_event(const struct rawdec *d, const struct row *r, unsigned tp)
{
	const struct scinfo *sc = scinfo_of(row_sc(d, r));
	unsigned ev = sc ? sc->exit_event : 0;

	switch (tp) {
	case REC_TP_FORK:
		if (ev == EV_SYSCALL_CLONE3_X || ev == EV_SYSCALL_FORK_20_X ||
		    ev == EV_SYSCALL_VFORK_20_X)
			return ev;
		return EV_SYSCALL_CLONE_20_X;
	case REC_TP_EXEC:
		return ev == EV_SYSCALL_EXECVEAT_X ? ev : EV_SYSCALL_EXECVE_19_X;
	case REC_TP_URING:
		return EV_IO_URING_SUBMIT_X;
	default:
		return EV_PROCEXIT_1_E;
	}
}

/*
 * A generic event carries the call's numbers.  A native number goes out only
 * when nobody can take it for a call it is not.
 */
static void decode_generic(struct rawctx *c, struct event *ev)
{
	struct param nrcol = raw_col(c, RAWCOL_NR), fl = raw_col(c, RAWCOL_FLAGS);
	unsigned sc = (unsigned)c->kind->kind.id - KIND_RAW_SYSCALL;
	unsigned nr = nrcol.len == 2 ? le16(nrcol.p) : UINT16_MAX;
	unsigned flags = fl.len == 2 ? le16(fl.p) & (REC_COMPAT | REC_X32) : 0;

	if (!sc && flags) {
		nr &= NR_FOREIGN;
		sc = foreign_sc(c, nr, flags);
		if (!sc)
			nr = UINT16_MAX;
	}
	ev->nparams = 2;
	ev->param[0] = raw_put_u16(c, sc);
	ev->param[1] = raw_put_u16(c, nr);
}

static struct param make_param(struct rawctx *c, unsigned i)
{
	const struct rawkind *k = c->kind;
	const struct rawmake *m = &k->info->makes[i];
	struct param col;

	if (!k->asis[i])
		return convs[m->conv](c, m, i);
	col = raw_col(c, k->makecol[i]);
	if (LIKELY(col.len == 8) &&
	    (m->conv != CONV_FD || (int64_t)(int32_t)le64(col.p) == (int64_t)le64(col.p)))
		return (struct param){ col.p, k->asis[i] };
	return convs[m->conv](c, m, i);
}

void rawdec_params(struct rawdec *d, uint16_t kind, const struct columns *cols, struct event *ev,
		   uint64_t wanted)
{
	const struct rawkind *k = rawkind_of(kind);
	unsigned i, n = ev->info ? ev->info->nparams : 0;

	d->ctx.cols = cols;
	d->ctx.kind = k;
	if (!ev->have)
		d->ctx.used = 0;
	ev->nparams = (uint8_t)n;
	if (ev->type == EV_GENERIC_X) {
		decode_generic(&d->ctx, ev);
		return;
	}
	for (wanted &= ~ev->have & ((1ull << n) - 1); wanted; wanted &= wanted - 1) {
		i = (unsigned)__builtin_ctzll(wanted);
		ev->param[i] = i < k->info->nmakes ? make_param(&d->ctx, i) :
						     (struct param){ NULL, 0 };
	}
}

unsigned rawdec_type(uint16_t kind)
{
	const struct rawkind *k = rawkind_of(kind);

	if (!k)
		return 0;
	if (!k->info->event && kind == KIND_RAW_TRACEPOINT + REC_TP_EXIT)
		return EV_PROCEXIT_1_E;
	return k->info->event;
}

static void decode(struct event *ev, uint64_t wanted)
{
	struct rawdec *d = ev->decode_ctx;

	rawdec_params(d, d->row.kind->id, &d->cols, ev, wanted);
}

bool rawdec_event(struct rawdec *d, const struct row *r, struct event *ev)
{
	const struct rawkind *k = rawkind_of(r->kind->id);
	unsigned type;

	if (!k || r->kind->ncols < RAWCOL_ARGS)
		return false;
	type = k->info->event;
	d->row = *r;
	d->cols = (struct columns){ .plain = d->row.col };
	if (!type && r->kind->id >= KIND_RAW_TRACEPOINT)
		type = tp_event(d, r, r->kind->id - KIND_RAW_TRACEPOINT);
	*ev = (struct event){
		.ts = r->ts, .tid = r->tid, .info = evinfo_of(type),
		.type = (uint16_t)type, .cpu = r->cpu,
		.flags = (uint8_t)(r->flags | EVF_LAZY),
		.decode = decode, .decode_ctx = d,
	};
	return ev->info != NULL;
}
