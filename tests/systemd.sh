#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unit of the recorder: systemd understands every line of it, and the
# recorder every option.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

sed "s,@sbindir@,$build/capture,g" "$src/capture/systemd/vestige.service.in" >"$tmp/vestige.service"
options=$(sed -n 's/^ExecStart=[^ ]* //p' "$tmp/vestige.service")
# shellcheck disable=SC2086
"$build/capture/vestige-capture" $options --help >"$tmp/help" || { echo "the recorder refuses: $options"; exit 1; }

command -v systemd-analyze >/dev/null || { echo "no systemd-analyze here"; exit 77; }
# of other units it may say what it likes
systemd-analyze verify --man=no "$tmp/vestige.service" 2>&1 | grep -F "vestige.service" >"$tmp/said"
if [ -s "$tmp/said" ]; then
	cat "$tmp/said"
	exit 1
fi
systemd-analyze security --offline=true "$tmp/vestige.service" 2>/dev/null | tail -n 1
exit 0
