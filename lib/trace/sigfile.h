/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature that stands in a file of its own, made when the trace is there
 * already: by whoever collects it, or by one witness more.  It covers every
 * byte of the trace, so it holds for one that is cut or was never sealed too.
 *
 * The file is text: "vestige signature 1", and a line of hex: the Ed25519
 * public key (32 bytes) and the signature (64).  Signed are the 25 bytes
 * "vestige file signature 1" with its NUL, the length of the trace (u64,
 * little-endian) and the BLAKE2b-256 of it (`b2sum -l 256`).
 */
#ifndef LIB_TRACE_SIGFILE_H
#define LIB_TRACE_SIGFILE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/trace/seal.h"

#define SIGFILE_SUFFIX ".sig"

struct sigfile {
	uint8_t public_key[SEAL_PUBLIC];
	uint8_t signature[SEAL_SIGNATURE];
};

/* The text of the signature file of `trace`; 0, or an error told in d. */
int sigfile_make(const char *trace, const uint8_t secret[SEAL_SECRET],
		 struct buf *text, struct diag *d);
/* 0, or the error of reading, or -E_FOREIGN for a file that is none. */
int sigfile_read(const char *path, struct sigfile *s, struct diag *d);
/* 0: made by its key over these bytes; -E_VERIFY: not (nothing told); else
 * the error of reading `trace`. */
int sigfile_check(const struct sigfile *s, const char *trace, struct diag *d);

#endif
