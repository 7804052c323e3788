#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Each honest scenario shows the same events four times: inside the process, on
# a published page, on its recording in virtual time, on one made as it goes.

load helper

scenarios=(steady disruption-only snapshot-safety live-migration
  snapshot-restore fork startup holdover maintenance leap-positive
  leap-negative arm64 utc)

# A story takes ten seconds, so all are played side by side.
setup_file() {
  local name pids=()
  cd "$BATS_FILE_TMPDIR" || return
  for name in "${scenarios[@]}"; do
    vmclockctl simulate "$name" --record "$name.virtual"
    vmclockctl watch --json "$name.virtual" >"$name.replay" 2>/dev/null
    vmclockctl simulate "$name" --publish "$name.page" --duration 12s \
      >/dev/null 2>&1 3>&- &
    pids+=($!)
    vmclockctl watch --json "sim:$name" >"$name.sim" 2>/dev/null 3>&- &
    pids+=($!)
    vmclockctl record "sim:$name" --all >"$name.recording" 2>/dev/null 3>&- &
    pids+=($!)
    until [[ -s $name.page ]]; do
      sleep 0.01
    done
    vmclockctl watch --json --live "$name.page" --timeout 11s \
      >"$name.live" 2>/dev/null 3>&- &
    pids+=($!)
  done
  # The timeout of a watch is status 1.
  for name in "${pids[@]}"; do
    wait "$name" || true
  done
}

# The events of a file of watch --json, a line each.
events_in() {
  jq -r 'select(.type == "event") | "\(.event) \(
    .changes | map("\(.name) \(.old_text) \(.new_text)") | join(", "))"' "$1"
}

# shows SCENARIO EVENTS
shows() {
  local form
  cd "$BATS_FILE_TMPDIR" || return
  vmclockctl watch --json "$1.recording" >"$1.again" 2>/dev/null
  for form in replay sim live again; do
    assert_equal "$form: $(events_in "$1.$form" | cut -d ' ' -f 1 | xargs)" \
      "$form: $2"
    assert_equal "$form: $(events_in "$1.$form")" \
      "$form: $(events_in "$1.replay")"
  done
}

@test "steady shows no event" {
  shows steady ""
}

@test "disruption-only shows two disruptions" {
  shows disruption-only "disruption disruption"
}

@test "snapshot-safety shows two restores, of marker and generation" {
  shows snapshot-safety "restore restore"
}

@test "live-migration shows a disruption with steps of time and frequency" {
  shows live-migration "disruption"
  run jq -s 'map(select(.type == "event") | .time_step_ns != null and
    .frequency_step_ppm != 0) | all' "$BATS_FILE_TMPDIR"/live-migration.{sim,live,replay,again}
  assert_output true
}

@test "snapshot-restore shows one restore, of marker and generation" {
  shows snapshot-restore "restore"
}

@test "fork shows one fork, of only the generation" {
  shows fork "fork"
}

@test "startup shows status, TAI offset and bounds until the clock is synchronized" {
  shows startup "status tai status features"
}

@test "holdover shows changes of status" {
  shows holdover "status status"
}

@test "maintenance shows it announced, imminent and done, with one disruption" {
  shows maintenance "maintenance maintenance disruption maintenance"
}

@test "leap-positive shows before, during, after and none, and one change of offset" {
  shows leap-positive "leap leap tai leap"
}

@test "leap-negative shows before, after and none, and one change of offset" {
  shows leap-negative "leap tai leap"
}

@test "arm64 and utc show no event" {
  shows arm64 ""
  shows utc ""
}

@test "watch --until in a scenario ends with status 0 at its event" {
  local pids=() status=0 pid
  for until in disruption-only:disruption=2 startup:status=synchronized \
    maintenance:maintenance=disruption-imminent holdover:status=4 \
    odd-window:violation; do
    vmclockctl watch "sim:${until%%:*}" --until "${until#*:}" --timeout 11s \
      >/dev/null 2>&1 3>&- &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    wait "$pid" || status=$?
  done
  assert_equal "$status" 0
  # The story ends before it comes.
  expect 1 watch sim:fork --until disruption
}
