#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The HTML report in headless Chromium: it renders at every width, search and
# filters work, the console stays silent, nothing is fetched.  --shots FOLDER
# keeps the pictures to be looked at.
set -u
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

cd "$here" || exit 99
"$build/analyze/vestige-analyze" report -r rules.yaml incident.vtr -o "$tmp/report.html" || exit 1
picture desktop 1440 1600
if [ ! -s "$shots/desktop.png" ]; then
	echo "SKIP: chromium does not run here: $(tail -n 1 "$tmp/log")"
	[ -n "${VESTIGE_REQUIRE_BROWSER:-}" ] && exit 1
	exit 77
fi
picture phone 500 1800
browse --no-pdf-header-footer --print-to-pdf="$shots/print.pdf" "file://$tmp/report.html"
head -c 5 "$shots/print.pdf" | grep -q '%PDF-' || fail "it does not print"

# A copy whose content policy lets the probe run beside the page's own script.
{
	sed "s/script-src 'sha256-[^']*'/script-src 'unsafe-inline'/" "$tmp/report.html"
	echo '<script>'
	cat probe.js
	echo '</script>'
} >"$tmp/probe.html"
for width in 1440 500; do
	browse --window-size=$width,900 --dump-dom "file://$tmp/probe.html" >"$tmp/dom"
	title=$(sed -n 's/.*<title>\(PROBE[^<]*\)<.*/\1/p' "$tmp/dom" | head -n 1)
	[ "$title" = "PROBE GOOD" ] || fail "at $width pixels: ${title:-the probe did not finish}"
done

# Nothing in the page points outside, and the policy forbids what would.
! grep -oiE '(src|href|action|data|poster|srcset)="?[a-z]+:' "$tmp/report.html" ||
	fail "the page points outside"
! grep -qiE '@import|url\(|fetch\(|XMLHttpRequest|sendBeacon|WebSocket' "$tmp/report.html" ||
	fail "the page could fetch"
grep -q "default-src 'none'" "$tmp/report.html" || fail "no content policy"
[ $bad = 0 ] && echo "browser: renders, searches, prints; silent console; nothing fetched"
exit $bad
