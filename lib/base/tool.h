/* SPDX-License-Identifier: Apache-2.0 */
/* The programs of this package, found beside each other: installed, or in the
 * folders of a build tree. */
#ifndef LIB_BASE_TOOL_H
#define LIB_BASE_TOOL_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

struct tool {
	const char *program;	/* "vestige-capture" */
	const char *folder;	/* where the build tree has it: "capture" */
};

/* The folder of the running program, malloc'd; NULL when it cannot be told. */
char *tool_own_folder(void);
/* The path of a tool as seen from folder; false: it is not there. */
bool tool_find(const struct tool *tool, const char *folder, struct buf *path);

#endif
