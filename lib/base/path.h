/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: nothing here looks at a file system. */
#ifndef LIB_BASE_PATH_H
#define LIB_BASE_PATH_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

/*
 * Appends to out the absolute, normalised form of path seen from base:
 * an absolute path ignores base; "//" and "/./" collapse, ".." is resolved
 * textually, a trailing "/" goes (except for the root).  A relative result
 * (base not absolute, e.g. "<UNKNOWN>/") stays relative.  base and path
 * together over 1024 bytes give "/DIR_TOO_LONG/FILENAME_TOO_LONG".
 * Source: shared state semantics, section 6.
 */
void path_join(struct buf *out, struct str base, struct str path);
/* Bytes of an absolute path that are not too many from a base near the root. */
#define PATH_SHORT	1000

/* Is it absolute and in that form already?  Most paths are.  (False also for
 * the root and for names that begin with "..".) */
bool path_is_normal(struct str path);

#endif
