/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FILE.vtx beside FILE.vtr: checkpoints of the machine, so that a question
 * about one moment costs the events since the checkpoint before it.  The
 * trace itself is evidence and is never touched; the sidecar names it by its
 * size and the digest its blocks have come to.  Whoever gave us the trace may
 * have put a sidecar beside it, so only one that this user has made is believed
 * (lib/trace/vouch.h).  doc/CHECKPOINT-FORMAT.md.
 */
#ifndef REPLAY_SIDECAR_H
#define REPLAY_SIDECAR_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/io.h"
#include "lib/trace/codec.h"
#include "lib/trace/format.h"
#include "lib/trace/resume.h"
#include "lib/trace/vouch.h"
#include "replay/machine.h"

#define SIDECAR_SUFFIX	".vtx"
#define SIDECAR_VERSION	2
enum {
	SIDECAR_RECORDS_MAX = 1 << 20,
	SIDECAR_BYTES_MAX = 1 << 30,
	SIDECAR_HEAD_MAX = 4096,	/* bytes before a machine */
};

/* A session between two blocks of a trace. */
struct checkpoint {
	struct vtr_position pos;
	uint8_t digest[VTR_DIGEST];	/* in the header at pos.offset */
	uint64_t num;			/* of the last event before */
	uint64_t max_ts;		/* latest time of the events before */
	bool preamble, lost, known;	/* see struct session */
};

/* ---- writing ---- */

struct sidecar_writer {
	struct io_out out;
	struct diag *d;
	struct codec *codec;
	struct buf head, state, packed;
	struct vouch *vouch;		/* for all that was written */
	int trace;			/* descriptor of the trace */
	uint64_t records, raw_bytes, bytes;
	int err;
};

/* trace: its descriptor, which stays the caller's; path: of the sidecar. */
int sidecar_begin(struct sidecar_writer *w, const char *path, int trace, struct diag *d);
/* One checkpoint, without digest; left out where the machine cannot be saved
 * now.  The sticky error. */
int sidecar_add(struct sidecar_writer *w, struct checkpoint *cp, struct machine *m);
/*
 * last: where the trace's last rows ended; it names the trace.  err: of who
 * drives, 0: none.  The file appears only when all went well.
 */
int sidecar_end(struct sidecar_writer *w, const struct vtr_position *last, int err);

struct sidecar_made {
	uint64_t records, bytes, raw_bytes;	/* raw: of the machines */
};
/*
 * The sidecar of a .vtr file, a checkpoint every so many events at the next
 * end of a block (0: a fair number).  0 or an error told in d; a trace that
 * is damaged gets none, one that was cut does and gives -E_CUT.
 */
int sidecar_make(char *path, uint64_t every, struct sidecar_made *made, struct diag *d);

/* ---- reading ---- */

/* Where replay is to go on: nothing before may be shown, nor lie past the end. */
struct sidecar_bound {
	uint64_t from_ts, from_num;	/* shown are events with both reached */
	uint64_t to_ts, to_num;		/* 0: open */
};

/*
 * The last checkpoint of the sidecar beside trace (a path) before which no
 * event counts; m becomes its machine.  False: there is none; where there is
 * a sidecar that cannot be used a warning says so.
 */
bool sidecar_find(const char *trace, const struct sidecar_bound *b, struct checkpoint *cp,
		  struct machine *m, struct diag *d);

/*
 * Where the sidecar beside trace lets reading begin: the number of the last
 * event before each checkpoint, in their order, in a malloc'd array (free it).
 * How many; 0: there is no sidecar, or none that can be used.
 */
size_t sidecar_points(const char *trace, uint64_t **out);

/* The same as sidecar_find() over bytes, for tests and fuzzing: fd is the trace's descriptor,
 * -1: believed.  0, 1: nothing fits, or -E_xxx with a sentence in *why. */
int sidecar_search(const void *p, size_t len, int fd, const struct sidecar_bound *b,
		   struct checkpoint *cp, struct machine *m, const char **why);

/* The digest in the header of the block there; false: no header. */
bool sidecar_digest(int fd, uint64_t offset, uint8_t digest[VTR_DIGEST]);

#endif
