/* SPDX-License-Identifier: Apache-2.0 */
/* Where a writer's bytes go: a sink, through gzip or not.  The one user of
 * zlib. */
#ifndef LIB_SCAP_DEFLATE_H
#define LIB_SCAP_DEFLATE_H

#include "lib/base/compat.h"

struct deflater;

typedef int deflate_sink(void *ctx, const void *p, size_t len);

/* NULL when zlib has no memory. */
struct deflater *deflater_new(bool gzip, deflate_sink *sink, void *ctx);
/* 0 or the first error of the sink, which is kept. */
int deflater_put(struct deflater *z, const void *p, size_t len);
/* Ends the gzip member and frees z; 0 or the first error. */
int deflater_end(struct deflater *z);

#endif
