#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A recorder that is killed leaves a trace that is whole up to its last block,
# which is at most a second old; the command it recorded goes on.
. "$(dirname "$0")/live.sh"

cat >"$tmp/work.sh" <<'W'
echo $$ >"$1/pid"
i=0
while [ ! -e "$1/stop" ]; do : </etc/hosts; i=$((i + 1)); done
W
"$v" capture -w "$tmp/t.vtr" -- sh "$tmp/work.sh" "$tmp" 2>"$tmp/log" &
starter=$!
i=0
until [ -s "$tmp/pid" ]; do
	i=$((i + 1))
	[ $i -lt 1000 ] || { cat "$tmp/log"; fail "the work did not begin"; }
	sleep 0.05
done
sleep 2.4
recorder=$(pgrep -P $starter -x vestige-capture || echo $starter)
# By now it has given up what it does not need.
cp /proc/$recorder/status "$tmp/status"
for promise in 'CapEff:.0*$' 'CapPrm:.0*$' 'CapBnd:.0*$' 'NoNewPrivs:.1'; do
	grep -q "^$promise" "$tmp/status" || { grep '^Cap\|^NoNew' "$tmp/status"; fail "not given up: $promise"; }
done
if grep -q '^#define HAVE_SECCOMP 1' "$build/config.h" && ! ldd "$build/capture/vestige-capture" | grep -q libasan; then
	grep -q '^Seccomp:.2' "$tmp/status" || fail "system calls are not restricted"
fi
kill -9 $recorder
killed=$(date +%s%N)
wait $starter
kill -0 "$(cat "$tmp/pid")" || fail "the command ended with its recorder"
touch "$tmp/stop"

"$v" verify "$tmp/t.vtr" >"$tmp/out" 2>&1 && fail "verify is content with a trace without a seal"
"$v" info "$tmp/t.vtr" >"$tmp/info" 2>"$tmp/err"
[ $? = 3 ] || { cat "$tmp/err"; fail "info: not status 3"; }
grep -q 'ends early' "$tmp/err" || { cat "$tmp/err"; fail "not told what is missing"; }
"$v" replay events "$tmp/t.vtr" -p '%evt.rawtime' >"$tmp/times" 2>/dev/null
[ $? = 3 ] || fail "replay: not status 3"
last=$(tail -n 1 "$tmp/times")
n=$(wc -l <"$tmp/times")
[ "$n" -gt 1000 ] || fail "only $n events"
old=$(((killed - last) / 1000000))
echo "$n events, the last one $old ms before the recorder was killed"
# a loaded machine may take some of that second itself
[ "$old" -le 1500 ] || fail "the last block is $old ms old"
"$v" repair "$tmp/t.vtr" "$tmp/r.vtr" >/dev/null 2>&1
"$v" verify "$tmp/r.vtr" >/dev/null || fail "not to be repaired"
