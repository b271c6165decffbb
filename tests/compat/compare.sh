#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The reader written from doc/TRACE-FORMAT.md and this build's read the same
# out of every trace: the sample, frozen traces of earlier versions (which
# must also print what they printed then), and some converted captures.
[ -z "${VESTIGE_BRIEF:-}" ] || { echo "tested elsewhere: VESTIGE_BRIEF=$VESTIGE_BRIEF"; exit 77; }
command -v python3 >/dev/null || { echo "SKIP: no python3"; exit 77; }
command -v zstd >/dev/null || { echo "SKIP: no zstd program"; exit 77; }
top=${srcdir:-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

compare()
{
	python3 "$top/tests/compat/vtrread.py" "$1" >"$work/theirs" || { echo "FAIL: $1: vtrread.py"; bad=1; }
	./tests/compat/dump "$1" >"$work/ours" || { echo "FAIL: $1: dump"; bad=1; }
	cmp -s "$work/theirs" "$work/ours" || { echo "FAIL: $1 reads differently"; bad=1; }
	[ -s "$work/ours" ] || { echo "FAIL: $1 gives nothing"; bad=1; }
}

./tests/compat/dump --sample "$work/sample.vtr" || exit 99
compare "$work/sample.vtr"
./tests/compat/dump --big "$work/big.vtr" || exit 99
compare "$work/big.vtr"
for trace in "$top"/tests/compat/v*/*.vtr; do
	[ -f "$trace" ] || continue
	compare "$trace"
	if [ -f "${trace%.vtr}.txt" ]; then
		cmp -s "$work/ours" "${trace%.vtr}.txt"
	else
		[ "$(sha256sum <"$work/ours" | cut -d' ' -f1)" = "$(cat "${trace%.vtr}.sha256")" ]
	fi || { echo "FAIL: $trace does not give what it gave"; bad=1; }
	./replay/vestige-replay verify "$trace" >/dev/null || { echo "FAIL: $trace is not intact"; bad=1; }
done
traces=${VESTIGE_SHARED:-$top/../shared}/reference/traces
for name in a03_tty_recon a35_raw_and_32bit_calls; do
	[ -f "$traces/$name.scap" ] || continue
	./replay/vestige-replay convert "$traces/$name.scap" "$work/$name.vtr" || bad=1
	compare "$work/$name.vtr"
done
exit $bad
