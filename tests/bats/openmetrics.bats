#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# show --format openmetrics, and what is read of it by others.
# shellcheck disable=SC2016 # a backquote of Markdown

bats_require_minimum_version 1.5.0
load helper

setup_file() {
  READERS=$("${BATS_TEST_FILENAME%/*}/../readers")
  export READERS
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  ROOT=$VMCLOCKCTL_SOURCE_ROOT
  page=$REAL/host-tai-synchronized.bin
}

# metrics ARGUMENT...: leaves them in the file metrics.prom too
metrics() {
  expect 0 show --format openmetrics "$@"
  printf '%s\n' "$output" >metrics.prom
}

# sample NAME[{LABELS}] VALUE: it is there once, its source aside
sample() {
  local line
  line=$(sed -E 's/\{source="[^"]*"(,?)/{/; s/\{\}//' metrics.prom |
    grep -cFx -- "$*") || true
  assert_equal "$* $line" "$* 1"
}

# no NAME...: no such metric is printed
no() {
  local name
  for name; do
    run -1 grep -E "^(# [A-Z]+ )?${name}[ {]" metrics.prom
  done
}

@test "the numbers of a clock are those of the page, exact to the nanosecond" {
  metrics --counter 19253658472 "$page"
  sample 'vmclock_info{layout="vmclock-1",counter_id="x86-tsc",time_type="tai"}' 1
  sample vmclock_time_available 1
  sample 'vmclock_clock_status{clock_status="synchronized"}' 1
  sample 'vmclock_clock_status{clock_status="unreliable"}' 0
  sample 'vmclock_leap_indicator{leap_indicator="none"}' 1
  sample 'vmclock_flag{flag="tai-offset-valid"}' 1
  sample 'vmclock_flag{flag="disruption-soon"}' 0
  sample 'vmclock_flag{flag="unknown"}' 0
  sample vmclock_sequence 2178624
  sample vmclock_tai_minus_utc_seconds 37
  sample vmclock_reference_timestamp_seconds 1795219824.991353314
  sample vmclock_reference_age_seconds 0.003358719
  # As show --json has them.
  expect 0 show --json --counter 19253658472 "$page"
  sample vmclock_maxerror_seconds \
    "0.$(printf %09d "$(jq .time.maxerror_ns <<<"$output")")"
  sample vmclock_esterror_seconds \
    "0.$(printf %09d "$(jq .time.esterror_ns <<<"$output")")"
}

@test "a 64-bit value keeps every bit" {
  metrics "$(patched "$page" 0x10 0100000000000080 0x18 7901000000000000 \
    0x68 ffffffffffffffff)"
  sample 'vmclock_disruption_marker{half="high"}' 2147483648
  sample 'vmclock_disruption_marker{half="low"}' 1
  sample 'vmclock_disruption_marker_info{disruption_marker="0x8000000000000001"}' 1
  sample 'vmclock_vm_generation{half="high"}' 4294967295
  sample 'vmclock_vm_generation{half="low"}' 4294967295
  sample 'vmclock_vm_generation_info{vm_generation_counter="0xffffffffffffffff"}' 1
}

@test "values that the page does not mark valid are left out" {
  metrics "$page"
  sample vmclock_time_available 1
  no vmclock_maxerror_seconds vmclock_esterror_seconds \
    vmclock_reference_age_seconds vmclock_vm_generation vmclock_vm_generation_info
  # The flags of the bounds and of the offset clear.
  metrics --counter 19253658472 "$(patched "$page" 0x18 0000000000000000)"
  no vmclock_maxerror_seconds vmclock_esterror_seconds \
    vmclock_tai_minus_utc_seconds vmclock_reference_timestamp_seconds
  sample vmclock_reference_age_seconds 0.003358719
  # unreliable; initializing; in mid-update; a period of 0.
  local patch
  for patch in "0x22 04" "0x22 01" "0x0c 03000000" "0x30 0000000000000000"; do
    # shellcheck disable=SC2086 # words on purpose
    metrics --counter 19253658472 "$(patched "$page" $patch)"
    sample vmclock_time_available 0
    no vmclock_maxerror_seconds vmclock_esterror_seconds \
      vmclock_reference_age_seconds vmclock_reference_timestamp_seconds
  done
  # A page without a clock, one of another layout, and one cut short.
  metrics "$REAL/qemu-10.0.2-boot.bin"
  sample 'vmclock_info{layout="vmclock-1",counter_id="invalid",time_type="utc"}' 1
  sample 'vmclock_disruption_marker{half="low"}' 1
  no vmclock_reference_age_seconds vmclock_tai_minus_utc_seconds
  metrics "$FIXTURES/rules/header.layout-pre-release.hex"
  sample 'vmclock_info{layout="pre-release"}' 1
  no vmclock_clock_status vmclock_flag vmclock_leap_indicator vmclock_sequence
  head -c 32 "$page" >short.bin
  metrics short.bin
  sample 'vmclock_disruption_marker{half="low"}' 1
  no vmclock_clock_status vmclock_leap_indicator
}

@test "unknown values and unknown flags are reported" {
  metrics "$(patched "$page" 0x22 07 0x18 7904000000000000)"
  sample 'vmclock_clock_status{clock_status="unknown(7)"}' 1
  sample 'vmclock_clock_status{clock_status="synchronized"}' 0
  sample 'vmclock_flag{flag="unknown"}' 1
}

@test "a counter before the reference makes a negative age" {
  metrics --counter "$((19246941032 - 2))" "$page"
  grep -E '^vmclock_reference_age_seconds\{[^}]*\} -0\.00000000[12]$' metrics.prom
}

@test "a page of RFC v3 has the metrics for its fields" {
  metrics --counter 5 "$FIXTURES/rules/header.layout-rfc-3.hex"
  grep -F 'layout="rfc-3"' metrics.prom
  no vmclock_vm_generation
  run -0 "$ROOT/tests/check-openmetrics" metrics.prom
}

# pages: a source of every kind, with its options
pages() {
  local file
  for file in "$FIXTURES"/rules/*.hex; do
    # Without the magic in this byte order, or all of the header: no page.
    [[ $file == */header.byte-order-magic* || $file == */header.magic* ||
      $file == */header.size-region-* ]] ||
      printf -- '--counter 19253658472 %s\n' "$file"
  done
  printf -- '--counter 19253658472 %s\n' "$REAL"/*.bin \
    "$(patched "$page" 0x22 07 0x60 ffffffffffffffff 0x40 ffffffffffffffff)" \
    "$(patched "$page" 0x27 00 0x30 ffffffffffffffff)"
  printf 'sim:%s\n' steady snapshot-safety utc
}

@test "any path makes a valid label" {
  local name
  for name in $'caf\xc3\xa9' $'bad\xff' $'ctl\x01' $'a\nb' 'a"b' 'a\nb' $'a b\\'; do
    cp "$page" "$name"
    metrics "$name"
    run -0 "$ROOT/tests/check-openmetrics" metrics.prom
    run -0 "$READERS/promtool" check metrics <metrics.prom
  done
  metrics $'caf\xc3\xa9'
  assert_file_contains metrics.prom 'source="caf\\\\xc3\\\\xa9"'
}

@test "OpenMetrics parsers accept the output, and promtool that of Prometheus" {
  local arguments count=0
  pages >sources
  while read -r arguments; do
    # shellcheck disable=SC2086 # words on purpose
    metrics $arguments
    count=$((count + 1))
    mv metrics.prom "$count.prom"
  done <sources
  once
  assert_equal "$count" "$(wc -l <sources)"
  run -0 "$ROOT/tests/check-openmetrics" [1-9]*.prom
  for ((; count; count--)); do
    run -0 "$READERS/promtool" check metrics <"$count.prom"
    refute_output
  done
  cp 1.prom metrics.prom
  # And both would say if something were wrong.
  sed '$d' metrics.prom >damaged.prom
  run ! "$ROOT/tests/check-openmetrics" damaged.prom
  sed 's/^# TYPE vmclock_flag gauge/# TYPE vmclock_flag stateset/' metrics.prom \
    >damaged.prom
  run ! "$READERS/promtool" check metrics <damaged.prom
}

@test "node_exporter serves the same values as OpenMetrics" {
  cp "$page" 'a "b" \ c.bin'
  local source
  for source in sim:steady './a "b" \ c.bin'; do
    metrics "$source"
    "$ROOT/tests/check-openmetrics" metrics.prom | sort >told
    "$ROOT/tests/check-openmetrics" \
      --served "$READERS/prometheus-node-exporter" metrics.prom | sort >served
    assert [ -s told ]
    diff told served
  done
  grep -qF 'source=./a "b" \ c.bin' told
}

@test "list metrics has every metric that is printed, and its unit" {
  metrics sim:steady
  expect 0 compare --format openmetrics sim:steady
  printf '%s\n' "$output" >offset.prom
  run -0 "$ROOT/tests/check-openmetrics" offset.prom
  run -0 "$READERS/promtool" check metrics <offset.prom
  refute_output
  expect 1 watch --openmetrics events.prom --timeout 300ms sim:steady
  run -0 "$ROOT/tests/check-openmetrics" events.prom
  run -0 "$READERS/promtool" check metrics <events.prom
  refute_output
  grep -hv '^# EOF' offset.prom events.prom >>metrics.prom
  sed -n 's/^# HELP \([a-z_]*\) .*/\1/p' metrics.prom | sort >told
  vmclockctl list metrics --json | jq -r '.items[].name' | sort >listed
  diff told listed
  sed -n 's/^# UNIT //p' metrics.prom | sort >told
  vmclockctl list metrics --json |
    jq -r '.items[] | select(.unit) | "\(.name) \(.unit)"' | sort >listed
  diff told listed
  # Each name ends in its unit.
  while read -r name unit; do
    [[ $name == *_$unit ]]
  done <listed
}

@test "the dashboard is JSON, its queries are PromQL, and their metrics are printed" {
  once
  local board=$ROOT/contrib/prometheus/vmclock.grafana.json
  metrics sim:steady
  vmclockctl compare --format openmetrics sim:steady >offset.prom
  expect 1 watch --openmetrics events.prom --timeout 300ms sim:steady
  # A page with a generation has what that of the simulation lacks.
  vmclockctl show --format openmetrics \
    "$(patched "$page" 0x18 7901000000000000)" >more.prom
  sed -n 's/^# HELP \([a-z_]*\) .*/\1/p' ./*.prom | sort -u >printed
  jq -r '.. | .expr? // empty' "$board" | sort -u >queries
  jq -r '.templating.list[].query, .annotations.list[].expr' "$board" |
    cat queries - | grep -oE 'vmclock_[a-z_]+' | sort -u >named
  assert [ -s named ]
  run -1 grep -vxFf printed named
  # Labels as well: each is one of some sample.
  jq -r '.. | .legendFormat? // empty' "$board" | grep -oE '\{\{[a-z_]+\}\}' |
    tr -d '{}' | sort -u | grep -vx instance >labels
  while read -r label; do
    grep -qE "[{,]$label=\"" ./*.prom || fail "$label: no metric has such a label"
  done <labels
  {
    echo 'groups: [{name: board, rules: ['
    sed -E 's/\$__[a-z_]+/5m/; s/\$[a-z]+/.*/g' queries | jq -R -s -r 'split("\n")[:-1] |
      to_entries[] | "{record: \"a:b\(.key)\", expr: \(.value | @json)},"'
    echo ']}]'
  } >board.yml
  run -0 "$READERS/promtool" check rules board.yml
  assert_output --partial "$(wc -l <queries) rules found"
  # Every panel has a place of its own, and asks the source that is chosen.
  jq -e '[.panels[] | .id] | length == (unique | length)' "$board"
  jq -e '[.. | .datasource? // empty | .uid] | unique == ["${datasource}"]' "$board"
  jq -e '[.panels[].gridPos | {x: (.x, .x + .w - 1), y}] |
    length == (unique | length)' "$board"
}

@test "-o writes the file whole and replaces its earlier output" {
  umask 022
  expect 0 show --format openmetrics -o vmclock.prom sim:steady
  refute_output
  grep -q '^# EOF$' vmclock.prom
  assert_equal "$(stat -c %a vmclock.prom)" 644
  expect 0 show --format openmetrics -o vmclock.prom "$page"
  grep -q 'source=".*host-tai-synchronized.bin"' vmclock.prom
  assert_equal "$(find . -name '*vmclock*')" ./vmclock.prom
  expect 3 show --format openmetrics -o vmclock.prom ./none
  grep -q 'source=".*host-tai-synchronized.bin"' vmclock.prom
}

@test "--format cannot be combined with another form" {
  expect 2 show --format openmetrics --json "$page"
  assert_stderr --partial "--format openmetrics: cannot be combined with --json"
  expect 2 show --format openmetrics -F size "$page"
  expect 2 show --format text --hex "$page"
  expect 2 show --format prometheus "$page"
  assert_stderr --partial "--format prometheus: not text, openmetrics or json"
  expect 0 show --format json --json "$page"
  local json=$output
  expect 0 show --format json "$page"
  assert_output "$json"
  expect 0 show --format text "$page"
  local text=$output
  expect 0 show "$page"
  assert_output "$text"
}

@test "promtool accepts the alerts, and they fire when they should" {
  run -0 "$READERS/promtool" check rules \
    "$ROOT/contrib/prometheus/vmclock.rules.yml"
  run -0 "$READERS/promtool" test rules \
    "$ROOT/tests/bats/vmclock.rules.test.yml"
  # Every alert is tested, and looks at metrics that there are.
  sed -n 's/^ *- alert: //p' "$ROOT/contrib/prometheus/vmclock.rules.yml" |
    while read -r alert; do
      grep -q "alertname: $alert\$" "$ROOT/tests/bats/vmclock.rules.test.yml"
    done
  grep -ohE '\<vmclock_[a-z_]+\>' "$ROOT"/contrib/prometheus/vmclock.rules.yml \
    "$ROOT"/tests/bats/vmclock.rules.test.yml "$ROOT"/docs/openmetrics.md |
    sort -u >named
  vmclockctl list metrics --json | jq -r '.items[].name' | sort >listed
  run -1 grep -vxFf listed named
}

@test "docs/openmetrics.md describes every metric and every alert as they are" {
  local name
  while read -r name; do
    grep -qE "^\| \`$name\`" "$ROOT/docs/openmetrics.md" || fail "$name: not there"
  done < <(vmclockctl list metrics --json | jq -r '.items[].name')
  # A row of the table of alerts is name and expression.
  tr -s ' \n' ' ' <"$ROOT/contrib/prometheus/vmclock.rules.yml" >rules
  sed -n 's/^ *- alert: //p' "$ROOT/contrib/prometheus/vmclock.rules.yml" >alerts
  assert [ -s alerts ]
  while read -r name; do
    grep -E "^\| $name \|" "$ROOT/docs/openmetrics.md" |
      sed -E 's/[\]\|/|/g; s/^\| ([A-Za-z]+) \| `(.*)` \|$/alert: \1 expr: \2/' >row
    assert [ -s row ]
    sed -E 's/expr: \| /expr: /g' rules | grep -qFf row
  done <alerts
  run -0 "$ROOT/tests/check-docs" "$ROOT/docs/openmetrics.md"
}

@test "systemd accepts the timer and its service, and the service's command runs" {
  local root=$PWD/root unit command
  mkdir -p "$root/etc/systemd/system" "$root/usr/bin"
  for unit in sysinit.target basic.target shutdown.target timers.target \
    time-sync.target time-set.target; do
    printf '[Unit]\nDescription=%s\n' "$unit" >"$root/etc/systemd/system/$unit"
  done
  cp "$ROOT"/contrib/prometheus/vmclock-metrics.* "$root/etc/systemd/system/"
  cp "$VMCLOCKCTL" "$root/usr/bin/vmclockctl"
  run -0 "$READERS/systemd-analyze" verify --man=no --root="$root" \
    vmclock-metrics.service vmclock-metrics.timer
  assert_output ""
  command=$(sed -n 's/^ExecStart=//p' \
    "$ROOT/contrib/prometheus/vmclock-metrics.service")
  assert_equal "$command" "/usr/bin/vmclockctl show --format openmetrics -o \
/var/lib/prometheus/node-exporter/vmclock.prom /dev/vmclock0
-/usr/bin/vmclockctl compare --format openmetrics -o \
/var/lib/prometheus/node-exporter/vmclock-offset.prom /dev/vmclock0"
  grep -q '^ReadWritePaths=/var/lib/prometheus/node-exporter$' \
    "$ROOT/contrib/prometheus/vmclock-metrics.service"
}
