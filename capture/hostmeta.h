/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of host and recording for META. */
#ifndef CAPTURE_HOSTMETA_H
#define CAPTURE_HOSTMETA_H

#include "lib/trace/meta.h"

/* The host: name, ids, kernel, architecture, CPUs, boot, clock state. */
void hostmeta_host(struct vtr_meta *m);
/* "x86_64" or "aarch64". */
const char *hostmeta_arch(void);

#endif
