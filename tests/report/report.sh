#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vestige report: every format against its golden file, and what happens with
# bad input.  --update rewrites the golden files; review the diff.
set -u
build=$(pwd)
src=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
here=$src/tests/report
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-report.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }
report() { "$build/analyze/vestige-analyze" report "$@"; }

# status WANTED TEXT ARGUMENTS: exit status, and what stderr says.
status() {
	want=$1 text=$2
	shift 2
	report "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ "$got" = "$want" ] || fail "report $*: status $got, not $want: $(head -n 2 "$tmp/err")"
	grep -q -e "$text" "$tmp/err" || fail "report $*: does not say '$text': $(cat "$tmp/err")"
}

# --- golden ---
cd "$here" || exit 99
for f in html md json timesketch-csv timesketch-jsonl navigator dot alerts-csv; do
	report -r rules.yaml incident.vtr --format $f -o "$tmp/report.$f" || fail "$f: status $?"
	[ "${1:-}" != --update ] || cp "$tmp/report.$f" "golden/report.$f"
	cmp -s "golden/report.$f" "$tmp/report.$f" || {
		fail "$f is not what golden/report.$f says"
		diff "golden/report.$f" "$tmp/report.$f" | cut -c 1-200 | head -n 6
	}
	mode=$(stat -c %a "$tmp/report.$f")
	[ "$mode" = 600 ] || fail "$f: mode $mode, others may read it"
	(TZ=Pacific/Chatham LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8; export TZ LC_ALL LANG; umask 077
	 report -r rules.yaml incident.vtr --format $f) | cmp -s - "$tmp/report.$f" ||
		fail "$f: other bytes in another time zone and locale, or on standard output"
done

# Two traces keep their origin; one that needs escaping in the command line.
cp incident.vtr "$tmp/it's <b>.vtr"
report -r rules.yaml incident.vtr "$tmp/it's <b>.vtr" --format json >"$tmp/two" || fail "two traces"
grep -q '"traces":\[{"path":"incident.vtr".*"path":".*it' "$tmp/two" || fail "two traces: origin"
grep -q '"trace":1,"rule"' "$tmp/two" || fail "two traces: alerts of the second"
report -r rules.yaml incident.vtr "$tmp/it's <b>.vtr" >"$tmp/two.html" || fail "two traces, html"
! grep -q 'it.s <b>' "$tmp/two.html" || fail "a path is markup"

report -r rules.yaml incident.vtr ../../samples/webshell/webshell.vtr --format md >"$tmp/hosts" || fail "two hosts"
grep -q 'php-cgi (217) on shop' "$tmp/hosts" || fail "two hosts: the story does not say on which a process was"
grep -q 'First alert:.* 2026-11-20 02:14' "$tmp/hosts" || fail "two hosts: the first alert is not the earliest"
grep -q 'Last alert:.* 2026-11-22 04:35' "$tmp/hosts" || fail "two hosts: the last alert is not the latest"
grep -q 'alerts on demo, shop' "$tmp/hosts" || fail "two hosts: not named on top"

# --- bad input ---
status 2 "no rules given" incident.vtr
status 2 "no trace given" -r rules.yaml
status 2 "is not a format" -r rules.yaml --format htm incident.vtr
status 2 "is not a way of matching" -r rules.yaml --matching some incident.vtr
printf -- '- rule: x\n  condition: nonsense.field = 1\n' >"$tmp/bad.yaml"
status 2 "bad.yaml" -r "$tmp/bad.yaml" incident.vtr -o "$tmp/none.html"
[ ! -e "$tmp/none.html" ] || fail "rules that do not load left a report"
status 4 "cannot open" -r rules.yaml "$tmp/nothing.vtr" -o "$tmp/none.html"
printf 'not a trace at all, but long enough to be looked at by everyone\n' >"$tmp/foreign"
status 4 "neither a .vtr" -r rules.yaml "$tmp/foreign" -o "$tmp/none.html"
[ ! -e "$tmp/none.html" ] || fail "an unreadable trace left a report"
status 5 "" -r rules.yaml incident.vtr -o "$tmp/no/such/folder/r.html"
[ ! -e /dev/full ] || status 5 "" -r rules.yaml incident.vtr -o /dev/full
[ -z "$(find "$tmp" -name '*none*' -o -name 'r.html*')" ] || fail "a half-written file stayed"

echo old >"$tmp/kept.html"
mkdir "$tmp/folder"
status 5 "cannot write" -r rules.yaml incident.vtr -o "$tmp/folder"
# A file that may not grow: the old one stays, nothing else does.
(ulimit -f 16; report -r rules.yaml incident.vtr -o "$tmp/kept.html") >"$tmp/out" 2>"$tmp/err"
[ $? = 5 ] || fail "a file that may not grow: status is not 5: $(cat "$tmp/err")"
[ "$(cat "$tmp/kept.html")" = old ] || fail "a report that failed replaced the one before"
[ -z "$(find "$tmp" -name 'kept.html?*')" ] || fail "a half-written file stayed beside the old one"

# A trace without a process table: the lists cut out of a capture.
"$build/vestige" convert --plain incident.vtr "$tmp/whole.scap" || fail "convert"
perl -e 'binmode STDIN; binmode STDOUT; local $/; my $d = <STDIN>; my $o = 0;
	while ($o + 8 <= length $d) {
		my ($type, $total) = unpack "VV", substr $d, $o, 8;
		print substr $d, $o, $total unless $type == 0x215 || $type == 0x218;
		$o += $total;
	}' <"$tmp/whole.scap" >"$tmp/bare.scap"
cmp -s "$tmp/whole.scap" "$tmp/bare.scap" && fail "no list was cut out"
for f in html md; do
	report -r rules.yaml "$tmp/bare.scap" --format $f >"$tmp/bare" 2>"$tmp/err" ||
		fail "no process table, $f: status $?: $(cat "$tmp/err")"
	grep -q 'no process table' "$tmp/bare" || fail "no process table: $f does not say so"
	grep -q 'Password file read' "$tmp/bare" || fail "no process table: $f shows no alerts"
done
report -r rules.yaml "$tmp/bare.scap" --format json | grep -q '"snapshot_processes":0,' ||
	fail "no process table: json does not say so"

# A recording without reads and writes claims no bytes.
report -r rules.yaml incident.vtr --format md | grep -q 'no read or write calls' ||
	fail "it is not told that bytes were not recorded"
report -r rules.yaml ../../samples/webshell/webshell.vtr --format md | grep -q 'no read or write calls' &&
	fail "bytes are said to be missing that were recorded"

# One of two is not there: said on top, the other is shown.
status 4 "cannot open" -r rules.yaml "$tmp/nothing.vtr" incident.vtr -o "$tmp/half.html"
grep -q 'nothing could be read of it' "$tmp/half.html" || fail "a missing trace is not told of"
grep -q 'Password file read' "$tmp/half.html" || fail "the readable trace is not shown"
# From a pipe.
cat incident.vtr | report -r rules.yaml - --format md >"$tmp/pipe" || fail "pipe: status $?"
grep -q 'Password file read' "$tmp/pipe" || fail "pipe: no alerts"

# A changed byte: told on top, in the exit status, and the rest is shown.
size=$(stat -c %s incident.vtr)
cp incident.vtr "$tmp/changed.vtr"
printf '\377\376' | dd of="$tmp/changed.vtr" bs=1 seek=$((size * 9 / 10)) conv=notrunc 2>/dev/null
status 4 "verification failed" -r rules.yaml "$tmp/changed.vtr" -o "$tmp/changed.html"
grep -q 'class="banner bad" role="alert"><strong>Verification failed' "$tmp/changed.html" ||
	fail "a changed trace is not told of in the page"
# A missing end: what is there is read.
head -c $((size * 9 / 10)) incident.vtr >"$tmp/cut.vtr"
report -r rules.yaml "$tmp/cut.vtr" -o "$tmp/cut.html" 2>"$tmp/err"
[ $? = 3 ] || fail "a cut trace: status is not 3: $(cat "$tmp/err")"
grep -q 'class="banner warn"' "$tmp/cut.html" || fail "a cut trace is not told of in the page"

# Rules that never fire: the page is still useful.
report -r rules.yaml --disable '*' incident.vtr >"$tmp/quiet.html" || fail "no alerts: status $?"
for id in tree network activity evidence; do
	grep -q "<section id=\"$id\"" "$tmp/quiet.html" || fail "no alerts: no $id"
done
grep -q 'No rule fired' "$tmp/quiet.html" || fail "no alerts: not said"

# --- the shared traces: hostile names, many alerts ---
shared=${VESTIGE_SHARED:-$src/../shared}/reference/traces
if [ -r "$shared/a19_long_and_odd_strings.scap" ]; then
	for f in html md json timesketch-csv timesketch-jsonl navigator dot alerts-csv; do
		report -r rules.yaml --append-output '%proc.cmdline %fd.name' \
			"$shared/a19_long_and_odd_strings.scap" --format $f -o "$tmp/odd" 2>/dev/null
		[ "$(LC_ALL=C tr -d '\n\r\t\040-\176\200-\377' <"$tmp/odd" | wc -c)" = 0 ] ||
			fail "$f: control bytes"
		iconv -f UTF-8 -t UTF-8 "$tmp/odd" >/dev/null 2>&1 || fail "$f: not valid UTF-8"
	done
	# Pods and containers of real hosts.
	report -r rules.yaml "$shared/a26_cri_pods.scap" -o "$tmp/pods.html" || fail "pods: status $?"
	for text in '<section id="containers"' 'shop/web-7f9c' 'kube-system/agent-x' \
		'localhost/lab/toolbox:2.0' '>privileged<' 'of pod web-7f9c'; do
		grep -q -e "$text" "$tmp/pods.html" || fail "pods: no '$text'"
	done
	report -r rules.yaml "$shared/a24_docker_exec.scap" --format json >"$tmp/docker" || fail "docker: status $?"
	grep -q '"name":"shop","image":"lab/toolbox:2.0"' "$tmp/docker" || fail "docker: no name and image"
	report -r rules.yaml "$shared/bench-1m.scap" -o "$tmp/big.html" || fail "bench-1m: status $?"
	big=$(stat -c %s "$tmp/big.html")
	[ "$big" -lt 10485760 ] || fail "bench-1m: a page of $big bytes"
else
	echo "NOTE: shared traces are absent; hostile names, pods and a million events were not tried"
fi
[ $bad = 0 ] && echo "report: all as expected"
exit $bad
