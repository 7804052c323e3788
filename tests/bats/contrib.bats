# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
bats_require_minimum_version 1.5.0
load helper
load hosts

setup_file() {
  READERS=$("${BATS_TEST_FILENAME%/*}/../readers")
  export READERS
}

setup() {
  CONTRIB=$VMCLOCKCTL_SOURCE_ROOT/contrib
  RULES=$CONTRIB/udev/60-vmclock.rules
}

@test "udev accepts the rules" {
  once
  run -0 "$READERS/udevadm" verify --resolve-names=never "$RULES"
  sed 's/ATTR{/ATR{/' "$RULES" >"$BATS_TEST_TMPDIR/damaged.rules"
  run -1 "$READERS/udevadm" verify --resolve-names=never \
    "$BATS_TEST_TMPDIR/damaged.rules"
  assert_output --partial "Invalid key 'ATR'"
}

# links CLOCK_NAME: what udev would make beside /dev/ptp7 for such a clock, on
# a /sys, /dev and /run that only this process sees
links() {
  unshare -rm bash -e -s -- "$1" "$RULES" "$READERS/udevadm" 2>&1 <<'END'
mount -t tmpfs sys /sys
mount -t tmpfs run /run
exec 5</dev/null
mount -t tmpfs dev /dev
device=/sys/devices/virtual/ptp/ptp7
mkdir -p "$device" /sys/class/ptp /run/udev/rules.d
printf '%s\n' "$1" >"$device/clock_name"
printf 'MAJOR=247\nMINOR=7\nDEVNAME=ptp7\n' >"$device/uevent"
echo 247:7 >"$device/dev"
ln -s /sys/class/ptp "$device/subsystem"
ln -s "$device" /sys/class/ptp/ptp7
cp -- "$2" /run/udev/rules.d/
SYSTEMD_DEVICE_VERIFY_SYSFS=0 "$3" test -a add "$device" <&5
END
}

# linked NAME CLOCK_NAME
linked() {
  run -0 links "$2"
  assert_line "DEVLINKS=/dev/$1"
}

@test "udev names the PTP clocks by the rules, in both spellings of their names" {
  once
  unshare -rm mount -t tmpfs none /sys 2>/dev/null ||
    skip "this machine lets nobody have a /sys of their own"
  linked ptp_vmclock vmclock0
  linked ptp_virtio "Virtio PTP type 0/variant 0"
  linked ptp_virtio "Virtio PTP type 0, variant 0"
  linked ptp_virtio_tai "Virtio PTP type 1/variant 0"
  linked ptp_virtio_tai "Virtio PTP type 1, variant 0"
  run -0 links "KVM virtual PTP"
  refute_output --partial DEVLINKS=
}

@test "chronyd accepts each file, and tai is set where the file's name says so" {
  once
  local file count=0
  for file in "$CONTRIB"/chrony/*.conf; do
    run -0 "$READERS/chronyd" -p -f "$file"
    assert_output --regexp '^refclock PHC /dev/ptp_'
    case $file in
    *-tai.conf) assert_output --regexp ' tai$' ;;
    *) refute_output --regexp ' tai$' ;;
    esac
    # The link is one that the rules make.
    [[ $output =~ /dev/(ptp_[a-z_]+) ]]
    grep -q "SYMLINK+=\"${BASH_REMATCH[1]}\"" "$RULES"
    count=$((count + 1))
  done
  assert_equal "$count" 4
  echo 'refclock PHC /dev/ptp_vmclock tay' >"$BATS_TEST_TMPDIR/damaged.conf"
  run -1 "$READERS/chronyd" -p -f "$BATS_TEST_TMPDIR/damaged.conf"
  assert_output --partial "Invalid refclock option"
}

# unit: systemd's word on the unit, on a system where its files are in place
unit() {
  "$READERS/systemd-analyze" verify --man=no --root="$BATS_TEST_TMPDIR/root" \
    vmclock-watch.service 2>&1
}

@test "systemd accepts the unit, and its group is the one of the udev rules" {
  once
  local root=$BATS_TEST_TMPDIR/root target
  mkdir -p "$root/etc/systemd/system" "$root/usr/bin"
  for target in sysinit basic shutdown; do
    printf '[Unit]\nDescription=%s\n' "$target" \
      >"$root/etc/systemd/system/$target.target"
  done
  cp "$CONTRIB/systemd/vmclock-watch.service" "$root/etc/systemd/system/"
  run unit
  assert_failure
  assert_output --partial "vmclockctl is not executable"
  cp "$VMCLOCKCTL" "$root/usr/bin/vmclockctl"
  run -0 unit
  assert_output ""
  grep -q '^SupplementaryGroups=vmclock$' "$root/etc/systemd/system/vmclock-watch.service"
  grep -q 'GROUP="vmclock".* TAG+="systemd"' "$RULES"
  sed -i 's/^DevicePolicy/DevicPolicy/' "$root/etc/systemd/system/vmclock-watch.service"
  run unit
  assert_output --partial "DevicPolicy"
}

@test "the unit's command runs, and its hook reports disruptions" {
  local command
  command=$(sed -n 's/^ExecStart=//p' "$CONTRIB/systemd/vmclock-watch.service")
  assert_equal "$command" \
    "/usr/bin/vmclockctl watch --exec /etc/vmclock/on-event /dev/vmclock0"
  expect 0 watch --exec "$CONTRIB/systemd/on-event" \
    "$FIXTURES/recordings/live-migration.jsonl"
  assert_stderr --partial "time and counter may have jumped (disruption)"
  expect 0 watch --exec "$CONTRIB/systemd/on-event" \
    "$FIXTURES/rules/series.seq-step.jsonl"
  assert_stderr --partial "the host breaks a rule, see vmclockctl explain series.seq-step"
}

# told TOPIC TEXT: doctor prints this text as the next step
told() {
  assert_json '.results | any(.topic == $t and (.next // "" | contains($x)))' \
    --arg t "$1" --arg x "$2"
}

@test "doctor's hints are lines of the files in contrib" {
  local line utc tai
  host ec2
  expect 0 doctor --root "$HOST" --json
  line=$(grep '^SUBSYSTEM=="misc"' "$RULES")
  told unprivileged "contrib/udev/60-vmclock.rules: $line"
  host qemu
  put etc/chrony/chrony.conf "# none"
  expect 1 doctor --root "$HOST" --json
  utc=$(grep '^refclock' "$CONTRIB/chrony/vmclock-utc.conf")
  tai=$(grep '^refclock' "$CONTRIB/chrony/vmclock-tai.conf")
  told chrony "${utc/ptp_vmclock/ptp0}, and tai after it if the PHC shows TAI"
  assert_equal "$tai" "$utc tai"
  # The one about the PTP clock is for those who are not root.
  grep -qF "$(grep '^SUBSYSTEM.*"ptp_vmclock"' "$RULES" | sed 's/"/\\"/g')" \
    <(cat "$VMCLOCKCTL_SOURCE_ROOT"/src/doctor/*.c | tr -d '\n\t' |
      sed 's/" *\\ *"//g')
  expect 0 explain driver.permissions
  assert_output --partial contrib/udev/60-vmclock.rules
}
