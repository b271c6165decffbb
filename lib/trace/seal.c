/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sodium.h>

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/trace/seal.h"

/* What is signed: this text and the body up to the signature, so that no
 * other kind of message passes for a seal. */
static const char purpose[] = "vestige trace seal 1";

enum { UNSIGNED = 8 + 8 + VTR_DIGEST + 1, SEALED = UNSIGNED + SEAL_PUBLIC };

static void message(struct buf *out, const void *body)
{
	buf_add(out, purpose, sizeof(purpose));
	buf_add(out, body, SEALED);
}

void seal_make(struct buf *out, const struct chain *chain, uint64_t events,
	       const uint8_t secret[SEAL_SECRET])
{
	uint8_t public_key[SEAL_PUBLIC], signature[SEAL_SIGNATURE];
	struct buf text = BUF_INIT;
	size_t at = out->len;

	buf_le64(out, chain->next);
	buf_le64(out, events);
	buf_add(out, chain->digest, VTR_DIGEST);
	buf_le8(out, secret != NULL);
	if (!secret)
		return;
	crypto_sign_ed25519_sk_to_pk(public_key, secret);
	buf_add(out, public_key, SEAL_PUBLIC);
	message(&text, out->data + at);
	crypto_sign_ed25519_detached(signature, NULL, (uint8_t *)text.data, text.len, secret);
	buf_release(&text);
	buf_add(out, signature, SEAL_SIGNATURE);
}

bool seal_unpack(struct seal *s, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	const uint8_t *digest, *key, *signature;

	*s = (struct seal){ 0 };
	s->blocks = rcur_u64(&c);
	s->events = rcur_u64(&c);
	digest = rcur_take(&c, VTR_DIGEST);
	s->is_signed = rcur_u8(&c) != 0;
	if (c.bad)
		return false;
	memcpy(s->digest, digest, VTR_DIGEST);
	if (!s->is_signed)
		return true;
	key = rcur_take(&c, SEAL_PUBLIC);
	signature = rcur_take(&c, SEAL_SIGNATURE);
	if (c.bad)
		return false;
	memcpy(s->public_key, key, SEAL_PUBLIC);
	memcpy(s->signature, signature, SEAL_SIGNATURE);
	return true;
}

bool seal_is_exact(const struct seal *s, const void *body, size_t len)
{
	static const uint8_t none[SEAL_PUBLIC + SEAL_SIGNATURE];

	if (s->is_signed || len == UNSIGNED)
		return len == (s->is_signed ? SEALED + SEAL_SIGNATURE : UNSIGNED);
	/* version 1 wrote zeros */
	return len == UNSIGNED + sizeof(none) &&
	       !memcmp((const uint8_t *)body + UNSIGNED, none, sizeof(none));
}

bool seal_signature_ok(const struct seal *s, const void *body, size_t len)
{
	struct buf text = BUF_INIT;
	bool ok;

	if (len < SEALED || !s->is_signed)
		return false;
	message(&text, body);
	ok = !crypto_sign_ed25519_verify_detached(s->signature, (uint8_t *)text.data,
						  text.len, s->public_key);
	buf_release(&text);
	return ok;
}

void seal_wipe(uint8_t secret[SEAL_SECRET])
{
	sodium_memzero(secret, SEAL_SECRET);
}
