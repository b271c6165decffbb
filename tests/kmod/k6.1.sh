#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The kernel module on Debian's kernel 6.1.
series=6.1 times=50
. "$(dirname "$0")/guest.sh"
