/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE	/* where the key is; no answer depends on it */
#include "lib/base/compat.h"

#include <sodium.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/vouch.h"

#define HEAD	"vestige index key 1\n"
#define HINT	"remove it: 'vestige index' makes another"

struct vouch {
	crypto_generichash_state state;
};

/* False: nobody said where. */
static bool key_path(struct buf *out)
{
	const char *named = getenv("VESTIGE_INDEX_KEY"), *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (named && *named)
		buf_adds(out, named);
	else if (state && *state == '/')
		buf_addf(out, "%s/vestige/index.key", state);
	else if (home && *home == '/')
		buf_addf(out, "%s/.local/state/vestige/index.key", home);
	return out->len;
}

/* Whoever else could write it, or read it, could vouch for anything. */
static bool is_private(const struct stat *st)
{
	return S_ISREG(st->st_mode) && !(st->st_mode & 077) &&
		(st->st_uid == geteuid() || !st->st_uid);
}

static int read_key(const char *path, uint8_t key[VOUCH_KEY], struct diag *d)
{
	struct stat st;

	if (stat(path, &st))
		return -E_OPEN;
	if (is_private(&st))
		return keyfile_read(io_read_beside, path, HEAD, key, VOUCH_KEY, HINT, d);
	diag_hint(diag_off(d, DIAG_ERROR, path, -1, "is not this user's alone"),
		  "it must be a file of this user with mode 0600");
	return -E_FOREIGN;
}

int vouch_key(uint8_t key[VOUCH_KEY], struct diag *d)
{
	struct buf path = BUF_INIT;
	int err = key_path(&path) && block_digest_init() ? read_key(path.data, key, d) : -E_OPEN;

	buf_release(&path);
	return err;
}

/* What cannot be made is told when the file cannot. */
static void make_folders(const struct buf *path)
{
	char *p = path->data, *slash = p;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		mkdir(p, 0700);
		*slash = '/';
	}
}

static int write_key(const struct buf *path, uint8_t key[VOUCH_KEY], struct diag *d)
{
	struct buf text = BUF_INIT;
	struct io_out o;
	int err;

	if (!block_digest_init())
		return -E_ENV;
	make_folders(path);
	randombytes_buf(key, VOUCH_KEY);
	keyfile_put(&text, HEAD, key, VOUCH_KEY);
	err = io_out_open(&o, path->data, d);
	if (!err) {
		err = io_out_write(&o, text.data, text.len, d);
		if (!err)
			err = io_out_commit(&o, d);
		else
			io_out_abandon(&o);
	}
	sodium_memzero(text.data, text.len);
	buf_release(&text);
	return err;
}

int vouch_make_key(uint8_t key[VOUCH_KEY], struct diag *d)
{
	struct buf path = BUF_INIT;
	int err = -E_ENV;

	if (!key_path(&path)) {
		diag_hint(diag_add(d, DIAG_ERROR, "there is no place for the key that vouches for an index"),
			  "VESTIGE_INDEX_KEY=FILE names one, or HOME a folder");
	} else {
		err = read_key(path.data, key, d);
		if (err == -E_OPEN)
			err = write_key(&path, key, d);
	}
	buf_release(&path);
	return err;
}

struct vouch *vouch_new(const uint8_t key[VOUCH_KEY])
{
	struct vouch *v = xaligned(_Alignof(struct vouch), sizeof(*v));

	crypto_generichash_init(&v->state, key, VOUCH_KEY, VOUCH_MARK);
	return v;
}

void vouch_add(struct vouch *v, const void *p, size_t len)
{
	crypto_generichash_update(&v->state, p, len);
}

void vouch_end(struct vouch *v, uint8_t mark[VOUCH_MARK])
{
	crypto_generichash_final(&v->state, mark, VOUCH_MARK);
	sodium_memzero(v, sizeof(*v));
	free(v);
}

bool vouch_same(const uint8_t a[VOUCH_MARK], const uint8_t b[VOUCH_MARK])
{
	return !sodium_memcmp(a, b, VOUCH_MARK);
}
