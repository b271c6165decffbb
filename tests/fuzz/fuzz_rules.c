/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as rule files (parts between lines "%%%" are files of one set):
 * loaded, selected, told of, and evaluated over events without any value.  What
 * stayed compiled from file to file must be what compiling it again gives.
 */
#include "lib/base/compat.h"

#include "analyze/report/explain.h"
#include "analyze/rule/engine.h"
#include "analyze/rule/ruleset_in.h"
#include "analyze/rule/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static bool nothing(struct fieldsource *s UNUSED, const struct fieldref *ref UNUSED,
		    enum field_place place UNUSED, struct value *out UNUSED)
{
	return false;
}

static void evaluate(struct ruleset *rs)
{
	static const uint16_t types[] = {
		EV_SYSCALL_OPENAT_2_X, EV_SYSCALL_EXECVE_19_X, EV_SYSCALL_CLOSE_X,
		EV_PLUGINEVENT_E, EV_GENERIC_X,
	};
	static const struct select_step all = { true, false, "*" };
	struct fieldsource src = { .get = nothing };
	struct engine e;
	size_t i;

	ruleset_select(rs, &all, 1, PRI_DEBUG, NULL);
	engine_init(&e, rs, MATCH_ALL, STR("syscall"));
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		src.evtype = types[i];
		engine_event(&e, &src);
		if (e.nmatch > rs->n)
			abort();
	}
	engine_release(&e);
}

/* Findings as data and as sentences; errors and verdict must agree. */
static void tell(const struct ruleset *rs, bool ok, struct buf *b)
{
	struct diag d = { .limit = 50 };
	struct jsonw w = JSONW_INIT(b);
	size_t i;

	load_results_json(ruleset_results(rs), &w);
	load_results_diag(ruleset_results(rs), &d);
	diag_render(&d, b);
	if (ok != !ruleset_results(rs)->nerrors || ok != !d.errors)
		abort();
	for (i = 0; i < rs->n && i < 20; i++) {
		explain_text(rs, &rs->rules[i], b);
		explain_json(rs, &rs->rules[i], b);
	}
	diag_release(&d);
}

static struct ruleset *load(const uint8_t *p, size_t len, bool anew, struct buf *told)
{
	static const struct ruleset_opts opts = { .suggested_output = true };
	struct ruleset *rs = ruleset_new(&opts);
	struct str rest = str_mem(p, len), part;
	ssize_t at;
	bool ok = true, more = true;

	while (more) {
		at = str_find(rest, STR("\n%%%\n"));
		more = at >= 0;
		part = more ? str_sub(rest, 0, at + 1) : rest;
		rest = more ? str_sub(rest, at + 5, rest.len) : rest;
		if (anew)
			ruleset_forget(rs);
		ok &= !ruleset_load(rs, "fuzz", part);
	}
	ok &= !ruleset_finish(rs);
	tell(rs, ok, told);
	return rs;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf told = BUF_INIT, again = BUF_INIT;
	struct ruleset *rs = load(p, len, false, &told);
	struct ruleset *anew = load(p, len, true, &again);

	if (!str_eq(buf_str(&told), buf_str(&again)) || rs->n != anew->n)
		abort();
	evaluate(rs);
	ruleset_free(rs);
	ruleset_free(anew);
	buf_release(&told);
	buf_release(&again);
	return 0;
}
