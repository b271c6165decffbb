/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/sigfile.h"

/* So that no other kind of message passes for this one. */
static const char purpose[] = "vestige file signature 1";

#define SIGNATURE_HEAD "vestige signature 1\n"

enum { CHUNK = 1 << 16 };

struct sigfile_digest {
	crypto_generichash_state state;
	uint64_t length;
};

struct sigfile_digest *sigfile_digest_new(void)
{
	struct sigfile_digest *g;

	if (!block_digest_init())
		return NULL;
	g = xaligned(_Alignof(struct sigfile_digest), sizeof(*g));
	g->length = 0;
	crypto_generichash_init(&g->state, NULL, 0, VTR_DIGEST);
	return g;
}

void sigfile_digest_add(void *digest, const void *p, size_t len)
{
	struct sigfile_digest *g = digest;

	crypto_generichash_update(&g->state, p, len);
	g->length += len;
}

void sigfile_digest_free(struct sigfile_digest *g)
{
	free(g);
}

/* What is signed of a trace. */
static void message_of(struct sigfile_digest *g, struct buf *message)
{
	uint8_t digest[VTR_DIGEST];

	crypto_generichash_final(&g->state, digest, sizeof(digest));
	buf_add(message, purpose, sizeof(purpose));
	buf_le64(message, g->length);
	buf_add(message, digest, sizeof(digest));
}

static int add_fd(int fd, struct sigfile_digest *g)
{
	uint8_t chunk[CHUNK];
	ssize_t n;

	while ((n = io_read_full(fd, chunk, sizeof(chunk))) > 0)
		sigfile_digest_add(g, chunk, (size_t)n);
	return (int)n;
}

static int add_file(const char *trace, struct sigfile_digest *g, struct diag *d)
{
	struct stat st;
	int fd, err;

	/* A pipe would be gone with what was signed. */
	fd = open(trace, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		diag_off(d, DIAG_ERROR, trace, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		diag_off(d, DIAG_ERROR, trace, -1, "is not a regular file");
		close(fd);
		return -E_OPEN;
	}
	err = add_fd(fd, g);
	if (err)
		diag_off(d, DIAG_ERROR, trace, -1, "cannot read: %s", strerror(errno));
	close(fd);
	return err;
}

int sigfile_make(const char *trace, const uint8_t secret[SEAL_SECRET],
		 struct buf *text, struct diag *d)
{
	struct sigfile_digest *g = sigfile_digest_new();
	struct buf message = BUF_INIT;
	struct sigfile s;
	int err = g ? add_file(trace, g, d) : -E_ENV;

	if (!err) {
		message_of(g, &message);
		crypto_sign_ed25519_sk_to_pk(s.public_key, secret);
		crypto_sign_ed25519_detached(s.signature, NULL, (uint8_t *)message.data,
					     message.len, secret);
		keyfile_put(text, SIGNATURE_HEAD, &s, sizeof(s));
	}
	sigfile_digest_free(g);
	buf_release(&message);
	return err;
}

int sigfile_read(const char *path, struct sigfile *s, struct diag *d)
{
	return keyfile_read(io_read_beside, path, SIGNATURE_HEAD, s, sizeof(*s),
			    "`vestige sign` makes one", d);
}

bool sigfile_check(const struct sigfile *s, struct sigfile_digest *digest)
{
	struct buf message = BUF_INIT;
	bool ok;

	message_of(digest, &message);
	ok = !crypto_sign_ed25519_verify_detached(s->signature, (uint8_t *)message.data,
						  message.len, s->public_key);
	buf_release(&message);
	return ok;
}
