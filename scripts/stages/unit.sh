# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The unit tests, by meson and cmocka.

# unit_tests BUILD-DIR [MESON-ARGUMENT...]
unit_tests() {
  local records=$1/meson-logs/testlog.json name result status seconds
  local stdout stderr before=$((passed + failed))
  rm -f -- "$records"
  "${runner[@]}" meson test -C "$1" --no-rebuild --timeout-multiplier 5 "${@:2}" \
    </dev/null >"$own/meson" 2>&1 9<&- || true
  if [[ -s $records ]]; then
    # A newline each, for between two tabs an empty word is none.
    while IFS=$'\t' read -r name result status seconds stdout stderr; do
      base64 -d <<<"$stdout" >"$own/tap"
      base64 -d <<<"$stderr" >"$own/stderr"
      took file "$seconds" "$name"
      case $result in
      OK | EXPECTEDFAIL) status=0 ;;
      SKIP) status=skip ;;
      TIMEOUT) status=timeout ;;
      # meson takes cmocka's skipped tests for failed ones.
      *) [[ $status != 0 ]] || grep -Eq '^(not )?ok ' "$own/tap" || status=$result ;;
      esac
      suite "$name" "$own/tap" "$status" "$own/stderr"
    done < <(jq -r '[(.name | sub("^.* / "; "")), .result, .returncode,
      .duration, (.stdout, .stderr | . // "" | . + "\n" | @base64)] | @tsv' \
      "$records" | sort)
  fi
  if ((passed + failed == before)); then
    fail "unit tests" "no test ran"
    indent "$own/meson"
  fi
}

stage_unit() {
  unit_tests build-test
}
