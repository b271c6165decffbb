/* SPDX-License-Identifier: Apache-2.0 */
/*
 * META: who recorded what, where, with which clock and settings.  Key-value
 * pairs on disk (text keys of doc/TRACE-FORMAT.md), so old readers skip what
 * they do not know.
 */
#ifndef LIB_TRACE_META_H
#define LIB_TRACE_META_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct vtr_meta_pair {
	char *key, *value;		/* UTF-8 text */
};

struct vtr_meta {
	struct vtr_meta_pair *v;	/* in order of setting */
	size_t n, cap;
};
#define VTR_META_INIT { 0 }

/*
 * Well-known keys: "host.name", "host.machine_id", "host.boot_id",
 * "host.arch" (x86_64, aarch64), "host.cpus", "host.kernel",
 * "host.kernel_build_id", "recorder.version", "recorder.digest",
 * "recorder.driver" (bpf, kmod, scap), "recorder.attach"
 * (tracepoint, calls), "recorder.command", "recorder.filters", "recorder.snaplen", "clock.wall_minus_boot_ns",
 * "clock.start_ns" (epoch), "clock.ntp", "case.id", "case.operator",
 * "case.reason", "segment.number", "segment.parent" (digest),
 * "converted.from", "loss.policy".
 */
void vtr_meta_set(struct vtr_meta *m, const char *key, struct str value);
void vtr_meta_setu(struct vtr_meta *m, const char *key, uint64_t value);
const char *vtr_meta_get(const struct vtr_meta *m, const char *key);	/* or NULL */
void vtr_meta_release(struct vtr_meta *m);

#endif
