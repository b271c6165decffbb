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
/* 0, or the error of reading, or -E_FOREIGN for a file that is none, or no
 * regular file: it is found by its name, nobody named a pipe to wait for. */
int sigfile_read(const char *path, struct sigfile *s, struct diag *d);

/*
 * The digest of a trace, of the bytes as they are read: a file opened once
 * more by its name could be another one by then.
 */
struct sigfile_digest;
struct sigfile_digest *sigfile_digest_new(void);	/* NULL: the library cannot start */
void sigfile_digest_add(void *digest, const void *p, size_t len);
/* Was it made by its key over all that was added?  Nothing can be added then. */
bool sigfile_check(const struct sigfile *s, struct sigfile_digest *digest);
void sigfile_digest_free(struct sigfile_digest *digest);

#endif
