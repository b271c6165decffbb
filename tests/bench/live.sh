#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-live: what recording costs the work that is recorded.  Loops of
# one call each, and ordinary work; without a recorder, with vestige at each
# set (in rings of 256 MB: at the recorder's full speed they need not overflow,
# whatever else the machine does), and with what else there is here.  Per
# processor second: operations over the processor time of the work itself.  Each figure is the best of
# BENCH_RUNS (3) runs of BENCH_MS (400) milliseconds; "share" is that of a run
# without a recorder.  Absolute figures are for orientation only.
. "$(dirname "$0")/../live/live.sh"
runs=${BENCH_RUNS:-3}
ms=${BENCH_MS:-400}
loop=$build/tests/bench/loop
loops=${BENCH_LOOPS:-"getpid read write open+close stat connect+accept fork+exec mixed"}

work() {
	if [ "$1" = mixed ]; then
		echo "sh $src/tests/bench/mixed.sh $tmp/mixed"
	else
		echo "$loop $1 $ms"
	fi
}

# Each: run the work "$1" under a recorder, its own output in $tmp/ops; all
# processor time in $tmp/total.
run_none() { timed sh -c "$(work "$1") >$tmp/ops"; }
vestige() {
	name=$1
	shift
	timed "$v" capture --ring-mb 256 "$@" --overwrite -w "$tmp/t.vtr" -- sh -c "$(work "$name") >$tmp/ops" 2>"$tmp/log"
}
run_unselected() { vestige "$1" -e getppid; }
run_rules() { vestige "$1"; }
run_all() { vestige "$1" --set all; }
run_strace() { timed strace -f -o /dev/null sh -c "$(work "$1") >$tmp/ops"; }
run_perf() { timed perf trace -o /dev/null sh -c "$(work "$1") >$tmp/ops" 2>/dev/null; }
run_auditd() {
	auditctl -q -D && auditctl -q -a always,exit -F arch=b64 -S all
	timed sh -c "$(work "$1") >$tmp/ops"
	auditctl -q -D
}
timed() { /usr/bin/time -o "$tmp/total" -f '%U %S' "$@"; }

recorders="none unselected rules all"
command -v strace >/dev/null && recorders="$recorders strace"
command -v perf >/dev/null && perf trace -o /dev/null true 2>/dev/null && recorders="$recorders perf"
command -v auditctl >/dev/null && pidof auditd >/dev/null && recorders="$recorders auditd"
[ -x /usr/bin/time ] || skip "GNU time is needed"

# once RECORDER LOOP: "ops/s ops/cpu-s recorder-cpu events lost bytes"
once() {
	rm -rf "$tmp/mixed" "$tmp/t.vtr" "$tmp/ops"
	: >"$tmp/log"
	run_"$1" "$2" >/dev/null || { cat "$tmp/log" >&2; return 1; }
	events=0 lost=0 bytes=0
	eval "$(sed -n 's/.*capture: \([0-9]*\) events, \([0-9]*\) lost, \([0-9]*\) bytes.*/events=\1 lost=\2 bytes=\3/p' "$tmp/log")"
	awk -v total="$(tail -n 1 "$tmp/total")" -v e=$events -v l=$lost -v b=$bytes '{
		split(total, t, " ")
		own = (t[1] + t[2]) - $2 / 1e6
		printf "%.4f %.4f %.3f %d %d %d\n", $1 * 1e6 / $3, $1 * 1e6 / ($2 ? $2 : 1), (own > 0 ? own : 0), e, l, b
	}' "$tmp/ops"
}

# Round after round: what else the machine does meets all alike.
printf '%-15s %-11s %12s %7s %12s %7s %9s %10s %8s %7s\n' loop recorder ops/s share ops/cpu-s share \
	'own cpu s' events lost B/event
for l in $loops; do
	rm -f "$tmp"/got.*
	i=0
	while [ $i -lt "$runs" ]; do
		for r in $recorders; do
			once "$r" "$l" >>"$tmp/got.$r" || echo "$l under $r: did not run"
		done
		i=$((i + 1))
	done
	base=$(sort -k2 -rn "$tmp/got.none" | head -n 1)
	for r in $recorders; do
		[ ! -s "$tmp/got.$r" ] || echo "$base $(sort -k2 -rn "$tmp/got.$r" | head -n 1)" | awk -v l="$l" -v r="$r" '{
			printf "%-15s %-11s %12.2f %7.3f %12.2f %7.3f %9.2f %10d %8d %7s\n", l, r, $7, $7 / $1,
				$8, $8 / $2, $9, $10, $11, $10 ? sprintf("%.2f", $12 / $10) : "-"
		}'
	done
done

# The kernel's half alone, beside the least there can be (floor.bpf.c).
paired=$build/tests/bench/paired
[ -x "$paired" ] && [ -e "$build/tests/bench/floor.bpf.o" ] || exit 0
echo
printf '%-15s %-15s %12s %7s %10s\n' loop program ops/cpu-s share 'ns more'
for l in getpid:getpid read:read write:write open+close:openat,close stat:newfstatat; do
	case " $loops " in *" ${l%%:*} "*)
		"$paired" "$build/tests/bench/floor.bpf.o" "${l%%:*}" "${l#*:}" $((runs * 5)) 25 ;;
	esac
done
