/* SPDX-License-Identifier: Apache-2.0 */
/* How a table of descriptors keeps Falco's order (fd_rank()); for fdtab.c. */
#ifndef REPLAY_FDRANK_H
#define REPLAY_FDRANK_H

#include "lib/base/compat.h"
#include "replay/fdtab.h"

/* An entry has come, and gets its rank; another one has gone. */
void fdrank_enter(struct fdtab *t, struct fd *f);
void fdrank_leave(struct fdtab *t, int64_t num);
/* Any number of them have. */
void fdrank_stir(struct fdtab *t);
/* The table is a copy, made by inserting what the original lists one by one. */
void fdrank_copy(struct fdtab *t);

#endif
