#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage, in a test machine: kunit.sh
# Loads the KUnit suites; their results go to the kernel's log.
set -eu

insmod "$GOSSIP_KO"
insmod "${GOSSIP_KO%/*}/gossip_kunit.ko"
rmmod gossip_kunit
rmmod gossip
