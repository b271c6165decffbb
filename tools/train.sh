#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# train.sh SOURCES: what the programs are mostly run for, for the compiler to
# count (m4/vst_pgo.m4), in a build directory.  Rules over events come first, and
# often, so that what is done once does not outweigh them.
set -eu
src=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-train.XXXXXX")
trap 'rm -rf "$dir"' EXIT

rules=$src/rules/vestige_rules.yaml
out=$dir/out

traces=
for sample in office supplychain insider miner; do
	whole=$dir/$sample.vtr
	replay/vestige-replay convert "$src/samples/$sample/$sample.vtr" "$dir/$sample.scap"
	replay/vestige-replay convert "$dir/$sample.scap" "$whole"
	replay/vestige-replay convert "$whole" "$dir/again.vtr"
	replay/vestige-replay ps "$whole" >"$out"
	traces="$traces $whole"
done

traces="$traces $traces $traces $traces"
# shellcheck disable=SC2086
analyze/vestige-analyze analyze -q -r "$rules" --enable '*' $traces $traces $traces >"$out"
analyze/vestige-analyze analyze -q -r "$rules" --json "$dir"/*.scap >"$out"
analyze/vestige-analyze report -r "$rules" "$dir/office.vtr" -o "$out"
analyze/vestige-analyze events "$dir/supplychain.vtr" >"$out"
