#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# image.sh DIR: DIR/image.tar, an image of nothing but busybox, for
# `podman load`, `docker load` and `ctr images import`: localhost/small:1.0.
set -eu
dir=$1
mkdir -p "$dir/root/bin" "$dir/root/etc" "$dir/root/tmp" "$dir/root/proc" "$dir/root/sys" "$dir/root/dev"
cp "$(command -v busybox)" "$dir/root/bin/busybox"
for name in sh sleep cat id; do
	ln -sf busybox "$dir/root/bin/$name"
done
echo root:x:0:0:root:/:/bin/sh >"$dir/root/etc/passwd"
tar -C "$dir/root" -cf "$dir/layer.tar" .
sum=$(sha256sum <"$dir/layer.tar" | cut -d' ' -f1)
cat >"$dir/config.json" <<C
{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sleep","100"],"Env":["PATH=/bin"]},
"rootfs":{"type":"layers","diff_ids":["sha256:$sum"]}}
C
echo '[{"Config":"config.json","RepoTags":["localhost/small:1.0"],"Layers":["layer.tar"]}]' >"$dir/manifest.json"
tar -C "$dir" -cf "$dir/image.tar" manifest.json config.json layer.tar
