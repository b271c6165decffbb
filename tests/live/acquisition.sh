#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A recording says whose it is and by what it was made, and who signed it.
. "$(dirname "$0")/live.sh"

cd "$tmp" || exit 99
"$v" keygen mine && "$v" keygen other || fail "no keys"
"$v" capture --case C-17 --operator 'A. Nalyst' --reason 'odd logins' --sign mine.key \
	-w case.vtr -- true 2>log || { cat log; fail "not recorded"; }
"$v" info case.vtr >info || fail "info"
for line in 'case.id  *C-17' 'case.operator  *A. Nalyst' 'case.reason  *odd logins' \
	'host.kernel_build_id  *[0-9a-f]\{40\}' 'host.boot_id  *[0-9a-f-]\{36\}' \
	"recorder.command  *vestige capture --case C-17 --operator 'A. Nalyst' .* -w case.vtr -- true" \
	'clock.ntp  *[a-z]*synchronized' 'loss.policy  *[a-z]' \
	"recorder.digest  *$(sha256sum "$build/capture/vestige-capture" | cut -d' ' -f1)"; do
	grep -q "^  $line" info || { cat info; fail "info does not tell '$line'"; }
done
"$v" verify --key mine.pub case.vtr >said || { cat said; fail "not intact"; }
grep -q 'intact.*signed by' said || fail "verify does not tell who signed"
"$v" verify --key other.pub case.vtr >said && fail "another key will do"
grep -q 'not signed by this key' said || { cat said; fail "verify does not tell of the key"; }

# A recording is not begun with a key that cannot be read.
"$v" capture --sign none.key -w none.vtr -- true 2>log && fail "no key will do"
[ ! -e none.vtr ] || fail "a trace was begun all the same"
echo "said and signed"
