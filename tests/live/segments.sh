#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder of segments: each is a whole trace, all of them together say what
# one file says, a gap is a gap, and the budget holds.
. "$(dirname "$0")/live.sh"

rules=$src/rules/vestige_rules.yaml
alerts() { "$v" analyze -r "$rules" --matching all --json "$@"; }

# The staged incident, with work around it that fills segments.
cat >"$tmp/scene.sh" <<W
work() { i=0; while [ \$i -lt 4000 ]; do : </etc/hosts; i=\$((i + 1)); done; }
work; sleep 1.1; work; sh "$src/samples/incident/stage.sh"; work; sleep 1.1; work
W
"$v" capture --set all --rotate-size 64K --rotate-time 1s -w "$tmp/segs/" -- sh "$tmp/scene.sh" \
	>/dev/null 2>"$tmp/log" || { cat "$tmp/log"; fail "capture: status $?"; }
cat "$tmp/log"
n=$(ls "$tmp/segs" | wc -l)
[ "$n" -ge 3 ] || fail "only $n segments"
[ "$(find "$tmp/segs" -perm 600 | wc -l)" = "$n" ] || fail "a segment that others can read"

for seg in "$tmp"/segs/seg-*.vtr; do
	"$v" verify "$seg" >/dev/null || fail "not whole: $seg"
	procs=$("$v" replay ps --at 1 "$seg" 2>/dev/null | wc -l)
	[ "$procs" -gt 3 ] || fail "$seg alone knows $procs processes"
done

"$build/tests/oracle/join" "$tmp/one.vtr" "$tmp"/segs/seg-* || fail "join"
alerts "$tmp/one.vtr" >"$tmp/one" || fail "analyze of one file"
alerts "$tmp"/segs/seg-* >"$tmp/many" 2>"$tmp/log" || fail "analyze of segments"
! grep -q "what lies between" "$tmp/log" || { cat "$tmp/log"; fail "a gap where there is none"; }
cat "$tmp"/segs/seg-* | alerts - >"$tmp/pipe" || fail "analyze of segments in a pipe"
[ -s "$tmp/one" ] || fail "no alert at all"
cmp "$tmp/one" "$tmp/many" || fail "segments alert otherwise than one file"
cmp "$tmp/one" "$tmp/pipe" || fail "segments in a pipe alert otherwise than one file"
last=$("$v" replay events "$tmp"/segs/seg-* -p '%evt.num' | tail -n 1)
[ "$last" = "$("$v" replay events "$tmp/one.vtr" -p '%evt.num' | tail -n 1)" ] || fail "numbers"
echo "$n segments, $last events, $(wc -l <"$tmp/one") alerts as in one file"

# One segment missing: what follows stands alone, by its own snapshot.
rm "$(ls "$tmp"/segs/seg-* | sed -n 2p)"
alerts "$tmp"/segs/seg-* >/dev/null 2>"$tmp/log" || fail "analyze with a segment missing"
[ "$(grep -c "what lies between is not known" "$tmp/log")" = 1 ] ||
	{ cat "$tmp/log"; fail "the gap is not told"; }

# The budget: never more than that on the disk, the newest is kept.  However
# slow the recorder, work goes on until a segment is gone.
"$v" capture --set all --budget 256K --rotate-size 64K -w "$tmp/few/" -- sh -c '
	n=0; until [ -e "$0" ] || [ $n -ge 100 ]; do
		i=0; while [ $i -lt 6000 ]; do : </etc/hosts; i=$((i + 1)); done
		n=$((n + 1))
	done' "$tmp/enough" 2>"$tmp/log" &
pid=$!
on_disk() {
	find "$tmp/few" -name "seg-*" -printf '%s\n' 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'
}
worst=0 first=
while kill -0 $pid 2>/dev/null; do
	# One may go and another come while they are counted: of two counts the smaller.
	now=$(on_disk) again=$(on_disk)
	[ "$now" -le "$again" ] || now=$again
	[ "$now" -le "$worst" ] || worst=$now
	[ -n "$first" ] || first=$(ls "$tmp/few" 2>/dev/null | sed -n '/^seg-/{p;q;}')
	[ -z "$first" ] || [ -e "$tmp/few/$first" ] || : >"$tmp/enough"
	sleep 0.05
done
wait $pid || { cat "$tmp/log"; fail "capture within a budget: status $?"; }
cat "$tmp/log"
grep -q ' deleted' "$tmp/log" || fail "nothing was deleted"
# a block that is being written may stick out
[ "$worst" -le $((256 * 1024 + 256 * 1024)) ] || fail "$worst bytes on the disk"
"$v" verify "$tmp"/few/seg-* >/dev/null || fail "what was kept is not whole"
echo "at most $worst bytes within a budget of $((256 * 1024))"

# --keep, names that are not ours, two recorders in one folder.
mkdir "$tmp/keep" && touch "$tmp/keep/seg-other.vtr" "$tmp/keep/notes"
"$v" capture --rotate-time 300ms --keep 2 -w "$tmp/keep" --status-json "$tmp/status" -- \
	sh -c 'sleep 2; until [ -e "$0" ]; do sleep 0.1; done' "$tmp/stop" 2>"$tmp/log" &
pid=$!
until [ -s "$tmp/status" ]; do
	kill -0 $pid 2>/dev/null || { cat "$tmp/log"; fail "no recording with --keep"; }
	sleep 0.05
done
"$v" capture -w "$tmp/keep/" -- true 2>"$tmp/err"
[ $? = 5 ] || fail "a second recorder in the folder"
touch "$tmp/stop"
grep -q 'another recorder' "$tmp/err" || { cat "$tmp/err"; fail "a second recorder is not told"; }
wait $pid || fail "capture --keep: status $?"
[ "$(find "$tmp/keep" -name 'seg-2*' | wc -l)" = 2 ] || { ls "$tmp/keep"; fail "--keep 2"; }
[ -e "$tmp/keep/seg-other.vtr" ] && [ -e "$tmp/keep/notes" ] || fail "a file of others was deleted"
grep -q '"segments_deleted":[1-9]' "$tmp/status" || { cat "$tmp/status"; fail "the status does not tell"; }

# A second recording in the folder goes on with the numbers, whatever time the
# segments there tell, and deletes those of the lowest numbers.  One that
# cannot be deleted is told, counts, and does not end the recording; the name
# of a number no recorder gives is left alone.
last=$(ls "$tmp/keep" | sed -n 's/^seg-2.*-0*\([0-9]*\)\.vtr$/\1/p' | sort -n | tail -n 1)
[ -n "$last" ] || fail "no number"
low=$(printf 'seg-20990101T000000Z-%06u.vtr' $((last + 1)))
high=$(printf 'seg-20000101T000000Z-%06u.vtr' $((last + 2)))
huge=seg-20000101T000000Z-99999999999999999999.vtr
touch "$tmp/keep/$low" "$tmp/keep/$high" "$tmp/keep/$huge"
"$v" capture --keep 2 -w "$tmp/keep" -- true 2>"$tmp/log" || { cat "$tmp/log"; fail "capture again"; }
[ ! -e "$tmp/keep/$low" ] && [ -e "$tmp/keep/$high" ] && [ -e "$tmp/keep/$huge" ] ||
	{ ls "$tmp/keep"; fail "which go is not told by the number"; }
next=$(ls "$tmp/keep" | grep -v -e "$high" -e "$huge" | grep '^seg-2')
[ "${next##*-}" = "$(printf '%06u.vtr' $((last + 3)))" ] || fail "after $((last + 2)) comes $next"
"$v" info --json "$tmp/keep/$next" | grep -q "\"segment.number\":\"$((last + 3))\"" ||
	fail "META has another number"
if chattr +i "$tmp/keep/$high" 2>/dev/null; then
	"$v" capture -q --keep 2 -w "$tmp/keep" --status-json "$tmp/stuck" -- sleep 1 2>"$tmp/log"
	st=$?
	chattr -i "$tmp/keep/$high"
	[ $st = 0 ] || { cat "$tmp/log"; fail "capture with one that cannot be deleted: status $st"; }
	[ "$(grep -c "warning: $high cannot be deleted: Operation not permitted" "$tmp/log")" = 1 ] ||
		{ cat "$tmp/log"; fail "what cannot be deleted is not told once"; }
	grep -q '"segments_undeletable":1' "$tmp/stuck" || { cat "$tmp/stuck"; fail "nor in the status"; }
	[ "$(find "$tmp/keep" -name 'seg-20[0-9]*' ! -name "$huge" | wc -l)" = 2 ] ||
		{ ls "$tmp/keep"; fail "no younger one went in its place"; }
else
	echo "no chattr here: a segment that cannot be deleted is left to the unit test"
fi
