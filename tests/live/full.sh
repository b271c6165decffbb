#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that fills up during a recording, or a file that may not grow: the
# recorder says so, with a next step, and ends with 5; what was written until
# then is read.  So it does where there is a recording already, which stays.
. "$(dirname "$0")/live.sh"

if [ "${1:-}" != inside ]; then
	unshare -m true 2>/dev/null || skip "no mount namespace of its own"
	exec unshare -m sh "$0" inside
fi
mkdir "$tmp/small" && mount -t tmpfs -o size=256k none "$tmp/small" || skip "cannot mount a small disk"
trap 'umount "$tmp/small"; rm -rf "$tmp"' EXIT

# What is recorded goes on: the host's work comes first.  A signal that the
# recorder ignores is not ignored by the command for that.
cat >"$tmp/work.sh" <<'WORK'
trap "echo told to end >$0" TERM
find /usr/lib /usr/share >/dev/null 2>&1
i=0	# it is still there when the recorder finds out
while [ $i -lt 100 ] && ! grep -q "ended early" "${0%work}err"; do sleep .1; i=$((i + 1)); done
[ -e "$0" ] || sed -n 's/^SigIgn:/finished/p' /proc/self/status >$0
WORK
# ends_in_order FILE WHY: the recording into FILE ended so.
ends_in_order() {
	cat "$tmp/err"
	cp "$tmp/err" "$tmp/said"
	[ "$status" = 5 ] || fail "status $status, want 5"
	grep -q "$2" "$tmp/err" || fail "'$2' is not told"
	grep -q 'hint:' "$tmp/err" || fail "no next step is told"
	grep -q 'the command goes on' "$tmp/err" || fail "it is not told that the command goes on"
	ignored=$(sed -n 's/^finished[^0-9a-f]*//p' "$tmp/work")
	# SIGPIPE and SIGXFSZ; others as whoever runs this has them
	[ -n "$ignored" ] && [ $((0x$ignored & 0x1001000)) = 0 ] || fail "the command was $(cat "$tmp/work")"
	"$v" info "$1" >"$tmp/info" 2>"$tmp/err"
	status=$?
	[ "$status" = 0 ] || [ "$status" = 3 ] || { cat "$tmp/err"; fail "info: status $status"; }
	n=$("$v" replay events "$1" -p '%evt.num' 2>/dev/null | wc -l)
	[ "$n" -gt 1000 ] || fail "only $n events can be read"
	# events told, less those that could not be written
	told=$(sed -n 's/.*: \([0-9]*\) events, .*; the last \([0-9]*\) of them.*/\1 \2/p' "$tmp/said")
	set -- $told 0 0
	[ "$n" = $(($1 - $2)) ] || fail "$1 events less $2 are told, $n can be read"
	echo "$n events can be read"
	rm "$tmp/work"
}

"$v" capture --set all -w "$tmp/small/t.vtr" -- sh -c "$(cat "$tmp/work.sh")" "$tmp/work" 2>"$tmp/err"
status=$?
ends_in_order "$tmp/small/t.vtr" 'No space left on device'
(
	ulimit -f 512	# of 512 bytes
	exec "$v" capture --set all -w "$tmp/limited.vtr" -- sh -c "$(cat "$tmp/work.sh")" "$tmp/work"
) 2>"$tmp/err"
status=$?
ends_in_order "$tmp/limited.vtr" 'File too large'
[ "$(wc -c <"$tmp/limited.vtr")" -le 262144 ] || fail "the file grew beyond its limit"

cp "$tmp/limited.vtr" "$tmp/before.vtr"
"$v" capture -w "$tmp/limited.vtr" -- touch "$tmp/touched" 2>"$tmp/err"
status=$?
cat "$tmp/err"
[ "$status" = 5 ] && grep -q 'there is such a file already' "$tmp/err" && grep -q 'hint:' "$tmp/err" ||
	fail "a file that is there: status $status"
cmp "$tmp/before.vtr" "$tmp/limited.vtr" && [ ! -e "$tmp/touched" ] || fail "a recording was written over"
# One that is being made is not even for --overwrite.
"$v" capture -q --overwrite -w "$tmp/limited.vtr" -- "$v" capture --overwrite -w "$tmp/limited.vtr" -- \
	touch "$tmp/touched" 2>"$tmp/err" || fail "the first of two recorders: status $?"
grep -q 'another recorder writes it' "$tmp/err" && "$v" verify "$tmp/limited.vtr" && [ ! -e "$tmp/touched" ] ||
	{ cat "$tmp/err"; fail "two recorders in one file"; }
