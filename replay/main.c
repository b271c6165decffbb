/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/cmd.h"
#include "replay/trace_verbs.h"

static const struct cmd cmds[] = {
	TRACE_VERBS(TRACE_VERB_ROW)
	{ NULL }
};

int main(int argc, char **argv)
{
	static const struct program replay = {
		.name = "vestige-replay",
		.summary = "Trace files and the state they tell of.",
		.cmds = cmds,
	};

	return cmd_main(&replay, argc, argv);
}
