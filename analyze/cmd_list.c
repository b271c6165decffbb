/* SPDX-License-Identifier: Apache-2.0 */
/* vestige list: what rules and formats can name, from the schema. */
#include "lib/base/compat.h"

#include "analyze/cmds.h"
#include "analyze/field/field.h"
#include "analyze/filter/op.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/jsonw.h"
#include "lib/event/evtab.h"

static struct {
	bool json;
} o;

const struct opt list_opts[] = {
	OPT_FLAG(0, "json", &o.json, "one JSON object a line"),
	OPT_END
};

static const struct {
	unsigned flag;
	const char *name;
} flag_names[] = {
	{ FF_FILTER_ONLY, "filter_only" }, { FF_PRINT_ONLY, "print_only" },
	{ FF_NO_RHS, "no_rhs" }, { FF_NO_TRANSFORMER, "no_transformer" },
	{ FF_DEPRECATED, "deprecated" }, { FF_SUGGESTED_OUTPUT, "suggested_output" },
};

static void field_json(const struct fieldinfo *f, struct jsonw *w)
{
	size_t i;

	jsonw_open(w);
	jsonw_key(w, "argument");
	jsonw_cstr(w, farg_text(f->arg));
	jsonw_key(w, "desc");
	jsonw_cstr(w, f->help);
	jsonw_key(w, "flags");
	jsonw_array(w);
	for (i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (f->flags & flag_names[i].flag)
			jsonw_cstr(w, flag_names[i].name);
	jsonw_end(w);
	jsonw_key(w, "list");
	jsonw_bool(w, f->list);
	jsonw_key(w, "name");
	jsonw_cstr(w, f->name);
	jsonw_key(w, "type");
	jsonw_cstr(w, ptype_name(f->ptype));
	jsonw_close(w);
}

static void list_fields(struct buf *b)
{
	const struct fieldinfo *f;
	struct buf name = BUF_INIT;
	unsigned i;

	for (i = 0; i < FIELD_COUNT; i++) {
		struct jsonw w = JSONW_INIT(b);

		f = &fieldtab[i];
		if (f->flags & FF_TABLE_ONLY)
			continue;
		if (o.json) {
			field_json(f, &w);
			buf_addc(b, '\n');
			continue;
		}
		buf_clear(&name);
		buf_addf(&name, "%s%s", f->name, farg_text(f->arg));
		buf_addf(b, "%-36s %-9s%s  %s%s\n", name.data, ptype_name(f->ptype),
			 f->list ? " list" : "     ", f->flags & FF_DEPRECATED ? "(deprecated) " : "",
			 f->help);
	}
	buf_release(&name);
}

static void pair_json(const char *a, const char *x, const char *b, const char *y, struct buf *out)
{
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, a);
	jsonw_cstr(&w, x);
	jsonw_key(&w, b);
	jsonw_cstr(&w, y);
	jsonw_close(&w);
	buf_addc(out, '\n');
}

static void list_operators(struct buf *b)
{
	unsigned i;

	for (i = 0; i < FOP_COUNT; i++)
		if (o.json)
			pair_json("operand", op_takes(optab[i].syntax), "operator", optab[i].text, b);
		else
			buf_addf(b, "%-12s %s\n", optab[i].text, op_takes(optab[i].syntax));
}

static void list_transformers(struct buf *b)
{
	unsigned i;

	for (i = 0; i < XF_COUNT; i++)
		if (o.json)
			pair_json("arguments", xformtab[i].max == 1 ? "one" : "several",
				  "transformer", xformtab[i].name, b);
		else
			buf_addf(b, "%s(%s)\n", xformtab[i].name,
				 xformtab[i].max == 1 ? "FIELD" : "FIELD, ...");
}

static void event_json(const struct evinfo *e, struct buf *b)
{
	struct jsonw w = JSONW_INIT(b);
	unsigned i;

	jsonw_open(&w);
	jsonw_key(&w, "name");
	jsonw_cstr(&w, e->name);
	jsonw_key(&w, "number");
	jsonw_u64(&w, e->type);
	jsonw_key(&w, "old");
	jsonw_bool(&w, e->flags & EF_OLD_VERSION);
	jsonw_key(&w, "parameters");
	jsonw_array(&w);
	for (i = 0; i < e->nparams; i++) {
		jsonw_open(&w);
		jsonw_key(&w, "name");
		jsonw_cstr(&w, e->params[i].name);
		jsonw_key(&w, "type");
		jsonw_cstr(&w, ptype_name(e->params[i].ptype));
		jsonw_close(&w);
	}
	jsonw_end(&w);
	jsonw_close(&w);
	buf_addc(b, '\n');
}

/* Events of today; enter events and old versions only as data. */
static void list_events(struct buf *b)
{
	const struct evinfo *e;
	unsigned i, k;

	for (i = 0; i < EV_COUNT; i++) {
		e = evinfo_of(i);
		if (!e)
			continue;
		if (o.json) {
			event_json(e, b);
			continue;
		}
		if (!ev_is_exit(i) && (e->source & EC_SYSCALL))
			continue;
		if (e->flags & (EF_OLD_VERSION | EF_UNUSED))
			continue;
		buf_addf(b, "%s(", e->name);
		for (k = 0; k < e->nparams; k++)
			buf_addf(b, "%s%s %s", k ? ", " : "", ptype_name(e->params[k].ptype),
				 e->params[k].name);
		buf_adds(b, ")\n");
	}
}

static void list_syscalls(struct buf *b)
{
	const struct evinfo *e;
	const char *event;
	unsigned i;

	for (i = 0; i < sctab_n; i++) {
		if (!sctab[i].name)
			continue;
		e = evinfo_of(sctab[i].exit_event);
		event = e ? e->name : "syscall";
		if (o.json)
			pair_json("event", event, "syscall", sctab[i].name, b);
		else
			buf_addf(b, "%-28s %s\n", sctab[i].name, event);
	}
}

int cmd_list(struct opt_args *args, struct diag *d)
{
	static const struct {
		const char *name;
		void (*list)(struct buf *b);
	} topics[] = {
		{ "fields", list_fields }, { "operators", list_operators },
		{ "transformers", list_transformers }, { "events", list_events },
		{ "syscalls", list_syscalls },
	};
	const char *names[ARRAY_SIZE(topics)], *what = args->n ? args->v[0] : "", *near;
	struct buf b = BUF_INIT;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(topics); i++)
		names[i] = topics[i].name;
	for (i = 0; i < ARRAY_SIZE(topics); i++)
		if (!strcmp(what, names[i]))
			break;
	if (i == ARRAY_SIZE(topics)) {
		near = str_nearest(str_of(what), names, ARRAY_SIZE(topics));
		diag_hint(diag_add(d, DIAG_ERROR, "'%s' cannot be listed", what), "%s%s%s",
			  near ? "did you mean '" : "",
			  near ? near : "fields, operators, transformers, events or syscalls",
			  near ? "'?" : "");
		return EXIT_USAGE;
	}
	topics[i].list(&b);
	err = io_write_full(STDOUT_FILENO, b.data, b.len);
	buf_release(&b);
	return err_exit(err);
}
