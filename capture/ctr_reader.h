/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread of the recorder that looks containers up, so that no slow disk
 * and no odd file holds up a recording.  It keeps CAP_SYS_PTRACE and
 * CAP_DAC_READ_SEARCH (the files of runtimes belong to their users) when the
 * recorder itself gives up everything, and has system calls of its own.
 */
#ifndef CAPTURE_CTR_READER_H
#define CAPTURE_CTR_READER_H

#include "capture/ctr.h"
#include "capture/privs.h"

struct ctr_reader;

struct ctr_answer {
	char full_id[CTR_FULL_ID + 1];
	char *json;		/* free it; NULL: nothing is known of it */
};

/* Start it, before privileges are dropped.  NULL: it cannot be, and nothing
 * is told of containers. */
struct ctr_reader *ctr_reader_start(const struct privs_opts *privs);
/* End it; a look-up that is under way is waited for, two seconds at most. */
void ctr_reader_stop(struct ctr_reader *r);

/* false: too much is asked for already. */
bool ctr_reader_ask(struct ctr_reader *r, struct str full_id, int64_t pid);
/* The next answer, waited for until `until` (CLOCK_MONOTONIC, ns; 0: not at
 * all), while there is something to wait for. */
bool ctr_reader_answer(struct ctr_reader *r, struct ctr_answer *a, uint64_t until);

#endif
