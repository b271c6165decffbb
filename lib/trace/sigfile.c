/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sodium.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/sigfile.h"

/* So that no other kind of message passes for this one. */
static const char purpose[] = "vestige file signature 1";

#define SIGNATURE_HEAD "vestige signature 1\n"

enum { CHUNK = 1 << 16 };

/* Length and digest of all that can be read from fd. */
static int digest_fd(int fd, struct buf *message)
{
	uint8_t chunk[CHUNK], digest[VTR_DIGEST];
	crypto_generichash_state state;
	uint64_t length = 0;
	ssize_t n;

	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	while ((n = io_read_full(fd, chunk, sizeof(chunk))) > 0) {
		crypto_generichash_update(&state, chunk, (size_t)n);
		length += (size_t)n;
	}
	if (n < 0)
		return (int)n;
	crypto_generichash_final(&state, digest, sizeof(digest));
	buf_le64(message, length);
	buf_add(message, digest, sizeof(digest));
	return 0;
}

/* What is signed of a trace. */
static int message_of(const char *trace, struct buf *message, struct diag *d)
{
	int fd, err;

	if (!block_digest_init())
		return -E_ENV;
	fd = open(trace, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		diag_off(d, DIAG_ERROR, trace, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	buf_add(message, purpose, sizeof(purpose));
	err = digest_fd(fd, message);
	if (err)
		diag_off(d, DIAG_ERROR, trace, -1, "cannot read: %s", strerror(errno));
	close(fd);
	return err;
}

int sigfile_make(const char *trace, const uint8_t secret[SEAL_SECRET],
		 struct buf *text, struct diag *d)
{
	struct buf message = BUF_INIT;
	struct sigfile s;
	int err = message_of(trace, &message, d);

	if (!err) {
		crypto_sign_ed25519_sk_to_pk(s.public_key, secret);
		crypto_sign_ed25519_detached(s.signature, NULL, (uint8_t *)message.data,
					     message.len, secret);
		keyfile_put(text, SIGNATURE_HEAD, &s, sizeof(s));
	}
	buf_release(&message);
	return err;
}

int sigfile_read(const char *path, struct sigfile *s, struct diag *d)
{
	return keyfile_read(path, SIGNATURE_HEAD, s, sizeof(*s),
			    "`vestige sign` makes one", d);
}

int sigfile_check(const struct sigfile *s, const char *trace, struct diag *d)
{
	struct buf message = BUF_INIT;
	int err = message_of(trace, &message, d);

	if (!err && crypto_sign_ed25519_verify_detached(s->signature,
							(uint8_t *)message.data,
							message.len, s->public_key))
		err = -E_VERIFY;
	buf_release(&message);
	return err;
}
