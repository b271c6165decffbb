#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A signal that ends a tool while it writes leaves no file, whole or not, and
# the file that had the name before as it was.
set -u
LC_ALL=C
export LC_ALL
src=$(cd "${srcdir:-.}" && pwd)
analyze=$(pwd)/analyze/vestige-analyze
replay=$(pwd)/replay/vestige-replay
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-interrupted.XXXXXX") || exit 99
pid=
trap '[ -z "$pid" ] || kill -9 $pid 2>/dev/null; exec 3>&-; rm -rf "$dir"' EXIT
cd "$dir" || exit 99
trace=$src/samples/incident/incident.vtr
rules=$src/rules/vestige_rules.yaml
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
begun() { [ "$(ls | grep -c '^out\.')" = 1 ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }

# interrupt SIGNAL STATUS ARGS...: its input is a pipe that never ends.
interrupt() {
	signal=$1 status=$2
	shift 2
	echo before >out
	"$@" <fifo >/dev/null 2>err &
	pid=$!
	exec 3>fifo
	head -c 3000 "$trace" >&3
	soon begun || fail "$*: nothing is written"
	kill -$signal $pid
	soon gone $pid || { fail "$*: $signal does not end it"; kill -9 $pid; }
	wait $pid
	[ $? = $status ] || fail "$*: $signal: not status $status"
	pid=
	exec 3>&-
	begun && fail "$*: $signal leaves $(ls)"
	[ "$(cat out)" = before ] || fail "$*: $signal changed what was there"
	rm -f out out.*
}

mkfifo fifo
interrupt TERM 143 "$replay" convert - out
# whoever runs the tests may have it ignored
interrupt HUP 129 env --default-signal=HUP "$analyze" analyze -q -r "$rules" -o out -
interrupt TERM 143 "$analyze" report -r "$rules" -o out -
# Who was told to stand a hangup does.
(
	trap '' HUP
	"$replay" convert - out <fifo >/dev/null 2>&1 &
	echo $! >pid
	wait
) &
exec 3>fifo
head -c 3000 "$trace" >&3
soon begun || fail "nohup: nothing is written"
kill -HUP "$(cat pid)"
tail -c +3001 "$trace" >&3
exec 3>&-
wait
"$replay" info out >/dev/null || fail "nohup: no trace comes of it"
[ $bad = 0 ] && echo "interrupted"
exit $bad
