/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <signal.h>

#include "replay/cmds.h"
#include "replay/trace_verbs.h"

/* Printing events takes the fields, which are vestige-analyze's. */
static const struct cmd cmds[] = {
	{ "events", "FILE...", "the events of a trace", NULL, NULL, "vestige replay events" },
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
		.name = "vestige replay",
		.summary = "What a trace tells of the host it was recorded on.",
		.cmds = cmds,
	};

	signal(SIGXFSZ, SIG_IGN);	/* the write tells, and cleans up */
	return cmd_main(&replay, argc, argv);
}
