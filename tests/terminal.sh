#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What people see: the alert lines, their summary and the process tree on a
# terminal of a known width.  Nothing of a trace may drive it, nothing of the
# tree is wider than it, NO_COLOR is honoured, and a pipe gets none of it.
set -u
build=$(pwd)
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
command -v script >/dev/null || { echo "SKIP: no script(1); no terminal to write to"; exit 77; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-terminal.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }
PATH=$build:$PATH
esc=$(printf '\033')

# on COLUMNS COMMAND: what it writes to a terminal of that width, in $tmp/out.
on() {
	printf 'stty cols %s rows 50 2>/dev/null; %s\n' "$1" "$2" >"$tmp/cmd"
	TERM=xterm-256color script -q -c "sh $tmp/cmd" /dev/null </dev/null | tr -d '\r' >"$tmp/out"
}
# Colours taken off; what is left must be text.
plain() { sed "s/$esc\[[0-9;]*m//g" "$tmp/out"; }
harmless() {
	plain | LC_ALL=C tr -d '\n\040-\176\200-\377' >"$tmp/rest"
	[ ! -s "$tmp/rest" ] || fail "$1: control bytes reach the terminal: $(od -c "$tmp/rest" | head -n 2)"
}
# Columns, not bytes: the strokes of the tree and the dots take three bytes each.
widest() { plain | sed 's/─/-/g; s/│/-/g; s/├/-/g; s/└/-/g; s/…/-/g' | awk '{ if (length > n) n = length } END { print n + 0 }'; }

web=$src/samples/webshell/webshell.vtr
supply=$src/samples/supplychain/supplychain.vtr
rules=$src/rules/vestige_rules.yaml

for columns in 60 100 200; do
	on $columns "vestige replay tree $supply"
	harmless "tree at $columns"
	[ "$(widest)" -le $columns ] || fail "tree: $(widest) columns on a terminal of $columns"
	grep -q "$esc\[1m" "$tmp/out" || fail "tree at $columns: no program stands out"
	plain | grep -q 'kernel threads$' || fail "tree: kernel threads crowd it"
	plain | grep -q '└─ ' || fail "tree: no branches"
done
plain | grep -q 'kworker' && fail "tree: kernel threads are shown one by one"
on 100 "vestige replay tree $supply --pid 2"
plain | grep -q 'kworker' || fail "tree --pid 2: kernel threads are not shown"

on 100 "vestige analyze -r $rules $web"
harmless "analyze"
plain | grep -q '^[0-9:.]* Warning ' || fail "analyze: no alert begins a line"
plain | grep -q '^    [a-z_]*=' || fail "analyze: fields are not below the sentence"
plain | grep -q 'container_name=host' && fail "analyze: fields that hold nothing are shown"
plain | grep -q '^  Warning  *[0-9]*  ' || fail "analyze: no summary by rule"
grep -q "$esc\[1;33mWarning" "$tmp/out" || fail "analyze: no colour"
[ "$(plain | grep -v '^    [^ ]*$' | awk '{ if (length > n) n = length } END { print n + 0 }')" -le 100 ] ||
	fail "analyze: lines are wider than the terminal"

# Names are the attacker's, too.
evil="$tmp/ev${esc}[31m$(printf '\302\233')il"
cp "$web" "$evil.vtr"
cat >"$evil.yaml" <<RULES
- rule: "ri\x1b[2Jng\u009b"
  desc: d
  condition: evt.type = execve
  output: x
  priority: INFO
  tags: ["t\e]0;x\a"]
RULES
on 100 "vestige info '$evil.vtr'; vestige verify '$evil.vtr'; vestige rules check '$evil.yaml'; vestige rules list -r '$evil.yaml'; vestige analyze -q --profile -r '$evil.yaml' '$web' | tail -n 1"
plain | grep -q 'ri.x1b.2Jng' || fail "a rule's name is not shown"
harmless "names"
! grep -q "$(printf '\302\233')" "$tmp/out" || fail "names: CSI reaches the terminal"
! grep -q "$esc" "$tmp/out" || fail "names: escapes reach the terminal"

# JSON stays JSON, and what it says; a pipe has it as it is.
csi=$(printf '\302\233') rlo=$(printf '\342\200\256')
cat >"$tmp/evil.asm" <<ASM
proc 1 exe=/sbin/init
proc 100 exe="/bin/e${csi}vi${rlo}l" comm="e${csi}vi${rlo}l" args=["${csi}2J"] ppid=1
fd 100 4 file "/e${csi}vi${rlo}l"
100 openat "/tmp/e${csi}vi${rlo}l" flags=O_WRONLY|O_CREAT
ASM
vestige replay asm "$tmp/evil.asm" -o "$tmp/json.vtr" || fail "asm: exit status $?"
cat >"$tmp/json.yaml" <<'RULES'
- {rule: r, desc: d, condition: evt.type = openat, output: "%fd.name %proc.cmdline", priority: INFO}
RULES
for command in "analyze -q --json -r $tmp/json.yaml" "replay events --json" "replay ps --json" \
	"replay tree --json" "replay fds --json"; do
	on 100 "vestige $command $tmp/json.vtr"
	harmless "$command"
	grep -q 'e.u009bvi.u202el' "$tmp/out" || fail "$command: it does not say which"
	! grep -q "$csi\|$rlo" "$tmp/out" || fail "$command: the terminal is driven"
	vestige $command "$tmp/json.vtr" | grep -q "e${csi}vi${rlo}l" || fail "$command: a pipe gets something else"
done

on 100 "NO_COLOR=1 vestige analyze -r $rules $web; NO_COLOR=1 vestige replay tree $web"
! grep -q "$esc" "$tmp/out" || fail "NO_COLOR is not honoured"
on 100 "TERM=dumb vestige analyze -r $rules $web"
! grep -q "$esc" "$tmp/out" || fail "a dumb terminal gets colours"

# Into a pipe or a file: as ever, whatever COLUMNS says.
vestige analyze -r "$rules" "$web" >"$tmp/file" 2>"$tmp/err"
COLUMNS=20 vestige analyze -r "$rules" "$web" 2>/dev/null | cmp -s - "$tmp/file" || fail "COLUMNS changes a pipe"
! grep -q "$esc" "$tmp/file" "$tmp/err" || fail "a file gets colours"
grep -q '^Rule counts by severity:' "$tmp/err" || fail "the summary for programs changed"
COLUMNS=20 vestige replay tree "$supply" | grep -q '/run/sample.vtr' || fail "a pipe gets a cut tree"
[ $bad = 0 ] && echo "terminal: coloured, wrapped and harmless; pipes as ever"
exit $bad
