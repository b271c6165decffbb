#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Traces that describe their kinds in another way than this build does, through
# the verbs: parameters removed from the end, one added, an event nobody knows.
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }

./tests/trace/schemas "$work/today.vtr" "$work/other.vtr" || exit 99
cat >"$work/rules.yaml" <<'R'
- rule: shadow
  desc: somebody reads it
  condition: evt.type = openat and evt.arg.name = /etc/shadow and evt.arg.flags contains O_RDONLY
  output: fd %evt.arg.fd mode %evt.arg.mode
  priority: WARNING
R
for t in today other; do
	./vestige verify "$work/$t.vtr" >/dev/null || fail "$t is not intact"
	./vestige info "$work/$t.vtr" >"$work/$t.info" || fail "info $t"
	./vestige replay events -p '*%evt.type %evt.dir fd=%evt.arg.fd dirfd=%evt.arg.dirfd name=%evt.arg.name flags=%evt.arg.flags mode=%evt.arg.mode' \
		"$work/$t.vtr" >"$work/$t.events" 2>"$work/$t.err" || fail "replay events $t"
	./vestige replay events -p '*%evt.arg.ino' "$work/$t.vtr" >"$work/$t.ino" 2>/dev/null
	./vestige analyze -q -r "$work/rules.yaml" "$work/$t.vtr" >"$work/$t.alerts" 2>/dev/null || fail "analyze $t"
done
[ "$(grep -c 'name=/etc/shadow' "$work/today.events")" = 5 ] || fail "five calls, not: $(cat "$work/today.events")"
cmp "$work/today.events" "$work/other.events" || fail "the calls read differently"
[ "$(grep -c ' mode 0644 ' "$work/today.alerts")" = 5 ] || fail "five alerts, not: $(cat "$work/today.alerts")"
cmp "$work/today.alerts" "$work/other.alerts" || fail "the alerts differ"
grep -q 'records of kinds this version does not know' "$work/other.err" || fail "no warning: $(cat "$work/other.err")"
[ ! -s "$work/today.err" ] || fail "a warning without reason: $(cat "$work/today.err")"
[ "$(head -n 1 "$work/today.ino")" = 1000 ] || fail "ino: $(head -n 1 "$work/today.ino")"
[ "$(head -n 1 "$work/other.ino")" = "<NA>" ] || fail "an ino nobody recorded: $(head -n 1 "$work/other.ino")"
grep -q 'events  *6' "$work/other.info" || fail "info: $(cat "$work/other.info")"
exit $bad
