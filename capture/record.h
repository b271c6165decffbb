/* SPDX-License-Identifier: Apache-2.0 */
/* One recording, from the opening of the rings to the last block. */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H

#include "capture/acquisition.h"
#include "capture/backend.h"
#include "capture/privs.h"
#include "capture/segdir.h"
#include "capture/select.h"
#include "capture/status.h"
#include "capture/who.h"

struct record_opts {
	const char *path;	/* "-": standard output; "DIR/": segments */
	bool overwrite;		/* a file of that name */
	struct segdir_limits limits;	/* of segments */
	struct status_opts status;
	struct privs_opts privs;
	struct acquisition_opts acquisition;
	uint64_t duration;	/* ns, 0: until told to end */
	const char *driver;	/* auto, bpf, kmod */
	enum attach attach;
	struct select_opts calls;
	struct who_opts who;
	const char *filters;	/* what is recorded, in words, for META */
	uint64_t snap_read, snap_write;
	uint64_t ring_bytes;
	bool no_paths, no_containers;
	const char *snapshot;	/* of descriptors: auto, bpf, proc */
	char **command;		/* NULL: the whole host */
	const char *cmdline;	/* of the recorder, for META */
	/* The recording is over and the command is not: it is not ended for
	 * that, but waited for.  d: why, so far. */
	void (*outlived)(const struct diag *d);
};

struct record_stats {
	uint64_t unwritten;	/* of events: not in the trace, which ended early */
	uint64_t events, bytes, lost, shed, faults, cut, tree_full, ns;
	uint64_t segments, deleted;
	uint64_t stuck;		/* segments that should be deleted and cannot be */
	int command_status;	/* of waitpid; -1: no command, or still running */
};

/* 0 or -E_xxx, explained in d.  stats are set whenever recording began. */
int record(const struct record_opts *o, struct record_stats *st, struct diag *d);

#endif
