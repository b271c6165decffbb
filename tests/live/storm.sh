#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Storms: what was recorded and what is counted as lost must be what was
# issued, to the event, with a ring far too small and with one of the usual size.
# VESTIGE_STORM: seconds that two processes open and close files (3; 20 and
# 20 000 processes for a release).
. "$(dirname "$0")/live.sh"

storm=$build/tests/oracle/storm
show=$build/tests/oracle/show
[ -x "$storm" ] || skip "not built: $storm"
seconds=${VESTIGE_STORM:-3}
calls=openat,close,socket,connect,accept4,getpid

# run RING CALL N: $issued, $recorded, $lost
run() {
	"$v" capture -e $calls --ring-mb "$1" --overwrite -w "$tmp/s.vtr" -- "$storm" "$2" "$3" >"$tmp/out" \
		2>"$tmp/log" || { cat "$tmp/log"; fail "capture: status $?"; }
	set -- $("$show" "$tmp/s.vtr")
	[ "$6" = 0 ] || fail "the trace is damaged"
	issued=$(cat "$tmp/out") recorded=$2 lost=$4
}

# What the process costs that makes the storm: its exec, its libraries, its end.
run 64 getpid 0
[ "$lost" = 0 ] || fail "lost $lost of nothing"
own=$recorded

check() {
	run "$@"
	issued=$((issued + own))
	echo "$2 $3, $1 MB: issued $issued, recorded $recorded, counted lost $lost"
	[ $((recorded + lost)) = "$issued" ] || fail "recorded + lost = $((recorded + lost))"
}

check 1 getpid 200000
[ "$lost" -gt 0 ] || fail "a ring of 1 MB lost nothing: nothing was tested"
check 64 getpid 200000
check 64 files $((seconds * 10))
check 1 files 5
check 64 procs $((seconds * 1000))
check 64 conns 2000
check 1 conns 2000
