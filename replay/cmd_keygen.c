/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/keyfile.h"
#include "replay/outfile.h"
#include "replay/trace_verbs.h"

const struct opt keygen_opts[] = {
	OPT_END
};

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
		err = outfile_new(args->v[0], ".key", &secret, d);
	if (!err)
		err = outfile_new(args->v[0], ".pub", &public_key, d);
	memset(secret.data, 0, secret.len);
	buf_release(&secret);
	buf_release(&public_key);
	return err_exit(err);
}
