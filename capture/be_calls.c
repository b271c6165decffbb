/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <sys/utsname.h>

#include "capture/be_calls.h"
#include "capture/callnames.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

/* One function of each type there is. */
#define WITH_REGS CALLNAMES_OWN "close"
#ifdef __aarch64__
#define WITHOUT CALLNAMES_OWN "getppid"
#else
#define WITHOUT "__do_sys_getppid"
#endif

/* Nothing, on one call's return, and on seccomp's. */
static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int try_link(int prog, int link)
{
	int err = prog < 0 ? prog : link < 0 ? link : 0;

	if (link >= 0)
		close(link);
	if (prog >= 0)
		close(prog);
	return err;
}

static int try_multi(void)
{
	static const char *one[] = { WITH_REGS };
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);
	LIBBPF_OPTS(bpf_link_create_opts, make, .kprobe_multi.syms = one,
		    .kprobe_multi.cnt = 1, .kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN);
	int prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "vst_try", "GPL", nothing,
				 ARRAY_SIZE(nothing), &load);

	return try_link(prog, prog < 0 ? -1 :
			bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &make));
}

static int try_fexit(const char *function)
{
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_TRACE_FEXIT);
	int prog = libbpf_find_vmlinux_btf_id(function, BPF_TRACE_FEXIT);

	load.attach_btf_id = (uint32_t)prog;
	if (prog >= 0)
		prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "vst_try", "GPL", nothing,
				     ARRAY_SIZE(nothing), &load);
	return try_link(prog, prog < 0 ? -1 : bpf_raw_tracepoint_open(NULL, prog));
}

/* Linux 6.7 or later: struct bpf_link_info tells of what was missed. */
static bool counts_misses(void)
{
	struct utsname u;
	struct str rest, part;
	uint64_t major, minor;

	if (uname(&u))
		return false;
	rest = str_of(u.release);
	part = str_cut(&rest, '.');
	if (!num_u64(part, &major) || !rest.p)
		return false;
	part = str_mem(rest.p, strspn(rest.p, "0123456789"));
	return num_u64(part, &minor) && (major > 6 || (major == 6 && minor >= 7));
}

/* The word in brackets of "none (voluntary) full", where it can be read. */
static bool preempts_at_will(void)
{
	FILE *f = fopen("/sys/kernel/debug/sched/preempt", "re");
	char line[128] = "";
	struct utsname u;
	bool calm;

	if (f) {
		calm = fgets(line, sizeof(line), f) &&
		       (strstr(line, "(none)") || strstr(line, "(voluntary)"));
		fclose(f);
		return !calm;
	}
	return uname(&u) || strstr(u.version, "PREEMPT");
}

/* Each function has a program and a link of its own, made one by one. */
static bool few_enough(const struct backend_opts *o)
{
	struct callnames l;
	bool few = !callnames_find(&l, o, false) && l.n <= CALLS_FEXIT_MAX;

	callnames_release(&l);
	return few;
}

/* NULL: it can be; else why not. */
static const char *no_fexit(const struct backend_opts *o)
{
	int ret = try_fexit(WITHOUT);

	if (ret)
		return strerror(-ret);
	if (!few_enough(o))
		return "too many calls are selected";
	return o->attach == ATTACH_AUTO && preempts_at_will() ?
	       "this kernel preempts programs" : NULL;
}

static const char *no_multi(const struct backend_opts *o)
{
	int ret = try_multi();

	if (ret)
		return strerror(-ret);
	return o->attach == ATTACH_AUTO && !counts_misses() ?
	       "this kernel does not count what it misses" : NULL;
}

enum calls_way be_calls_way(const struct backend_opts *o, const char **why)
{
	static char said[200];
	const char *multi, *fexit;
	int ret;

	*why = "not asked for";
	if (o->attach == ATTACH_TRACEPOINT)
		return CALLS_NOT;
	*why = "every call is selected";
	if (o->attach == ATTACH_AUTO && callnames_any(o))
		return CALLS_NOT;
	/* calls that seccomp refuses are told by a program of this type */
	ret = try_fexit("__secure_computing");
	multi = ret ? strerror(-ret) : no_multi(o);
	if (!multi)
		return CALLS_MULTI;
	fexit = ret ? strerror(-ret) : no_fexit(o);
	if (!fexit)
		return CALLS_FEXIT;
	snprintf(said, sizeof(said), "kretprobe.multi: %s; fexit: %s", multi, fexit);
	*why = said;
	return CALLS_NOT;
}

int be_calls_prepare(enum calls_way way, const struct calls_progs *p)
{
	int ret = 0;

	bpf_program__set_autoload(p->denied, way != CALLS_NOT);
	bpf_program__set_autoload(p->multi, way == CALLS_MULTI);
	bpf_program__set_autoload(p->with_regs, way == CALLS_FEXIT);
	bpf_program__set_autoload(p->without, way == CALLS_FEXIT);
	bpf_program__set_autoattach(p->multi, false);
	bpf_program__set_autoattach(p->with_regs, false);
	bpf_program__set_autoattach(p->without, false);
	if (way == CALLS_FEXIT) {
		ret = bpf_program__set_attach_target(p->with_regs, 0, WITH_REGS);
		if (!ret)
			ret = bpf_program__set_attach_target(p->without, 0, WITHOUT);
	}
	return ret;
}

static int attach_multi(struct be_calls *c, const struct calls_progs *p,
			const struct callnames *l)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, multi, .retprobe = true, .cnt = l->n);

	multi.syms = (const char **)(void *)l->v;
	c->link = bpf_program__attach_kprobe_multi_opts(p->multi, NULL, &multi);
	c->prog = bpf_program__fd(p->multi);
	return c->link ? 0 : -errno;
}

/*
 * A function's number in the kernel's BTF and the type it has there; 0: it is
 * not there.  Of calls without arguments the names of all tables are one
 * function (SYSCALL_DEFINE0), which BTF knows by a third.
 */
static uint32_t type_of(const struct btf *btf, const char *function, int *id)
{
	const char *call = strstr(function, "sys_");
	char other[128];

	*id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (*id <= 0 && call) {
		snprintf(other, sizeof(other), "__do_%s", call);
		*id = btf__find_by_name_kind(btf, other, BTF_KIND_FUNC);
	}
	return *id > 0 ? btf__type_by_id(btf, (uint32_t)*id)->type : 0;
}

/* On the return from function id: go on in the program of a map. */
static int attach_stub(struct be_calls *c, int id, int map)
{
	const struct bpf_insn on[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = BPF_REG_2,
		  .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_TRACE_FEXIT,
		    .attach_btf_id = (uint32_t)id);
	int prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "vst_on", "GPL", on, ARRAY_SIZE(on), &load);
	int link = prog < 0 ? -1 : bpf_raw_tracepoint_open(NULL, prog);
	int err = errno;

	if (prog >= 0)
		c->fds[c->nfds++] = prog;
	if (link < 0)
		return -err;
	c->fds[c->nfds++] = link;
	return 0;
}

static int set_target(struct bpf_map *map, struct bpf_program *p)
{
	uint32_t zero = 0;
	int fd = bpf_program__fd(p);

	return bpf_map_update_elem(bpf_map__fd(map), &zero, &fd, BPF_ANY);
}

static int attach_one(struct be_calls *c, const struct calls_progs *p, const char *function,
		      const struct btf *btf, uint8_t *seen)
{
	int id;
	uint32_t with = type_of(btf, WITH_REGS, &id), without = type_of(btf, WITHOUT, &id);
	uint32_t type = type_of(btf, function, &id);

	if (!type || (type != with && type != without))
		return -ESRCH;
	if (seen[id])
		return 0;
	seen[id] = 1;
	return attach_stub(c, id, bpf_map__fd(type == with ? p->to_with_regs : p->to_without));
}

static int attach_each(struct be_calls *c, const struct calls_progs *p,
		       const struct callnames *l, const struct btf *btf)
{
	uint8_t *seen = xcalloc(btf__type_cnt(btf), 1);
	int ret = 0;
	size_t i;

	c->fds = xcalloc(2 * l->n, sizeof(*c->fds));
	for (i = 0; !ret && i < l->n; i++)
		ret = attach_one(c, p, l->v[i], btf, seen);
	free(seen);
	return ret;
}

static int attach_fexit(struct be_calls *c, const struct calls_progs *p,
			const struct callnames *l)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int ret = btf ? 0 : -errno;

	if (!ret)
		ret = set_target(p->to_with_regs, p->with_regs);
	if (!ret)
		ret = set_target(p->to_without, p->without);
	if (!ret)
		ret = attach_each(c, p, l, btf);
	btf__free(btf);
	return ret;
}

int be_calls_attach(struct be_calls *c, enum calls_way way, const struct calls_progs *p,
		    const struct backend_opts *o)
{
	struct callnames l;
	/* spare ones: the more functions there are, the more room */
	int ret = callnames_find(&l, o, way == CALLS_MULTI);

	c->denied = bpf_program__fd(p->denied);
	if (!ret)
		ret = way == CALLS_MULTI ? attach_multi(c, p, &l) : attach_fexit(c, p, &l);
	callnames_release(&l);
	return ret;
}

/* The beginning of struct bpf_link_info of Linux 6.7, of this type of link. */
struct multi_info {
	uint32_t type, id, prog, pad;
	uint64_t addrs;
	uint32_t count, flags;
	uint64_t missed;
	uint64_t rest[8];
};

/* Times a program was not run, as it was running already. */
static uint64_t misses_of(int prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t n = sizeof(info);

	return bpf_obj_get_info_by_fd(prog, &info, &n) ? 0 : info.recursion_misses;
}

uint64_t be_calls_missed(const struct be_calls *c)
{
	struct multi_info link = { 0 };
	uint32_t n = sizeof(link);
	uint64_t sum;
	size_t i;

	if (!c->link && !c->nfds)
		return c->missed;
	sum = misses_of(c->denied);
	if (c->link) {
		bpf_obj_get_info_by_fd(bpf_link__fd(c->link), &link, &n);
		sum += link.missed + misses_of(c->prog);
	}
	for (i = 0; i < c->nfds; i += 2)
		sum += misses_of(c->fds[i]);
	return sum;
}

void be_calls_detach(struct be_calls *c)
{
	c->missed = be_calls_missed(c);
	bpf_link__destroy(c->link);
	c->link = NULL;
	while (c->nfds)
		close(c->fds[--c->nfds]);
	free(c->fds);
	c->fds = NULL;
}
