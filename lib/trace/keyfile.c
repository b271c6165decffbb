/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/trace/keyfile.h"

#define SECRET_HEAD "vestige secret key 1\n"
#define PUBLIC_HEAD "vestige public key 1\n"
#define FILE_LIMIT 4096
#define PAIR "`vestige keygen` makes a pair"

void keyfile_put(struct buf *out, const char *head, const void *bytes, size_t len)
{
	char hex[2 * KEYFILE_BYTES + 1];

	sodium_bin2hex(hex, sizeof(hex), bytes, len);
	buf_adds(out, head);
	buf_adds(out, hex);
	buf_addc(out, '\n');
	sodium_memzero(hex, sizeof(hex));
}

int key_generate(struct buf *secret, struct buf *public_key)
{
	uint8_t s[SEAL_SECRET], p[SEAL_PUBLIC];

	if (!block_digest_init())
		return -E_ENV;
	crypto_sign_ed25519_keypair(p, s);
	keyfile_put(secret, SECRET_HEAD, s, sizeof(s));
	keyfile_put(public_key, PUBLIC_HEAD, p, sizeof(p));
	sodium_memzero(s, sizeof(s));
	return 0;
}

int keyfile_read(int (*read_file)(const char *, size_t, struct buf *, struct diag *),
		 const char *path, const char *head, void *bytes, size_t len,
		 const char *hint, struct diag *d)
{
	struct buf text = BUF_INIT;
	size_t got = 0, at = strlen(head);
	const char *end = NULL;
	int err = read_file(path, FILE_LIMIT, &text, d);

	if (err == -E_LIMIT)	/* told already; no key is that long */
		err = -E_FOREIGN;
	if (!err && (!str_starts(buf_str(&text), str_of(head)) ||
		     sodium_hex2bin(bytes, len, text.data + at, text.len - at, "\n",
				    &got, &end) ||
		     got != len || end != text.data + text.len)) {
		diag_hint(diag_off(d, DIAG_ERROR, path, 0, "is not a %.*s file",
				   (int)strlen(head) - 3, head),
			  "%s", hint);
		err = -E_FOREIGN;
	}
	sodium_memzero(text.data, text.len);
	buf_release(&text);
	return err;
}

int key_read_secret(const char *path, uint8_t secret[SEAL_SECRET], struct diag *d)
{
	return keyfile_read(io_read_file, path, SECRET_HEAD, secret, SEAL_SECRET, PAIR, d);
}

int key_read_public(const char *path, uint8_t public_key[SEAL_PUBLIC], struct diag *d)
{
	return keyfile_read(io_read_file, path, PUBLIC_HEAD, public_key, SEAL_PUBLIC, PAIR, d);
}
