/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files inside an archive (tar, tar.gz, zip), read into memory. */
#ifndef ANALYZE_RULE_ARCHIVE_H
#define ANALYZE_RULE_ARCHIVE_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct archived {
	struct str name;	/* as in the archive */
	struct str text;
};

/* Do these bytes begin an archive? */
bool rule_archive_is(struct str bytes);
/*
 * The *.yaml and *.yml members, sorted by name; memory in a.  The number of
 * them, or -E_xxx with a sentence in why.
 */
ssize_t rule_archive_read(struct str bytes, struct arena *a, struct archived **out, struct buf *why);

#endif
