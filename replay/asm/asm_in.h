/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of the assembler share and nobody else sees. */
#ifndef REPLAY_ASM_ASM_IN_H
#define REPLAY_ASM_ASM_IN_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/event/source.h"
#include "replay/asm/token.h"
#include "replay/asm/value.h"
#include "replay/machine.h"

struct asm_state {
	struct asm_text t;
	struct words w;			/* of the line */
	struct arena line;		/* what the line's values are made in */
	struct asm_ids ids;
	/* The machine so far: it knows what is not written. */
	struct machine *m;
	bool unsettled;			/* snapshot items since the last event */
	struct imap last_fd;		/* tid + 1 -> descriptor + 1, as pointers */
	uint64_t clock;			/* of the event before */
	bool started;			/* there was one */
	uint8_t near4[4], near6[16];	/* this host's address */
};

/* What follows the last slash. */
static inline struct str asm_base_name(struct str path)
{
	return str_sub(path, (size_t)(str_rchr(path, '/') + 1), path.len);
}

#define ASM_COMM_MAX	15	/* bytes of a name the kernel keeps */

/* --- item.c: lines about what was there before --- */

/* Index of the keyword (enum snap_kind), -1: none of them. */
int asm_item_kind(struct str word);
/* All keywords, for the nearest one. */
extern const char *const asm_item_words[SNAP_KIND_COUNT];
/* The line's words as an item; strings live in s->line.  False: told of. */
bool asm_item(struct asm_state *s, enum snap_kind kind, bool exact, struct snap_item *out);
/* Set a member from key=value; false: told of. */
bool asm_member(struct asm_state *s, struct snap_item *item, const struct word *w);
bool asm_loss(struct asm_state *s, struct evloss *out);
void asm_complain_member(struct asm_state *s, enum snap_kind kind, const struct word *w);

/* --- item_proc.c, item_fd.c: what is filled in --- */
bool asm_proc(struct asm_state *s, bool exact, struct snap_item *out);
bool asm_fd(struct asm_state *s, bool exact, struct snap_item *out);
/* Type number and protocol of a word of an fd line; false: it is none. */
bool asm_fd_word(struct str word, bool v6, uint8_t *type, uint8_t *l4proto);
/* The word for them, or NULL. */
const char *asm_fd_word_of(uint8_t type, uint8_t l4proto);

/* --- item_container.c --- */
bool asm_container(struct asm_state *s, bool exact, struct snap_item *out);
/* The cgroup list of a process in container `id` (its 12 or 64 digits). */
struct str asm_container_cgroups(struct asm_state *s, const struct word *id);

/* --- event.c, fill.c --- */

/* The event the line's words from `at` on tell; false: told of. */
bool asm_event(struct asm_state *s, struct event *ev);
/*
 * Give each parameter that is not in `given` (bit by index) the value it
 * most likely has.
 */
bool asm_fill(struct asm_state *s, struct event *ev, uint64_t given);
/* The events a spawn line stands for: step 0, 1, ...; 1: *ev is one,
 * 0: no more, -1: told of. */
int asm_spawn(struct asm_state *s, unsigned step, struct event *ev);
bool asm_is_spawn(const struct words *w);

/* --- names.c --- */

/* The event that a word means: a current event, a system call (*sc is its
 * number then, else 0) or an ID; NULL: none. */
const struct evinfo *asm_event_of(struct str word, unsigned *sc);
/* The word that means this event, exactly as it is. */
const char *asm_event_word(const struct event *ev);
/* The nearest word to one that means nothing, or NULL. */
const char *asm_event_near(struct str word);

#endif
