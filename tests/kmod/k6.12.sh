#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The kernel module on Debian's kernel 6.12.
series=6.12 times=10
. "$(dirname "$0")/guest.sh"
