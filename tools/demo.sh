#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job, on this host: build vestige, record a staged incident with
# eBPF, analyze the recording with the rules that come with it.
#
#	sh tools/demo.sh [OUTPUT DIRECTORY]
#
# Debian 12, as root; installs what is missing.
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$src/build/demo}

sh "$src/tools/setup.sh"
echo "== building" >&2
sh "$src/tools/build.sh" "$src/build" >&2
vestige=$src/build/vestige
mkdir -p "$out"
trace=$out/incident.vtr

echo "== recording a staged incident: $trace" >&2
rm -f "$trace"
"$vestige" capture -w "$trace" -- sh "$src/samples/incident/stage.sh" >"$out/incident.stdout"
"$vestige" info "$trace"

echo
echo "== alerts"
"$vestige" analyze -r "$src/rules/vestige_rules.yaml" "$trace" | tee "$out/alerts.txt"
[ -s "$out/alerts.txt" ] || { echo "demo: no rule matched the incident" >&2; exit 1; }

# The moment of the last alert, and who was alive then.
when=$("$vestige" analyze -q --json -r "$src/rules/vestige_rules.yaml" "$trace" |
	sed -n 's/.*"time":"\([^"]*\)".*/\1/p' | tail -n 1)
echo
echo "== processes at $when"
"$vestige" replay tree "$trace" --at "$when" | cut -c1-160 >"$out/tree.txt"
grep -B 3 -A 6 nginx "$out/tree.txt" || cat "$out/tree.txt"

echo
echo "== report: $out/report.html"
"$vestige" report -r "$src/rules/vestige_rules.yaml" "$trace" -o "$out/report.html"
echo
echo "The trace is $trace; try:" >&2
echo "  $vestige replay events $trace -f 'evt.type = connect'" >&2
