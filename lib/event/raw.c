/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/event/raw.h"
#include "lib/event/raw_conv.h"

struct rawdec {
	struct rawctx ctx;
	struct row row;			/* the event being decoded, borrowed columns */
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

	d->ctx = (struct rawctx){ .row = &d->row, .arch = arch, .buf = d->scratch,
				  .cap = sizeof(d->scratch) };
	return d;
}

void rawdec_free(struct rawdec *d)
{
	free(d);
}

/* The call a kernel tracepoint happened in, as number of syscalls.def. */
static unsigned row_sc(const struct rawdec *d, const struct row *r)
{
	const struct param *nr = &r->col[RAWCOL_NR];
	const struct param *fl = &r->col[RAWCOL_FLAGS];
	const struct scinfo *sc;

	if (nr->len != 2 || (fl->len == 2 && le16(fl->p) & (REC_COMPAT | REC_X32)))
		return 0;
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

/* 32-bit x86 numbers to those of syscalls.def, plus one; 0: none. */
static const uint16_t sc_of_nr32[SYSCALL_NR_MAX] = {
#define SYSCALL32(nr, sc) [nr] = (sc) + 1,
#include "schema/syscalls32.def"
#undef SYSCALL32
};

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

/*
 * A generic event carries the call's numbers.  A native number goes out only
 * when nobody can take it for a call it is not.
 */
static void decode_generic(struct rawctx *c, struct event *ev, const struct row *r)
{
	const struct param *nrcol = &r->col[RAWCOL_NR], *fl = &r->col[RAWCOL_FLAGS];
	unsigned sc = (unsigned)r->kind->id - KIND_RAW_SYSCALL;
	unsigned nr = nrcol->len == 2 ? le16(nrcol->p) : UINT16_MAX;
	unsigned flags = fl->len == 2 ? le16(fl->p) & (REC_COMPAT | REC_X32) : 0;

	if (!sc && flags) {
		nr &= 0x3fff;		/* without x32's mark */
		sc = foreign_sc(c, nr, flags);
		if (!sc)
			nr = UINT16_MAX;
	}
	ev->nparams = 2;
	ev->param[0] = raw_put_u16(c, sc);
	ev->param[1] = raw_put_u16(c, nr);
}

static void decode(struct event *ev)
{
	struct rawdec *d = ev->decode_ctx;
	const struct rawinfo *info = d->ctx.kind->info;
	const struct rawmake *m;
	unsigned i;

	d->ctx.used = 0;
	ev->nparams = ev->info ? ev->info->nparams : 0;
	if (ev->type == EV_GENERIC_X) {
		decode_generic(&d->ctx, ev, &d->row);
		return;
	}
	for (i = 0; i < ev->nparams; i++) {
		m = &info->makes[i];
		ev->param[i] = i < info->nmakes ? convs[m->conv](&d->ctx, m, i)
						: (struct param){ NULL, 0 };
	}
}

bool rawdec_event(struct rawdec *d, const struct row *r, struct event *ev)
{
	const struct rawkind *k = rawkind_of(r->kind->id);
	unsigned type;

	if (!k || r->kind->ncols < RAWCOL_ARGS)
		return false;
	type = k->info->event;
	d->row = *r;
	if (!type && r->kind->id >= KIND_RAW_TRACEPOINT)
		type = tp_event(d, r, r->kind->id - KIND_RAW_TRACEPOINT);
	d->ctx.kind = k;
	*ev = (struct event){
		.ts = r->ts, .tid = r->tid, .info = evinfo_of(type),
		.type = (uint16_t)type, .cpu = r->cpu,
		.flags = (uint8_t)(r->flags | EVF_LAZY),
		.decode = decode, .decode_ctx = d,
	};
	return ev->info != NULL;
}
