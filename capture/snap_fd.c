/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors out of /proc/PID/fd and fdinfo. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/base/num.h"
#include "capture/snap.h"

enum { OF_CLOEXEC = 0x1000 };	/* of the file_flags table */

/* Kernel open flags (asm-generic, as fdinfo prints them) and the bits of the
 * file_flags table.  Access mode is no bit mask and stands in oflags_access. */
static const struct {
	uint64_t kernel;
	uint32_t table;
} oflags[] = {
	{ 00000100, 0x4 },	/* O_CREAT */
	{ 00000200, 0x20 },	/* O_EXCL */
	{ 00001000, 0x100 },	/* O_TRUNC */
	{ 00002000, 0x8 },	/* O_APPEND */
	{ 00004000, 0x40 },	/* O_NONBLOCK */
	{ 00010000, 0x10 },	/* O_DSYNC */
	{ 04000000, 0x80 },	/* O_SYNC, its own bit */
#ifdef __aarch64__
	{ 00040000, 0x400 },	/* O_DIRECTORY */
	{ 00200000, 0x200 },	/* O_DIRECT */
	{ 00400000, 0x800 },	/* O_LARGEFILE */
#else
	{ 00040000, 0x200 },	/* O_DIRECT */
	{ 00100000, 0x800 },	/* O_LARGEFILE */
	{ 00200000, 0x400 },	/* O_DIRECTORY */
#endif
	{ 02000000, OF_CLOEXEC },
	{ 020000000, 0x2000 },	/* O_TMPFILE, its own bit */
};

uint32_t snap_oflags(uint64_t kernel_flags)
{
	static const uint32_t access[] = { 1, 2, 3, 0 };
	uint32_t out = access[kernel_flags & 3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(oflags); i++)
		if (kernel_flags & oflags[i].kernel)
			out |= oflags[i].table;
	return out;
}

/* Descriptors that are no file: what their link says, and their type. */
static const struct {
	const char *prefix;
	uint8_t type;
} anonymous[] = {
	{ "pipe:[", FD_FIFO },
	{ "anon_inode:[eventfd]", FD_EVENT },
	{ "anon_inode:[eventpoll]", FD_EVENTPOLL },
	{ "anon_inode:[signalfd]", FD_SIGNALFD },
	{ "anon_inode:[timerfd]", FD_TIMERFD },
	{ "anon_inode:[userfaultfd]", FD_USERFAULTFD },
	{ "anon_inode:[io_uring]", FD_IOURING },
	{ "anon_inode:[pidfd]", FD_PIDFD },
	{ "pidfd:[", FD_PIDFD },
	{ "anon_inode:inotify", FD_INOTIFY },
	{ "anon_inode:bpf-", FD_BPF },
	{ "anon_inode:bpf_", FD_BPF },
	{ "/memfd:", FD_MEMFD },
	{ "anon_inode:", FD_UNSUPPORTED },
};

static bool set_anonymous(struct snap_fd *f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(anonymous); i++) {
		if (!str_starts(f->name, str_of(anonymous[i].prefix)))
			continue;
		f->type = anonymous[i].type;
		if (f->type == FD_MEMFD) {	/* its name, as memfd_create got it */
			f->name = str_sub(f->name, strlen("/memfd:"), f->name.len);
			if (str_ends(f->name, STR(" (deleted)")))
				f->name.len -= strlen(" (deleted)");
		}
		return true;
	}
	return false;
}

/* A pidfd is named after the process it stands for. */
static struct str pidfd_name(struct str fdinfo, struct buf *name)
{
	buf_clear(name);
	buf_adds(name, "/proc/");
	buf_addstr(name, snap_line(fdinfo, "Pid"));
	return buf_str(name);
}

static uint64_t octal(struct str s)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s.len && s.p[i] >= '0' && s.p[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(s.p[i] - '0');
	return v;
}

/* The kernel's own encoding, which events carry too. */
static uint32_t kernel_dev(dev_t dev)
{
	uint32_t major = major(dev), minor = minor(dev);

	return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

/* Of what is no file only whether an exec closes it is told. */
static void set_file(struct snap_fd *f, uint32_t mode, uint32_t dev, uint32_t flags)
{
	if (S_ISFIFO(mode)) {
		f->type = FD_FIFO;
		f->oflags = flags & OF_CLOEXEC;
		return;
	}
	f->type = S_ISDIR(mode) ? FD_DIRECTORY : FD_FILE_V2;
	f->oflags = flags;
	f->dev = dev;
}

static struct socktab *sockets_of(struct snap *s, int piddir)
{
	struct socktab *t;
	struct stat st;

	if (fstatat(piddir, "ns/net", &st, 0))
		return NULL;
	t = imap_get(&s->netns, st.st_ino);
	if (!t) {
		t = socktab_read(piddir);
		imap_put(&s->netns, st.st_ino, t);
	}
	return t;
}

static void set_socket(struct snap *s, int piddir, struct snap_fd *f)
{
	const struct socktab *t = sockets_of(s, piddir);

	/* Packet sockets, bluetooth and the like stand in no table we read. */
	if (!t || !socktab_find(t, f->ino, f)) {
		f->type = FD_UNSUPPORTED;
		f->name = STR("");
	}
}

static struct str fdinfo_of(struct snap *s, int piddir, int64_t num)
{
	char path[40];

	snprintf(path, sizeof(path), "fdinfo/%" PRId64, num);
	if (snap_read(piddir, path, &s->text))
		buf_clear(&s->text);
	return buf_str(&s->text);
}

/* Whatever has no name in the file system; false: a file. */
static bool set_other(struct snap *s, int piddir, struct snap_fd *f, uint32_t flags,
		      struct buf *pidname)
{
	f->oflags = flags & OF_CLOEXEC;
	if (str_starts(f->name, STR("socket:[")))
		set_socket(s, piddir, f);
	else if (!set_anonymous(f))
		return false;
	if (f->type == FD_PIDFD)
		f->name = pidfd_name(fdinfo_of(s, piddir, f->fd), pidname);
	return true;
}

static int emit_fd(struct snap *s, int piddir, int64_t pid, int64_t num,
		   struct buf *link, struct buf *pidname)
{
	struct snap_item item = { .kind = SNAP_FD };
	struct snap_fd *f = &item.fd;
	uint32_t flags;
	char path[40];
	struct stat st;

	snprintf(path, sizeof(path), "fd/%" PRId64, num);
	if (snap_link(piddir, path, link) || fstatat(piddir, path, &st, 0)) {
		if (errno != ENOENT && errno != ESRCH)	/* else closed meanwhile */
			snap_unread(s, "a descriptor");
		return 0;
	}
	f->tid = pid;
	f->fd = num;
	f->ino = st.st_ino;
	f->name = buf_str(link);
	flags = snap_oflags(octal(snap_line(fdinfo_of(s, piddir, num), "flags")));
	if (!set_other(s, piddir, f, flags, pidname))
		set_file(f, st.st_mode, kernel_dev(st.st_dev), flags);
	s->stats->fds++;
	return s->emit(s->ctx, &item);
}

/* The kernel's inner form of a device number: twenty bits of minor. */
static uint32_t inner_dev(uint32_t dev)
{
	return kernel_dev(makedev(dev >> 20, dev & 0xfffff));
}

/* As the iterator tells it; what it cannot name, /proc cannot either. */
static int emit_told(struct snap *s, int piddir, const struct snap_file *file, struct str path,
		     struct buf *pidname)
{
	struct snap_item item = { .kind = SNAP_FD };
	struct snap_fd *f = &item.fd;
	uint32_t flags = snap_oflags(file->flags);

	if (!path.len)
		return 0;
	f->tid = file->tgid;
	f->fd = file->fd;
	f->ino = file->ino;
	f->name = path;
	if (!set_other(s, piddir, f, flags, pidname))
		set_file(f, file->mode, inner_dev(file->dev), flags);
	s->stats->fds++;
	return s->emit(s->ctx, &item);
}

static int walk_fds(struct snap *s, int piddir, int64_t pid, struct buf *pidname)
{
	struct buf link = BUF_INIT;
	int64_t *nums;
	size_t i, n;
	int ret = 0;

	nums = snap_numbers(piddir, "fd", &n);
	if (!nums)
		snap_unread(s, "descriptors of a process");
	for (i = 0; nums && i < n && !ret; i++)
		ret = emit_fd(s, piddir, pid, nums[i], &link, pidname);
	free(nums);
	buf_release(&link);
	return ret;
}

int snap_fds(struct snap *s, int piddir, int64_t pid)
{
	struct buf pidname = BUF_INIT;
	struct snap_file file;
	bool told = false;
	struct str path;
	int ret = 0;

	while (s->iter && !ret && snap_iter_next(s->iter, pid, &file, &path)) {
		told = true;
		ret = emit_told(s, piddir, &file, path, &pidname);
	}
	/* has none, is hidden from it, or there is no iterator */
	if (!told)
		ret = walk_fds(s, piddir, pid, &pidname);
	buf_release(&pidname);
	return ret;
}
