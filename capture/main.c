/* SPDX-License-Identifier: Apache-2.0 */
/* vestige-capture: the recorder's command line. */
#include "lib/base/compat.h"

#include <sys/wait.h>

#include "capture/clocks.h"
#include "capture/hostmeta.h"
#include "capture/record.h"
#include "capture/rulecalls.h"
#include "capture/trace.h"
#include "lib/base/cmd.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/num.h"

static struct {
	const char *path, *driver, *attach, *set, *names, *snapshot;
	const char *rules[RULECALLS_MAX];
	size_t nrules;
	uint64_t duration, snaplen, snap_read, snap_write, ring_mb;
	bool overwrite, no_paths, no_containers, failed, quiet;
	struct who_opts who;
	struct segdir_limits rotate;
	struct status_opts status;
	struct privs_opts privs;
	struct acquisition_opts acquisition;
} opts = {
	.driver = "auto", .attach = "auto", .snapshot = "auto",
	.duration = UINT64_MAX, .snaplen = REC_SNAP_DFLT, .ring_mb = 64,
	.snap_read = UINT64_MAX, .snap_write = UINT64_MAX,
};
/* As it was called, for META. */
static char *const *called;

static int set_nice(void *dest, const struct opt *o, const char *arg, struct diag *d)
{
	int64_t n;

	if (num_i64(str_of(arg), &n) && n >= -20 && n <= 19) {
		*(int *)dest = (int)n;
		return 0;
	}
	diag_add(d, DIAG_ERROR, "option --nice takes -20 to 19, not '%s'", arg);
	return -E_USAGE;
}

static int set_cpus(void *dest, const struct opt *o, const char *arg, struct diag *d)
{
	uint8_t map[PRIVS_CPUS / 8];

	if (privs_cpulist(arg, map)) {
		*(const char **)dest = arg;
		return 0;
	}
	diag_add(d, DIAG_ERROR, "option --cpu takes a list such as 0-1,3, not '%s'", arg);
	return -E_USAGE;
}

static int add_rules(void *dest UNUSED, const struct opt *o UNUSED, const char *arg,
		     struct diag *d)
{
	if (opts.nrules < RULECALLS_MAX) {
		opts.rules[opts.nrules++] = arg;
		return 0;
	}
	diag_add(d, DIAG_ERROR, "option --rules is given more than %d times", RULECALLS_MAX);
	return -E_USAGE;
}

static const struct opt options[] = {
	OPT_STR('w', "write", "FILE", &opts.path,
		"record to FILE; '-' is standard output; DIR/: segments in a folder"),
	OPT_FLAG(0, "overwrite", &opts.overwrite, "also to a file that is there: what it holds is lost"),
	OPT_DURATION(0, "duration", "TIME", &opts.duration, "end after TIME (10s, 5m, 2h)"),
	OPT_STR(0, "driver", "auto|bpf|kmod", &opts.driver, "how the kernel is asked (auto)"),
	OPT_STR(0, "attach", "auto|tracepoint|calls", &opts.attach,
		"eBPF: to the tracepoint, which all calls pass, or to those selected (auto)"),
	OPT_STR(0, "snapshot", "auto|bpf|proc", &opts.snapshot,
		"open files by an iterator (bpf) or from /proc (auto)"),
	OPT_HEADING("What is recorded"),
	OPT_STR(0, "set", "rules|all", &opts.set,
		"rules: what rules and state need; all: every system call"),
	OPT_STR('e', "events", "NAMES", &opts.names,
		"these system calls instead of a set (a,b,c)"),
	OPT_CALL('r', "rules", "FILE", NULL, add_rules,
		 "what these rules listen to, and state, instead of a set; repeatable"),
	OPT_FLAG(0, "failed", &opts.failed, "only calls that fail"),
	OPT_U64(0, "snaplen", "N", &opts.snaplen, "bytes kept of data read and written (80)"),
	OPT_U64(0, "snaplen-read", "N", &opts.snap_read, "the same of data read or received"),
	OPT_U64(0, "snaplen-write", "N", &opts.snap_write, "the same of data written or sent"),
	OPT_STR(0, "snaplen-port", "PORT=N", &opts.who.ports,
		"the same of sockets with a port (53=512,8000-8099=4096)"),
	OPT_FLAG(0, "no-paths", &opts.no_paths, "do not resolve the paths of opened files"),
	OPT_FLAG(0, "no-containers", &opts.no_containers,
		 "do not read what runtimes wrote about containers"),
	OPT_HEADING("Whose calls (all that are given must be met)"),
	OPT_STR(0, "comm", "NAMES", &opts.who.comms, "of processes of these names (a,b)"),
	OPT_STR(0, "uid", "LIST", &opts.who.uids, "of these users (0,1000-1999)"),
	OPT_STR(0, "cgroup", "PATHS", &opts.who.cgroups, "in these control groups, or below them"),
	OPT_STR(0, "container", "IDS", &opts.who.containers,
		"in containers whose ids begin so"),
	OPT_STR(0, "path", "PATHS", &opts.who.paths,
		"of opens: of files whose paths begin so"),
	OPT_HEADING("The ring"),
	OPT_U64(0, "ring-mb", "N", &opts.ring_mb, "megabytes of ring buffer, all CPUs (64)"),
	OPT_HEADING("Segments in a folder"),
	OPT_SIZE(0, "rotate-size", "SIZE", &opts.rotate.size,
		 "begin another after SIZE (64M, when nothing else is said)"),
	OPT_DURATION(0, "rotate-time", "TIME", &opts.rotate.time, "begin another after TIME"),
	OPT_U64(0, "keep", "N", &opts.rotate.keep, "keep N segments, delete the oldest"),
	OPT_SIZE(0, "budget", "SIZE", &opts.rotate.budget,
		 "keep SIZE of segments, delete the oldest"),
	OPT_HEADING("The host comes first"),
	OPT_CALL(0, "nice", "N", &opts.privs.nice, set_nice,
		 "priority of the recorder, -20 to 19"),
	OPT_CALL(0, "cpu", "LIST", &opts.privs.cpus, set_cpus,
		 "processors the recorder may run on (0-1,3)"),
	ACQUISITION_OPTS(opts.acquisition),
	OPT_HEADING("What is told"),
	OPT_FLAG(0, "status", &opts.status.line,
		 "how it goes, now and then (on a terminal: always, but with a command)"),
	OPT_STR(0, "status-json", "FILE", &opts.status.json,
		"likewise, a JSON object a line, to FILE, fd:N or '-'"),
	OPT_DURATION(0, "status-interval", "TIME", &opts.status.interval,
		     "time between two of them (1s)"),
	OPT_FLAG('q', "quiet", &opts.quiet, "no summary at the end"),
	OPT_END
};

static int bad(struct diag *d, const char *hint, const char *fmt, const char *what)
{
	struct diag_item *it;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	it = diag_add(d, DIAG_ERROR, fmt, what);
#pragma GCC diagnostic pop
	diag_hint(it, "%s", hint);
	return EXIT_USAGE;
}

static int check_options(const struct opt_args *args, struct diag *d)
{
	if (args->n && !args->after)
		return bad(d, "a command to record comes after '--'",
			   "'%s' is not expected here", args->v[0]);
	if (args->after && !args->after[0])
		return bad(d, "give a command after '--'", "%s", "nothing follows '--'");
	if (opts.set && strcmp(opts.set, "rules") && strcmp(opts.set, "all"))
		return bad(d, "the sets are 'rules' and 'all'", "no set is named '%s'", opts.set);
	if ((opts.nrules && opts.names) || (opts.set && (opts.names || opts.nrules)))
		return bad(d, "choose one", "%s", "-r, -e and --set each say which calls");
	if (opts.names && !opts.names[strspn(opts.names, ",")])
		return bad(d, "-e open,connect", "%s", "option -e names no system call");
	if (!opts.duration)
		return bad(d, "without it a recording goes on until it is stopped", "%s",
			   "--duration is no time at all");
	if (opts.snaplen > REC_SNAP_MAX)
		return bad(d, "the most is 4096", "%s", "--snaplen is too large");
	if (opts.snap_read == UINT64_MAX)
		opts.snap_read = opts.snaplen;
	if (opts.snap_write == UINT64_MAX)
		opts.snap_write = opts.snaplen;
	if (opts.snap_read > REC_SNAP_MAX || opts.snap_write > REC_SNAP_MAX)
		return bad(d, "the most is 4096", "%s", "--snaplen-read or -write is too large");
	if (!opts.ring_mb || opts.ring_mb > 4096)
		return bad(d, "choose 1 to 4096", "%s", "--ring-mb is out of range");
	if (opts.rotate.size || opts.rotate.time || opts.rotate.keep || opts.rotate.budget)
		if (!opts.path || !trace_is_dir(opts.path))
			return bad(d, "name a folder: -w DIR/", "%s",
				   "segments are recorded into a folder");
	if (opts.rotate.size && opts.rotate.size < SEGDIR_SIZE_MIN)
		return bad(d, "the least is 64K", "%s", "--rotate-size is too small");
	if (opts.rotate.budget && opts.rotate.budget < 4 * SEGDIR_SIZE_MIN)
		return bad(d, "the least is 256K", "%s", "--budget is too small");
	if (opts.status.json && !strcmp(opts.status.json, "-") && opts.path &&
	    !strcmp(opts.path, "-"))
		return bad(d, "give one of them a file", "%s",
			   "-w and --status-json both want standard output");
	if (strcmp(opts.snapshot, "auto") && strcmp(opts.snapshot, "bpf") &&
	    strcmp(opts.snapshot, "proc"))
		return bad(d, "the ways are auto, bpf and proc",
			   "no way to take a snapshot is named '%s'", opts.snapshot);
	if (strcmp(opts.driver, "auto") && strcmp(opts.driver, "bpf") &&
	    strcmp(opts.driver, "kmod"))
		return bad(d, "the drivers are auto, bpf and kmod",
			   "no driver is named '%s'", opts.driver);
	if (strcmp(opts.attach, "auto") && strcmp(opts.attach, "tracepoint") &&
	    strcmp(opts.attach, "calls"))
		return bad(d, "choose auto, tracepoint or calls",
			   "nothing to attach to is named '%s'", opts.attach);
	return 0;
}

/* A budget needs segments it can be kept with. */
static void limits(void)
{
	struct segdir_limits *r = &opts.rotate;

	if (!r->size && !(r->time && !r->budget))
		r->size = SEGDIR_SIZE_DFLT;
	if (r->budget && r->size > r->budget / 4)
		r->size = r->budget / 4;
}

static void outlived(const struct diag *d)
{
	const char *why = d->n ? d->items[d->n - 1].text : NULL;

	fprintf(stderr, "vestige capture: %s%sthe recording is over; the command goes on\n",
		why ? why : "", why ? "; " : "");
}

/* "vestige-20261122T034500Z.vtr" */
static void default_path(struct buf *out)
{
	struct buf iso = BUF_INIT;
	size_t i;

	num_iso8601(&iso, clock_wall_ns());
	buf_adds(out, "vestige-");
	for (i = 0; i < iso.len && iso.data[i] != '.'; i++)
		if (iso.data[i] != '-' && iso.data[i] != ':')
			buf_addc(out, iso.data[i]);
	buf_adds(out, "Z.vtr");
	buf_release(&iso);
}

static void say_command(struct buf *b, int status)
{
	if (WIFSIGNALED(status))
		buf_addf(b, "; the command was killed by signal %d", WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status))
		buf_addf(b, "; the command exited with %d", WEXITSTATUS(status));
}

static void summary(const struct record_stats *st, const char *path)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%" PRIu64 " event%s, %" PRIu64 " lost, %" PRIu64 " bytes to %s in %.1f s",
		 st->events, str_count(st->events, "", "s"), st->lost, st->bytes,
		 strcmp(path, "-") ? path : "standard output", (double)st->ns / 1e9);
	if (st->unwritten)
		buf_addf(&b, "; the last %" PRIu64 " of them could not be written",
			 st->unwritten);
	if (st->shed)
		buf_addf(&b, "; payload left out of %" PRIu64, st->shed);
	if (st->faults)
		buf_addf(&b, "; %" PRIu64 " argument%s unreadable", st->faults,
			 str_count(st->faults, "", "s"));
	if (st->cut)
		buf_addf(&b, "; %" PRIu64 " cut", st->cut);
	if (st->tree_full)
		buf_addf(&b, "; %" PRIu64 " process%s not followed", st->tree_full,
			 str_count(st->tree_full, "", "es"));
	if (st->segments > 1)
		buf_addf(&b, "; %" PRIu64 " segments", st->segments);
	if (st->deleted)
		buf_addf(&b, "; %" PRIu64 " deleted", st->deleted);
	if (st->stuck)
		buf_addf(&b, "; %" PRIu64 " could not be deleted", st->stuck);
	if (st->command_status != -1)
		say_command(&b, st->command_status);
	fprintf(stderr, "vestige capture: %s\n", b.data);
	buf_release(&b);
}

static enum attach attach(void)
{
	return !strcmp(opts.attach, "calls") ? ATTACH_CALLS :
	       !strcmp(opts.attach, "tracepoint") ? ATTACH_TRACEPOINT : ATTACH_AUTO;
}

static bool set_all(void)
{
	return opts.set && !strcmp(opts.set, "all");
}

/* A shell would take it for the same word. */
static void add_word(struct buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./,:@%^";

	if (*s && !s[strspn(s, plain)]) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(out, "'\\'");
		buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

static void describe_call(struct buf *out)
{
	size_t i;

	buf_adds(out, "vestige capture");
	for (i = 1; called[i]; i++) {
		if (i == 1 && !strcmp(called[i], "capture"))
			continue;
		buf_addc(out, ' ');
		add_word(out, called[i]);
	}
}

/* What is recorded, in words: "set rules; uid 0; only failed calls". */
static void describe_filters(struct buf *out)
{
	size_t i;

	if (opts.names)
		buf_adds(out, opts.names);
	else if (!opts.nrules)
		buf_addf(out, "set %s", set_all() ? "all" : "rules");
	for (i = 0; i < opts.nrules; i++)
		buf_addf(out, "%s%s", i ? " " : "rules ", opts.rules[i]);
	if (opts.failed)
		buf_adds(out, "; only failed calls");
	who_describe(out, &opts.who);
}

static int run_capture(struct opt_args *args, struct diag *d)
{
	struct buf path = BUF_INIT, line = BUF_INIT, calls = BUF_INIT, filters = BUF_INIT;
	struct record_opts o;
	struct record_stats st;
	int ret = check_options(args, d);

	if (ret)
		return ret;
	if (opts.path)
		buf_adds(&path, opts.path);
	else
		default_path(&path);
	describe_call(&line);
	limits();
	describe_filters(&filters);
	ret = io_out_apart(path.data, opts.rules, opts.nrules, d);
	if (!ret && opts.nrules)
		ret = rulecalls(&calls, opts.rules, opts.nrules, d);
	if (isatty(STDERR_FILENO) && !args->after && !opts.quiet)
		opts.status.line = true;
	o = (struct record_opts){
		.path = path.data, .overwrite = opts.overwrite, .driver = opts.driver,
		.duration = opts.duration == UINT64_MAX ? 0 : opts.duration, .attach = attach(),
		.calls = { .set = set_all() ? SELECT_ALL : SELECT_RULES,
			   .names = opts.names, .failed = opts.failed,
			   .rule_names = opts.nrules ? buf_str(&calls).p : NULL },
		.who = opts.who, .filters = filters.data,
		.snap_read = opts.snap_read, .snap_write = opts.snap_write,
		.ring_bytes = opts.ring_mb << 20, .no_paths = opts.no_paths,
		.no_containers = opts.no_containers, .snapshot = opts.snapshot,
		.command = args->after, .cmdline = line.data,
		.limits = opts.rotate, .status = opts.status, .privs = opts.privs,
		.acquisition = opts.acquisition,
		.outlived = outlived,
	};
	st = (struct record_stats){ 0 };
	if (!ret)
		ret = record(&o, &st, d);
	if (st.ns && !opts.quiet)
		summary(&st, path.data);
	if (!ret && st.ns && !st.events)
		diag_hint(diag_add(d, DIAG_WARNING, "nothing was recorded: nothing happened of what "
				   "was asked for (%s)", filters.data),
			  "is there such a user, process, control group or container?");
	buf_release(&filters);
	buf_release(&calls);
	buf_release(&line);
	buf_release(&path);
	return err_exit(ret);
}

static const struct cmd cmds[] = {
	{ "capture", "[-- COMMAND ARGS...]", "record what happens on this host",
	  options, run_capture, "vestige capture" },
	{ NULL },
};

static const struct program program = {
	.name = "vestige-capture",
	.summary = "The recorder of vestige.",
	.cmds = cmds,
	.default_cmd = "capture",
};

int main(int argc, char **argv)
{
	called = argv;
	return cmd_main(&program, argc, argv);
}
