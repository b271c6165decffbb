#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The scenarios of the reference traces run again, recorded by vestige: the
# upstream rules, all of them switched on, give the alerts that Falco gave.
# VESTIGE_SCENES: names to run, or "all"; otherwise a few, one of them with
# containers of podman and one of docker.
. "$(dirname "$0")/live.sh"
ref=${VESTIGE_SHARED:-$src/../shared}/reference
[ -d "$ref/traces" ] || {
	echo "no reference traces under $ref (set VESTIGE_SHARED)"
	exit 77
}
unshare -m -n true 2>/dev/null || skip "no mounts and network of its own"
command -v bash >/dev/null && command -v setsid >/dev/null && command -v ip >/dev/null ||
	skip "bash, setsid and ip are needed"

# Some of them add and remove users of this machine: one at a time.
exec 9>/tmp/vestige-scenes.lock
flock 9

wanted=${VESTIGE_SCENES:-"a02_persistence a05_webserver_abuse a09_fileless a14_paths a24_docker_exec
	a33_npm_devices_quiet_ctr a34_quiet_baseline"}
run=0 alerts=0 bad=0

missing_program() {
	for p in $(echo "$1" | tr ',' ' '); do
		command -v "$p" >/dev/null || { echo "$p"; return; }
	done
}

wanted=$(echo $wanted)
export SRC="$src" BUILD="$build" STAGE_LAB STAGE_RUNTIMES STAGE_SECONDS STAGE_DAEMON

# What a runtime needs here, and its folder with an image, made once.
needs_of() {
	case $1 in
	podman) echo podman,runc,busybox,gcc ;;
	docker) echo dockerd,/usr/bin/docker,containerd,runc,busybox,gcc ;;
	cri) echo containerd,ctr,runc,busybox,gcc ;;
	esac
}
prepared=
prepare() {
	case " $prepared " in *" $1 "*) return ;; esac
	[ "$1" != cri ] || /usr/bin/python3 -c 'import grpc' 2>/dev/null || { echo "there is no grpc for python here"; return 1; }
	mkdir -p "$tmp/lab.$1"
	STAGE_LAB=$tmp/lab.$1 STAGE_RUNTIMES=$1 unshare -m -n bash "$src/tests/scenes/stage.sh" "$v" none "$tmp/$1" || return 1
	prepared="$prepared $1"
}

while read -r name missing more runtime programs why; do
	case $name in '#'*|'') continue ;; esac
	case " $wanted " in *" $name "*|" all ") ;; *) continue ;; esac
	lacks=$(missing_program "$programs,$(needs_of $runtime)")
	[ -z "$lacks" ] || { echo "$name: NOT RUN: there is no $lacks here"; continue; }
	STAGE_LAB='' STAGE_RUNTIMES='' STAGE_SECONDS=40 STAGE_DAEMON='' ours=
	if [ "$runtime" != - ]; then
		prepare "$runtime" >"$tmp/prepared" 2>&1 || {
			echo "$name: NOT RUN: no $runtime here: $(tail -n 1 "$tmp/prepared")"
			continue
		}
		STAGE_LAB=$tmp/lab.$runtime STAGE_SECONDS=90 ours=-r
	fi
	case $name in a24*|a25*|a26*|a28*) STAGE_DAEMON=1 ;; esac
	STAGE_LOGINUID=
	[ "$name" != a32_login_sessions ] || STAGE_LOGINUID=1000
	export STAGE_LOGINUID
	for try in 1 2; do
		unshare -m -n bash "$src/tests/scenes/stage.sh" "$v" "$ref/traces/$name.sh" \
			"$tmp/$name.vtr" 9>&-
		status=$?
		[ $status = 124 ] || break
	done
	[ $status != 124 ] || { echo "$name: NOT RUN: it waits for itself on this busy machine"; continue; }
	[ $status = 0 ] || { cat "$tmp/$name.vtr.log"; fail "$name: status $status"; }
	grep -q ', 0 lost' "$tmp/$name.vtr.log" || { cat "$tmp/$name.vtr.log"; fail "$name: events were lost"; }
	from=
	[ -z "$STAGE_DAEMON" ] || from="--from $("$v" replay events "$tmp/$name.vtr" -f 'fd.name = /tmp/lab/begun' -p %evt.num | head -n 1)"
	# shellcheck disable=SC2086
	"$v" analyze $from -r "$ref/rules/falco_rules.yaml" -r "$ref/rules/falco-incubating_rules.yaml" \
		-r "$ref/rules/falco-sandbox_rules.yaml" --enable '*' --json --matching all -q \
		"$tmp/$name.vtr" >"$tmp/$name.jsonl" || fail "$name: analyze: status $?"
	"$build/tests/scenes/same" $ours "$ref/traces/$name.all.jsonl" "$tmp/$name.jsonl" >"$tmp/diff"
	said=$(tail -n 1 "$tmp/diff")
	echo "$name: $said"
	run=$((run + 1))
	set -- $(echo "$said" | tr -cd '0-9 ')
	alerts=$((alerts + $3))
	if [ "$4" -gt "$missing" ] || [ "$5" -gt "$more" ]; then
		sed '$d' "$tmp/diff" | head -n 20
		bad=$((bad + 1))
	elif [ "$4" != 0 ] || [ "$5" != 0 ]; then
		echo "  known: $why"
	fi
done <"$src/tests/scenes/scenes.txt"
echo "$run scenarios, $alerts alerts as recorded by Falco"
[ "$run" -gt 0 ] || fail "no scenario ran"
[ "$bad" = 0 ] || fail "$bad scenarios differ"
