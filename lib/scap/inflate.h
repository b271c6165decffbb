/* SPDX-License-Identifier: Apache-2.0 */
/* gzip members as a stream; the one user of isa-l. */
#ifndef LIB_SCAP_INFLATE_H
#define LIB_SCAP_INFLATE_H

#include "lib/base/compat.h"

struct inflater;

enum inflate_step {
	INFLATE_MORE_IN,	/* all input taken */
	INFLATE_FULL,		/* out is full */
	INFLATE_MEMBER_END,	/* a member ended and its checksum was right */
	INFLATE_BAD,		/* see inflater_why(); what came out is good */
};

struct inflater *inflater_new(void);
void inflater_free(struct inflater *z);		/* NULL is fine */
/* Ready for the next member. */
void inflater_reset(struct inflater *z);
/*
 * Inflate *in_len bytes at *in into out; both are advanced over what was
 * taken, *out_len gets what came out.
 */
enum inflate_step inflater_run(struct inflater *z, const uint8_t **in, size_t *in_len,
				uint8_t *out, size_t cap, size_t *out_len);
/* What INFLATE_BAD meant. */
const char *inflater_why(const struct inflater *z);

#endif
