/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/trace/keyfile.h"
#include "replay/trace_verbs.h"

const struct opt keygen_opts[] = {
	OPT_END
};

/* A key that is there already is never written over. */
static int save(const char *name, const char *suffix, const struct buf *text,
		struct diag *d)
{
	struct buf path = BUF_INIT;
	struct io_out out;
	int err;

	buf_addf(&path, "%s%s", name, suffix);
	if (!access(path.data, F_OK)) {
		diag_hint(diag_off(d, DIAG_ERROR, path.data, -1, "is there already"),
			  "choose another name, or move the old key away");
		err = -E_WRITE;
	} else {
		err = io_out_open(&out, path.data, d);
		if (!err) {
			err = io_out_write(&out, text->data, text->len, d);
			if (err)
				io_out_abandon(&out);
			else
				err = io_out_commit(&out, d);
		}
	}
	buf_release(&path);
	return err;
}

int cmd_keygen(struct opt_args *args, struct diag *d)
{
	struct buf secret = BUF_INIT, public_key = BUF_INIT;
	int err;

	if (args->n != 1) {
		diag_add(d, DIAG_ERROR, "keygen takes one NAME: it writes NAME.key and NAME.pub");
		return EXIT_USAGE;
	}
	err = key_generate(&secret, &public_key);
	if (!err)
		err = save(args->v[0], ".key", &secret, d);
	if (!err)
		err = save(args->v[0], ".pub", &public_key, d);
	memset(secret.data, 0, secret.len);
	buf_release(&secret);
	buf_release(&public_key);
	return err_exit(err);
}
