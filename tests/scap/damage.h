/* SPDX-License-Identifier: Apache-2.0 */
/* A capture damaged in every way that is one cut or one bit. */
#ifndef TESTS_SCAP_DAMAGE_H
#define TESTS_SCAP_DAMAGE_H

#include "tests/scap/build.h"

/* Both give NULL when the reader did right each time, else what it did
 * wrong.  whole is what the undamaged capture gives; gz tells that b is
 * compressed.  b is left as it was. */
const char *damage_cut(const struct buf *b, const struct drained *whole, bool gz);
const char *damage_flip(struct buf *b, const struct drained *whole, bool gz);

#endif
