/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernel half records: eBPF or the kernel module. */
#ifndef CAPTURE_DRIVER_H
#define CAPTURE_DRIVER_H

#include "capture/backend.h"

/*
 * Open the driver with this name.  "auto": eBPF when it loads, else the
 * module (a note says why), else an error that tells what each one lacks and
 * how to get it.  0, -E_PRIV or -E_DRIVER.
 */
int driver_open(struct backend **b, const char *name, const struct backend_opts *o,
		struct diag *d);

#endif
