/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/scap/limits.h"
#include "lib/scap/proclist.h"

static struct str text(struct rcur *c, size_t max)
{
	struct str s = rcur_str16(c);

	if (s.len > max)
		c->bad = true;
	return s;
}

static int64_t i64(struct rcur *c)
{
	return (int64_t)rcur_u64(c);
}

/* Fields every version has, and where later ones put theirs between. */
static void parse_identity(struct rcur *e, unsigned v, struct snap_proc *p)
{
	p->tid = i64(e);
	p->pid = i64(e);
	p->ptid = i64(e);
	if (v >= 6)
		p->sid = i64(e);
	if (v >= 8)
		p->vpgid = i64(e);
	p->comm = text(e, SCAP_PATH_MAX);
	p->exe = text(e, SCAP_PATH_MAX);
	if (v >= 7)
		p->exepath = text(e, SCAP_PATH_MAX);
	p->args = text(e, SCAP_ARGS_MAX);
	p->cwd = text(e, SCAP_PATH_MAX);
	p->fdlimit = i64(e);
	p->flags = rcur_u32(e);
	p->uid = rcur_u32(e);
	p->gid = rcur_u32(e);
}

static void parse_memory(struct rcur *e, struct snap_proc *p)
{
	p->vmsize = rcur_u32(e);
	p->vmrss = rcur_u32(e);
	p->vmswap = rcur_u32(e);
	p->pfmajor = rcur_u64(e);
	p->pfminor = rcur_u64(e);
}

static void parse_namespaces(struct rcur *e, unsigned v, struct snap_proc *p)
{
	p->vtid = i64(e);
	p->vpid = i64(e);
	p->cgroups = text(e, SCAP_ARGS_MAX);
	if (v >= 5)
		p->root = text(e, SCAP_PATH_MAX);
}

/* The next optional field, if the entry still has it whole; once one is
 * missing all later ones are. */
static bool optional(struct rcur *e, size_t size, uint64_t *v)
{
	if (rcur_left(e) < size) {
		e->p = e->end;
		return false;
	}
	*v = size == 1 ? rcur_u8(e) : size == 4 ? rcur_u32(e) : rcur_u64(e);
	return true;
}

static void optional_u32(struct rcur *e, uint32_t *to)
{
	uint64_t v;

	if (optional(e, 4, &v))
		*to = (uint32_t)v;
}

static void optional_u64(struct rcur *e, uint64_t *to)
{
	uint64_t v;

	if (optional(e, 8, &v))
		*to = v;
}

static void optional_bool(struct rcur *e, bool *to)
{
	uint64_t v;

	if (optional(e, 1, &v))
		*to = v != 0;
}

static void parse_optional(struct rcur *e, struct snap_proc *p)
{
	uint64_t pgid;

	/* The first writers of v9 had neither of these two, and nothing
	 * after the capabilities: 29 bytes. */
	if (rcur_left(e) > 29) {
		optional_u64(e, &p->pidns_init_start);
		optional_u32(e, &p->tty);
	}
	optional_u32(e, &p->loginuid);
	optional_bool(e, &p->exe_writable);
	optional_u64(e, &p->cap_inheritable);
	optional_u64(e, &p->cap_permitted);
	optional_u64(e, &p->cap_effective);
	optional_bool(e, &p->exe_upper);
	optional_u64(e, &p->exe_ino);
	optional_u64(e, &p->exe_ctime);
	optional_u64(e, &p->exe_mtime);
	optional_bool(e, &p->exe_memfd);
	optional_bool(e, &p->exe_lower);
	if (optional(e, 8, &pgid))
		p->pgid = (int64_t)pgid;
}

void scap_proc_parse(struct rcur *e, unsigned version, struct snap_proc *p)
{
	struct str none = STR("");

	*p = (struct snap_proc){
		.sid = -1, .vpgid = -1, .pgid = -1, .vtid = -1, .vpid = -1,
		.comm = none, .exe = none, .exepath = none, .args = none,
		.env = none, .cwd = none, .root = none, .cgroups = none,
		.loginuid = UINT32_MAX,
	};
	parse_identity(e, version, p);
	if (version >= 2)
		parse_memory(e, p);
	if (version >= 3)
		p->env = text(e, SCAP_ARGS_MAX);
	if (version >= 4)
		parse_namespaces(e, version, p);
	if (version >= 9 && !e->bad)
		parse_optional(e, p);
}
