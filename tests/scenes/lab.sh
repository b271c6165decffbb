#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lab.sh DIR RUNTIME...: DIR becomes what the scenarios with containers find at
# /var/lib/lab: configuration of podman, docker (when named) and the CRI (when
# named), with an image of busybox, ct and a few files in each.  Needs a mount
# namespace of its own, with DIR at /var/lib/lab and a private /run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lab=/var/lib/lab
mkdir -p $lab/hostdir

# the image: busybox by many names, ct, names that do nothing
root=$lab/rootfs
mkdir -p $root/bin $root/usr/bin $root/etc/sudoers.d $root/etc/pam.d $root/root $root/home/dev/.ssh \
	$root/opt $root/tmp $root/proc $root/sys $root/dev $root/var/log $root/host $root/run
chmod 1777 $root/tmp
${CC:-gcc} -static -O1 -w -I"$SRC" -I"$BUILD" -o $root/usr/bin/ct "$here/ct.c"
cp "$(command -v busybox)" $root/bin/busybox
for name in $($root/bin/busybox --list); do ln $root/bin/busybox $root/bin/$name 2>/dev/null || :; done
for name in apk apt npm yum pip kubectl curl scp rsync socat nmap ncat tshark debugfs; do
	rm -f $root/bin/$name
	cp $root/usr/bin/ct $root/bin/$name
done
printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534::/:/bin/sh dev:x:1001:1001::/home/dev:/bin/sh >$root/etc/passwd
printf '%s\n' root:x:0: nogroup:x:65534: dev:x:1001: >$root/etc/group
printf '%s\n' 'root:*:20000:0:99999:7:::' >$root/etc/shadow
echo '127.0.0.1 localhost' >$root/etc/hosts
for file in etc/sudoers etc/pam.conf etc/hostname etc/resolv.conf root/.bashrc home/dev/.ssh/id_rsa; do echo x >$root/$file; done

# image NAME TAG FILE
image() {
	d=$lab/image
	rm -rf $d && mkdir $d
	tar -C $root -cf $d/layer.tar .
	sum=$(sha256sum <$d/layer.tar | cut -d' ' -f1)
	printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sleep","100"],"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}\n' "$sum" >$d/config.json
	printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]\n' "$1" >$d/manifest.json
	tar -C $d -cf $lab/$2 manifest.json config.json layer.tar
}
wait_for() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		"$@" >/dev/null 2>&1 && return
		sleep 0.5
	done
	echo "in vain: $*"
	return 1
}

printf '#!/bin/sh\n' >$lab/mkmeta.py
cp "$here/cri.py" $lab/cri.py
printf '%s\n' 'import sys' "sys.path.insert(0, '$lab')" 'sys.dont_write_bytecode = True' 'import cri' \
	"cri.main('/run/labcri/containerd.sock', *sys.argv[1:])" >$lab/crictlx.py
chmod 755 $lab/mkmeta.py $lab/crictlx.py
for runtime; do case $runtime in
podman)
	printf '%s\n' '[containers]' 'default_ulimits=["nofile=1024:1024","nproc=4096:4096"]' \
		'[engine]' 'runtime="runc"' 'cgroup_manager="cgroupfs"' 'events_logger="none"' >$lab/containers.conf
	export CONTAINERS_CONF=$lab/containers.conf
	image localhost/lab/toolbox:1.2 podman.tar
	podman --root $lab/podman --runroot /run/lab/podman load -q -i $lab/podman.tar ;;
docker)
	image lab/toolbox:2.0 docker.tar
	dockerd --data-root $lab/docker --exec-root /run/labdk/x -H unix:///run/labdk/d.sock -p /run/labdk/d.pid \
		--bridge=none --iptables=false --ip6tables=false >/tmp/lab/dockerd.log 2>&1 &
	wait_for /usr/bin/docker -H unix:///run/labdk/d.sock load -q -i $lab/docker.tar
	kill "$(cat /run/labdk/d.pid)" && wait || : ;;
cri)
	cat >$lab/cri.toml <<C
version = 2
root = "$lab/cri"
state = "/run/labcri"
[grpc]
  address = "/run/labcri/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/lab/pause:1"
  restrict_oom_score_adj = true
C
	containerd -c $lab/cri.toml >/tmp/lab/ctd.log 2>&1 &
	ctd=$!
	image localhost/lab/toolbox:2.0 toolbox.tar
	wait_for ctr -a /run/labcri/containerd.sock -n k8s.io images import $lab/toolbox.tar
	image localhost/lab/pause:1 pause.tar
	sed -i 's|"/bin/sleep","100"|"/usr/bin/ct","sleep","900"|' $lab/image/config.json
	tar -C $lab/image -cf $lab/pause.tar manifest.json config.json layer.tar
	ctr -a /run/labcri/containerd.sock -n k8s.io images import $lab/pause.tar
	kill $ctd && wait || : ;;
esac; done
rm -f $lab/*.tar
