# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The coverage of src/ by unit tests, bats tests and faults, in a build without
# sanitizers, whose checks would count as branches. Counts as one.

# shellcheck source=scripts/stages/unit.sh
. "$root/scripts/stages/unit.sh"
# shellcheck source=scripts/stages/bats.sh
. "$root/scripts/stages/bats.sh"
# shellcheck source=scripts/stages/faults.sh
. "$root/scripts/stages/faults.sh"

# What has to be covered, in tenths of a per cent.
least_of_core=990
least_lines=979
least_branches=919

# tenths N: N tenths as a per cent is written.
tenths() {
  printf '%d.%d' "$(($1 / 10))" "$(($1 % 10))"
}

# percent_of COVERED TOTAL: with one digit, rounded down.
percent_of() {
  awk -v c="$1" -v t="$2" 'BEGIN { printf "%.1f", t ? int(1000 * c / t) / 10 : 0 }'
}

# The sources that meson.build calls the core, as a JSON array.
core_sources() {
  meson introspect meson.build --ast 9<&- | jq '[.. | objects |
    select(.node == "AssignmentNode" or .node == "PlusAssignmentNode") |
    select(.var_name == "core") | .value.args.positional[].value]'
}

# coverage_sums CORE: of gcovr's summary, the lines covered and all lines of the
# core, and the same of all, and the branches. A header belongs to the source of
# its name, or else to those of its directory.
coverage_sums() {
  jq -r --argjson core "$1" '
    def stem: sub("[.][ch]$"; "");
    def sums(a; b): "\(map(a) | add // 0) \(map(b) | add // 0)";
    ($core | map(stem)) as $stems |
    ($core | map(sub("/[^/]*$"; "")) | unique) as $directories |
    [.files[].filename | select(endswith(".c")) | stem] as $all |
    def in_core: .filename | stem as $stem | sub("/[^/]*$"; "") as $directory |
      any($stems[]; . == $stem) or
      (any($all[]; . == $stem) | not) and any($directories[]; . == $directory);
    (.files | map(select(in_core)) | sums(.line_covered; .line_total)) + " " +
    (.files | sums(.line_covered; .line_total) + " " +
      sums(.branch_covered; .branch_total))' "$own/coverage.json"
}

stage_coverage() {
  local core core_total lines lines_total branches branches_total broken promise
  local no_leaks=1
  lock build-coverage
  if ! build build-coverage -Dtests=true --buildtype=debug -Db_coverage=true; then
    fail coverage "the build failed"
    return
  fi
  find build-coverage -name '*.gcda' -delete
  export VMCLOCKCTL_AGAIN=1
  broken=$(
    {
      # Without tests/stress, which reads pages in one way millions of times.
      unit_tests build-coverage --suite unit
      bats_tests build-coverage
      # By what they show, not by their number: each place and its callers once.
      fault_tests build-coverage --every 1000 --new
    } >"$own/tests"
    printf '%d\n' "$failed"
  )

  gcovr --root . --filter 'src/' --exclude-unreachable-branches \
    --exclude-throw-branches --json-summary "$own/coverage.json" --txt - \
    -j "$jobs" build-coverage </dev/null 2>"$own/gcovr" 9<&- || {
    fail coverage "gcovr failed"
    indent "$own/gcovr"
    return
  }
  core=$(core_sources)
  read -r core core_total lines lines_total branches branches_total \
    < <(coverage_sums "$core")
  printf 'core line coverage: %s %%\n' "$(percent_of "$core" "$core_total")"
  printf 'coverage of src/: %s %% of %d lines, %s %% of %d branches\n' \
    "$(percent_of "$lines" "$lines_total")" "$lines_total" \
    "$(percent_of "$branches" "$branches_total")" "$branches_total"
  if ((broken)); then
    fail coverage "$broken failed in this build"
    cat -- "$own/tests"
    return
  fi
  promise=$(printf "%s %% of the core's lines, and of all %s %% of lines and %s %% of branches" \
    "$(tenths "$least_of_core")" "$(tenths "$least_lines")" \
    "$(tenths "$least_branches")")
  if ((core_total == 0 || core * 1000 < core_total * least_of_core ||
    lines * 1000 < lines_total * least_lines ||
    branches * 1000 < branches_total * least_branches)); then
    fail coverage "below $promise"
  else
    pass coverage "at least $promise"
  fi
}
