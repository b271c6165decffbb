/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversions: from an argument, the return value or an attachment to a
 * parameter in wire encoding.  The names are those schema/raw.def uses.
 */
#ifndef LIB_EVENT_RAW_CONV_H
#define LIB_EVENT_RAW_CONV_H

#include "lib/event/raw.h"
#include "lib/event/raw_tab.h"

/* CONV(id): each is a function conv_<id>() of raw_conv*.c. */
#define RAW_CONVS(CONV) \
	CONV(I64) CONV(FD) CONV(I32) CONV(U8) CONV(U16) CONV(U32) CONV(U64) \
	CONV(UINT64) CONV(ZERO8) CONV(ZERO32) CONV(MASK32) CONV(MODE) \
	CONV(TXT) CONV(OKTXT) CONV(BYT) CONV(MEM16) CONV(MEM32) CONV(MEM64) \
	CONV(FIELD32) CONV(FIELD64) CONV(TASKF) CONV(DEV) CONV(LAYER) \
	CONV(ARGV0) CONV(ARGVN) CONV(CGRP) CONV(CLONEFL) CONV(CLONE3FL) \
	CONV(CLONENS) CONV(CHILDFL) CONV(EXEFLAGS) CONV(EXITSTATUS) \
	CONV(EXITRET) CONV(EXITSIG) CONV(EXITCORE) CONV(EXITREAPER) \
	CONV(OPENFL) CONV(OPENMODE) CONV(OPENBITS) CONV(OPENBITS16) \
	CONV(HANDLEFL) CONV(HOWFL) CONV(HOWMODE) CONV(HOWRES) CONV(IFMODE) \
	CONV(CHOWNATFL) CONV(MOUNTFL) CONV(FSBYTES) CONV(FSTEXT) CONV(FCNTL) \
	CONV(FDPAIR) CONV(EPOLLFL) CONV(PIDFDFL) CONV(URINGFL) CONV(URINGFEAT) \
	CONV(IOVLEN) CONV(MSGRES) CONV(SOCKFL) CONV(ADDR) CONV(TUPLEOUT) \
	CONV(TUPLEIN) CONV(QPCT) CONV(SOLEVEL) CONV(SONAME) CONV(SOVAL) \
	CONV(NSFL) CONV(PRCTLSTR) CONV(PRCTLINT) CONV(PTADDR) CONV(PTDATA) \
	CONV(PTREQ) CONV(KEYARG) CONV(DELMODFL) CONV(RLIM) CONV(RESOURCE) \
	CONV(PROT) CONV(MMAPFL) CONV(POLLFDS) CONV(TIMESPEC) CONV(SEMFL) \
	CONV(SEMGETFL) CONV(SEMCMD) CONV(SEMVAL) CONV(QFILE) CONV(QDQB) \
	CONV(QTIME) CONV(QINFO) CONV(QINFOFL) CONV(QFMTOUT) CONV(QCMD) \
	CONV(QTYPE) CONV(QID) CONV(QFMT) CONV(REDIRECTED) CONV(CUT) CONV(SQEFL)

enum rawconv {
	CONV_NONE,
#define CONV(id) CONV_##id,
	RAW_CONVS(CONV)
#undef CONV
	CONV_COUNT
};

/* What a conversion works with. */
struct rawctx {
	const struct columns *cols;	/* of the row */
	const struct rawkind *kind;
	enum arch arch;
	uint8_t *buf;			/* storage for made values */
	size_t used, cap;
};

/* cap of a rawctx: no event needs more. */
#define RAW_SCRATCH (64 * 1024)

typedef struct param rawconv_fn(struct rawctx *c, const struct rawmake *m, unsigned i);
#define CONV(id) rawconv_fn conv_##id;
RAW_CONVS(CONV)
#undef CONV

/* Column i of the row. */
static inline struct param raw_col(const struct rawctx *c, unsigned i)
{
	return column_value(c->cols, i);
}

/* Helpers the conversions share.  i is the parameter's index. */
struct param raw_put(struct rawctx *c, const void *p, size_t n);
struct param raw_put_u8(struct rawctx *c, uint64_t v);
struct param raw_put_u16(struct rawctx *c, uint64_t v);
struct param raw_put_u32(struct rawctx *c, uint64_t v);
struct param raw_put_u64(struct rawctx *c, uint64_t v);
/* The source of parameter i as a number: argument or return value. */
uint64_t raw_num(const struct rawctx *c, const struct rawmake *m);
int64_t raw_ret(const struct rawctx *c);
uint64_t raw_arg(const struct rawctx *c, unsigned n);
/* The variable bytes of the source slot; empty when missing. */
struct param raw_tail(const struct rawctx *c, const struct rawmake *m);
/* Fields of structured attachments by number: RFI_sock_family, … */
#define RSTRUCT(id) enum {
#define RF(id, type, name, flags) RFI_##id##_##name,
#define REND(id) };
#include "schema/rawstruct.def"
#undef RSTRUCT
#undef RF
#undef REND

/* A field of the source slot's fixed part; 0 when missing. */
uint64_t raw_field(const struct rawctx *c, const struct rawmake *m, unsigned field);
/* The column of that field, or an empty one. */
struct param raw_field_bytes(const struct rawctx *c, const struct rawmake *m,
			     unsigned field);

/* A number table, kernel's to the canonical one. */
struct rawmap { uint32_t from, to; };
uint32_t rawmap_bits(const struct rawmap *m, size_t n, uint64_t v);
uint32_t rawmap_enum(const struct rawmap *m, size_t n, uint64_t v, uint32_t dflt);

/* open(2) flags of that architecture as file_flags. */
uint32_t raw_open_flags(enum arch arch, uint64_t v);

#endif
