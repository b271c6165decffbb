/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <signal.h>

#include "analyze/cmds.h"

static const struct cmd cmds[] = {
	{ "analyze", "FILE...", "run rules over traces", analyze_opts, cmd_analyze },
	{ "report", "FILE...", "write a report that can be handed on", report_opts, cmd_report },
	{ "rules", "check|list|explain|diff|why|syscalls [FILE|RULE]...",
	  "check, list, explain or compare rules",
	  rules_opts, cmd_rules },
	{ "test", "DIR...", "run tests of rules", test_opts, cmd_test },
	{ "list", "fields|operators|transformers|events|syscalls",
	  "list what rules can name", list_opts, cmd_list },
	{ "events", "FILE...", "print the events of traces", events_opts, cmd_events,
	  "vestige replay events" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int main(int argc, char **argv)
{
	static const struct program prog = {
		.name = "vestige",
		.summary = "Rules over traces.",
		.cmds = cmds,
		.default_cmd = "analyze",
	};

	signal(SIGXFSZ, SIG_IGN);	/* the write tells, and cleans up */
	return cmd_main(&prog, argc, argv);
}
