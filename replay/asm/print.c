/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "replay/asm/asm.h"
#include "replay/asm/asm_in.h"
#include "replay/asm/item.h"
#include "replay/sock.h"

void asm_printer_init(struct asm_printer *p, struct buf *out)
{
	*p = (struct asm_printer){ .out = out };
	p->words = xcalloc(EV_COUNT, sizeof(*p->words));
}

void asm_printer_release(struct asm_printer *p)
{
	free(p->words);
	p->words = NULL;
}

void asm_print_head(struct asm_printer *p)
{
	buf_adds(p->out, ASM_MAGIC " 1\n");
}

/* --- events --- */

/* After the event before: the shortest unit that loses nothing. */
static void add_delta(struct buf *out, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	buf_addf(out, "+%" PRIu64 "%s", ns / units[i].ns, ns ? units[i].name : "ns");
}

static void add_time(struct asm_printer *p, uint64_t ts)
{
	if (p->started && ts >= p->clock)
		add_delta(p->out, ts - p->clock);
	else
		num_iso8601(p->out, ts);
	p->clock = ts;
	p->started = true;
}

static const char *word_of(struct asm_printer *p, const struct event *ev)
{
	if (ev->type == EV_GENERIC_X)
		return asm_event_word(ev);
	if (!p->words[ev->type])
		p->words[ev->type] = asm_event_word(ev);
	return p->words[ev->type];
}

static void add_flags(struct buf *out, unsigned flags)
{
	if (flags & EVF_TRUNCATED)
		buf_adds(out, " %truncated");
	if (flags & EVF_LATE)
		buf_adds(out, " %late");
	if (flags & EVF_STATE_ONLY)
		buf_adds(out, " %state");
}

void asm_print_event(struct asm_printer *p, struct event *ev)
{
	const struct evinfo *e = ev->info;
	struct buf *out = p->out;
	const char *word;
	unsigned i;

	event_params(ev);
	word = word_of(p, ev);
	add_time(p, ev->ts);
	if (ev->tid == EVENT_NO_TID)
		buf_adds(out, " -");
	else
		buf_addf(out, " %" PRId64, ev->tid);
	if (ev->cpu)
		buf_addf(out, "@%u", ev->cpu);
	buf_addf(out, " %s!", word);
	if (ev->nparams != e->nwire)
		buf_addf(out, "%u", ev->nparams);
	for (i = ev->type == EV_GENERIC_X && word != NULL && strcmp(word, "GENERIC_X") ?
		 e->nparams : 0;
	     i < ev->nparams && i < e->nparams; i++) {
		if (!ev->param[i].len)
			continue;
		buf_addf(out, " %s=", e->params[i].name);
		asm_print_value(&e->params[i], ev->param[i], out);
	}
	add_flags(out, ev->flags);
	buf_addc(out, '\n');
}

/* --- items --- */

static uint64_t number_at(const void *at, unsigned type)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (type) {
	case AM_U16:
		memcpy(&u16, at, sizeof(u16));
		return u16;
	case AM_U32:
		memcpy(&u32, at, sizeof(u32));
		return u32;
	case AM_U64:
	case AM_I64:
		memcpy(&u64, at, sizeof(u64));
		return u64;
	case AM_BOOL:
		return *(const bool *)at;
	default:
		return *(const uint8_t *)at;
	}
}

static bool is_hex(const char *name)
{
	return str_starts(str_of(name), STR("cap_")) || !strcmp(name, "flags") ||
	       !strcmp(name, "oflags") || !strcmp(name, "dev") || !strcmp(name, "usrc") ||
	       !strcmp(name, "udst");
}

static void add_number(const struct asm_member *m, const void *at, struct buf *out)
{
	uint64_t v = number_at(at, m->type);

	if (!v)
		return;
	buf_addf(out, " %s=", m->name);
	if (m->type == AM_BOOL)
		buf_adds(out, "true");
	else if (m->type == AM_I64 || (m->type == AM_U32 && v == UINT32_MAX))
		buf_addi(out, m->type == AM_I64 ? (int64_t)v : -1);
	else if (is_hex(m->name))
		buf_addf(out, "%#" PRIx64, v);
	else
		buf_addu(out, v);
}

static void add_addr(const struct asm_member *m, const uint8_t *ip, bool v6, struct buf *out)
{
	static const uint8_t zero[16];

	if (!memcmp(ip, zero, 16))
		return;
	buf_addf(out, " %s=", m->name);
	sock_print_ip(out, v6 || memcmp(ip + 4, zero, 12), ip);
}

static void add_member(const struct snap_item *item, const struct asm_member *m,
		       struct buf *out)
{
	const void *at = (const char *)item + m->offset;
	const struct str *s = at;

	if (m->type == AM_ADDR) {
		add_addr(m, at, item->kind != SNAP_IFACE || item->iface.v6, out);
	} else if (m->type != AM_STR) {
		add_number(m, at, out);
	} else if (s->len) {
		buf_addf(out, " %s=", m->name);
		if (item->kind == SNAP_PROC && (!strcmp(m->name, "args") ||
		    !strcmp(m->name, "env") || !strcmp(m->name, "cgroups")))
			asm_print_list(*s, out);
		else
			asm_print_text(*s, out);
	}
}

/* Both ends in the readable form, when it says all there is. */
static bool fd_ends(const struct snap_fd *fd, struct buf *out)
{
	bool v6 = fd->type == FD_IPV6_SOCK || fd->type == FD_IPV6_SERVSOCK;
	bool listens = fd->type == FD_IPV4_SERVSOCK || fd->type == FD_IPV6_SERVSOCK;
	static const uint8_t zero[16];
	size_t n = v6 ? 16 : 4;

	if (fd->type < FD_IPV4_SOCK || fd->type > FD_IPV6_SERVSOCK ||
	    memcmp(fd->sip + n, zero, 16 - n) || memcmp(fd->dip + n, zero, 16 - n) ||
	    (listens && (fd->dport || memcmp(fd->dip, zero, 16))))
		return false;
	buf_addc(out, ' ');
	asm_print_end(v6, fd->sip, fd->sport, out);
	if (listens)
		return true;
	buf_adds(out, "->");
	asm_print_end(v6, fd->dip, fd->dport, out);
	return true;
}

static bool said(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(name, *list))
			return true;
	return false;
}

static void add_fd(const struct snap_item *item, struct buf *out)
{
	static const char *const plain[] = { "tid", "fd", "type", NULL };
	static const char *const word[] = { "tid", "fd", "type", "l4proto", NULL };
	static const char *const ends[] = { "tid", "fd", "type", "l4proto", "sip", "dip",
					    "sport", "dport", NULL };
	const struct asm_kind *k = &asm_kinds[SNAP_FD];
	const char *name = asm_fd_word_of(item->fd.type, item->fd.l4proto);
	const char *const *done = name ? word : plain;
	unsigned i;

	buf_addf(out, " %" PRId64 " %" PRId64 " ", item->fd.tid, item->fd.fd);
	if (name)
		buf_adds(out, name);
	else
		buf_addu(out, item->fd.type);
	if (name && fd_ends(&item->fd, out))
		done = ends;
	for (i = 0; i < k->n; i++)
		if (!said(k->v[i].name, done))
			add_member(item, &k->v[i], out);
}

void asm_print_item(struct asm_printer *p, const struct snap_item *item)
{
	const struct asm_kind *k = &asm_kinds[item->kind];
	static const char *const heads[] = { "tid", "uid", "gid", NULL };
	unsigned i = 0;

	buf_addf(p->out, "%s!", k->word);
	if (item->kind == SNAP_FD) {
		add_fd(item, p->out);
		i = k->n;
	} else if (item->kind == SNAP_PROC || item->kind == SNAP_USER ||
		   item->kind == SNAP_GROUP) {
		/* Their first member is whose line it is. */
		buf_addf(p->out, " %" PRId64, item->kind == SNAP_PROC ? item->proc.tid :
			 item->kind == SNAP_USER ? (int64_t)item->user.uid :
						   (int64_t)item->group.gid);
		i = said(k->v[0].name, heads);
	}
	for (; i < k->n; i++)
		add_member(item, &k->v[i], p->out);
	buf_addc(p->out, '\n');
}

/* --- what lies between --- */

void asm_print_loss(struct asm_printer *p, const struct evloss *loss)
{
	buf_adds(p->out, "loss");
	if (loss->count)
		buf_addf(p->out, " count=%" PRIu64, loss->count);
	if (loss->from_ts)
		buf_addf(p->out, " from=%" PRIu64, loss->from_ts);
	if (loss->to_ts)
		buf_addf(p->out, " to=%" PRIu64, loss->to_ts);
	if (loss->cpu != -1)
		buf_addf(p->out, " cpu=%" PRId32, loss->cpu);
	if (loss->reason && loss_reason_name(loss->reason))
		buf_addf(p->out, " reason=%s", loss_reason_name(loss->reason));
	else if (loss->reason)
		buf_addf(p->out, " reason=%u", loss->reason);
	if (loss->cls && loss_class_name(loss->cls))
		buf_addf(p->out, " class=%s", loss_class_name(loss->cls));
	else if (loss->cls)
		buf_addf(p->out, " class=%u", loss->cls);
	buf_addc(p->out, '\n');
}

void asm_print_restart(struct asm_printer *p)
{
	buf_adds(p->out, "restart\n");
}
