/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual pages that only repeat the tables, made from the tables:
 *
 *	mkdoc fields|events|syscalls > PAGE
 *
 * So no page can name a field, an event or a system call that is not there.
 */
#include "lib/base/compat.h"

#include "analyze/field/field.h"
#include "analyze/filter/ast.h"
#include "analyze/filter/op.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/event/evtab.h"

#define PAGE_DATE "November 22, 2026"

/* Text of ours on a text line or as a macro's last argument. */
static void text(struct buf *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		buf_adds(out, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_adds(out, "\\e");
		else
			buf_addc(out, *s);
	}
}

/* One argument of a macro: never taken for a macro itself, blanks kept. */
static void arg(struct buf *out, const char *s)
{
	buf_adds(out, " \"\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_adds(out, "\\e");
		else if (*s == '"')
			buf_adds(out, "\\(dq");
		else if (*s == '-')
			buf_adds(out, "\\-");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void head(struct buf *out, const char *title, const char *name, const char *what)
{
	buf_addf(out, ".\\\" Made by tools/mkdoc.c from the lists in schema/; do not edit.\n"
		 ".Dd %s\n.Dt %s 7\n.Os vestige\n.Sh NAME\n.Nm %s\n.Nd %s\n"
		 ".Sh DESCRIPTION\n", PAGE_DATE, title, name, what);
}

/* ---- fields ---- */

static const char *const class_title[] = {
	[FCLASS_EVT] = "Events", [FCLASS_PROCESS] = "Processes and threads",
	[FCLASS_USER] = "Users", [FCLASS_GROUP] = "Groups",
	[FCLASS_FD] = "Descriptors and sockets", [FCLASS_FS_PATH] = "Paths",
	[FCLASS_UTIL] = "Utilities", [FCLASS_FDLIST] = "Polled descriptors",
	[FCLASS_CONTAINER] = "Containers", [FCLASS_K8S] = "Kubernetes",
	[FCLASS_K8S_AUDIT] = "Kubernetes audit events (source k8s_audit)",
	[FCLASS_JSON] = "Plugin events as JSON",
	[FCLASS_VESTIGE] = "What only vestige knows",
};

static const struct {
	unsigned cls;
	const char *title;
} op_classes[] = {
	{ OC_NUM, "numbers" }, { OC_BOOL, "truth values" }, { OC_STR, "text" },
	{ OC_BUF, "bytes" }, { OC_IP, "addresses" }, { OC_NET, "networks" },
	{ OC_LIST, "lists" },
};

static void flag_text(struct buf *out, const struct fieldinfo *f)
{
	if (f->flags & FF_DEPRECATED)
		buf_adds(out, "\nDeprecated.");
	if (f->flags & FF_FILTER_ONLY)
		buf_adds(out, "\nOnly in conditions.");
	if (f->flags & FF_PRINT_ONLY)
		buf_adds(out, "\nOnly in output formats.");
	if (f->flags & FF_NO_RHS)
		buf_adds(out, "\nNot in val().");
	if (f->flags & FF_NO_TRANSFORMER)
		buf_adds(out, "\nNo transformer takes it.");
}

static void field(struct buf *out, const struct fieldinfo *f)
{
	buf_adds(out, ".It Sy");
	arg(out, f->name);
	if (f->arg != FARG_NONE) {
		buf_adds(out, " Ns Ar");
		arg(out, farg_text(f->arg));
	}
	buf_addf(out, "\n%s%s:\n", ptype_name(f->ptype), f->list ? " list" : "");
	text(out, f->help);
	buf_addc(out, '.');
	flag_text(out, f);
	buf_addc(out, '\n');
}

static void fields_of_class(struct buf *out, unsigned cls)
{
	unsigned i;

	buf_addf(out, ".Ss %s\n.Bl -tag -width Ds -compact\n", class_title[cls]);
	for (i = 0; i < FIELD_COUNT; i++)
		if (fieldtab[i].fclass == cls && !(fieldtab[i].flags & FF_TABLE_ONLY))
			field(out, &fieldtab[i]);
	buf_adds(out, ".El\n");
}

static void types(struct buf *out)
{
	unsigned i, t;

	buf_adds(out, ".Sh TYPES\nThe type of a field decides which operators it knows.\n"
		 ".Bl -tag -width Ds -compact\n");
	for (i = 0; i + 1 < ARRAY_SIZE(op_classes); i++) {
		buf_addf(out, ".It %s\n", op_classes[i].title);
		for (t = 0; t < PT_COUNT; t++)
			if (type_class(t, false) == op_classes[i].cls)
				buf_addf(out, "%s\n", ptype_name(t));
	}
	buf_adds(out, ".El\n");
}

static void operators(struct buf *out)
{
	unsigned i, k;

	buf_adds(out, ".Sh OPERATORS\n.Bl -tag -width Ds -compact\n");
	for (i = 0; i < FOP_COUNT; i++) {
		buf_adds(out, ".It Sy");
		arg(out, optab[i].text);
		if (*op_takes(optab[i].syntax)) {
			buf_adds(out, " Ar");
			arg(out, op_takes(optab[i].syntax));
		}
		buf_adds(out, "\nFor");
		for (k = 0; k < ARRAY_SIZE(op_classes); k++)
			if (optab[i].classes & op_classes[k].cls)
				buf_addf(out, "\n%s;", op_classes[k].title);
		out->data[out->len - 1] = '.';
		buf_addc(out, '\n');
	}
	buf_adds(out, ".El\n.Sh TRANSFORMERS\n.Bl -tag -width Ds -compact\n");
	for (i = 0; i < XF_COUNT; i++) {
		buf_adds(out, ".It Sy");
		arg(out, xformtab[i].name);
		buf_addf(out, " Ns Ar %s\n", xformtab[i].max == 1 ? "(field)" : "\"(field, ...)\"");
	}
	buf_adds(out, ".El\n");
}

static void fields_page(struct buf *out)
{
	unsigned cls;

	head(out, "VESTIGE-FIELDS", "vestige-fields", "fields, operators and transformers of conditions");
	buf_adds(out,
		 "A condition, and an output format after a\n.Ql % ,\n"
		 "names fields of the event and of the process behind it.\n"
		 "Names, types and argument forms are those of Falco 0.44.1.\n"
		 "Round brackets stand around an argument that may be left out.\n"
		 ".Pp\nThe language they are used in is told in\n.Xr vestige-rules 5 .\n"
		 ".Sh FIELDS\n");
	for (cls = 0; cls < ARRAY_SIZE(class_title); cls++)
		fields_of_class(out, cls);
	types(out);
	operators(out);
	buf_adds(out, ".Sh SEE ALSO\n.Xr vestige-list 1 ,\n.Xr vestige-rules 5 ,\n"
		 ".Xr vestige-events 7\n");
}

/* ---- events ---- */

static bool is_history(unsigned type, const struct evinfo *e)
{
	return (!ev_is_exit(type) && (e->source & EC_SYSCALL)) ||
	       (e->flags & (EF_OLD_VERSION | EF_UNUSED));
}

/* Not one of libs'? */
static bool own(unsigned type, const struct evinfo *e, unsigned param)
{
	return type >= 0x1000 || param >= e->nwire;
}

static void event(struct buf *out, unsigned type, const struct evinfo *e)
{
	unsigned i;

	buf_adds(out, ".It Sy");
	arg(out, e->name);
	buf_addf(out, " Pq %u\n", type);
	for (i = 0; i < e->nparams; i++) {
		const struct evparam *p = &e->params[i];

		buf_adds(out, ptype_name(p->ptype));
		if (p->flags)
			buf_addf(out, " (%s)", p->flags->name);
		buf_addf(out, "\n.Ar %s%s%s\n", p->name, own(type, e, i) ? " *" : "",
			 i + 1 < e->nparams ? " ;" : "");
	}
	if (!e->nparams)
		buf_adds(out, "no parameters\n");
}

static void flags(struct buf *out)
{
	static const struct flagtab *const tabs[] = {
#define FLAGTAB(id) &flagtab_##id,
#define FLAG(tab, name, value)
#define ENDTAB(id)
#include "schema/flags.def"
#undef FLAGTAB
#undef FLAG
#undef ENDTAB
	};
	unsigned i, k;

	buf_adds(out, ".Sh FLAGS\nThe names of the bits and numbers of a parameter, "
		 "by the list the event names.\n.Bl -tag -width Ds -compact\n");
	for (i = 0; i < ARRAY_SIZE(tabs); i++) {
		buf_addf(out, ".It %s\n", tabs[i]->name);
		for (k = 0; k < tabs[i]->n; k++)
			buf_addf(out, "%s%s\n", tabs[i]->v[k].name,
				 k + 1 < tabs[i]->n ? "," : "");
	}
	buf_adds(out, ".El\n");
}

static void events_page(struct buf *out)
{
	unsigned i;

	head(out, "VESTIGE-EVENTS", "vestige-events", "events of a trace and their parameters");
	buf_adds(out,
		 "An event is what a recorded system call, or a tracepoint of the kernel, means.\n"
		 "Its name is\n.Sy evt.type ,\nits parameters are\n.Sy evt.arg. Ns Ar name .\n"
		 "The number is the one that captures carry.\n"
		 "Names, numbers, parameters and types are those of Falco's libs 0.25.4.\n"
		 "Those marked\n.Sq *\nare vestige\\(aqs own: only its recorders tell them, and\n"
		 ".Sy evt.args\nleaves them out of events that have others; what they say stands in\n"
		 "TRACE-FORMAT.md of the documentation.\n"
		 "Events that only old captures hold are read, and shown as the ones listed here.\n"
		 ".Sh EVENTS\n.Bl -tag -width Ds -compact\n");
	for (i = 0; i < EV_COUNT; i++)
		if (evinfo_of(i) && !is_history(i, evinfo_of(i)))
			event(out, i, evinfo_of(i));
	buf_adds(out, ".El\n");
	flags(out);
	buf_adds(out, ".Sh SEE ALSO\n.Xr vestige-list 1 ,\n.Xr vestige-fields 7 ,\n"
		 ".Xr vestige-syscalls 7\n");
}

/* ---- system calls ---- */

static void number(struct buf *out, const struct scinfo *sc, enum arch arch)
{
	buf_adds(out, " Ta ");
	if (sc->nr[arch] < 0)
		buf_adds(out, "\\-");
	else
		buf_addf(out, "%d", sc->nr[arch]);
}

static void syscall_row(struct buf *out, const struct scinfo *sc)
{
	const struct evinfo *e = evinfo_of(sc->exit_event);

	buf_adds(out, ".It");
	arg(out, sc->name);
	number(out, sc, ARCH_X86_64);
	number(out, sc, ARCH_ARM64);
	buf_addf(out, " Ta \"\\&%s\"\n", sc->exit_event == EV_GENERIC_X || !e ? "syscall" : e->name);
}

static void syscalls_page(struct buf *out)
{
	unsigned i;

	head(out, "VESTIGE-SYSCALLS", "vestige-syscalls", "system calls and the events they give");
	buf_adds(out,
		 "Every system call vestige knows, its number on x86_64 and on arm64\n"
		 "(a dash where that architecture has none), and the event it gives.\n"
		 "A call without an event of its own gives\n.Sy syscall ,\n"
		 "which tells its name and its result.\n"
		 ".Pp\nThe names are what\n.Nm vestige capture Fl e\ntakes.\n"
		 ".Sh SYSTEM CALLS\n"
		 ".Bl -column \"process_vm_writev\" \"x86_64\" \"arm64\" \"process_vm_writev\"\n"
		 ".It Sy call Ta Sy x86_64 Ta Sy arm64 Ta Sy event\n");
	for (i = 1; i < sctab_n; i++)
		if (sctab[i].name)
			syscall_row(out, &sctab[i]);
	buf_adds(out, ".El\n.Sh SEE ALSO\n.Xr vestige-capture 1 ,\n.Xr vestige-events 7\n");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(struct buf *out);
	} pages[] = {
		{ "fields", fields_page }, { "events", events_page },
		{ "syscalls", syscalls_page },
	};
	struct buf out = BUF_INIT;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (argc == 2 && !strcmp(argv[1], pages[i].name))
			pages[i].make(&out);
	if (!out.len)
		return EXIT_USAGE;
	err = io_write_full(STDOUT_FILENO, out.data, out.len);
	buf_release(&out);
	return err_exit(err);
}
