#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The picture of a report that README shows: samples/picture.sh (in the build
# folder) makes doc/report.png again, with headless Chromium.
set -eu
build=$(pwd)
src=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$src"
"$build/vestige" report -r rules/vestige_rules.yaml samples/webshell/webshell.vtr \
	--title "Break-in through the shop's web server" -o "$tmp/report.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
	--disable-background-networking --user-data-dir="$tmp/profile" --virtual-time-budget=2000 \
	--window-size=1240,1480 --screenshot="$tmp/report.png" "file://$tmp/report.html" 2>/dev/null
# Few colours make a small file; without ImageMagick it is four times the size.
if command -v convert >/dev/null; then
	convert "$tmp/report.png" -strip +dither -colors 64 "PNG8:$tmp/small.png" && mv "$tmp/small.png" "$tmp/report.png"
fi
install -m 644 "$tmp/report.png" doc/report.png
