# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The coverage of src/ by the unit tests, the bats tests and the faults, which have
# run before. Counts as one.

# What has to be covered, in tenths of a per cent.
least_of_core=990
least_lines=976
least_branches=921

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

# A line for each file: its name, the lines covered and all, the branches likewise.
count_files() {
  local tools
  tools=$(clang -print-prog-name=llvm-cov)
  tools=${tools%llvm-cov}
  "${tools}llvm-profdata" merge -o "$own/profile" build-test/counts/*.profraw
  "${tools}llvm-cov" export -summary-only -instr-profile="$own/profile" \
    build-test/vmclockctl -object build-test/libvmclock.so.0 |
    jq --arg root "$root/" '[.data[0].files[] | {
      name: .filename | sub("^.*/build-test/[.][.]/"; "") | ltrimstr($root),
      line_covered: .summary.lines.covered, line_total: .summary.lines.count,
      branch_covered: .summary.branches.covered,
      branch_total: .summary.branches.count
    } | select(.name | startswith("src/"))]' >"$own/files"
}

# coverage_sums CORE: of the files, the lines covered and all lines of the core,
# and the same of all, and the branches. A header belongs to the source of its
# name, or else to those of its directory.
coverage_sums() {
  jq -r --argjson core "$1" '
    def stem: sub("[.][ch]$"; "");
    def sums(a; b): "\(map(a) | add // 0) \(map(b) | add // 0)";
    ($core | map(stem)) as $stems |
    ($core | map(sub("/[^/]*$"; "")) | unique) as $directories |
    [.[].name | select(endswith(".c")) | stem] as $all |
    def in_core: .name | stem as $stem | sub("/[^/]*$"; "") as $directory |
      any($stems[]; . == $stem) or
      (any($all[]; . == $stem) | not) and any($directories[]; . == $directory);
    (map(select(in_core)) | sums(.line_covered; .line_total)) + " " +
    (sums(.line_covered; .line_total) + " " +
      sums(.branch_covered; .branch_total))' "$own/files"
}

stage_coverage() {
  local core core_total lines lines_total branches branches_total promise
  count_files 2>"$own/tools" || {
    fail coverage "the counts cannot be read"
    indent "$own/tools"
    return
  }
  jq -r '.[] | select(.line_covered < .line_total or
      .branch_covered < .branch_total) |
    "\(.line_total - .line_covered) of \(.line_total) lines, " +
    "\(.branch_total - .branch_covered) of \(.branch_total) branches: \(.name)"' \
    "$own/files" | sort -rn >build-test/not-covered.txt
  core=$(core_sources)
  read -r core core_total lines lines_total branches branches_total \
    < <(coverage_sums "$core")
  printf 'core line coverage: %s %%\n' "$(percent_of "$core" "$core_total")"
  printf 'coverage of src/: %s %% of %d lines, %s %% of %d branches\n' \
    "$(percent_of "$lines" "$lines_total")" "$lines_total" \
    "$(percent_of "$branches" "$branches_total")" "$branches_total"
  promise=$(printf "%s %% of the core's lines, and of all %s %% of lines and %s %% of branches" \
    "$(tenths "$least_of_core")" "$(tenths "$least_lines")" \
    "$(tenths "$least_branches")")
  if ((core_total == 0 || core * 1000 < core_total * least_of_core ||
    lines * 1000 < lines_total * least_lines ||
    branches * 1000 < branches_total * least_branches)); then
    fail coverage "below $promise"
    head -n 20 build-test/not-covered.txt | indent
  else
    pass coverage "at least $promise"
  fi
}
