#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# For the kernel's tools/testing/selftests: ptp_vmclock as vmclockctl sees it, in
# KTAP. Skipped without the device or the program.

ksft_skip=4
count=0
failed=0

# report STATUS NAME
report() {
  count=$((count + 1))
  if [ "$1" = 0 ]; then
    echo "ok $count $2"
  else
    echo "not ok $count $2"
    failed=1
  fi
}

echo "KTAP version 1"
if ! command -v vmclockctl >/dev/null; then
  echo "1..0 # SKIP no vmclockctl"
  exit $ksft_skip
fi
node=${VMCLOCK:-/dev/vmclock0}
if [ ! -c "$node" ]; then
  echo "1..0 # SKIP no $node"
  exit $ksft_skip
fi
echo "1..3"
for only in 'driver.*' 'notify.*' 'phc.*'; do
  said=$(vmclockctl verify --only "$only" "$node" 2>&1)
  status=$?
  echo "$said" | sed 's/^/# /'
  # Nothing to judge, such as no PHC on a page without a clock, is no failure.
  [ $status != 4 ] || status=0
  report $status "$only"
done
exit $failed
