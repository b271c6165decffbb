#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The staged incidents: the shipped rules give the recorded alerts, and their
# reports say what happened; the ordinary work stays quiet.
#
#	samples/check.sh [--update]		(in the build folder)
#
# --update rewrites */golden: after a change of the rules, of the report or of
# a trace; review the difference.
set -u
build=$(pwd)
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-samples.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
update=
[ "${1:-}" != --update ] || update=1
rules=rules/vestige_rules.yaml
bad=0
fail() { echo "FAIL: $*"; bad=1; }
vestige() { "$build/vestige" "$@"; }
cd "$src" || exit 99

# golden NAME FILE: equal to what is kept.
golden() {
	kept=samples/$1/golden/$2
	[ -z "$update" ] || { mkdir -p "${kept%/*}"; cp "$tmp/$2" "$kept"; }
	cmp -s "$kept" "$tmp/$2" || {
		fail "$kept differs (samples/check.sh --update rewrites it):"
		diff "$kept" "$tmp/$2" | cut -c 1-160 | head -n 6
	}
}

# small FILE BYTES
small() {
	[ "$(stat -c %s "$1")" -le "$2" ] || fail "$1 is larger than $2 bytes"
}

# incident NAME FACT...: every fact must be in the report.
incident() {
	name=$1
	trace=samples/$name/$name.vtr
	shift
	small "$trace" 1000000
	vestige verify "$trace" >"$tmp/verify" 2>&1 || fail "$trace: $(cat "$tmp/verify")"
	vestige analyze -q -r $rules --matching all "$trace" >"$tmp/alerts.txt" || fail "$name: analyze: $?"
	vestige analyze -q -r $rules --fail-on warning "$trace" >"$tmp/out"
	[ $? = 1 ] || fail "$name: nothing at Warning or above"
	vestige report -r $rules "$trace" --title "Staged incident: $name" --format md -o "$tmp/report.md" ||
		fail "$name: md: $?"
	vestige report -r $rules "$trace" --title "Staged incident: $name" -o "$tmp/report.html" ||
		fail "$name: html: $?"
	(cd "$tmp" && sha256sum report.html >report.html.sha256)
	golden "$name" alerts.txt
	golden "$name" report.md
	golden "$name" report.html.sha256
	for fact; do
		grep -q -F -e "$fact" "$tmp/report.md" || fail "$name: the report does not tell of '$fact'"
		grep -q -F -e "$fact" "$tmp/report.html" || fail "$name: the page does not tell of '$fact'"
	done
}

incident webshell 203.0.113.66 avatar.php /etc/shadow 198.51.100.23 www-data
incident miner xmrig 198.51.100.88 198.51.100.77 203.0.113.99 4c0ffee5a1b2
incident insider alice atlas 203.0.113.50 192.168.20.31
# A terminal that came over a socket is not /dev/null.
vestige report -r $rules samples/insider/insider.vtr --format json |
	grep -q '"path":"/dev/null"[^}]*"bytes_read"' && fail "insider: bytes were read from /dev/null"

incident supplychain 198.51.100.12 203.0.113.80 .bashrc crontab '.fontcache/refresh, run by refresh'

small samples/office/office.vtr 1500000
vestige verify samples/office/office.vtr >"$tmp/verify" 2>&1 || fail "office: $(cat "$tmp/verify")"
vestige analyze -q -r $rules --fail-on warning samples/office/office.vtr >"$tmp/office" ||
	fail "ordinary work raises alerts at Warning or above: $(grep -E 'Emerg|Alert|Crit|Error|Warn' "$tmp/office" | cut -c 1-300 | head -n 5)"
[ $bad = 0 ] && echo "samples: all as recorded"
exit $bad
