/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files: one line that says what it is, one line of hex.  The public one
 * is what `vestige verify --key` takes.
 */
#ifndef LIB_TRACE_KEYFILE_H
#define LIB_TRACE_KEYFILE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/trace/seal.h"

/* A new pair as the text of its two files.  Wipe the secret text after use. */
int key_generate(struct buf *secret, struct buf *public_key);
/* 0, or the error of reading, or -E_FOREIGN for a file that is no such key. */
int key_read_secret(const char *path, uint8_t secret[SEAL_SECRET], struct diag *d);
int key_read_public(const char *path, uint8_t public_key[SEAL_PUBLIC], struct diag *d);

/*
 * Such files in general: `head`, a line that ends in a version ("... 1\n"), and
 * `len` bytes (at most KEYFILE_BYTES) in hex.  hint: where one comes from.
 * read_file: io_read_file or io_read_beside.
 */
enum { KEYFILE_BYTES = SEAL_PUBLIC + SEAL_SIGNATURE };
void keyfile_put(struct buf *out, const char *head, const void *bytes, size_t len);
int keyfile_read(int (*read_file)(const char *, size_t, struct buf *, struct diag *),
		 const char *path, const char *head, void *bytes, size_t len,
		 const char *hint, struct diag *d);

#endif
