/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/driver.h"
#include "lib/base/err.h"

uint64_t backend_ring_bytes(const struct backend_opts *o, unsigned ncpus, uint64_t least)
{
	uint64_t all = o->ctl.ring_bytes / ncpus, p = least;

	while (p * 2 <= all && p < 1ull << 30)
		p *= 2;
	return p;
}

static int open_bpf(struct backend **b, const struct backend_opts *o, struct diag *d)
{
#ifdef HAVE_BPF
	return backend_bpf.open(b, o, d);
#else
	struct diag_item *it;

	(void)o;
	*b = NULL;
	it = diag_add(d, DIAG_ERROR, "this vestige was built without the eBPF recorder: %s",
		      NO_BPF_WHY);
	diag_hint(it, "install clang, bpftool and libbpf, then configure and build again; "
		      "or use the kernel module: --driver kmod");
	return -E_DRIVER;
#endif
}

static void pass_on(struct diag *to, enum diag_level level, const char *driver,
		    const struct diag *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		diag_hint(diag_add(to, level, "%s: %s", driver, from->items[i].text),
			  "%s", from->items[i].hint ? from->items[i].hint : "");
}

static int open_any(struct backend **b, const struct backend_opts *o, struct diag *d)
{
	struct diag bpf = DIAG_INIT, kmod = DIAG_INIT;
	int ret, second = 0;

	ret = open_bpf(b, o, &bpf);
	if (ret) {
		second = backend_kmod.open(b, o, &kmod);
		if (!second)
			diag_add(d, DIAG_NOTE, "recording with the kernel module, as eBPF cannot: %s",
				 bpf.n ? bpf.items[0].text : err_str(ret));
	}
	if (second) {
		diag_add(d, DIAG_ERROR, "neither eBPF nor the kernel module can record here");
		pass_on(d, DIAG_ERROR, "eBPF", &bpf);
		pass_on(d, DIAG_ERROR, "kernel module", &kmod);
	}
	diag_release(&bpf);
	diag_release(&kmod);
	return second ? ret : 0;
}

int driver_open(struct backend **b, const char *name, const struct backend_opts *o,
		struct diag *d)
{
	/* the module has one place for its probes */
	if (!strcmp(name, "bpf") || (!strcmp(name, "auto") && o->attach == ATTACH_CALLS))
		return open_bpf(b, o, d);
	if (o->attach == ATTACH_CALLS) {
		*b = NULL;
		diag_hint(diag_add(d, DIAG_ERROR, "the kernel module does not attach to calls"),
			  "leave out --driver or --attach");
		return -E_USAGE;
	}
	if (!strcmp(name, "kmod"))
		return backend_kmod.open(b, o, d);
	return open_any(b, o, d);
}
