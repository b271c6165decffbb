#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The examples of the manual pages that record.
. "$(dirname "$0")/live.sh"
EXAMPLES=live sh "$src/tests/examples.sh" || fail "an example of a manual page"
