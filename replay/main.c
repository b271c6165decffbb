/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "replay/cmds.h"
#include "replay/trace_verbs.h"

static const struct cmd cmds[] = {
#define ROW(name, operands, summary) \
	{ #name, operands, summary, cmd_##name##_opts, cmd_##name },
	REPLAY_CMDS(ROW)
#undef ROW
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
