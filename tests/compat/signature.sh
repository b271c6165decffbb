#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A signature file holds what the page says: openssl checks it, and refuses it
# over other bytes.
command -v python3 >/dev/null || { echo "SKIP: no python3"; exit 77; }
command -v openssl >/dev/null || { echo "SKIP: no openssl program"; exit 77; }
top=${srcdir:-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
check() { python3 "$top/tests/compat/sigcheck.py" "$work/t.vtr"; }

cp "$top/samples/incident/incident.vtr" "$work/t.vtr" && chmod u+w "$work/t.vtr" || exit 99
./replay/vestige-replay keygen "$work/k" || exit 1
./replay/vestige-replay sign --key "$work/k.key" "$work/t.vtr" || exit 1
check || { echo "FAIL: openssl does not accept the signature"; exit 1; }
printf x >>"$work/t.vtr"
! check || { echo "FAIL: openssl accepts it over other bytes"; exit 1; }
