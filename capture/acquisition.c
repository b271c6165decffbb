/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/acquisition.h"
#include "lib/trace/keyfile.h"

int acquisition_open(struct acquisition *a, const struct acquisition_opts *o,
		     struct diag *d)
{
	uint64_t bytes;

	*a = (struct acquisition){ .o = o };
	digest_file("/proc/self/exe", a->recorder, &bytes);
	return o->sign ? key_read_secret(o->sign, a->key, d) : 0;
}

static void set(struct vtr_meta *m, const char *key, const char *value)
{
	if (value && *value)
		vtr_meta_set(m, key, str_of(value));
}

void acquisition_describe(const struct acquisition *a, struct vtr_meta *m)
{
	set(m, "recorder.digest", a->recorder);
	set(m, "case.id", a->o->case_id);
	set(m, "case.operator", a->o->operator);
	set(m, "case.reason", a->o->reason);
}

const uint8_t *acquisition_key(const struct acquisition *a)
{
	return a->o->sign ? a->key : NULL;
}

void acquisition_close(struct acquisition *a)
{
	seal_wipe(a->key);
}
