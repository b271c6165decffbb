/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEAL: the end of the digest chain, with an Ed25519 signature when a key was
 * given; and the key files of `vestige keygen`.
 */
#ifndef LIB_TRACE_SEAL_H
#define LIB_TRACE_SEAL_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/block.h"

enum { SEAL_SECRET = 64, SEAL_PUBLIC = 32, SEAL_SIGNATURE = 64 };

struct seal {
	uint64_t blocks, events;	/* before the SEAL */
	uint8_t digest[VTR_DIGEST];	/* of the last of them */
	bool is_signed;
	uint8_t public_key[SEAL_PUBLIC];
	uint8_t signature[SEAL_SIGNATURE];
};

/* The body of a SEAL that follows `chain`; secret NULL: unsigned. */
void seal_make(struct buf *out, const struct chain *chain, uint64_t events,
	       const uint8_t secret[SEAL_SECRET]);
bool seal_unpack(struct seal *s, const void *p, size_t len);
/* Is there nothing in the body that the seal does not cover? */
bool seal_is_exact(const struct seal *s, const void *body, size_t len);
/* Is the signature that of its public key over this seal? */
bool seal_signature_ok(const struct seal *s, const void *body, size_t len);
void seal_wipe(uint8_t secret[SEAL_SECRET]);

#endif
