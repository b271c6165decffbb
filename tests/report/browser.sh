#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The HTML report in headless Chromium: it renders at every width, in dark and
# on paper; search, filters and keys work; headings, tables and colours are as a
# screen reader and tired eyes need them; the console stays silent, nothing is
# fetched.  --shots FOLDER keeps the pictures to be looked at.
set -u
[ -z "${VESTIGE_BRIEF:-}" ] || { echo "tested elsewhere: VESTIGE_BRIEF=$VESTIGE_BRIEF"; exit 77; }
build=$(pwd)
src=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
here=$src/tests/report
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "SKIP: no chromium; the report was not opened in a browser"
	[ -n "${VESTIGE_REQUIRE_BROWSER:-}" ] && exit 1
	exit 77
}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-browser.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
shots=$tmp
[ "${1:-}" != --shots ] || shots=$2
bad=0
fail() { echo "FAIL: $*"; bad=1; }

browse() {
	profile=$(mktemp -d "$tmp/profile.XXXXXX")
	timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$profile" --hide-scrollbars --enable-logging=stderr \
		--virtual-time-budget=2000 "$@" 2>"$tmp/log"
	status=$?
	rm -rf "$profile"
	! grep -E 'CONSOLE' "$tmp/log" || fail "the console is not silent: $*"
	return $status
}

# picture NAME WIDTH HEIGHT: of the page as it is.
picture() {
	browse --window-size="$2,$3" --screenshot="$shots/$1.png" "file://$tmp/report.html"
	[ -s "$shots/$1.png" ] || fail "no picture at $2 pixels"
}

# frame FILE WIDTH HEIGHT: a page that holds FILE at that width; a window of
# Chromium is never narrower than 500.  What the probe says becomes its title.
frame() {
	cat >"$tmp/frame.html" <<-HTML
	<!DOCTYPE html><title>waits</title><body style="margin:0">
	<iframe src="$1" style="width:$2px;height:$3px;border:0;display:block"></iframe>
	<script>addEventListener("message", function (e) { document.title = e.data; });</script>
	HTML
}

cd "$here" || exit 99
sample=$src/samples/webshell/webshell.vtr
"$build/analyze/vestige-analyze" report -r rules.yaml incident.vtr -o "$tmp/report.html" || exit 1
picture first 1440 900
if [ ! -s "$shots/first.png" ]; then
	echo "SKIP: chromium does not run here: $(tail -n 1 "$tmp/log")"
	[ -n "${VESTIGE_REQUIRE_BROWSER:-}" ] && exit 1
	exit 77
fi

# A copy whose content policy lets the probe run beside the page's own script.
probe() {
	sed "s/script-src 'sha256-[^']*'/script-src 'unsafe-inline'/" "$tmp/report.html"
	echo '<script>'
	cat probe.js
	echo '</script>'
}
title() {
	sed -n 's/.*<title>\(PROBE[^<]*\)<.*/\1/p' "$tmp/dom" | head -n 1
}
try() {
	probe >"$tmp/probe.html"
	browse --window-size=1440,900 --dump-dom "file://$tmp/probe.html" >"$tmp/dom"
	[ "$(title)" = "PROBE GOOD" ] || fail "$1: $(title | grep . || echo 'the probe did not finish')"
}
try_elsewhere() {
	browse --blink-settings=preferredColorScheme=0 --window-size=1440,900 \
		--dump-dom "file://$tmp/probe.html" >"$tmp/dom"
	[ "$(title)" = "PROBE GOOD" ] || fail "$1, dark: $(title | grep . || echo 'the probe did not finish')"
	frame probe.html 390 900
	browse --window-size=500,900 --dump-dom "file://$tmp/frame.html" >"$tmp/dom"
	[ "$(title)" = "PROBE GOOD 390" ] || fail "$1, phone: $(title | grep . || echo 'the probe did not finish')"
}
try incident
"$build/analyze/vestige-analyze" report -r "$src/rules" "$sample" -o "$tmp/report.html" || exit 1
try webshell
try_elsewhere webshell

picture desktop 1440 1600
cp "$tmp/report.html" "$tmp/kept.html"
frame kept.html 390 2400
browse --window-size=500,2400 --screenshot="$shots/phone.png" "file://$tmp/frame.html"
[ -s "$shots/phone.png" ] || fail "no picture at 390 pixels"
browse --blink-settings=preferredColorScheme=0 --window-size=1440,1600 --screenshot="$shots/dark.png" \
	"file://$tmp/report.html"
[ -s "$shots/dark.png" ] || fail "no picture in dark"
browse --no-pdf-header-footer --print-to-pdf="$shots/print.pdf" "file://$tmp/report.html"
head -c 5 "$shots/print.pdf" | grep -q '%PDF-' || fail "it does not print"

# Nothing in the page points outside, and the policy forbids what would.
! grep -oiE '(src|href|action|data|poster|srcset)="?[a-z]+:' "$tmp/report.html" ||
	fail "the page points outside"
! grep -qiE '@import|url\(|fetch\(|XMLHttpRequest|sendBeacon|WebSocket' "$tmp/report.html" ||
	fail "the page could fetch"
grep -q "default-src 'none'" "$tmp/report.html" || fail "no content policy"

# How long a large page takes to open: told, and only its size held against it.
opens() {
	size=$(stat -c %s "$tmp/report.html")
	[ "$size" -lt 10485760 ] || fail "$1: a page of $size bytes"
	{
		sed "s/script-src 'sha256-[^']*'/script-src 'unsafe-inline'/" "$tmp/report.html"
		echo '<script>addEventListener("load", function () {
			document.title = "PROBE OPENED in " + Math.round(performance.now()) + " ms"; });</script>'
	} >"$tmp/probe.html"
	profile=$(mktemp -d "$tmp/profile.XXXXXX")
	timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --user-data-dir="$profile" --window-size=1440,900 \
		--dump-dom "file://$tmp/probe.html" >"$tmp/dom" 2>/dev/null
	rm -rf "$profile"
	title | grep -q OPENED || fail "$1: does not open"
	echo "$1: $size bytes, $(title | sed 's/PROBE OPENED/opened/')"
}
big=${VESTIGE_SHARED:-$src/../shared}/reference/traces/bench-1m.scap
if [ -r "$big" ]; then
	"$build/analyze/vestige-analyze" report -r "$src/rules" "$big" -o "$tmp/report.html" 2>/dev/null
	opens "a million events"
	printf -- '- rule: Opened\n  desc: d\n  condition: evt.type in (open, openat) and fd.num >= 0\n  output: "%%fd.name by %%proc.cmdline"\n  priority: NOTICE\n' >"$tmp/many.yaml"
	"$build/analyze/vestige-analyze" report -r "$tmp/many.yaml" "$big" -o "$tmp/report.html" 2>/dev/null
	alerts=$("$build/analyze/vestige-analyze" report -r "$tmp/many.yaml" "$big" --format json 2>/dev/null |
		sed -n 's/.*"alerts_total":\([0-9]*\).*/\1/p')
	[ "${alerts:-0}" -gt 20000 ] || fail "only $alerts alerts to try"
	opens "$alerts alerts"
else
	echo "NOTE: shared traces are absent; a large page was not opened"
fi
[ $bad = 0 ] && echo "browser: renders, searches, prints; keys, headings, contrast; silent console; nothing fetched"
exit $bad
