/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this user's vestige has made, told from what somebody else has put there:
 * a keyed digest (BLAKE2b, 32 bytes of key), by a key that nobody else can read.
 *
 * The key is the file that VESTIGE_INDEX_KEY names, else vestige/index.key in
 * XDG_STATE_HOME, else in .local/state of HOME.  Who is to believe what another
 * user has made is given a copy of that one's key.
 */
#ifndef LIB_TRACE_VOUCH_H
#define LIB_TRACE_VOUCH_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

enum { VOUCH_KEY = 32, VOUCH_MARK = 32 };

/* The key.  0, or an error: there is none (not told), or it cannot be used. */
int vouch_key(uint8_t key[VOUCH_KEY], struct diag *d);
/* The same, made when there is none (0600; folders on the way, 0700). */
int vouch_make_key(uint8_t key[VOUCH_KEY], struct diag *d);

struct vouch;

struct vouch *vouch_new(const uint8_t key[VOUCH_KEY]);
void vouch_add(struct vouch *v, const void *p, size_t len);
/* The mark of all that was added; v is freed. */
void vouch_end(struct vouch *v, uint8_t mark[VOUCH_MARK]);
bool vouch_same(const uint8_t a[VOUCH_MARK], const uint8_t b[VOUCH_MARK]);

#endif
