#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Containers of podman, docker and the CRI (containerd): what runs in them has
# the id, name, image and pod of its container, whether it was there before the
# recording or not, and what runs on the host has none.
. "$(dirname "$0")/live.sh"

for p in busybox sha256sum timeout; do
	command -v $p >/dev/null || skip "$p is needed"
done
# Daemons and mounts that are cleaned up whatever happens.
stops=
clean() {
	for s in $stops; do "stop_$s"; done >/dev/null 2>&1
	grep -o " $tmp/[^ ]*" /proc/mounts | sort -r | while read -r m; do umount -l "$m"; done
	rm -rf "$tmp"
}
trap clean EXIT
sh "$src/tests/scenes/image.sh" "$tmp/image" || fail "no image"

# Each runtime: start_X, old_X (a container that is there before, prints its
# id), new_X (one more), in_X ID CMD... (another process in it), stop_X.
start_podman() {
	command -v podman >/dev/null && command -v runc >/dev/null || return 1
	printf '%s\n' '[containers]' 'default_ulimits=["nofile=1024:1024","nproc=4096:4096"]' \
		'[engine]' 'runtime="runc"' 'cgroup_manager="cgroupfs"' 'events_logger="none"' >"$tmp/podman.conf"
	export CONTAINERS_CONF="$tmp/podman.conf"
	podman_="podman --root $tmp/podman --runroot $tmp/podman.run"
	$podman_ load -q -i "$tmp/image/image.tar"
}
run_podman() { $podman_ run -d --log-driver none --network=host --name "$1" localhost/small:1.0 sleep 100; }
facts_podman() { echo "localhost/small:1.0 localhost/small 1.0 podman false <NA> <NA> <NA>"; }
in_podman() { $podman_ exec "$@"; }
stop_podman() { $podman_ rm -fa -t0; }

start_docker() {
	command -v dockerd >/dev/null && [ -x /usr/bin/docker ] || return 1
	dockerd --data-root "$tmp/docker" --exec-root "$tmp/docker.x" -H "unix://$tmp/docker.sock" \
		-p "$tmp/docker.pid" --bridge=none --iptables=false --ip6tables=false >"$tmp/docker.log" 2>&1 &
	docker_="/usr/bin/docker -H unix://$tmp/docker.sock"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		$docker_ load -q -i "$tmp/image/image.tar" 2>/dev/null && return
		sleep 0.5
	done
	tail -n 3 "$tmp/docker.log"
	return 1
}
run_docker() { $docker_ run -d --network=host --name "$1" localhost/small:1.0 sleep 100; }
facts_docker() { echo "localhost/small:1.0 localhost/small 1.0 docker false <NA> <NA> <NA>"; }
in_docker() { $docker_ exec "$@"; }
stop_docker() {
	$docker_ rm -f old new
	kill "$(cat "$tmp/docker.pid")" && sleep 1
}

start_cri() {
	command -v containerd >/dev/null && /usr/bin/python3 -c 'import grpc' 2>/dev/null || return 1
	cat >"$tmp/cri.toml" <<C
version = 2
root = "$tmp/cri"
state = "$tmp/cri.state"
[grpc]
  address = "$tmp/cri.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/small:1.0"
  restrict_oom_score_adj = true
C
	containerd -c "$tmp/cri.toml" >"$tmp/cri.log" 2>&1 &
	cri_pid=$!
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		ctr -a "$tmp/cri.sock" -n k8s.io images import "$tmp/image/image.tar" 2>/dev/null && break
		sleep 0.5
	done
	cri_="/usr/bin/python3 $src/tests/scenes/cri.py $tmp/cri.sock"
	cri_pod=$($cri_ pod pod)
}
run_cri() { $cri_ container "$cri_pod" "$1" /bin/sleep 100; }
facts_cri() {
	echo "localhost/small:1.0 localhost/small 1.0 containerd false default pod 11111111-2222-3333-4444-555555555555"
}
in_cri() { $cri_ exec "$@"; }
stop_cri() {
	$cri_ remove "$cri_pod"
	kill $cri_pid && sleep 1
}

tested=
for r in ${RUNTIMES:-podman docker cri}; do
	start_$r >"$tmp/start" 2>&1 || {
		echo "$r: NOT TESTED: $(tail -n 1 "$tmp/start")"
		continue
	}
	stops="$stops $r"
	old=$(run_$r old 2>"$tmp/err") || { cat "$tmp/err"; fail "$r: no container"; }
	record_host "$tmp/$r.vtr" -e execve,openat
	in_$r "$old" /bin/cat /etc/passwd /mark-old-$r-$$ >/dev/null 2>&1
	new=$(run_$r new 2>"$tmp/err") || { cat "$tmp/err"; fail "$r: no second container"; }
	in_$r "$new" /bin/cat /etc/passwd "/mark-new-$r-$$" >/dev/null 2>&1
	(
		for procs in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do
			[ ! -w "$procs" ] || sh -c "echo \$PPID >$procs" 2>/dev/null
		done
		cat /etc/passwd /mark-host-$r-$$
	) >/dev/null 2>&1
	sleep 0.3
	end_recording
	for what in "old $old" "new $new" "host "; do
		set -- $what
		id=$(printf %.12s "${2:-host}")
		"$v" replay events "$tmp/$r.vtr" -p '%container.id %evt.type' \
			-f "proc.name = cat and proc.args contains /mark-$1-$r-$$ and evt.type in (execve, openat)" |
			sort | uniq -c >"$tmp/seen"
		grep -q " $id execve" "$tmp/seen" && grep -q " $id openat" "$tmp/seen" || {
			cat "$tmp/seen"
			fail "$r: $1: want container.id $id"
		}
		[ "$(awk '{ print $2 }' "$tmp/seen" | sort -u)" = "$id" ] || { cat "$tmp/seen"; fail "$r: $1: other ids"; }
	done
	# names, images and pods: of the one from the snapshot, of the other from
	# an event before its first program
	for what in old new; do
		"$v" replay events "$tmp/$r.vtr" -f "proc.name = cat and proc.args contains /mark-$what-$r-$$ and evt.type = execve" \
			-p '*%container.name %container.image %container.image.repository %container.image.tag %container.type %container.privileged %k8s.ns.name %k8s.pod.name %k8s.pod.uid' |
			sort -u >"$tmp/seen"
		echo "$what $(facts_$r)" >"$tmp/want"
		diff "$tmp/want" "$tmp/seen" || fail "$r: what is known of $what"
	done
	"$v" replay events "$tmp/$r.vtr" -p '*%evt.type %container.name' \
		-f "container.id = $(printf %.12s "$new") and (evt.type = container or proc.name = sleep and evt.type = execve)" |
		head -n 2 | tr '\n' ' ' >"$tmp/seen"
	[ "$(cat "$tmp/seen")" = "container new execve new " ] || fail "$r: the container event is not first: $(cat "$tmp/seen")"
	# only its calls, by the beginning of its id
	record_host "$tmp/$r.vtr" -e execve,openat --container "$(printf %.9s "$new")"
	in_$r "$new" /bin/cat /etc/passwd "/mark-new-$r-$$" >/dev/null 2>&1
	in_$r "$old" /bin/cat /etc/passwd "/mark-old-$r-$$" >/dev/null 2>&1
	cat /etc/passwd "/mark-host-$r-$$" >/dev/null 2>&1
	end_recording
	"$v" replay events "$tmp/$r.vtr" -f 'proc.name = cat' -p '%container.name' | sort -u >"$tmp/seen"
	[ "$(cat "$tmp/seen")" = new ] || fail "$r: --container saw $(cat "$tmp/seen")"
	# the sleeping process of the first one is known from the snapshot alone
	"$v" replay ps --at 1 "$tmp/$r.vtr" | grep -q "$(printf %.12s "$old")" ||
		fail "$r: the snapshot does not know the container that was there"
	echo "$r: ids, names and images of a container before and one during the recording, and of the host, are right"
	tested="$tested $r"
done
[ -n "$tested" ] || skip "none of podman, docker and containerd is here"
