/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/who.h"
#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/str.h"

/* One list while it is read. */
struct list {
	const char *option;
	const char *rest;
	struct diag *d;
};

static int refuse(const struct list *l, struct str item, const char *hint)
{
	struct diag_item *it;

	it = diag_add(l->d, DIAG_ERROR, "option --%s does not take '%.*s'", l->option,
		      (int)item.len, item.p);
	diag_hint(it, "%s", hint);
	return -E_USAGE;
}

static int too_many(const struct list *l)
{
	struct diag_item *it;

	it = diag_add(l->d, DIAG_ERROR, "option --%s has too many entries", l->option);
	diag_hint(it, "the most is %d", SEL_MAX);
	return -E_USAGE;
}

/* The next item that is not empty; false at the end. */
static bool next_item(struct list *l, struct str *item)
{
	size_t n;

	while (l->rest && *l->rest) {
		n = strcspn(l->rest, ",");
		*item = str_mem(l->rest, n);
		l->rest += n + (l->rest[n] == ',');
		if (item->len)
			return true;
	}
	return false;
}

/* "7" or "7-9", at most max. */
static bool range(struct str s, uint64_t max, uint64_t *lo, uint64_t *hi)
{
	ssize_t dash = str_chr(s, '-');
	struct str first = dash < 0 ? s : str_mem(s.p, (size_t)dash);
	struct str last = dash < 0 ? s : str_mem(s.p + dash + 1, s.len - (size_t)dash - 1);

	return num_u64(first, lo) && num_u64(last, hi) && *lo <= *hi && *hi <= max;
}

static int comms(struct rec_select *sel, struct list l)
{
	struct str item;

	while (next_item(&l, &item)) {
		if (sel->ncomms == SEL_MAX)
			return too_many(&l);
		if (item.len > sizeof(sel->comm[0]) - 1)
			return refuse(&l, item, "a task's name has 15 bytes at most; "
				      "the kernel cuts longer ones");
		memcpy(sel->comm[sel->ncomms++], item.p, item.len);
	}
	return 0;
}

static int uids(struct rec_select *sel, struct list l)
{
	uint64_t lo, hi;
	struct str item;

	while (next_item(&l, &item)) {
		if (sel->nuids == SEL_MAX)
			return too_many(&l);
		if (!range(item, UINT32_MAX, &lo, &hi))
			return refuse(&l, item, "give numbers or ranges: 0,1000-1999");
		sel->uid[sel->nuids++] = (struct rec_uids){ (uint32_t)lo, (uint32_t)hi };
	}
	return 0;
}

static bool set_prefix(struct rec_prefix *p, struct str text)
{
	if (text.len > SEL_TEXT_MAX - 1)
		return false;
	memcpy(p->text, text.p, text.len);
	p->len = (uint32_t)text.len;
	return true;
}

/* path: of a group, else the beginning of a container's id */
static int groups(struct rec_select *sel, struct list l, bool path)
{
	struct str item;

	while (next_item(&l, &item)) {
		if (sel->ncgroups == SEL_MAX)
			return too_many(&l);
		while (path && item.len > 1 && item.p[item.len - 1] == '/')
			item.len--;
		if ((*item.p == '/') != path)
			return refuse(&l, item, path ? "a group's path begins with '/'"
						     : "give the beginning of an id, 3f2a91");
		if (!set_prefix(&sel->cgroup[sel->ncgroups], item))
			return refuse(&l, item, "the most is 127 bytes");
		sel->ncgroups++;
	}
	return 0;
}

static int paths(struct rec_select *sel, struct list l)
{
	struct str item;

	while (next_item(&l, &item)) {
		if (sel->npaths == SEL_MAX)
			return too_many(&l);
		if (*item.p != '/')
			return refuse(&l, item, "a path's beginning is absolute: /etc");
		if (!set_prefix(&sel->path[sel->npaths], item))
			return refuse(&l, item, "the most is 127 bytes");
		sel->npaths++;
	}
	return 0;
}

static int ports(struct rec_select *sel, struct list l)
{
	uint64_t lo, hi, snap;
	struct str item;
	ssize_t eq;

	while (next_item(&l, &item)) {
		if (sel->nports == SEL_MAX)
			return too_many(&l);
		eq = str_chr(item, '=');
		if (eq < 0 || !range(str_mem(item.p, (size_t)eq), UINT16_MAX, &lo, &hi) ||
		    !num_u64(str_mem(item.p + eq + 1, item.len - (size_t)eq - 1), &snap) ||
		    snap > REC_SNAP_MAX)
			return refuse(&l, item, "give ports and bytes, 4096 at most: "
				      "53=512,8000-8099=4096");
		sel->port[sel->nports++] = (struct rec_ports){ (uint16_t)lo, (uint16_t)hi,
							       (uint32_t)snap };
	}
	return 0;
}

/* An option that names nobody would not narrow anything. */
static int some(struct list l)
{
	struct list all = l;
	struct str item;

	if (!l.rest || next_item(&l, &item))
		return 0;
	return refuse(&all, str_of(all.rest), "name at least one");
}

int who_select(struct rec_select *sel, const struct who_opts *o, struct diag *d)
{
	const struct list l[] = {
		{ "comm", o->comms, d }, { "uid", o->uids, d }, { "cgroup", o->cgroups, d },
		{ "container", o->containers, d }, { "path", o->paths, d },
		{ "snaplen-port", o->ports, d },
	};
	int ret = 0;
	size_t i;

	memset(sel, 0, sizeof(*sel));
	for (i = 0; i < ARRAY_SIZE(l) && !ret; i++)
		ret = some(l[i]);
	ret = ret ? ret : comms(sel, l[0]);
	ret = ret ? ret : uids(sel, l[1]);
	ret = ret ? ret : groups(sel, l[2], true);
	ret = ret ? ret : groups(sel, l[3], false);
	ret = ret ? ret : paths(sel, l[4]);
	return ret ? ret : ports(sel, l[5]);
}

static void say(struct buf *out, const char *what, const char *values)
{
	if (values)
		buf_addf(out, "; %s %s", what, values);
}

void who_describe(struct buf *out, const struct who_opts *o)
{
	say(out, "comm", o->comms);
	say(out, "uid", o->uids);
	say(out, "cgroup", o->cgroups);
	say(out, "container", o->containers);
	say(out, "path", o->paths);
}
