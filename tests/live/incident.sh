#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The staged incident, recorded here and now: every step must be found by the
# rules that come with vestige, from the recording alone.
. "$(dirname "$0")/live.sh"

record "$tmp/t.vtr" sh "$src/samples/incident/stage.sh"
incident_check "$tmp/t.vtr"
# The same bytes again.
"$v" analyze -r "$src/rules/vestige_rules.yaml" --matching all "$tmp/t.vtr" | cmp - "$tmp/alerts" || fail "a second run differs"
