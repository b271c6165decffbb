#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# capture -w - | analyze -: an alert is told within two seconds of its event,
# while the recording goes on.  What the command prints is not in the trace.
. "$(dirname "$0")/live.sh"

"$v" capture -q -w - -- sh -c 'echo printed; echo complained >&2' >"$tmp/own.vtr" 2>"$tmp/own.log" ||
	fail "-w - with a command: status $?"
"$v" verify "$tmp/own.vtr" || fail "the command wrote into the trace"
[ "$(cat "$tmp/own.log")" = "printed
complained" ] || { cat "$tmp/own.log"; fail "what the command printed is lost"; }

cat >"$tmp/work.sh" <<'W'
sleep 1.5
perl -e 'open F, "<", "/etc/shadow"; print time' >"$1/read"
while [ ! -e "$1/stop" ]; do sleep 0.1; done
W
cat >"$tmp/r.yaml" <<'R'
- rule: shadow
  desc: the shadow file was read
  condition: evt.type in (open, openat) and fd.name = /etc/shadow and proc.name = perl
  output: read by %proc.name
  priority: WARNING
R
(
	"$v" capture -q -w - -- sh "$tmp/work.sh" "$tmp" 2>"$tmp/log" |
		"$v" analyze -r "$tmp/r.yaml" --json - >"$tmp/alerts" 2>"$tmp/err"
	echo $? >"$tmp/status"
) &
i=0
until [ -s "$tmp/read" ]; do
	i=$((i + 1))
	[ $i -lt 600 ] || fail "the scene did not run"
	sleep 0.05
done
from=$(date +%s%N)
i=0
until [ -s "$tmp/alerts" ]; do
	i=$((i + 1))
	[ $i -lt 200 ] || { touch "$tmp/stop"; cat "$tmp/log" "$tmp/err"; fail "no alert in ten seconds"; }
	sleep 0.05
done
took=$((($(date +%s%N) - from) / 1000000))
touch "$tmp/stop"
wait
[ "$(cat "$tmp/status")" = 0 ] || { cat "$tmp/err"; fail "analyze: status $(cat "$tmp/status")"; }
grep -c '"rule":"shadow"' "$tmp/alerts" | grep -qx 1 || fail "not one alert"
echo "told after $took ms"
[ $took -le 2000 ] || fail "told after $took ms"

# Nobody reads how it goes: the recording goes on, and ends when it is due.
mkfifo "$tmp/unread"
perl -e 'open my $f, "<", $ARGV[0]; fcntl $f, 1031, 4096; sleep 60' "$tmp/unread" &
stalled=$!
timeout 20 "$v" capture -q --duration 3s --status-json "$tmp/unread" --status-interval 2ms \
	-w "$tmp/stalled.vtr" || fail "a stalled reader of the status: status $?"
kill $stalled
"$v" verify "$tmp/stalled.vtr" || fail "the recording is not whole"
