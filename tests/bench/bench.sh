#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench: speeds and sizes, as ratios taken in one run on one machine.
# The yardstick is `gzip -dc` of the .scap that holds the same events: the
# least any reader of that file must spend.  Each time is the median of
# BENCH_RUNS runs (5); absolute figures are for orientation only.
#
# Where it may record (root, eBPF) it begins with a recording of a workload of
# its own.  Input of the rest: BENCH_SCAP, else the shared benchmark capture
# where it is, else that recording.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
shared=${VESTIGE_SHARED:-$src/../shared}
runs=${BENCH_RUNS:-5}
v=$build/vestige
tmp=$(mktemp -d) || exit 5
trap 'rm -rf "$tmp"' EXIT
VESTIGE_INDEX_KEY=$tmp/index.key
export VESTIGE_INDEX_KEY

now() { date +%s%N; }

workload='
	i=0
	while [ $i -lt 300 ]; do
		/bin/true; ls /usr/share >/dev/null; cat /etc/passwd >/dev/null
		i=$((i + 1))
	done
	find /usr -name "*.so" >/dev/null
	dd if=/dev/zero of=/dev/null bs=1 count=200000 2>/dev/null'

# Our own recording: how long the workload takes without and with it, what it
# weighs, and how fast it is replayed and analyzed.
own_recording() {
	a=$(now)
	sh -c "$workload"
	b=$(now)
	"$v" capture --set all -w "$tmp/own.vtr" -- sh -c "$workload" 2>"$tmp/own.log" || return 1
	c=$(now)
	events=$("$v" info --json "$tmp/own.vtr" | sed -n 's/.*"events":\([0-9]*\).*/\1/p' | head -n 1)
	sed -n 's/^vestige capture: /recording: /p' "$tmp/own.log"
	awk -v n="$events" -v plain=$((b - a)) -v with=$((c - b)) -v size="$(wc -c <"$tmp/own.vtr")" 'BEGIN {
		printf "recording: %.2f bytes an event, %.0f events/s; the workload took %.2f s alone, %.2f s recorded (start-up included)\n",
			size / n, n * 1e9 / with, plain / 1e9, with / 1e9 }'
	"$v" convert "$tmp/own.vtr" "$tmp/own.scap" || return 1
	"$build/tests/bench/bench_cpu" "$runs" "exec gzip -dc $tmp/own.scap" "exec $v replay ps $tmp/own.vtr" \
		"exec $v analyze -q -r $src/rules/vestige_rules.yaml $tmp/own.vtr" >"$tmp/times"
	awk -v n="$events" 'BEGIN { split("|state rebuild|our rules", what, "|") }
		NR == 1 { yard = $1 }
		NR > 1 { printf "own recording: %-30s %8.2f M events/s %6.2f yardsticks of its .scap\n",
			what[NR], n / $1, $1 / yard }' "$tmp/times"
	echo
}

scap=${BENCH_SCAP:-$shared/reference/traces/bench-1m.scap}
rules="-r $src/rules/vestige_rules.yaml"
[ "$(id -u)" != 0 ] || own_recording || cat "$tmp/own.log"
if [ -r "$scap" ]; then
	vtr=$tmp/bench.vtr
	"$v" convert "$scap" "$vtr" || exit 1
	up=$shared/reference/rules
	[ ! -r "$up/falco_rules.yaml" ] ||
		rules="-r $up/falco_rules.yaml -r $up/falco-incubating_rules.yaml -r $up/falco-sandbox_rules.yaml"
elif [ -s "$tmp/own.vtr" ]; then
	vtr=$tmp/own.vtr
	scap=$tmp/own.scap
	"$v" convert "$vtr" "$scap" || exit 1
else
	echo "bench: nothing to measure: no capture and no recorder" >&2
	exit 77
fi

gzip -dc "$scap" >"$tmp/plain.scap"
events=$("$v" info --json "$vtr" | sed -n 's/.*"events":\([0-9]*\).*/\1/p' | head -n 1)
echo "input: $(basename "$scap"), $events events; rules: $(echo "$rules" | tr ' ' '\n' | grep -c yaml) files"
awk -v s="$(wc -c <"$scap")" -v p="$(wc -c <"$tmp/plain.scap")" -v t="$(wc -c <"$vtr")" -v n="$events" 'BEGIN {
	printf "size: .scap plain %.2f, gzip %.2f, .vtr %.2f bytes an event; .vtr is %.3f of gzip\n", p / n, s / n, t / n, t / s }'
# The yardstick and all that is measured by it, in turn; on one core, where
# the machine has more.
one=
command -v taskset >/dev/null && one="taskset -c 0"
$one "$build/tests/bench/bench_cpu" "$runs" \
	"exec gzip -dc $scap" \
	"exec $v info $vtr" \
	"exec $v rules list $rules" \
	"exec $v convert $scap $tmp/out.vtr" \
	"exec $v replay ps $vtr" \
	"exec $v replay ps $scap" \
	"exec $v analyze $rules --enable '*' --json $vtr" \
	"exec $v analyze $rules --enable '*' --json $scap" \
	"exec $v analyze $rules --enable '*' --json $tmp/plain.scap" \
	"exec $v analyze $rules --enable '*' --matching all --json $vtr" >"$tmp/times"
awk -v n="$events" '
	BEGIN {
		split("yardstick: gzip -dc of the .scap|info (no state), .vtr|loading and listing the rules|convert .scap to .vtr (read, columns, write)|" \
			"state rebuild, .vtr|state rebuild, .scap|all rules, .vtr|all rules, .scap gzip|" \
			"all rules, .scap plain|all rules, matching all, .vtr", what, "|")
		split("||||||0.4|1.4||", budget, "|")
		printf "%-44s %9s %9s %9s %s\n", "", "processor", "wall", "M ev/s", "yardsticks (processor time)"
	}
	NR == 1 { yard = $1 }
	{ printf "%-44s %6.0f ms %6.0f ms %9.2f %9.2f%s\n", what[NR], $1 / 1000, $2 / 1000, n / $1, $1 / yard,
		budget[NR] ? "   budget " budget[NR] : "" }' "$tmp/times"
echo
[ -z "${up:-}" ] || [ ! -r "$up/falco_rules.yaml" ] ||
	$one "$build/tests/bench/bench_parts" "$vtr" "$up/falco_rules.yaml" \
		"$up/falco-incubating_rules.yaml" "$up/falco-sandbox_rules.yaml"
# Two processes against one, in wall time: one on one core, and with the thread
# that reads ahead on another.  A trace of some size: the same events several
# times over, each time from the start.
jobs() {
	"$build/tests/bench/bench_cpu" "$runs" \
		"exec $one $v analyze $2 --enable '*' --json $1" \
		"exec $v analyze $2 --enable '*' --json $1" \
		"exec $v analyze $2 --enable '*' --json --jobs 2 $1" >"$tmp/times"
	awk -v what="$3" '{ cpu[NR] = $1 / 1000; wall[NR] = $2 / 1000 } END {
		printf "%s, wall: one core %.0f ms, --jobs 1 %.0f ms, --jobs 2 %.0f ms: ",
			what, wall[1], wall[2], wall[3]
		printf "%.2f and %.2f times as fast; processor %.0f, %.0f, %.0f ms\n",
			wall[1] / wall[3], wall[2] / wall[3], cpu[1], cpu[2], cpu[3] }' "$tmp/times"
}
if [ "$(nproc)" -gt 1 ]; then
	for i in 1 2 3 4 5; do cat "$vtr"; done >"$tmp/five.vtr"
	for f in "$vtr" "$tmp/five.vtr"; do
		what="all rules, .vtr"
		[ "$f" = "$vtr" ] || what="$what five times"
		jobs "$f" "$rules" "$what"
		"$v" index "$f" 2>/dev/null && jobs "$f" "$rules" "$what, with checkpoints"
		rm -f "$f.vtx"
	done
	rm "$tmp/five.vtr"
	mkdir "$tmp/short"
	for f in "$shared"/reference/traces/a*.scap; do
		"$v" convert "$f" "$tmp/short/$(basename "$f" .scap).vtr" 2>/dev/null
	done
	[ -z "$(ls "$tmp/short")" ] ||
		jobs "$tmp/short/*.vtr" "$rules" "all rules, $(ls "$tmp/short" | wc -l) short .vtr"
	[ ! -s "$tmp/own.vtr" ] ||
		jobs "$tmp/own.vtr" "-r $src/rules/vestige_rules.yaml" "own rules, own recording"
fi
# Peak memory, as the kernel accounts it for a finished child.
for f in "$vtr" "$scap"; do
	[ ! -x /usr/bin/time ] || {
		/usr/bin/time -f '%M' -o "$tmp/mem" "$v" analyze $rules --enable '*' --json "$f" >/dev/null 2>&1
		echo "peak memory, all rules, .${f##*.}: $(($(tail -n 1 "$tmp/mem") / 1024)) MB"
	}
done
echo
# The rules alone: how long they take to load, and event mixes in memory, with
# fields that cost next to nothing.
[ -z "${up:-}" ] || [ ! -r "$up/falco_rules.yaml" ] ||
	"$build/tests/bench/bench_filter" "$up/falco_rules.yaml" \
		"$up/falco-incubating_rules.yaml" "$up/falco-sandbox_rules.yaml"
echo
# The trace file alone, in one thread's processor time; $vtr by itself where
# the .scap was made of it.
"$build/tests/bench/bench_trace" "$scap"
