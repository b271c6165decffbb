#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A trace of few bytes that tells of gigabytes: memory has a bound, what has no
# room is the same however the trace is read, and the report tells of it.
case ${VESTIGE_BRIEF:-} in
compiler|offline) echo "tested elsewhere: VESTIGE_BRIEF=$VESTIGE_BRIEF"; exit 77 ;;
esac
src=${srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
for n in 0 170; do
	python3 "$src/tests/replay/hostile.py" $n >"$tmp/t.txt" && ./vestige asm "$tmp/t.txt" -o "$tmp/$n.vtr" || exit 1
	[ "$(wc -c <"$tmp/$n.vtr")" -lt 200000 ] || { echo "the trace is not small"; exit 1; }
done
rm "$tmp/t.txt"
fail=0
# Events that pass unseen leave the same machine.
./tests/replay/pass "$tmp/0.vtr" || fail=1
cat >"$tmp/rules.yaml" <<'YAML'
- rule: said by z
  desc: A command line, or what there was room for
  condition: evt.type = access and proc.name = z
  output: "%proc.pid %proc.cmdline"
  priority: NOTICE
YAML
for jobs in 1 5; do
	./vestige analyze --jobs $jobs -r "$tmp/rules.yaml" "$tmp/0.vtr" >"$tmp/out$jobs" || fail=1
	cmp "$tmp/out1" "$tmp/out$jobs" || fail=1
done
[ "$(wc -l <"$tmp/out1")" = 15 ] || { echo "not every command line was told"; fail=1; }
./vestige report -r "$tmp/rules.yaml" "$tmp/0.vtr" -o "$tmp/r.html" || fail=1
grep -q 'long texts of which the state machine had room for the beginning only' "$tmp/r.html" ||
	{ echo "the report does not tell of texts that were cut"; fail=1; }
# Memory, where it is not a sanitizer's: less than the 600 MB that are told.
if ! ldd replay/vestige-replay 2>/dev/null | grep -q libasan; then
	for verb in 'ps --json' 'tree'; do
		python3 - ./vestige replay $verb "$tmp/170.vtr" <<'PY' || fail=1
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
if mb > 450:
    sys.exit(f"{mb} MB: {' '.join(sys.argv[1:-1])}")
PY
	done
fi
exit $fail
