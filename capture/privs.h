/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPTURE_PRIVS_H
#define CAPTURE_PRIVS_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

/*
 * Once the rings are mapped and the snapshot is taken, the recorder needs no
 * privilege: give up every capability, for good.  A failure is a warning.
 */
void privs_drop(struct diag *d);

#endif
