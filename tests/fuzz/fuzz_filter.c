/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions and output formats from any bytes: parse, print, compile, run
 * for a few event types.
 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const uint16_t evtypes[] = {
	EV_SYSCALL_OPENAT_2_X, EV_SOCKET_CONNECT_X, EV_SYSCALL_EXECVE_19_X, EV_GENERIC_X,
};

/* A value of the right shape and type for every field. */
static bool any_value(struct fieldsource *s UNUSED, const struct fieldref *ref,
		      enum field_place place UNUSED, struct value *out)
{
	static const struct value list[2] = {
		{ .ptype = PT_CHARBUF, .s = { "file", 4 } },
		{ .ptype = PT_CHARBUF, .s = { "-a", 2 } },
	};

	memset(out, 0, sizeof(*out));
	out->ptype = ref->ptype;
	out->pfmt = ref->pfmt;
	if (ref->f->id % 7 == 3)
		return false;
	if (ref->list) {
		out->shape = VAL_LIST;
		out->list.v = list;
		out->list.n = ref->ptype == PT_CHARBUF ? 2 : 0;
		return true;
	}
	switch (ref->ptype) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
	case PT_BYTEBUF:
		out->s = STR("/bin/cat\xff\x00\x00");
		if (ref->ptype != PT_BYTEBUF)
			out->s.len -= 2;
		break;
	case PT_IPADDR:
	case PT_IPNET:
		out->ip = (struct ipaddr){ 4, { 10, 0, 0, 5 } };
		break;
	case PT_DOUBLE:
		out->d = 2.5;
		break;
	default:
		out->u = 5;
		break;
	}
	return true;
}

static void verdicts(struct filterset *fs)
{
	struct fieldsource src = { .get = any_value };
	const struct filterset_plan *plan;
	uint32_t hit;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(evtypes); i++) {
		src.evtype = evtypes[i];
		plan = filterset_plan(fs, src.evtype);
		filterset_begin(fs, &src);
		if (plan->n && filterset_eval(fs, plan->entry[0]) !=
			       (filterset_sweep(fs, &hit) == 1))
			abort();
	}
}

static void condition(struct arena *a, struct str text, struct buf *printed)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct filter_warning *w = NULL;
	struct filterset *fs = filterset_new();
	struct buf listing = BUF_INIT;
	struct ast *t;

	if (!filter_parse(a, text, 100, &t, &e)) {
		ast_print(t, printed);
		if (filterset_add(fs, t, STR("syscall"), &e, &w, a) >= 0) {
			verdicts(fs);
			filterset_disasm(fs, 0, -1, &listing);
		}
	}
	buf_release(&listing);
	filterset_free(fs);
	filter_error_release(&e);
}

static void format(struct arena *a, struct str text)
{
	struct fieldsource src = { .get = any_value, .evtype = EV_SYSCALL_OPENAT_2_X };
	struct filter_error e = FILTER_ERROR_INIT;
	struct buf out = BUF_INIT;
	struct format *f;

	if (!format_compile(a, text, STR("syscall"), &f, &e))
		format_render(f, &src, FORMAT_TERMINAL, &out);
	buf_release(&out);
	filter_error_release(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct str text = str_mem(p, len);
	struct buf printed = BUF_INIT;
	struct arena a = ARENA_INIT;

	if (len > 1 << 16)
		return 0;
	condition(&a, text, &printed);
	format(&a, text);
	buf_release(&printed);
	arena_release(&a);
	return 0;
}
