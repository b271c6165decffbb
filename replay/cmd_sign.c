/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/sigfile.h"
#include "replay/outfile.h"
#include "replay/trace_verbs.h"

static struct {
	const char *key;
} o;

const struct opt sign_opts[] = {
	OPT_STR(0, "key", "FILE", &o.key, "the secret key to sign with"),
	OPT_END
};

static int sign_one(const char *path, const uint8_t *key, struct diag *d)
{
	struct buf text = BUF_INIT;
	int err = sigfile_make(path, key, &text, d);

	if (!err)
		err = outfile_new(path, SIGFILE_SUFFIX, &text, d);
	buf_release(&text);
	return err;
}

static bool usage_ok(const struct opt_args *args, struct diag *d)
{
	int i;

	if (!args->n)
		diag_add(d, DIAG_ERROR, "sign takes at least one FILE");
	else if (!o.key)
		diag_hint(diag_add(d, DIAG_ERROR, "sign needs --key FILE"),
			  "`vestige keygen` makes a pair");
	for (i = 0; i < args->n; i++)
		if (!strcmp(args->v[i], "-"))
			diag_add(d, DIAG_ERROR, "sign takes files, not standard input: "
				 "the signature stands beside what it is of");
	return !d->errors;
}

int cmd_sign(struct opt_args *args, struct diag *d)
{
	uint8_t key[SEAL_SECRET];
	int i, err, status = 0;

	if (!usage_ok(args, d))
		return EXIT_USAGE;
	err = key_read_secret(o.key, key, d);
	if (err)
		return err_exit(err);
	for (i = 0; i < args->n; i++) {
		err = err_exit(sign_one(args->v[i], key, d));
		status = err > status ? err : status;
	}
	seal_wipe(key);
	return status;
}
