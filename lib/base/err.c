/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"

static const struct {
	const char *text;
	int status;
} table[] = {
	[E_NONE] = { "success", EXIT_DONE },
#define ERROR(id, exit_status, words) [E_##id] = { words, exit_status },
#include "schema/errors.def"
#undef ERROR
};

static size_t index_of(int err)
{
	size_t i = err < 0 ? -(size_t)err : (size_t)err;

	return i < E_COUNT ? i : E_BUG;
}

const char *err_str(int err)
{
	return table[index_of(err)].text;
}

int err_exit(int err)
{
	return table[index_of(err)].status;
}
