/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 as people compare it: 64 lower-case hexadecimal digits and a NUL. */
#ifndef LIB_BASE_DIGEST_H
#define LIB_BASE_DIGEST_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

#define DIGEST_HEX	65

void digest_bytes(struct str s, char hex[DIGEST_HEX]);
/*
 * Of a regular file's contents; *bytes gets its size.  False (and hex "")
 * when it cannot be read or is no regular file.
 */
bool digest_file(const char *path, char hex[DIGEST_HEX], uint64_t *bytes);
/* SHA-256 in base64, as content policies of web pages want it. */
#define DIGEST_BASE64	45
void digest_base64(struct str s, char out[DIGEST_BASE64]);
/* n bytes as hexadecimal digits; hex has room for 2 n + 1. */
void digest_hex(const uint8_t *p, size_t n, char *hex);

#endif
