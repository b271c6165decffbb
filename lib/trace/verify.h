/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a trace as it was written?  Every block is checked: bytes against their
 * checksums, digests against the chain, numbers, contents, SEAL and TRAILER.
 */
#ifndef LIB_TRACE_VERIFY_H
#define LIB_TRACE_VERIFY_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/trace/input.h"
#include "lib/trace/seal.h"

enum breach_kind {
	BREACH_BYTES,		/* a checksum does not agree */
	BREACH_CHAIN,		/* the digest does not continue the block before */
	BREACH_MISSING,		/* blocks are not there */
	BREACH_CONTENT,		/* whole, but not what such a block must hold */
	BREACH_VERSION,		/* written by a newer version */
	BREACH_SEAL,		/* SEAL, its signature or TRAILER disagree */
	BREACH_KEY,		/* not signed by the key asked for */
	BREACH_CUT,		/* ends before its end */
	BREACH_ORDER,		/* a block or events where they may not stand */
	BREACH_KINDS
};

struct breach {
	enum breach_kind kind;
	uint64_t block;			/* number in its segment, expected */
	uint8_t type;			/* 0: not known */
	uint64_t offset, length;	/* in the file */
	/* Between which events and times: exact with an INDEX, else between
	 * the whole blocks around it.  0: open. */
	uint64_t from_ts, to_ts, from_num, to_num;
	const char *text;		/* a sentence, static */
};

#define BREACHES_MAX 1000
#define SIGNERS_MAX 64

/* A key that signed segments of the trace. */
struct signer {
	uint8_t public_key[SEAL_PUBLIC];
	uint64_t segments;
};

struct verify_report {
	struct breach *v;		/* in file order, at most BREACHES_MAX */
	size_t n, cap;
	uint64_t breaches;		/* all */
	uint64_t of_kind[BREACH_KINDS];	/* of them */
	uint64_t blocks, events, segments;	/* whole ones */
	uint64_t first_ts, last_ts;
	/* Rows of segments that continue each other: more than one when files
	 * were put together, or a segment between is missing. */
	uint64_t recordings;
	uint64_t sealed, is_signed;	/* segments */
	struct signer signers[SIGNERS_MAX];	/* in the order they are met */
	unsigned nsigners;
	uint64_t more_signed;		/* segments, by keys that found no room there */
	uint8_t public_key[SEAL_PUBLIC];	/* of the last signed segment */
	uint8_t digest[VTR_DIGEST];	/* end of the chain */
	uint8_t (*seals)[VTR_DIGEST];	/* chains that were sealed: nseals of them, all different */
	size_t nseals;
	bool cut;
	uint64_t cut_at;
};

/*
 * Read in to its end (the caller releases it).  key: the public key every
 * segment must be signed with, or NULL.  0: intact; -E_VERIFY, or what
 * prevents reading (-E_EMPTY, -E_FOREIGN, -E_VERSION, -E_READ).
 */
int vtr_verify(struct input *in, const uint8_t key[SEAL_PUBLIC],
	       struct verify_report *r);
/* Somebody else vouches for the whole: breaches of kind BREACH_KEY are none. */
void verify_report_vouch(struct verify_report *r);
void verify_report_release(struct verify_report *r);

#endif
