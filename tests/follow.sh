#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow on a file that grows: alerts come while it does, the seal ends it,
# what came out is what the whole trace gives; a signal ends it in order; and
# waiting costs nothing.
set -u
LC_ALL=C
export LC_ALL
src=$(cd "${srcdir:-.}" && pwd)
analyze=$(pwd)/analyze/vestige-analyze
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-follow.XXXXXX") || exit 99
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 99
trace=$src/samples/incident/incident.vtr
rules=$src/rules/vestige_rules.yaml
size=$(wc -c <"$trace")
part=$((size * 3 / 4))
bad=0

fail() { echo "FAIL: $*"; bad=1; }
# soon TEST...: it holds within ten seconds.
soon() {
	i=0
	until "$@"; do
		i=$((i + 1))
		[ $i -lt 100 ] || return 1
		sleep 0.1
	done
}
lines() { [ "$(wc -l <"$2")" -ge "$1" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
# ticks PID: hundredths of a second it has worked; a look at the file can end one.
ticks() { echo $(($(cut -d' ' -f14,15 "/proc/$1/stat" | tr ' ' +))); }
# piece FROM TO: these bytes of the trace.
piece() { tail -c +$(($1 + 1)) "$trace" | head -c $(($2 - $1)); }

"$analyze" analyze -q -r "$rules" --json --matching all "$trace" >whole
"$analyze" events "$trace" >events
"$analyze" analyze -q -r "$rules" --json "$trace" --to 700 >some
head -c $part "$trace" >begin.vtr
"$analyze" analyze -q -r "$rules" --json --matching all begin.vtr >begin 2>/dev/null
[ -s begin ] || exit 99		# else there is nothing to wait for

# Nothing there yet, a part of a header, pieces that end anywhere, the seal.
: >t.vtr
"$analyze" analyze -q -r "$rules" --json --matching all --follow t.vtr >out 2>err &
pid=$!
sleep 0.3
piece 0 30 >>t.vtr
sleep 0.2
piece 30 $part >>t.vtr
soon lines "$(wc -l <begin)" out || fail "no alerts while the trace grows"
cmp -s begin out || fail "other alerts than its beginning has"
sleep 0.2		# what comes behind the last alert is still its work
before=$(ticks $pid)
sleep 1.2
worked=$(($(ticks $pid) - before))
[ $worked -le 2 ] || fail "it works while it waits: $worked of some 120 ticks"
piece $part $((size * 9 / 10)) >>t.vtr
sleep 0.1
piece $((size * 9 / 10)) "$size" >>t.vtr
soon gone $pid || { fail "the seal does not end it"; kill -9 $pid; }
wait $pid || fail "exit status $?"
pid=
cmp -s whole out || fail "not the alerts of the whole"
[ ! -s err ] || fail "it says: $(cat err)"

# A signal: what there is, and no complaint about what there is not.
for signal in INT TERM; do
	head -c $part "$trace" >t.vtr
	: >out			# what is in it now is of the run before
	"$analyze" analyze -q -r "$rules" --json --matching all --follow t.vtr >out 2>err &
	pid=$!
	soon lines "$(wc -l <begin)" out || fail "$signal: no alerts"
	kill -$signal $pid
	soon gone $pid || { fail "$signal does not end it"; kill -9 $pid; }
	wait $pid || fail "$signal: exit status $?"
	pid=
	cmp -s begin out || fail "$signal: other alerts than there are"
	[ ! -s err ] || fail "$signal: it says: $(cat err)"
done

# The same for events; a whole file ends at once; --to ends it before the seal.
"$analyze" events --follow "$trace" >out || fail "events: exit status $?"
cmp -s events out || fail "events: not those of the whole"
head -c $((size * 9 / 10)) "$trace" >t.vtr
"$analyze" analyze -q -r "$rules" --json --follow --to 700 t.vtr >out || fail "--to: exit status $?"
cmp -s some out || fail "--to: other alerts"
"$analyze" analyze -r "$rules" --follow t.vtr t.vtr 2>err && fail "two files are followed"
# Nothing more comes of a file that was removed or begun anew; a name does not matter.
for how in removed emptied; do
	head -c $part "$trace" >t.vtr
	: >out
	"$analyze" analyze -q -r "$rules" --json --matching all --follow t.vtr >out 2>err &
	pid=$!
	soon lines "$(wc -l <begin)" out || fail "$how: no alerts"
	case $how in
	removed) mv t.vtr u.vtr; sleep 1.2; kill -0 $pid || fail "a new name ends it"; rm u.vtr;;
	emptied) : >t.vtr;;
	esac
	soon gone $pid || { fail "$how: it waits on"; kill -9 $pid; }
	wait $pid
	[ $? = 3 ] || fail "$how: exit status $?"
	pid=
	cmp -s begin out || fail "$how: other alerts than there were"
	grep -q 'while it was followed' err || fail "$how: it says: $(cat err)"
done
# Damage is told, and ends nothing.
{ piece 0 $((size / 2)); printf 'xxxx'; piece $((size / 2 + 4)) "$size"; } >t.vtr
"$analyze" analyze -q -r "$rules" --json --follow t.vtr >out 2>err
[ $? = 3 ] || fail "damage: exit status $?"
"$analyze" analyze -q -r "$rules" --json t.vtr 2>/dev/null | cmp -s - out || fail "damage: other alerts"
[ $bad = 0 ] && echo "followed"
exit $bad
