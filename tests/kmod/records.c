/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records DRIVER COMMAND…: the records a driver (kmod; bpf; calls: bpf attached
 * to the functions of calls) makes of a command and its
 * children, as text, a line a record: to be compared between drivers, byte
 * by byte.  What no two runs have in common is written as ~: times, memory
 * counters, inode numbers, ports the kernel chose, kernel addresses.  (Process numbers are made equal
 * by the caller, with ns_last_pid; user addresses by norandmaps.)
 */
#include "lib/base/compat.h"

#include "capture/command.h"
#include "capture/driver.h"
#include "capture/select.h"
#include "lib/abi/record.h"
#include "lib/base/buf.h"
#include "lib/event/raw_tab.h"

#ifdef __aarch64__
#define OWN_ARCH ARCH_ARM64
#else
#define OWN_ARCH ARCH_X86_64
#endif

/* Fields that differ from run to run. */
static const char *const differing[] = {
	"task_start", "task_pgmaj", "task_pgmin", "task_vmsize", "task_vmrss",
	"task_vmswap", "task_pidns_start", "mm_size", "mm_rss", "mm_swap",
	"sock_own", "sock_peer", "sock_sport", "sock_dport", "fdf_ino", "uring_user_data", "uring_flags",
};

struct field {
	const char *name;
	unsigned size;
};

static const struct field fields[] = {
#define RSTRUCT(id)
#define RF(id, type, name, flags) { #id "_" #name, SIZE_##type },
#define SIZE_U8 1
#define SIZE_U16 2
#define SIZE_U32 4
#define SIZE_U64 8
#define SIZE_B16 16
#define REND(id)
#include "schema/rawstruct.def"
#undef RSTRUCT
#undef RF
#undef REND
};

static const char *const op_struct[ROP_COUNT] = {
#define ROP(id, fixed, tail, flags) [ROP_##id] = #fixed,
#include "schema/rawops.def"
#undef ROP
};

static bool differs(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (!strcmp(differing[i], name))
			return true;
	return false;
}

static void put_hex(struct buf *b, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addf(b, "%02x", p[i]);
}

/* The fixed part of an attachment, field by field; bytes of it. */
static size_t put_fixed(struct buf *b, const char *id, const uint8_t *p, size_t len)
{
	size_t i, at = 0, n = strlen(id);

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strncmp(fields[i].name, id, n) || fields[i].name[n] != '_')
			continue;
		if (at + fields[i].size > len)
			break;
		buf_addf(b, " %s=", fields[i].name);
		if (differs(fields[i].name))
			buf_addc(b, '~');
		else
			put_hex(b, p + at, fields[i].size);
		at += fields[i].size;
	}
	return at;
}

/* The rest; of an internet address without the port. */
static void put_tail(struct buf *b, const char *slot, const uint8_t *p, size_t n)
{
	if (!strcmp(slot, "addr") && n > 4 && p[0] == 2 && !p[1]) {
		buf_adds(b, "0200~");
		p += 4;
		n -= 4;
	}
	put_hex(b, p, n);
}

static const struct rawinfo *info_of(unsigned kind)
{
	if (kind >= REC_KIND_TRACEPOINT)
		return rawinfo_tracepoint(kind - REC_KIND_TRACEPOINT);
	return rawinfo_syscall(kind - REC_KIND_SYSCALL);
}

static void put_attachments(struct buf *b, const struct rawinfo *info, const uint8_t *p, size_t left)
{
	const struct rec_att *a;
	size_t fixed;

	for (; left >= sizeof(*a); left -= sizeof(*a) + a->len, p += sizeof(*a) + a->len) {
		a = (const struct rec_att *)(const void *)p;
		if (a->len > left - sizeof(*a) || a->slot >= info->nslots)
			break;
		buf_addf(b, " | %s %u:", info->slots[a->slot].name, a->flags);
		fixed = put_fixed(b, op_struct[info->slots[a->slot].op], p + sizeof(*a), a->len);
		buf_addc(b, ' ');
		put_tail(b, info->slots[a->slot].name, p + sizeof(*a) + fixed, a->len - fixed);
	}
	if (left)
		buf_adds(b, " DAMAGED");
}

static void put_record(struct buf *b, const void *rec, uint32_t len)
{
	const struct rec_hdr *h = rec;
	const struct rawinfo *info = info_of(h->kind);
	unsigned i;

	buf_addf(b, "%s tid=%u pid=%u nr=%u flags=%u ret=%" PRId64, info ? info->name : "?",
		 h->tid, h->pid, h->nr, h->flags, (int64_t)h->ret);
	/* registers beyond the arguments hold what they held */
	for (i = 0; info && strcmp(info->name, "generic") && i < info->nargs; i++)
		buf_addf(b, " %" PRIx64, (uint64_t)h->arg[i]);
	if (info)
		put_attachments(b, info, (const uint8_t *)(h + 1), len - sizeof(*h));
	buf_addc(b, '\n');
}

static void drain(struct backend *b)
{
	struct buf line = BUF_INIT;
	const void *rec;
	unsigned cpu;
	uint32_t len;

	for (cpu = 0; cpu < b->ncpus; cpu++) {
		while ((rec = b->ops->peek(b, cpu, &len))) {
			buf_clear(&line);
			put_record(&line, rec, len);
			fwrite(line.data, 1, line.len, stdout);
			b->ops->take(b, cpu);
		}
	}
	buf_release(&line);
}

static int say(struct diag *d)
{
	struct buf b = BUF_INIT;

	diag_render(d, &b);
	fputs(b.data ? b.data : "", stderr);
	buf_release(&b);
	diag_release(d);
	return 1;
}

int main(int argc, char **argv)
{
	static const struct select_opts calls = { .set = SELECT_ALL };
	static struct backend_opts o;
	struct diag d = DIAG_INIT;
	struct backend *b = NULL;
	struct command cmd;

	if (argc < 3)
		return 2;
	o.attach = strcmp(argv[1], "calls") ? ATTACH_TRACEPOINT : ATTACH_CALLS;
	o.ctl = (struct rec_ctl){ .abi = REC_ABI_VERSION, .self = (uint32_t)getpid(),
				  .snap_read = 80, .snap_write = 80,
				  .ring_bytes = 16 << 20, .flags = CTL_TREE };
	if (select_calls(&o, &calls, OWN_ARCH, &d) ||
	    driver_open(&b, o.attach == ATTACH_CALLS ? "bpf" : argv[1], &o, &d) || command_start(&cmd, argv + 2, false, &d) ||
	    b->ops->follow(b, (uint32_t)cmd.pid, &d) || b->ops->start(b, &d) ||
	    command_go(&cmd, argv[2], &d))
		return say(&d);
	while (!command_ended(&cmd))
		b->ops->wait(b, 20);
	b->ops->stop(b);
	drain(b);
	b->ops->close(b);
	diag_release(&d);
	return 0;
}
