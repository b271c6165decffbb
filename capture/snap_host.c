/* SPDX-License-Identifier: Apache-2.0 */
/* Users, groups, interfaces and mounts. */
#include "lib/base/compat.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "lib/base/num.h"
#include "capture/snap.h"

static bool num_u32(struct str s, uint32_t *out)
{
	uint64_t v;

	if (!num_u64(s, &v) || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

/* name:password:uid:gid:comment:home:shell */
static int emit_user(struct snap *s, struct str line)
{
	struct snap_item item = { .kind = SNAP_USER };
	struct snap_user *u = &item.user;
	bool ok;

	u->name = str_cut(&line, ':');
	str_cut(&line, ':');
	ok = num_u32(str_cut(&line, ':'), &u->uid) && num_u32(str_cut(&line, ':'), &u->gid);
	str_cut(&line, ':');
	u->home = str_cut(&line, ':');
	u->shell = line.p ? line : STR("");
	u->container = STR("");
	if (!ok || !u->name.len)
		return 0;
	s->stats->users++;
	return s->emit(s->ctx, &item);
}

/* name:password:gid:members */
static int emit_group(struct snap *s, struct str line)
{
	struct snap_item item = { .kind = SNAP_GROUP };
	struct snap_group *g = &item.group;

	g->name = str_cut(&line, ':');
	str_cut(&line, ':');
	g->container = STR("");
	if (!num_u32(str_cut(&line, ':'), &g->gid) || !g->name.len)
		return 0;
	s->stats->groups++;
	return s->emit(s->ctx, &item);
}

static int each_line(struct snap *s, int dirfd, const char *path,
		     int (*fn)(struct snap *s, struct str line))
{
	struct buf text = BUF_INIT;
	struct str rest;
	int ret = 0;

	if (snap_read(dirfd, path, &text))
		snap_unread(s, s->reading);
	rest = buf_str(&text);
	while (rest.p && !ret)
		ret = fn(s, str_cut(&rest, '\n'));
	buf_release(&text);
	return ret;
}

int snap_users(struct snap *s, int etcfd)
{
	int ret;

	s->reading = "users and groups";
	ret = each_line(s, etcfd, "passwd", emit_user);
	return ret ? ret : each_line(s, etcfd, "group", emit_group);
}

static void copy_addr(uint8_t out[16], const struct sockaddr *sa)
{
	if (!sa)
		return;
	if (sa->sa_family == AF_INET)
		memcpy(out, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
	else if (sa->sa_family == AF_INET6)
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
}

static int emit_iface(struct snap *s, const struct ifaddrs *i)
{
	struct snap_item item = { .kind = SNAP_IFACE };
	struct snap_iface *f = &item.iface;

	f->v6 = i->ifa_addr->sa_family == AF_INET6;
	f->name = str_of(i->ifa_name);
	copy_addr(f->addr, i->ifa_addr);
	copy_addr(f->mask, i->ifa_netmask);
	if (i->ifa_flags & IFF_BROADCAST)
		copy_addr(f->bcast, i->ifa_broadaddr);
	s->stats->ifaces++;
	return s->emit(s->ctx, &item);
}

int snap_ifaces(struct snap *s)
{
	struct ifaddrs *all, *i;
	int ret = 0;

	if (getifaddrs(&all)) {
		snap_unread(s, "interfaces");
		return 0;
	}
	for (i = all; i && !ret; i = i->ifa_next)
		if (i->ifa_addr && (i->ifa_addr->sa_family == AF_INET ||
				    i->ifa_addr->sa_family == AF_INET6))
			ret = emit_iface(s, i);
	freeifaddrs(all);
	return ret;
}

/* proc(5): id parent major:minor root mount-point options … - type source … */
static int emit_mount(struct snap *s, struct str line)
{
	struct snap_item item = { .kind = SNAP_MOUNT };
	struct snap_mount *m = &item.mount;
	struct str dev = snap_word(line, 2), tail;
	ssize_t dash = str_find(line, STR(" - "));
	uint32_t major = 0, minor = 0;

	if (dash < 0 || !num_u32(snap_word(line, 0), &m->id) ||
	    !num_u32(snap_word(line, 1), &m->parent))
		return 0;
	num_u32(str_cut(&dev, ':'), &major);
	num_u32(dev, &minor);
	m->dev = (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
	m->mntns = s->mntns;
	m->root = snap_word(line, 3);
	m->target = snap_word(line, 4);
	m->options = snap_word(line, 5);
	tail = str_sub(line, (size_t)dash + 3, line.len);
	m->fstype = snap_word(tail, 0);
	m->source = snap_word(tail, 1);
	s->stats->mounts++;
	return s->emit(s->ctx, &item);
}

int snap_mounts(struct snap *s, int dirfd, const char *path, uint32_t mntns)
{
	s->reading = "mounts";
	s->mntns = mntns;
	return each_line(s, dirfd, path, emit_mount);
}
