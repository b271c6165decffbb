/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/str.h"
#include "lib/base/tool.h"
#include "lib/base/xalloc.h"

/* Places of a program, seen from the folder this one lies in. */
static const char *const places[] = { "%s/%s", "%s/../sbin/%s", "%s/../bin/%s" };

/* Of this very program, so that a build tree runs its own tools. */
char *tool_own_folder(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	ssize_t slash = n > 0 ? str_rchr(str_mem(path, (size_t)n), '/') : -1;

	if (n <= 0 || (size_t)n == sizeof(path) || slash < 0)
		return NULL;
	return xstrndup(path, (size_t)slash);
}

bool tool_find(const struct tool *tool, const char *folder, struct buf *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		buf_clear(path);
		buf_addf(path, places[i], folder, tool->program);
		if (!access(path->data, X_OK))
			return true;
	}
	/* a build tree: the front at its top, the others in their folders */
	for (i = 0; i < 2; i++) {
		buf_clear(path);
		buf_addf(path, "%s/%s%s/%s", folder, i ? "../" : "", tool->folder, tool->program);
		if (!access(path->data, X_OK))
			return true;
	}
	return false;
}
