#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs, on Debian 12 as root, what building (and with "test": testing)
# vestige needs.  Does nothing when it is all there.
set -eu

build="autoconf automake make gcc g++ libc6-dev pkg-config clang llvm bpftool perl
	libbpf-dev libelf-dev zlib1g-dev libzstd-dev libyaml-dev libcjson-dev
	libarchive-dev libsodium-dev libisal-dev libre2-dev libseccomp-dev"
tests="check valgrind zstd openssl python3-minimal xz-utils groff-base mandoc
	libclang-rt-14-dev iproute2 procps netcat-openbsd time chromium git util-linux
	qemu-system-x86 busybox-static cpio pahole sparse
	podman runc containerd python3-grpcio strace socat ncat netcat-traditional
	tcpdump rsync sudo cron
	qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross"

want=$build
[ "${1:-}" = test ] && want="$build $tests"

missing=
for p in $want; do
	dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" != 0 ]; then
	echo "setup: these packages are missing:$missing" >&2
	echo "setup: run again as root, or install them yourself" >&2
	exit 5
fi
echo "setup: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
