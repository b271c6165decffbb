/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader does with each block it meets. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/scap/limits.h"
#include "lib/scap/private.h"

/* Packet captures of the pcapng family have the same first bytes. */
static bool next_is_pcapng(struct scap_reader *r)
{
	const uint8_t *p = r->in.p;

	return r->in.end - p >= 4 && le32(p) >= 1 && le32(p) <= 6;
}

static int refuse(struct scap_reader *r, int err, uint64_t off, const char *why)
{
	/* Later sections were announced by good ones: this is damage then. */
	scap_damage(r, r->stats.captures ? -E_DAMAGED : err, off, "%s", why);
	return r->status;
}

static int section_body(struct scap_reader *r, const struct scap_block *b)
{
	const uint8_t *p = stream_take(&r->in, 2 + 2 + 8);
	uint64_t options = b->total - SCAP_SHB_LEN;

	if (p && le16(p) > SCAP_MAJOR) {
		scap_damage(r, -E_VERSION, b->off,
			    "capture of version %u.%u; %d.x is the newest known",
			    le16(p), le16(p + 2), SCAP_MAJOR);
		return r->status;
	}
	if (!p || !stream_skip(&r->in, options) ||
	    !(p = stream_take(&r->in, SCAP_BLOCK_TAIL))) {
		scap_stop_cut(r, b->off, "section header", b->total);
		scap_summary(r);
		return r->status;
	}
	if (le32(p) != b->total)
		return refuse(r, -E_DAMAGED, b->off, "section header's two lengths differ");
	return 0;
}

int scap_section(struct scap_reader *r, const struct scap_block *b)
{
	const uint8_t *magic = stream_take(&r->in, 4);
	int ret;

	if (!magic) {
		scap_stop_cut(r, b->off, "section header", SCAP_SHB_LEN);
		scap_summary(r);
		return r->status;
	}
	if (le32(magic) == SCAP_MAGIC_SWAPPED)
		return refuse(r, -E_FOREIGN, b->off,
			      "written by a big-endian host; only little-endian captures can be read");
	if (le32(magic) != SCAP_MAGIC)
		return refuse(r, -E_FOREIGN, b->off,
			      "not a .scap capture: its byte-order mark is unknown");
	if (b->total < SCAP_SHB_LEN || b->total - SCAP_SHB_LEN > SCAP_SHB_OPTIONS_MAX)
		return refuse(r, -E_DAMAGED, b->off, "section header of an impossible length");
	ret = section_body(r, b);
	if (ret)
		return ret;
	if (!r->stats.captures && next_is_pcapng(r))
		return refuse(r, -E_FOREIGN, b->off,
			      "a pcapng packet capture, not a .scap capture");
	r->stats.captures++;
	r->in_events = false;
	lift_clear(r->lift);
	return 0;
}

/* What is in an event block, as far as its lengths can be believed. */
static enum evparse parse_event(struct scap_reader *r, const struct scap_block *b,
				const uint8_t *body)
{
	size_t len = b->total - SCAP_BLOCK_MIN;
	size_t head = SCAP_CPU + (b->version & SCAP_EV_FLAGS ? SCAP_EVFLAGS : 0);
	size_t slack = 0;
	enum evparse ret = EVPARSE_BAD;

	if (LIKELY(len >= head)) {
		ret = evparse(body + head, len - head, b->version & SCAP_EV_V1,
			      &r->ev, &slack);
		r->ev.cpu = le16(body);
		if (b->version & SCAP_EV_FLAGS &&
		    le32(body + SCAP_CPU) & SCAP_EVFLAG_STATE_ONLY)
			r->ev.flags |= EVF_STATE_ONLY;
	}
	if (LIKELY(ret != EVPARSE_BAD && slack < 4))
		return ret;
	/* Does the block itself end where it says?  Then only this event is
	 * lost, and strange writers may leave a gap. */
	if (le32(body + len) != b->total) {
		scap_stop_bad(r, b->off, "event and block lengths contradict each other",
			      b->total);
		return EVPARSE_BAD;
	}
	if (ret == EVPARSE_BAD && !r->stats.bad_events++)
		scap_damage(r, -E_DAMAGED, b->off,
			    "event's lengths contradict each other; it is left out");
	return ret;
}

/* An event that is not of the current schema; true when it is now. */
static bool lift(struct scap_reader *r)
{
	unsigned type = r->ev.type;

	switch (lift_event(r->lift, &r->ev)) {
	case LIFT_DELIVER:
		return true;
	case LIFT_STORED:
		r->stats.stored++;
		return false;
	case LIFT_DROPPED:
		r->stats.dropped++;
		return false;
	default:
		r->stats.unconvertible++;
		r->failed[type]++;
		return false;
	}
}

static bool check_params(struct scap_reader *r, uint64_t off)
{
	switch (params_check(&r->rules, &r->ev, &r->scratch)) {
	case PARAMS_GOOD:
		return true;
	case PARAMS_FIXED:
		if (!r->stats.fixed_params++)
			diag_off(r->d, DIAG_WARNING, r->name, (int64_t)off,
				 "%s event with a parameter that is not as its type says; repaired",
				 r->ev.info->name);
		return true;
	default:
		if (!r->stats.bad_params++)
			diag_off(r->d, DIAG_WARNING, r->name, (int64_t)off,
				 "%s event with a parameter of a wrong size; left out",
				 r->ev.info->name);
		return false;
	}
}

bool scap_event_block(struct scap_reader *r, const struct scap_block *b)
{
	uint32_t max = b->version & SCAP_EV_LARGE ? SCAP_LARGE_BLOCK_MAX :
		       SCAP_SMALL_BLOCK_MAX + SCAP_BLOCK_HEAD;
	const uint8_t *body;

	if (UNLIKELY(b->total < SCAP_BLOCK_MIN || b->total > max)) {
		scap_stop_bad(r, b->off, "event block of an impossible length", b->total);
		return false;
	}
	body = stream_take(&r->in, b->total - SCAP_BLOCK_HEAD);
	if (UNLIKELY(!body)) {
		scap_stop_cut(r, b->off, "event block", b->total);
		return false;
	}
	r->in_events = r->any_events = true;
	switch (parse_event(r, b, body)) {
	case EVPARSE_OK:
		break;
	case EVPARSE_UNKNOWN:
		r->stats.unknown_events++;
		return false;
	default:
		return false;
	}
	if (UNLIKELY(!lift_current(r->lift, r->ev.type, r->ev.nparams)) && !lift(r))
		return false;
	if (!check_params(r, b->off))
		return false;
	r->stats.events++;
	return true;
}

/* Blocks nobody reads: unknown ones, and lists where no list may be. */
static void skip_block(struct scap_reader *r, const struct scap_block *b)
{
	const uint8_t *tail;

	if (!stream_skip(&r->in, b->total - SCAP_BLOCK_MIN) ||
	    !(tail = stream_take(&r->in, SCAP_BLOCK_TAIL))) {
		scap_stop_cut(r, b->off, "block", b->total);
		return;
	}
	if (le32(tail) != b->total) {
		scap_stop_bad(r, b->off, "not a block: type unknown and lengths differ",
			      b->total);
		return;
	}
	if (!r->stats.unknown_blocks++) {
		r->unknown_off = b->off;
		r->unknown_type = b->type;
	}
}

bool scap_other_block(struct scap_reader *r, const struct scap_block *b)
{
	size_t len = b->total - SCAP_BLOCK_HEAD;
	const uint8_t *body;

	if (b->total < SCAP_BLOCK_MIN || b->total > SCAP_META_BLOCK_MAX) {
		scap_stop_bad(r, b->off, "block of an impossible length", b->total);
		return false;
	}
	if (b->class == SCAP_UNKNOWN || r->in_events) {
		skip_block(r, b);
		return false;
	}
	body = stream_take(&r->in, len);
	if (!body) {
		scap_stop_cut(r, b->off, "block", b->total);
		return false;
	}
	len -= SCAP_BLOCK_TAIL;
	if (le32(body + len) != b->total) {
		scap_stop_bad(r, b->off, "block's two lengths differ", b->total);
		return false;
	}
	scap_list_open(&r->list, b->class, b->version, body, len);
	r->list_off = b->off;
	return true;
}
