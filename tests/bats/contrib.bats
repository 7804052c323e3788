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
  RULES=$CONTRIB/udev/45-vmclock.rules
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
  assert_output --regexp "Invalid (refclock option|option in refclock)"
}

# unit [NAME]: systemd's word on the unit, on a system where its files are in place
unit() {
  "$READERS/systemd-analyze" verify --man=no --root="$BATS_TEST_TMPDIR/root" \
    "${1-vmclock-watch.service}" 2>&1
}

@test "systemd accepts the unit, and its group is the one of the udev rules" {
  once
  local root=$BATS_TEST_TMPDIR/root target
  mkdir -p "$root/etc/systemd/system" "$root/usr/bin"
  for target in sysinit basic shutdown; do
    printf '[Unit]\nDescription=%s\n' "$target" \
      >"$root/etc/systemd/system/$target.target"
  done
  cp "$CONTRIB/systemd/"*.service "$root/etc/systemd/system/"
  run unit
  assert_failure
  assert_output --partial "vmclockctl is not executable"
  cp "$VMCLOCKCTL" "$root/usr/bin/vmclockctl"
  run -0 unit
  assert_output ""
  run -0 unit vmclock-watch-chrony.service
  assert_output ""
  grep -q '^SupplementaryGroups=vmclock$' "$root/etc/systemd/system/vmclock-watch.service"
  grep -q '"misc".* GROUP="vmclock"' "$RULES"
  grep -q '"misc".* TAG+="systemd"' "$RULES"
  grep -q '^g vmclock ' "$CONTRIB/udev/vmclock.conf"
  sed -i 's/^DevicePolicy/DevicPolicy/' "$root/etc/systemd/system/vmclock-watch.service"
  run unit
  assert_output --partial "DevicPolicy"
}

@test "the units leave little exposed: 2.0 at most in systemd's own measure" {
  local unit
  once
  for unit in vmclock-watch vmclock-watch-chrony; do
    run -0 "$READERS/systemd-analyze" security --offline=true --no-pager --threshold=20 \
      "$CONTRIB/systemd/$unit.service"
    sed '/^Protect/d; /^Restrict/d; /^SystemCall/d' "$CONTRIB/systemd/$unit.service" \
      >"$BATS_TEST_TMPDIR/$unit.service"
    run -1 "$READERS/systemd-analyze" security --offline=true --no-pager --threshold=20 \
      "$BATS_TEST_TMPDIR/$unit.service"
  done
}

@test "the hook for chronyd has it drop what it measured before a disruption" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  # shellcheck disable=SC2016 # of the script
  printf '#!/bin/sh\necho "chronyc $*" >>%q\n' "$BATS_TEST_TMPDIR/asked" \
    >"$BATS_TEST_TMPDIR/bin/chronyc"
  chmod 755 "$BATS_TEST_TMPDIR/bin/chronyc"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH expect 0 watch --event disruption,restore \
    --exec "$CONTRIB/systemd/on-event-chrony" "$FIXTURES/recordings/live-migration.jsonl"
  assert_equal "$(uniq -c "$BATS_TEST_TMPDIR/asked" | sed 's/^ *//' | sort -u)" \
    "1 chronyc makestep 0.1 3
1 chronyc reset sources"
  grep -q -F -- '--event disruption,restore --exec /etc/vmclock/on-event-chrony /dev/vmclock0' \
    "$CONTRIB/systemd/vmclock-watch-chrony.service"
}

@test "the unit's command runs, and its hook reports disruptions" {
  local unit=$CONTRIB/systemd/vmclock-watch.service
  run -0 sed -n '/^ExecStart=/,/[^\\]$/p' "$unit"
  # shellcheck disable=SC2016 # systemd's
  assert_output 'ExecStart=/usr/bin/vmclockctl watch --journal --state ${STATE_DIRECTORY}/state \
  --openmetrics ${RUNTIME_DIRECTORY}/vmclock-events.prom \
  --exec /etc/vmclock/on-event /dev/vmclock0'
  # What its options need: the journal and the manager are sockets, the boot's id
  # is in /proc/sys.
  grep -qx Type=notify "$unit"
  grep -qx RestrictAddressFamilies=AF_UNIX "$unit"
  grep -q '^StateDirectory=' "$unit"
  grep -q '^RuntimeDirectory=' "$unit"
  grep -qx UMask=0022 "$unit"
  # As the READMEs name it.
  grep -qF '/run/vmclock-watch/vmclock-events.prom' "$CONTRIB/systemd/README.md"
  grep -qF '/run/vmclock-watch/vmclock-events.prom' "$CONTRIB/prometheus/README.md"
  run ! grep ProcSubset "$unit"
  expect 0 watch --exec "$CONTRIB/systemd/on-event" \
    "$FIXTURES/recordings/live-migration.jsonl"
  assert_stderr --partial "time and counter may have jumped, as by a live migration"
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
  chmod 600 "$HOST/dev/vmclock0"
  line=$(grep '^SUBSYSTEM=="misc".*, GROUP="vmclock"' "$RULES")
  told unprivileged "groupadd --system vmclock; the udev rule of contrib/udev/45-vmclock.rules: $line"
  grep -qF '    groupadd --system vmclock' "$CONTRIB/udev/README.md" ||
    grep -qF '`groupadd --system vmclock`' "$CONTRIB/udev/README.md"
  put etc/group "vmclock:x:999:"
  expect 0 doctor --root "$HOST" --json
  assert_json '.results | all(.next // "" | contains("groupadd") | not)'
  put etc/group "clock:x:998:"
  expect 0 doctor --root "$HOST" --json
  told unprivileged "${line/\"vmclock\"/\"clock\"}"
  host qemu
  put etc/chrony/chrony.conf "# none"
  expect 1 doctor --root "$HOST" --json
  utc=$(grep '^refclock' "$CONTRIB/chrony/vmclock-utc.conf")
  tai=$(grep '^refclock' "$CONTRIB/chrony/vmclock-tai.conf")
  told chrony "${utc/ptp_vmclock/ptp0}, and tai after it if the PHC shows TAI"
  assert_equal "$tai" "$utc tai"
  # The one about the PTP clock is for those who are not root.
  line=$(grep '^SUBSYSTEM=="ptp".*"vmclock\*", GROUP="vmclock"' "$RULES")
  grep -qF "${line%%GROUP*}" <(sed 's/\\"/"/g' "$VMCLOCKCTL_SOURCE_ROOT/src/doctor/parts.h")
  expect 0 explain driver.permissions
  assert_output --partial contrib/udev/45-vmclock.rules
}
