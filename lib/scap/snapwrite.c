/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/scap/format.h"
#include "lib/scap/limits.h"
#include "lib/scap/snapwrite.h"

static void put_text(struct buf *b, struct str s, size_t max)
{
	buf_str16(b, str_sub(s, 0, max));
}

/* A run of NUL-terminated strings; what is cut still ends with a NUL. */
static void put_strings(struct buf *b, struct str s, size_t max)
{
	put_text(b, s, max);
	if (s.len > max)
		b->data[b->len - 1] = '\0';
}

/* Begin an entry with a u32 length in front, to be filled in by end(). */
static size_t begin(struct buf *b)
{
	buf_le32(b, 0);
	return b->len - 4;
}

/* self: does the length count itself? */
static void end(struct buf *b, size_t at, bool self)
{
	put_le32(b->data + at, (uint32_t)(b->len - at - (self ? 0 : 4)));
}

void snapwrite_host(struct buf *b, const struct snap_host *h)
{
	struct str name = str_sub(h->hostname, 0, SCAP_MI_HOSTNAME - 1);

	buf_le32(b, h->ncpus);
	buf_le64(b, h->memory);
	buf_le64(b, h->max_pid);
	buf_addstr(b, name);
	buf_pad(b, '\0', SCAP_MI_HOSTNAME - name.len);
	buf_le64(b, h->boot_ts);
	buf_pad(b, '\0', 3 * 8);	/* flags and two reserved words */
}

static void proc_identity(struct buf *b, const struct snap_proc *p)
{
	buf_le64(b, (uint64_t)p->tid);
	buf_le64(b, (uint64_t)p->pid);
	buf_le64(b, (uint64_t)p->ptid);
	buf_le64(b, (uint64_t)p->sid);
	buf_le64(b, (uint64_t)p->vpgid);
	put_text(b, p->comm, SCAP_PATH_MAX);
	put_text(b, p->exe, SCAP_PATH_MAX);
	put_text(b, p->exepath, SCAP_PATH_MAX);
	put_strings(b, p->args, SCAP_ARGS_MAX);
	put_text(b, p->cwd.len ? p->cwd : STR("/"), SCAP_PATH_MAX);
	buf_le64(b, (uint64_t)p->fdlimit);
	buf_le32(b, p->flags);
	buf_le32(b, p->uid);
	buf_le32(b, p->gid);
}

static void proc_resources(struct buf *b, const struct snap_proc *p)
{
	buf_le32(b, p->vmsize);
	buf_le32(b, p->vmrss);
	buf_le32(b, p->vmswap);
	buf_le64(b, p->pfmajor);
	buf_le64(b, p->pfminor);
	put_strings(b, p->env, SCAP_ARGS_MAX);
	buf_le64(b, (uint64_t)p->vtid);
	buf_le64(b, (uint64_t)p->vpid);
	put_strings(b, p->cgroups, SCAP_ARGS_MAX);
	put_text(b, p->root, SCAP_PATH_MAX);
}

static void proc_image(struct buf *b, const struct snap_proc *p)
{
	buf_le64(b, p->pidns_init_start);
	buf_le32(b, p->tty);
	buf_le32(b, p->loginuid);
	buf_le8(b, p->exe_writable);
	buf_le64(b, p->cap_inheritable);
	buf_le64(b, p->cap_permitted);
	buf_le64(b, p->cap_effective);
	buf_le8(b, p->exe_upper);
	buf_le64(b, p->exe_ino);
	buf_le64(b, p->exe_ctime);
	buf_le64(b, p->exe_mtime);
	buf_le8(b, p->exe_memfd);
	buf_le8(b, p->exe_lower);
	buf_le64(b, (uint64_t)p->pgid);
}

void snapwrite_proc(struct buf *b, const struct snap_proc *p)
{
	size_t at = begin(b);

	proc_identity(b, p);
	proc_resources(b, p);
	proc_image(b, p);
	end(b, at, true);
}

static void put_tuple(struct buf *b, const struct snap_fd *fd, size_t addr, bool server)
{
	buf_add(b, fd->sip, addr);
	if (!server)
		buf_add(b, fd->dip, addr);
	buf_le16(b, fd->sport);
	if (!server)
		buf_le16(b, fd->dport);
	buf_le8(b, fd->l4proto);
}

static void put_fd(struct buf *b, const struct snap_fd *fd)
{
	bool server = fd->type == FD_IPV4_SERVSOCK || fd->type == FD_IPV6_SERVSOCK;

	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV4_SERVSOCK:
		put_tuple(b, fd, 4, server);
		return;
	case FD_IPV6_SOCK:
	case FD_IPV6_SERVSOCK:
		put_tuple(b, fd, 16, server);
		return;
	case FD_UNIX_SOCK:
		buf_le64(b, fd->usrc);
		buf_le64(b, fd->udst);
		break;
	case FD_FILE_V2:
		buf_le32(b, fd->oflags);
		break;
	default:
		break;
	}
	put_text(b, fd->name, SCAP_FDNAME_MAX - 1);
	if (fd->type == FD_FILE_V2)
		buf_le32(b, fd->dev);
}

bool snapwrite_fd(struct buf *b, const struct snap_fd *fd)
{
	size_t at;

	if (fd->type == FD_UNKNOWN || fd->type >= FD_TYPE_COUNT)
		return false;
	at = begin(b);
	buf_le64(b, (uint64_t)fd->fd);
	buf_le64(b, fd->ino);
	buf_le8(b, fd->type);
	put_fd(b, fd);
	end(b, at, true);
	return true;
}

void snapwrite_iface(struct buf *b, const struct snap_iface *i)
{
	struct str name = str_sub(i->name, 0, SCAP_USERNAME_MAX);
	size_t addr = i->v6 ? 16 : 4;
	size_t at = begin(b);

	buf_le16(b, i->v6 ? SCAP_IF_V6 : SCAP_IF_V4);
	buf_le16(b, (uint16_t)name.len);
	buf_add(b, i->addr, addr);
	buf_add(b, i->mask, addr);
	buf_add(b, i->bcast, addr);
	buf_le64(b, i->speed);
	buf_addstr(b, name);
	end(b, at, false);
}

void snapwrite_user(struct buf *b, const struct snap_user *u)
{
	size_t at = begin(b);

	buf_le8(b, SCAP_ENTRY_USER);
	buf_le32(b, u->uid);
	buf_le32(b, u->gid);
	put_text(b, u->name, SCAP_USERNAME_MAX);
	put_text(b, u->home, SCAP_USERNAME_MAX);
	put_text(b, u->shell, SCAP_USERNAME_MAX);
	end(b, at, true);
}

void snapwrite_group(struct buf *b, const struct snap_group *g)
{
	size_t at = begin(b);

	buf_le8(b, SCAP_ENTRY_GROUP);
	buf_le32(b, g->gid);
	put_text(b, g->name, SCAP_USERNAME_MAX);
	end(b, at, true);
}
