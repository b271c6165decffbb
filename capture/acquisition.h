/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose recording it is and by what it was made: case, operator and reason as
 * given, the digest of the recorder itself, and the key the seal is signed with.
 */
#ifndef CAPTURE_ACQUISITION_H
#define CAPTURE_ACQUISITION_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/digest.h"
#include "lib/base/opt.h"
#include "lib/trace/meta.h"
#include "lib/trace/seal.h"

struct acquisition_opts {
	const char *case_id, *operator, *reason;	/* or NULL */
	const char *sign;		/* file of the secret key, or NULL */
};
#define ACQUISITION_OPTS(a)						\
	OPT_HEADING("Whose recording it is"),				\
	OPT_STR(0, "case", "ID", &(a).case_id, "the case it belongs to"), \
	OPT_STR(0, "operator", "NAME", &(a).operator, "who records"),	\
	OPT_STR(0, "reason", "TEXT", &(a).reason, "why"),		\
	OPT_STR(0, "sign", "KEY", &(a).sign, "seal the recording with this secret key")

struct acquisition {
	const struct acquisition_opts *o;
	char recorder[DIGEST_HEX];	/* "": not readable */
	uint8_t key[SEAL_SECRET];
};

/* While the privileges are there: reads the key and the recorder's own file.
 * 0, or an error told in d. */
int acquisition_open(struct acquisition *a, const struct acquisition_opts *o,
		     struct diag *d);
void acquisition_describe(const struct acquisition *a, struct vtr_meta *m);
/* The secret key, or NULL: unsigned.  Good until acquisition_close(). */
const uint8_t *acquisition_key(const struct acquisition *a);
void acquisition_close(struct acquisition *a);

#endif
