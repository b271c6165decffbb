/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs of vestige-replay, one file each: CMD(name, operands, summary). */
#ifndef REPLAY_CMDS_H
#define REPLAY_CMDS_H

#include "lib/base/cmd.h"

#define REPLAY_CMDS(CMD)						\
	CMD(ps, "FILE...", "processes at one point of a trace")		\
	CMD(tree, "FILE...", "processes as a tree")			\
	CMD(fds, "FILE...", "open descriptors")				\
	CMD(conns, "FILE...", "sockets: who talks to whom")		\
	CMD(containers, "FILE...", "containers")				\
	CMD(users, "FILE...", "user accounts the trace knows")

#define CMD(name, operands, summary)					\
	int cmd_##name(struct opt_args *args, struct diag *d);		\
	extern const struct opt cmd_##name##_opts[];
REPLAY_CMDS(CMD)
#undef CMD

#endif
