/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptors of a poll or select call, as comma-separated texts. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

enum column { NUMS, NAMES, CIPS, SIPS, CPORTS, SPORTS };

static bool is_poll(uint16_t type)
{
	return type == EV_SYSCALL_POLL_X || type == EV_SYSCALL_PPOLL_X;
}

static bool add_column(struct buf *out, int64_t num, const struct fd *f, enum column col)
{
	unsigned len;
	bool tuple, server;

	if (col == NUMS) {
		buf_addi(out, num);
		return true;
	}
	if (col == NAMES) {
		buf_addstr(out, f && f->name->len ? rstr_str(f->name) : STR("<NA>"));
		return true;
	}
	if (!f || !fd_is_ip(f))
		return false;
	tuple = !fd_is_server_sock(f);
	server = col == SIPS || col == SPORTS;
	len = f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK ? 16 : 4;
	if (!tuple && !server)
		return false;
	if (col == CIPS || col == SIPS)
		argtext_add_ip(out, tuple && server ? f->dip : f->sip, len);
	else
		buf_addu(out, tuple && server ? f->dport : f->sport);
	return true;
}

static bool fdlist(struct fieldctx *c, struct value *v, enum column col)
{
	struct event *ev = c->cur->ev;
	struct fdtab *fds;
	struct rcur cur;
	struct param p;
	unsigned n, i;
	size_t begin, mark;

	if (!is_poll(ev->type) || !c->cur->thread)
		return false;
	event_params(ev);
	p = event_param(ev, P_SYSCALL_POLL_X_fds);
	cur = rcur_of(p.p, p.len);
	fds = machine_fdtab(c->m, c->cur->thread);
	begin = work_begin(c);
	n = rcur_u16(&cur);
	for (i = 0; i < n; i++) {
		int64_t num = (int64_t)rcur_u64(&cur);

		(void)rcur_u16(&cur);		/* what was asked or happened */
		if (cur.bad)
			break;
		mark = c->work.len;
		if (mark > begin)
			buf_addc(&c->work, ',');
		if (!add_column(&c->work, num, fds ? fdtab_get(fds, num) : NULL, col))
			buf_setlen(&c->work, mark);
	}
	v->s = work_end(c, begin);
	return v->s.len > 0;
}

GETTER(FDLIST_NUMS) { return fdlist(c, v, NUMS); }
GETTER(FDLIST_NAMES) { return fdlist(c, v, NAMES); }
GETTER(FDLIST_CIPS) { return fdlist(c, v, CIPS); }
GETTER(FDLIST_SIPS) { return fdlist(c, v, SIPS); }
GETTER(FDLIST_CPORTS) { return fdlist(c, v, CPORTS); }
GETTER(FDLIST_SPORTS) { return fdlist(c, v, SPORTS); }
