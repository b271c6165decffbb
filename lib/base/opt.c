/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/opt.h"
#include "lib/base/xalloc.h"

struct parser {
	const struct opt *opts;
	char **argv;
	int argc, at;		/* at: the argument being read */
	struct opt_args *args;
	struct diag *d;
};

static bool is_option(const struct opt *o)
{
	return o->kind != OPT_KIND_HEADING;
}

static const struct opt *find_long(const struct opt *opts, struct str name)
{
	const struct opt *o;

	for (o = opts; o && o->kind != OPT_KIND_END; o++) {
		if (is_option(o) && o->name && str_eq(name, str_of(o->name)))
			return o;
	}
	return NULL;
}

static const struct opt *find_short(const struct opt *opts, char c)
{
	const struct opt *o;

	for (o = opts; o && o->kind != OPT_KIND_END; o++) {
		if (is_option(o) && o->shortname && o->shortname == c)
			return o;
	}
	return NULL;
}

static bool takes_arg(const struct opt *o)
{
	return o->kind != OPT_KIND_FLAG && (o->kind != OPT_KIND_CALL || o->arg);
}

/* "--output", or "-o" where there is no long name. */
static void add_name(struct buf *out, const struct opt *o)
{
	if (o->name)
		buf_addf(out, "--%s", o->name);
	else
		buf_addf(out, "-%c", o->shortname);
}

static int complain(struct parser *p, const struct opt *o, const char *what,
		    const char *text)
{
	struct buf name = BUF_INIT;

	add_name(&name, o);
	if (text)
		diag_add(p->d, DIAG_ERROR, "option %s %s, not '%s'", name.data, what, text);
	else
		diag_add(p->d, DIAG_ERROR, "option %s %s", name.data, what);
	buf_release(&name);
	return -E_USAGE;
}

static int unknown_long(struct parser *p, struct str name)
{
	const char *names[256], *near;
	struct diag_item *it;
	const struct opt *o;
	size_t n = 0;

	for (o = p->opts; o && o->kind != OPT_KIND_END; o++) {
		if (is_option(o) && o->name && n < ARRAY_SIZE(names))
			names[n++] = o->name;
	}
	it = diag_add(p->d, DIAG_ERROR, "unknown option '--%.*s'", STR_FMT(name));
	near = str_nearest(name, names, n);
	if (near)
		diag_hint(it, "did you mean --%s?", near);
	return -E_USAGE;
}

static int set(struct parser *p, const struct opt *o, const char *arg)
{
	switch (o->kind) {
	case OPT_KIND_FLAG:
		*(bool *)o->dest = true;
		return 0;
	case OPT_KIND_STR:
		*(const char **)o->dest = arg;
		return 0;
	case OPT_KIND_U64:
		if (num_u64(str_of(arg), o->dest))
			return 0;
		return complain(p, o, "takes a whole number", arg);
	case OPT_KIND_SIZE:
		if (num_size(str_of(arg), o->dest))
			return 0;
		return complain(p, o, "takes a size such as 64M", arg);
	case OPT_KIND_DURATION:
		if (num_duration(str_of(arg), o->dest))
			return 0;
		return complain(p, o, "takes a duration such as 250ms, 10s or 5m", arg);
	case OPT_KIND_CALL:
		return o->call(o->dest, o, arg, p->d);
	case OPT_KIND_END:
	case OPT_KIND_HEADING:
		break;
	}
	return -E_BUG;
}

/* The next argument belongs to option o. */
static int set_next(struct parser *p, const struct opt *o)
{
	struct buf what = BUF_INIT;

	if (p->at + 1 < p->argc)
		return set(p, o, p->argv[++p->at]);
	buf_addf(&what, "needs an argument: %s", o->arg ? o->arg : "VALUE");
	complain(p, o, what.data, NULL);
	buf_release(&what);
	return -E_USAGE;
}

static int parse_long(struct parser *p, const char *text)
{
	struct str rest = str_of(text), name = str_cut(&rest, '=');
	const struct opt *o = find_long(p->opts, name);

	if (!o && str_eq(name, STR("help")) && !rest.p) {
		p->args->help = true;
		return 0;
	}
	if (!o)
		return unknown_long(p, name);
	if (!takes_arg(o))
		return rest.p ? complain(p, o, "takes no argument", NULL) :
				set(p, o, NULL);
	return rest.p ? set(p, o, rest.p) : set_next(p, o);
}

/* A bundle: flags, and at its end one option whose argument may be glued on. */
static int parse_short(struct parser *p, const char *text)
{
	int r = 0;

	for (; *text && !r; text++) {
		const struct opt *o = find_short(p->opts, *text);

		if (!o && *text == 'h') {
			p->args->help = true;
		} else if (!o) {
			diag_add(p->d, DIAG_ERROR, "unknown option '-%c'", *text);
			return -E_USAGE;
		} else if (!takes_arg(o)) {
			r = set(p, o, NULL);
		} else {
			return text[1] ? set(p, o, text + 1) : set_next(p, o);
		}
	}
	return r;
}

static void add_operand(struct parser *p, char *text)
{
	p->args->v[p->args->n++] = text;
	p->args->v[p->args->n] = NULL;
}

int opt_parse(const struct opt *opts, int argc, char **argv,
	      struct opt_args *args, struct diag *d)
{
	struct parser p = { opts, argv, argc, 1, args, d };
	int r = 0;

	*args = (struct opt_args){ 0 };
	args->v = xcalloc((size_t)(argc > 0 ? argc : 0) + 1, sizeof(*args->v));
	for (; p.at < argc && !r; p.at++) {
		char *text = argv[p.at];

		if (args->after || text[0] != '-' || !text[1])
			add_operand(&p, text);
		else if (text[1] != '-')
			r = parse_short(&p, text + 1);
		else if (text[2])
			r = parse_long(&p, text + 2);
		else
			args->after = args->v + args->n;
	}
	return r;
}

void opt_args_release(struct opt_args *args)
{
	if (!args)
		return;
	free(args->v);
	*args = (struct opt_args){ 0 };
}
