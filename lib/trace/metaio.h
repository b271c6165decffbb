/* SPDX-License-Identifier: Apache-2.0 */
/* META's body in and out. */
#ifndef LIB_TRACE_METAIO_H
#define LIB_TRACE_METAIO_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/meta.h"

void meta_pack(const struct vtr_meta *m, struct buf *out);
/* Adds to m; false: damaged or over a limit. */
bool meta_unpack(struct vtr_meta *m, const void *p, size_t len);

#endif
