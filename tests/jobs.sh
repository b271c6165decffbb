#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# With any number of processes the same bytes on standard output and standard
# error, and the same exit status, as with one: whole traces and damaged ones,
# parts, several files, checkpoints beside them.  The samples always; every
# reference trace where that folder is there (VESTIGE_BRIEF: each with one
# number of processes, and no long one).
set -u
LC_ALL=C
export LC_ALL
src=$(cd "${srcdir:-.}" && pwd)
analyze=$(pwd)/analyze/vestige-analyze
replay=$(pwd)/replay/vestige-replay
shared=${VESTIGE_SHARED:-$src/../shared}
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-jobs.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
bad=0 runs=0

cat >rules.yaml <<'RULES'
- rule: file
  desc: opened
  condition: evt.type in (open, openat, openat2, creat) and evt.is_open_write=true
  output: "%evt.num %evt.time %proc.name %proc.pname %proc.aname[2] %fd.name %evt.arg.flags"
  priority: NOTICE
- rule: program
  desc: run
  condition: evt.type in (execve, execveat) and evt.res=SUCCESS
  output: "%evt.num %proc.cmdline %proc.pcmdline %proc.sid %user.name %container.id"
  priority: WARNING
- rule: connection
  desc: made
  condition: evt.type in (connect, accept, accept4)
  output: "%evt.num %proc.exepath %fd.name %fd.types %evt.reltime"
  priority: ERROR
- rule: data
  desc: a little of it
  condition: evt.type in (read, write) and evt.rawres > 1000
  output: "%evt.num %proc.name %fd.num %fd.name %evt.buffer"
  priority: INFO
RULES

# compare JOBS ARGS...: against what --jobs 1 gave (one.out, one.err, one.status).
compare() {
	n=$1
	shift
	"$analyze" "$@" --jobs "$n" >many.out 2>many.err
	echo $? >many.status
	runs=$((runs + 1))
	for f in out err status; do
		cmp -s one.$f many.$f && continue
		echo "FAIL: --jobs $n: $f of: $*"
		diff one.$f many.$f | head -n 5
		bad=$((bad + 1))
	done
}

# all JOBS ARGS...: each of JOBS.
all() {
	jobs=$1
	shift
	"$analyze" "$@" --jobs 1 >one.out 2>one.err
	echo $? >one.status
	for n in $jobs; do
		compare "$n" "$@"
	done
}

s=$src/samples/incident/incident.vtr
b=$src/samples/baseline/baseline.vtr
vestige=$src/rules/vestige_rules.yaml
all "2 3 4 5 6 7 8" analyze -r "$vestige" --matching all --json "$s"
all "2 3 4 5 6 7 8" analyze -r rules.yaml --matching all "$b"
all "2 5" events "$s"
all "2 5" events "$s" --json -f 'evt.type != close'
all "3" events "$s" -n 7
all "3" events "$s" -p '%evt.num %evt.deltatime'
all "2 3" analyze -r rules.yaml --from 300 --to 900 "$s"
all "2 3" analyze -r rules.yaml --from +1s --fail-on error "$s"
all "2 3" events --from 300 "$s"
all "2 3" events --from +1s --to 900 "$s"
all "2 3" analyze -r rules.yaml "$s" "$b" "$s"
all "2 3" analyze -r rules.yaml --to 500 "$s" "$b"
all "2 3" analyze -r rules.yaml --to +2s "$s" "$b"
all "2 3" events --to +2s "$s" "$b"
all "2 3" analyze -r rules.yaml "$s" nothing.vtr "$b"

# Where it is damaged, in several places and at the end.
size=$(wc -c <"$s")
for at in 5 12 20 27; do
	{ head -c $((size * at / 30)) "$s"; printf 'xxxx'; tail -c +$((size * at / 30 + 5)) "$s"; } >bad.vtr
	all "2 4 7" analyze -r rules.yaml --matching all --json bad.vtr
	all "3" events bad.vtr
done
head -c $((size * 2 / 3)) "$s" >cut.vtr
all "2 5" analyze -r rules.yaml --json cut.vtr
cat "$s" "$b" >two.vtr
all "2 3 8" analyze -r rules.yaml --json two.vtr
# What is lost before an alert is told with it, wherever parts begin.
"$replay" repair bad.vtr mended.vtr 2>/dev/null
all "2 3 4 5 6 7 8" analyze -r rules.yaml --json mended.vtr

# Checkpoints beside it.
cp "$s" side.vtr
"$replay" index --every 1 side.vtr || exit 1
all "2 3 8" analyze -r rules.yaml --matching all --json side.vtr
all "2 3" events side.vtr
{ head -c $((size / 2)) "$s"; printf 'xxxx'; tail -c +$((size / 2 + 5)) "$s"; } >side.vtr
all "2 3" analyze -r rules.yaml --json side.vtr

# A long one, read ahead by one process, shared out to several; whole and
# damaged.
long_trace() {
	up="-r $ref/rules/falco_rules.yaml -r $ref/rules/falco-incubating_rules.yaml"
	"$replay" convert "$ref/traces/bench-1m.scap" long.vtr || exit 1
	all "$many" analyze $up --enable '*' --json long.vtr
	"$replay" index --every 100000 long.vtr || exit 1
	all "2 3" analyze $up --enable '*' --json long.vtr
	all "2" analyze $up --enable '*' --json --from 700000 long.vtr
	rm long.vtr.vtx
	all "2 3" analyze $up --enable '*' --json --from +4s --to 900000 long.vtr
	all "2" events --from +9s --to 900000 long.vtr
	size=$(wc -c <long.vtr)
	{ head -c $((size * 2 / 3)) long.vtr; printf 'xxxx'; tail -c +$((size * 2 / 3 + 5)) long.vtr; } >broken.vtr
	all "2" analyze $up --enable '*' --json broken.vtr
}

ref=$shared/reference
if [ -d "$ref/traces" ]; then
	k=0 many="2 3 4 5 6 7 8"
	for f in "$ref"/traces/*.scap; do
		[ "$(wc -c <"$f")" -lt 1000000 ] || continue
		"$replay" convert "$f" "t$k.vtr" 2>/dev/null || { rm -f "t$k.vtr"; continue; }
		[ -z "${VESTIGE_BRIEF:-}" ] || many=$((2 + k % 7))
		all "$many" analyze -r rules.yaml --matching all --json "t$k.vtr"
		k=$((k + 1))
	done
	all "$many" analyze -r "$ref/rules/falco_rules.yaml" -r "$ref/rules/falco-incubating_rules.yaml" \
		-r "$ref/rules/falco-sandbox_rules.yaml" --enable '*' --json t*.vtr
	[ -n "${VESTIGE_BRIEF:-}" ] || long_trace
	echo "$k reference traces"
else
	echo "note: no reference traces under $ref (VESTIGE_SHARED)"
fi
echo "$runs runs with several processes, $bad differ"
[ $bad = 0 ] && [ $runs -gt 50 ]
