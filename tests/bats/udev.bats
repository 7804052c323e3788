# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016,SC2030,SC2031 # what a root of another system runs, and
# the groups that a test gives it
bats_require_minimum_version 1.5.0
load helper

# What udev makes of the rules, by the udevadm of each Debian whose udev reads rules
# another way.

setup_file() {
  SYSTEMS=$("${BATS_TEST_FILENAME%/*}/../readers" --udev)
  export SYSTEMS
}

setup() {
  RULES=$VMCLOCKCTL_SOURCE_ROOT/contrib/udev/45-vmclock.rules
  GROUP_FILE=$VMCLOCKCTL_SOURCE_ROOT/contrib/udev/vmclock.conf
  unshare -rm mount -t tmpfs none /sys 2>/dev/null ||
    skip "this machine lets nobody have a /sys of their own"
}

# suites: those that could be had; the others are named
suites() {
  local suite
  for suite in bookworm trixie sid; do
    if [[ -d $SYSTEMS/$suite ]]; then
      echo "$suite"
    else
      echo "# skipped: $suite: $(<"$SYSTEMS/$suite.missing")" >&3
    fi
  done
}

# inside SUITE COMMAND: as root of that system, on a /sys, /dev, /run and /etc that
# only this process sees. /etc/group has those of $groups.
inside() {
  unshare -rm bash -e -s -- "$SYSTEMS/$1" "$RULES" "$GROUP_FILE" "$2" 2>&1 <<'END'
root=$1
exec 5</dev/null
for place in sys dev run etc; do
  mount -t tmpfs "$place" "$root/$place"
done
mount --rbind /proc "$root/proc"
: >"$root/dev/null"
mount --bind /dev/null "$root/dev/null"
mkdir -p "$root/etc/udev/rules.d" "$root/etc/sysusers.d"
cp -- "$2" "$root/etc/udev/rules.d/"
cp -- "$3" "$root/etc/sysusers.d/"
echo "root:x:0:0::/:/bin/sh" >"$root/etc/passwd"
echo "root:x:0:" >"$root/etc/group"
for group in $groups; do
  case $group in
  vmclock) echo "vmclock:x:901:" ;;
  clock) echo "clock:x:902:" ;;
  esac >>"$root/etc/group"
done
export PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_DEVICE_VERIFY_SYSFS=0
# A device of /sys, as the kernel shows it: device CLASS NAME [CLOCK_NAME]
device() {
  at=/devices/virtual/$1/$2
  mkdir -p "$root/sys/class/$1" "$root/sys$at"
  printf "%s\n" "$3" >"$root/sys$at/clock_name"
  printf "MAJOR=247\nMINOR=7\nDEVNAME=%s\n" "$2" >"$root/sys$at/uevent"
  echo 247:7 >"$root/sys$at/dev"
  ln -s "/sys/class/$1" "$root/sys$at/subsystem"
  ln -s "/sys$at" "$root/sys/class/$1/$2"
}
eval "$4" <&5
END
}

# made SUITE CLASS NAME [CLOCK_NAME]: "GROUP MODE LINKS TAGS" of the node that udev
# makes of such a device, "-" where it says nothing.
made() {
  local said group mode links tags
  said=$(inside "$1" "device $2 $3 '${4-}'"'
    # Since 257 a test takes PROGRAM for done, and so the line that asks for the
    # group by it goes where there is none.
    case $(chroot "$root" udevadm --version) in
    25[0-6]*) ;;
    *) [[ " $groups " == *" clock "* ]] ||
      sed -i /PROGRAM==/d "$root"/etc/udev/rules.d/*-vmclock.rules ;;
    esac
    chroot "$root" udevadm test -a add "/sys$at"')
  group=$(sed -nE 's/.* GROUP ([0-9]+)$|.*Set group ID: ([0-9]+).*/\1\2/p' \
    <<<"$said" | tail -n 1)
  mode=$(sed -nE 's/.* MODE ([0-7]+)$|.*Set mode: ([0-7]+).*/\1\2/p' \
    <<<"$said" | tail -n 1)
  links=$(sed -nE 's/^ *DEVLINKS=(.*)/\1/p' <<<"$said")
  tags=$(sed -nE 's/^ *TAGS=(.*)/\1/p' <<<"$said")
  case $group in
  901) group=vmclock ;;
  902) group=clock ;;
  4294967295) group=- ;;
  esac
  echo "${group:--} ${mode:--} ${links:--} ${tags:--}"
}

@test "the page and its PTP clock are for the group clock, else for vmclock" {
  once
  local suite
  for suite in $(suites); do
    export groups="clock vmclock"
    assert_equal "$suite $(made "$suite" misc vmclock0)" \
      "$suite clock 0440 - :systemd:"
    export groups=clock
    assert_equal "$suite $(made "$suite" misc vmclock0)" \
      "$suite clock 0440 - :systemd:"
    export groups=vmclock
    assert_equal "$suite $(made "$suite" misc vmclock0)" \
      "$suite vmclock 0440 - :systemd:"
    run made "$suite" ptp ptp7 vmclock0
    # Where the system's own line is about clock, its mode may stay.
    assert_output --regexp "^vmclock 0440 /dev/ptp_vmclock "
  done
}

@test "the system's own mode of a PTP clock stays" {
  once
  local suite mode
  export groups="clock vmclock"
  for suite in $(suites); do
    mode=0440
    grep -q '"ptp", GROUP="clock", MODE="0664"' \
      "$SYSTEMS/$suite/usr/lib/udev/rules.d/50-udev-default.rules" && mode=0664
    run made "$suite" ptp ptp7 vmclock0
    assert_output --regexp "^clock $mode /dev/ptp_vmclock "
  done
}

@test "a group that is missing costs the rights, and no link or tag" {
  once
  local suite
  export groups=""
  for suite in $(suites); do
    run made "$suite" misc vmclock0
    assert_output --regexp "^- (0440|-) - :systemd:$"
    run made "$suite" ptp ptp7 vmclock0
    assert_output --regexp "^- (0440|-) /dev/ptp_vmclock "
  done
}

@test "the clocks of virtio_rtc get their names, in both spellings" {
  once
  local suite name="Virtio PTP type"
  export groups=""
  for suite in $(suites); do
    run made "$suite" ptp ptp7 "$name 0/variant 0"
    assert_output --partial " /dev/ptp_virtio "
    run made "$suite" ptp ptp7 "$name 0, variant 0"
    assert_output --partial " /dev/ptp_virtio "
    run made "$suite" ptp ptp7 "$name 1/variant 0"
    assert_output --partial " /dev/ptp_virtio_tai "
    run made "$suite" ptp ptp7 "$name 1, variant 0"
    assert_output --partial " /dev/ptp_virtio_tai "
    run made "$suite" ptp ptp7 "Mock-up PTP clock"
    assert_output --regexp "^[^ ]+ [^ ]+ - "
  done
}

@test "udevadm verify accepts the rules" {
  once
  local suite
  export groups="clock vmclock"
  for suite in $(suites); do
    # Debian 12's has no such command.
    [[ $suite != bookworm ]] || continue
    run -0 inside "$suite" 'chroot "$root" udevadm verify /etc/udev/rules.d'
    run inside "$suite" 'sed -i s/ATTR{/ATR{/ "$root"/etc/udev/rules.d/*
      chroot "$root" udevadm verify /etc/udev/rules.d'
    assert_failure
    assert_output --partial "Invalid key 'ATR'"
  done
}

@test "systemd-sysusers makes the group, as one of the system's" {
  once
  local suite
  export groups=""
  for suite in $(suites); do
    run inside "$suite" 'chroot "$root" systemd-sysusers /etc/sysusers.d/vmclock.conf
      cat "$root/etc/group"'
    assert_line --regexp '^vmclock:[x!*]*:[1-9][0-9]{0,2}:$'
  done
}
