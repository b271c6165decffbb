/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include "lib/base/digest.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"

#define CHUNK	(256u << 10)

void digest_hex(const uint8_t *p, size_t n, char *hex)
{
	sodium_bin2hex(hex, 2 * n + 1, p, n);
}

void digest_bytes(struct str s, char hex[DIGEST_HEX])
{
	uint8_t sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const uint8_t *)(s.len ? s.p : ""), s.len);
	digest_hex(sum, sizeof(sum), hex);
}

static bool digest_fd(int fd, char hex[DIGEST_HEX], uint64_t *bytes)
{
	uint8_t sum[crypto_hash_sha256_BYTES], *chunk = xmalloc(CHUNK);
	crypto_hash_sha256_state st;
	ssize_t n;

	crypto_hash_sha256_init(&st);
	for (*bytes = 0; (n = io_read_full(fd, chunk, CHUNK)) > 0; *bytes += (uint64_t)n)
		crypto_hash_sha256_update(&st, chunk, (size_t)n);
	crypto_hash_sha256_final(&st, sum);
	free(chunk);
	if (!n)
		digest_hex(sum, sizeof(sum), hex);
	return !n;
}

bool digest_file(const char *path, char hex[DIGEST_HEX], uint64_t *bytes)
{
	struct stat st;
	int fd;
	bool ok;

	hex[0] = '\0';
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = digest_fd(fd, hex, bytes);
	close(fd);
	return ok;
}

void digest_base64(struct str s, char out[DIGEST_BASE64])
{
	uint8_t sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const uint8_t *)(s.len ? s.p : ""), s.len);
	sodium_bin2base64(out, DIGEST_BASE64, sum, sizeof(sum), sodium_base64_VARIANT_ORIGINAL);
}
