/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open files of all processes, for the snapshot: an iterator, so one read(2)
 * tells of hundreds, where /proc takes five calls for each.
 */
#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "lib/abi/snapfile.h"

char LICENSE[] SEC("license") = "GPL";

#define O_CLOEXEC 02000000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__task_file {
	union { struct bpf_iter_meta *meta; };
	union { struct task_struct *task; };
	u32 fd;
	union { struct file *file; };
};
struct fdtable___exec { unsigned long *close_on_exec; };
#pragma clang attribute pop

/* There is one reader, and it waits for each read. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct { struct snap_file head; char path[SNAP_FILE_PATH]; });
} files SEC(".maps");

static __always_inline u32 flags_of(struct task_struct *t, u32 fd, struct file *file)
{
	struct fdtable *fdt = BPF_CORE_READ(t, files, fdt);
	unsigned long *words = BPF_CORE_READ((struct fdtable___exec *)fdt, close_on_exec), word = 0;
	u32 flags = BPF_CORE_READ(file, f_flags) & ~O_CLOEXEC;

	bpf_probe_read_kernel(&word, sizeof(word), words + fd / 64);
	return word >> (fd % 64) & 1 ? flags | O_CLOEXEC : flags;
}

SEC("iter/task_file")
int vst_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	u32 zero = 0;
	struct snap_file *head;
	char *path;
	long n;

	if (!task || !file)
		return 0;
	if (BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid))
		return 0;	/* a thread's files are its process's */
	head = bpf_map_lookup_elem(&files, &zero);
	if (!head)
		return 0;
	path = (char *)(head + 1);
	n = bpf_d_path(&file->f_path, path, SNAP_FILE_PATH);
	head->len = n > 0 && n <= SNAP_FILE_PATH ? n : 0;
	head->tgid = BPF_CORE_READ(task, tgid);
	head->fd = ctx->fd;
	head->flags = flags_of(task, ctx->fd, file);
	head->ino = BPF_CORE_READ(file, f_inode, i_ino);
	head->dev = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	head->mode = BPF_CORE_READ(file, f_inode, i_mode);
	n = head->len;
	if (n < 0 || n > SNAP_FILE_PATH)
		return 0;
	bpf_seq_write(ctx->meta->seq, head, sizeof(*head) + n);
	return 0;
}
