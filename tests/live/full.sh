#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that fills up during a recording: the recorder says so, with a next
# step, and ends with 5; what was written until then is read.
. "$(dirname "$0")/live.sh"

if [ "${1:-}" != inside ]; then
	unshare -m true 2>/dev/null || skip "no mount namespace of its own"
	exec unshare -m sh "$0" inside
fi
mkdir "$tmp/small" && mount -t tmpfs -o size=256k none "$tmp/small" || skip "cannot mount a small disk"
trap 'umount "$tmp/small"; rm -rf "$tmp"' EXIT

# What is recorded goes on: the host's work comes first.
"$v" capture --set all -w "$tmp/small/t.vtr" -- sh -c '
	trap "echo told to end >$0" TERM
	find / -xdev -name "*.conf" >/dev/null 2>&1
	[ -e "$0" ] || echo finished >$0' "$tmp/work" 2>"$tmp/err"
status=$?
cat "$tmp/err"
[ "$status" = 5 ] || fail "status $status, want 5"
grep -q 'No space left on device' "$tmp/err" || fail "the full disk is not told"
grep -q 'hint:' "$tmp/err" || fail "no next step is told"
grep -q 'the command goes on' "$tmp/err" || fail "it is not told that the command goes on"
[ "$(cat "$tmp/work")" = finished ] || fail "the command was $(cat "$tmp/work")"
"$v" info "$tmp/small/t.vtr" >"$tmp/info" 2>"$tmp/err"
status=$?
[ "$status" = 0 ] || [ "$status" = 3 ] || { cat "$tmp/err"; fail "info: status $status"; }
n=$("$v" replay events "$tmp/small/t.vtr" -p '%evt.num' 2>/dev/null | wc -l)
[ "$n" -gt 1000 ] || fail "only $n events can be read"
echo "$n events of a full disk can be read"
