/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs about trace files: rows for the command table of vestige-replay. */
#ifndef REPLAY_TRACE_VERBS_H
#define REPLAY_TRACE_VERBS_H

#include "lib/base/cmd.h"

#define TRACE_VERBS(VERB)						\
	VERB(info, "FILE...", "tell what a trace holds")		\
	VERB(verify, "FILE...", "check checksums, digest chain and seal")	\
	VERB(repair, "IN OUT", "save what can be read of a damaged trace")	\
	VERB(index, "FILE...", "make a trace quick to enter in the middle")	\
	VERB(convert, "IN OUT", "turn a .scap file into a .vtr file, or back")	\
	VERB(asm, "IN", "turn events written as text into a trace")	\
	VERB(cut, "IN OUT", "copy a part of a trace")			\
	VERB(merge, "FILE... OUT", "join traces in order of time")	\
	VERB(keygen, "NAME", "make a key pair: NAME.key, NAME.pub")	\
	VERB(sign, "FILE...", "sign a trace that is there already: FILE.sig")

#define TRACE_VERB_DECL(verb, operands, summary)			\
	extern const struct opt verb##_opts[];				\
	int cmd_##verb(struct opt_args *args, struct diag *d);
TRACE_VERBS(TRACE_VERB_DECL)
#undef TRACE_VERB_DECL

/* For the table: { TRACE_VERBS(TRACE_VERB_ROW) { NULL } } */
#define TRACE_VERB_ROW(verb, operands, summary)				\
	{ #verb, operands, summary, verb##_opts, cmd_##verb, "vestige " #verb },

#endif
