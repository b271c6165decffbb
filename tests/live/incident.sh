#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The staged incident, recorded here and now: every step must be found by the
# rules that come with vestige, from the recording alone.
. "$(dirname "$0")/live.sh"

record "$tmp/t.vtr" sh "$src/samples/incident/stage.sh"
"$v" analyze -r "$src/rules/vestige_rules.yaml" --matching all "$tmp/t.vtr" >"$tmp/alerts" || fail "analyze: status $?"
cat "$tmp/alerts"
for step in \
	"A network service started a shell" \
	"A service's descendant ran a reconnaissance command" \
	"A hidden directory was made" \
	"The password database was read | file=/etc/shadow" \
	"An executable file was made in a temporary directory" \
	"A program in a temporary directory was run" \
	"A program from a temporary directory connected"
do
	grep -qF "$step" "$tmp/alerts" || fail "not found: $step"
done
# The same bytes again.
"$v" analyze -r "$src/rules/vestige_rules.yaml" --matching all "$tmp/t.vtr" | cmp - "$tmp/alerts" || fail "a second run differs"
