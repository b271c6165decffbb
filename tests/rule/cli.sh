#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vestige analyze, rules and list from the outside: what may be named, exit
# statuses, where output goes.
set -u
v=./analyze/vestige-analyze
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-cli.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
failed=0

# check STATUS TEXT ARGS...: exit status, and TEXT in stdout or stderr.
check()
{
	want=$1 text=$2
	shift 2
	out=$("$v" "$@" 2>&1)
	got=$?
	if [ $got != "$want" ] || ! printf '%s\n' "$out" | grep -qF -e "$text"; then
		printf 'FAIL: vestige %s: status %s, want %s and "%s":\n%s\n' \
			"$*" "$got" "$want" "$text" "$out"
		failed=1
	fi
}

rule()
{
	printf -- '- rule: %s\n  desc: d\n  condition: %s\n  output: o\n  priority: NOTICE\n  tags: [t]\n' \
		"$1" "$2"
}

mkdir "$dir/d" "$dir/d/deeper" "$dir/empty"
rule 'second rule' 'evt.type=open' >"$dir/d/b.yml"
rule 'first rule' 'evt.type=close' >"$dir/d/a.yaml"
rule 'not seen' 'no.such=1' >"$dir/d/deeper/c.yaml"
rule 'not seen' 'no.such=1' >"$dir/d/readme.txt"
rule 'bad' 'no.such=1' >"$dir/bad.yaml"

# folders: sorted, not deeper, only *.yaml and *.yml
check 0 "a.yaml: Ok" rules check "$dir/d"
check 0 "2 rules" rules check "$dir/d"
"$v" rules list "$dir/d" | head -n 1 | grep -q 'first rule' || { echo "FAIL: order of a folder"; failed=1; }

# archives: told by content, members sorted
(cd "$dir/d" && tar cf "$dir/r.tar" b.yml a.yaml readme.txt && gzip -c "$dir/r.tar" >"$dir/r.tgz")
check 0 "r.tar/a.yaml: Ok" rules check "$dir/r.tar"
check 0 "2 rules" rules check "$dir/r.tgz"
if command -v python3 >/dev/null; then
	(cd "$dir/d" && python3 -m zipfile -c "$dir/r.zip" b.yml a.yaml)
	check 0 "2 rules" rules check "$dir/r.zip"
	"$v" rules check --json "$dir/bad.yaml" | python3 -c '
import json, sys
r = json.load(sys.stdin)["falco_load_results"][0]
assert r["successful"] is False and r["warnings"] == []
e = r["errors"][0]
assert e["code"] == "LOAD_ERR_COMPILE_CONDITION" and e["codedesc"] and e["message"]
assert [l["item_type"] for l in e["context"]["locations"]] == [
    "rules content", "rule", "rule condition", "condition expression"]
' || { echo "FAIL: rules check --json"; failed=1; }
fi
head -c 60 "$dir/r.tgz" >"$dir/cut.tgz"
check 2 "LOAD_ERR_FILE_READ" rules check "$dir/cut.tgz"
(cd "$dir/empty" && touch x && tar cf "$dir/none.tar" x)
check 2 "holds no *.yaml" rules check "$dir/none.tar"

# bad rules and bad usage are 2, an unreadable trace is 4
check 2 "LOAD_ERR_FILE_READ" rules check "$dir/nosuch.yaml"
check 2 "bad.yaml:3:14: error: rule 'bad'" rules check "$dir/bad.yaml"
check 2 "bad.yaml:3:14: error" analyze -r "$dir/bad.yaml" "$dir/nosuch.vtr"
check 2 "no rules given" analyze "$dir/nosuch.vtr"
check 2 "no trace given" analyze -r "$dir/d"
check 4 "nosuch.vtr" analyze -r "$dir/d" "$dir/nosuch.vtr"
check 2 "is not a way of matching" analyze -r "$dir/d" --matching some x
check 2 "is not a priority" analyze -r "$dir/d" --fail-on dreadful x
check 2 "is not a priority" analyze -r "$dir/d" --priority dreadful x
check 2 "time zone" analyze -r "$dir/d" --tz Europe/Rome x
check 2 "did you mean 'check'" rules chek
check 2 "no rule files" rules check

# choosing
check 0 "off  first rule" rules list --disable 'f*' "$dir/d"
check 0 "on   first rule" rules list --disable '*' --tag t "$dir/d"
check 0 "did you mean 'first rule'?" rules list --enable 'frist rule' "$dir/d"
check 0 "off  second rule" rules list --priority warning "$dir/d"

# telling
check 0 "evt.type = close" rules explain -r "$dir/d" 'first rule'
check 0 "Program:" rules explain -r "$dir/d" 'first rule'
check 2 "did you mean 'first rule'?" rules explain -r "$dir/d" 'first rul'
check 0 "proc.name" list fields
check 0 '"name":"proc.name"' list fields --json
check 0 "startswith" list operators
check 0 "getopt" list transformers
check 0 "openat(" list events
check 0 "openat" list syscalls
check 2 "did you mean 'fields'" list feilds
exit $failed
