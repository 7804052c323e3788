# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# Reports as Chromium lays them out, and as html-validate reads them.

stage_look() {
  local npm=
  cases look 3600 tests/look/run build-test/vmclockctl
  if npm=$(tests/npm-programs html-validate); then
    check html-validate "every scenario" validate_reports "$npm/html-validate"
  else
    skip html-validate "$npm"
  fi
}

# validate_reports PROGRAM: prints what is wrong with the reports.
validate_reports() {
  local file place=$own/reports
  mkdir -p -- "$place"
  cp -- tests/htmlvalidate.json "$place/.htmlvalidate.json"
  for file in fixtures/recordings/*.jsonl; do
    build-test/vmclockctl report -o "$place/${file##*/}.html" "$file" || return
  done
  (cd -- "$place" && "$1" ./*.html)
}
