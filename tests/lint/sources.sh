# SPDX-License-Identifier: Apache-2.0
# Sourced by the lint tests: goes to the top of the source tree and lists the
# sources that are ours (what a build makes is not).
cd "${srcdir:-.}" || exit 99
LC_ALL=C
export LC_ALL

folders=
for folder in schema lib bpf kmod capture replay analyze front tools tests samples; do
	[ -d "$folder" ] && folders="$folders $folder"
done

# sources PATTERN...
sources()
{
	for pattern in "$@"; do
		find $folders -name "$pattern" ! -name '*.skel.h' \
			! -path '*/vmlinux/*' ! -name 'vmlinux*.h' ! -name '*.mod.c' -type f
	done | sort
}
