/* SPDX-License-Identifier: Apache-2.0 */
/* A small trace with one of everything, made of nothing but this file. */
#ifndef TESTS_TRACE_SAMPLE_H
#define TESTS_TRACE_SAMPLE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/writer.h"

enum { SAMPLE_BLOCKS = 4, SAMPLE_BLOCK_EVENTS = 12 };
enum { SAMPLE_EVENTS = SAMPLE_BLOCKS * SAMPLE_BLOCK_EVENTS };
enum { SAMPLE_LOSSES = 2 };	/* LOSS blocks: of 5 events, and of 3 payloads */

/* The time of event i, from 0. */
uint64_t sample_ts(unsigned i);
/* META, snapshot items, SAMPLE_EVENTS events in SAMPLE_BLOCKS blocks, a LOSS
 * in the middle; key as vtr_writer_opts.sign_key. */
void sample_make(struct buf *out, const uint8_t *key);
/* The same of another host, SAMPLE_LATER ns later. */
#define SAMPLE_LATER	UINT64_C(3600000000000)
void sample_make_other(struct buf *out);
/* Many rows of canonical and raw kinds, of all sizes and habits: every
 * encoding and both codecs occur.  Unsigned. */
void sample_make_big(struct buf *out);
/* The first SAMPLE_SHORT rows of that, as vtr_writer_opts.patient: by the model, or not. */
enum { SAMPLE_SHORT = 400 };
void sample_make_short(struct buf *out, bool patient);
/* A fixed key, no secret. */
extern const uint8_t sample_key[64];

#endif
