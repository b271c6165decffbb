/* SPDX-License-Identifier: Apache-2.0 */
/* One recording, from the opening of the rings to the last block. */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H

#include "capture/backend.h"
#include "capture/select.h"

struct record_opts {
	const char *path;	/* "-": standard output */
	uint64_t duration;	/* ns, 0: until told to end */
	const char *driver;	/* auto, bpf, kmod */
	enum select_set set;
	const char *names;	/* calls instead of a set, or NULL */
	uint64_t snaplen;
	uint64_t ring_bytes;
	bool no_paths;
	char **command;		/* NULL: the whole host */
	const char *cmdline;	/* of the recorder, for META */
};

struct record_stats {
	uint64_t events, bytes, lost, shed, faults, cut, tree_full, ns;
	int command_status;	/* of waitpid; -1: no command, or still running */
};

/* 0 or -E_xxx, explained in d.  stats are set whenever recording began. */
int record(const struct record_opts *o, struct record_stats *st, struct diag *d);

#endif
