#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The upstream rules over the recorded traces as a suite of `vestige test`:
# every trace, matching first and all, with the recorded answers as golden
# files.  With arguments: options of vestige test.
set -u
srcdir=${srcdir:-.}
shared=${VESTIGE_SHARED:-$srcdir/../shared}
ref=$(cd "$shared/reference" 2>/dev/null && pwd)

if [ -z "$ref" ] || [ ! -d "$ref/traces" ]; then
	echo "SKIP: no reference traces under $shared/reference (set VESTIGE_SHARED)"
	exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-upstream.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT

{
	cat <<-END
	rules:
	  - $ref/rules/falco_rules.yaml
	  - $ref/rules/falco-incubating_rules.yaml
	  - $ref/rules/falco-sandbox_rules.yaml
	damaged: true
	cases:
	END
	for trace in "$ref"/traces/*.scap "$ref"/traces/legacy/*.scap; do
		for matching in first all; do
			answer=${trace%.scap}.$matching.jsonl
			[ -f "$answer" ] || continue
			cat <<-END
			  - name: $(basename "$trace" .scap), $matching
			    trace: $trace
			    alerts: $answer
			    options: {enable: "*", matching: $matching}
			END
		done
	done
} >"$dir/upstream.yaml"
./vestige test "$@" "$dir"
