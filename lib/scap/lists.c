/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/scap/limits.h"
#include "lib/scap/lists.h"
#include "lib/scap/proclist.h"

void scap_list_open(struct scap_list *l, enum scap_class class, unsigned version,
		    const uint8_t *body, size_t len)
{
	*l = (struct scap_list){
		.class = class, .version = version, .c = rcur_of(body, len),
	};
	if (class == SCAP_FDS)
		l->tid = (int64_t)rcur_u64(&l->c);
}

/* A u16-counted string of at most max bytes; longer turns c bad. */
static struct str text(struct rcur *c, size_t max)
{
	struct str s = rcur_str16(c);

	if (s.len > max)
		c->bad = true;
	return s;
}

static void bytes(struct rcur *c, uint8_t *to, size_t n)
{
	const uint8_t *p = rcur_take(c, n);

	if (p)
		memcpy(to, p, n);
}

/* The part of the body that the next entry has for itself: told by its
 * length field (which counts `counted` bytes of itself), or all there is. */
static bool entry(struct scap_list *l, struct rcur *e, bool has_len, uint32_t counted)
{
	const uint8_t *p;
	uint32_t len;

	if (!has_len) {
		*e = l->c;
		return true;
	}
	len = rcur_u32(&l->c);
	if (l->c.bad || len < counted)
		return false;
	p = rcur_take(&l->c, len - counted);
	if (!p)
		return false;
	*e = rcur_of(p, len - counted);
	return true;
}

/* Without entry lengths the next entry begins where this one was left. */
static int entry_done(struct scap_list *l, const struct rcur *e, bool has_len,
		      const char **why, const char *what)
{
	if (e->bad) {
		*why = what;
		return -E_DAMAGED;
	}
	if (!has_len)
		l->c = *e;
	return 1;
}

static int next_proc(struct scap_list *l, struct snap_item *item, const char **why)
{
	bool has_len = l->version >= 9;
	struct rcur e;

	*why = "process entry is longer than its block";
	if (!entry(l, &e, has_len, 4))
		return -E_DAMAGED;
	item->kind = SNAP_PROC;
	scap_proc_parse(&e, l->version, &item->proc);
	return entry_done(l, &e, has_len, why, "process entry contradicts its length");
}

static void parse_tuple(struct rcur *e, struct snap_fd *fd, size_t addr, bool server)
{
	bytes(e, fd->sip, addr);
	if (!server)
		bytes(e, fd->dip, addr);
	fd->sport = rcur_u16(e);
	if (!server)
		fd->dport = rcur_u16(e);
	fd->l4proto = rcur_u8(e);
}

static void parse_unix(struct rcur *e, struct snap_fd *fd)
{
	fd->usrc = rcur_u64(e);
	fd->udst = rcur_u64(e);
	fd->name = text(e, SCAP_FDNAME_MAX);
}

static void parse_file2(struct rcur *e, struct snap_fd *fd, bool has_dev)
{
	fd->oflags = rcur_u32(e);
	fd->name = text(e, SCAP_FDNAME_MAX);
	if (has_dev && rcur_left(e) >= 4)
		fd->dev = rcur_u32(e);
}

/* False: a type we do not know. */
static bool parse_fd(struct rcur *e, struct snap_fd *fd, bool v2)
{
	switch (fd->type) {
	case FD_UNKNOWN:
		return true;
	case FD_IPV4_SOCK:
	case FD_IPV4_SERVSOCK:
		parse_tuple(e, fd, 4, fd->type == FD_IPV4_SERVSOCK);
		return true;
	case FD_IPV6_SOCK:
	case FD_IPV6_SERVSOCK:
		parse_tuple(e, fd, 16, fd->type == FD_IPV6_SERVSOCK);
		return true;
	case FD_UNIX_SOCK:
		parse_unix(e, fd);
		return true;
	case FD_FILE_V2:
		parse_file2(e, fd, v2);
		return true;
	default:
		if (fd->type >= FD_TYPE_COUNT)
			return false;
		fd->name = text(e, SCAP_FDNAME_MAX);
		return true;
	}
}

static int next_fd(struct scap_list *l, struct snap_item *item, const char **why)
{
	bool v2 = l->version >= 2;
	struct snap_fd *fd = &item->fd;
	struct rcur e;

	*why = "descriptor entry is longer than its block";
	if (!entry(l, &e, v2, 4))
		return -E_DAMAGED;
	item->kind = SNAP_FD;
	*fd = (struct snap_fd){ .tid = l->tid, .name = STR("") };
	fd->fd = (int64_t)rcur_u64(&e);
	fd->ino = rcur_u64(&e);
	fd->type = rcur_u8(&e);
	if (!parse_fd(&e, fd, v2)) {
		*why = "descriptor of an unknown type";
		if (!v2)
			return -E_DAMAGED;	/* its length is not known */
		snprintf(l->text, sizeof(l->text), "unknown-type:[%u]", fd->type);
		fd->type = FD_UNSUPPORTED;
		fd->name = str_of(l->text);
	}
	return entry_done(l, &e, v2, why, "descriptor entry contradicts its length");
}

static void parse_iface(struct rcur *e, struct snap_iface *i)
{
	unsigned type = rcur_u16(e);
	uint16_t namelen = rcur_u16(e);
	size_t addr = type == SCAP_IF_V6 || type == SCAP_IF_V6_NOSPEED ? 16 : 4;
	const uint8_t *name;

	if (type < SCAP_IF_V4 || type > SCAP_IF_V6_NOSPEED)
		e->bad = true;
	*i = (struct snap_iface){ .v6 = addr == 16 };
	bytes(e, i->addr, addr);
	bytes(e, i->mask, addr);
	bytes(e, i->bcast, addr);
	if (type == SCAP_IF_V4 || type == SCAP_IF_V6)
		i->speed = rcur_u64(e);
	name = rcur_take(e, namelen);
	i->name = name ? str_mem(name, namelen) : STR("");
}

static int next_iface(struct scap_list *l, struct snap_item *item, const char **why)
{
	bool has_len = l->version >= 2;
	struct rcur e;

	*why = "interface entry is longer than its block";
	if (!entry(l, &e, has_len, 0))
		return -E_DAMAGED;
	item->kind = SNAP_IFACE;
	parse_iface(&e, &item->iface);
	return entry_done(l, &e, has_len, why, "interface entry contradicts its length");
}

static void parse_user(struct rcur *e, struct snap_item *item)
{
	item->kind = SNAP_USER;
	item->user = (struct snap_user){ .container = STR("") };
	item->user.uid = rcur_u32(e);
	item->user.gid = rcur_u32(e);
	item->user.name = text(e, SCAP_USERNAME_MAX);
	item->user.home = text(e, SCAP_USERNAME_MAX);
	item->user.shell = text(e, SCAP_USERNAME_MAX);
}

static void parse_group(struct rcur *e, struct snap_item *item)
{
	item->kind = SNAP_GROUP;
	item->group = (struct snap_group){ .container = STR("") };
	item->group.gid = rcur_u32(e);
	item->group.name = text(e, SCAP_USERNAME_MAX);
}

static int next_user(struct scap_list *l, struct snap_item *item, const char **why)
{
	bool has_len = l->version >= 2;
	struct rcur e;

	*why = "user entry is longer than its block";
	if (!entry(l, &e, has_len, 4))
		return -E_DAMAGED;
	switch (rcur_u8(&e)) {
	case SCAP_ENTRY_USER:
		parse_user(&e, item);
		break;
	case SCAP_ENTRY_GROUP:
		parse_group(&e, item);
		break;
	default:
		e.bad = true;
	}
	return entry_done(l, &e, has_len, why, "user entry contradicts its length");
}

static int next_host(struct scap_list *l, struct snap_item *item, const char **why)
{
	struct snap_host *h = &item->host;
	const char *name;

	item->kind = SNAP_HOST;
	*h = (struct snap_host){ .arch = STR("") };
	h->ncpus = rcur_u32(&l->c);
	h->memory = rcur_u64(&l->c);
	h->max_pid = rcur_u64(&l->c);
	name = (const char *)rcur_take(&l->c, SCAP_MI_HOSTNAME);
	h->hostname = name ? str_mem(name, strnlen(name, SCAP_MI_HOSTNAME)) : STR("");
	h->boot_ts = rcur_u64(&l->c);
	if (l->c.bad) {
		*why = "machine information is cut short";
		return -E_DAMAGED;
	}
	l->class = SCAP_UNKNOWN;	/* one item only */
	return 1;
}

int scap_list_next(struct scap_list *l, struct snap_item *item, const char **why)
{
	if (l->c.bad) {
		*why = "block is cut short";
		return -E_DAMAGED;
	}
	/* What is shorter than 4 bytes is padding. */
	if (rcur_left(&l->c) < 4)
		return 0;
	switch (l->class) {
	case SCAP_HOST:
		return next_host(l, item, why);
	case SCAP_PROCS:
		return next_proc(l, item, why);
	case SCAP_FDS:
		return next_fd(l, item, why);
	case SCAP_IFACES:
		return next_iface(l, item, why);
	case SCAP_USERS:
		return next_user(l, item, why);
	default:
		return 0;
	}
}
