# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The bats tests of the command line.

# bats_file FILE LIMIT: runs it, leaves TAP and the exit status in $own/bats.
bats_file() {
  local out=$own/bats/${1##*/} status=0 begun=$EPOCHREALTIME
  # Tests send signals that whoever started this may ignore, as nohup does.
  timeout --kill-after=10 "$2" env --default-signal "${runner[@]}" \
    bats --tap --timing "$1" </dev/null >"$out" 2>&1 9<&- || status=$?
  took file "$(seconds_since "$begun")" "${1##*/}"
  # The time that a case took stands after its name, and is no part of it.
  awk -v of="$stage: ${1##*/}" -v seconds="$out.seconds" '
    /^(not )?ok [0-9]+ / && match($0, / in [0-9]+ms( # skip.*)?$/) {
      split(substr($0, RSTART), words, " ")
      name = substr($0, 1, RSTART - 1)
      sub(/^(not )?ok [0-9]+ /, "", name)
      printf "case\t%.1f\t%s: %s\n", words[2] / 1000, of, name >seconds
      sub(/ in [0-9]+ms/, "")
    }
    { print }' "$out" >"$out.tap"
  [[ ! -e $out.seconds ]] || cat -- "$out.seconds" >>"$work/seconds"
  printf '%s\n' "$status" >"$out.status"
}

# largest_first FILE...: so that no long one is left for the end.
largest_first() {
  stat -c '%s %n' -- "$@" | sort -rn | cut -d ' ' -f 2-
}

# bats_tests BUILD-DIR [PROGRAM [LIMIT]]: the files side by side, the tests of a
# file in turn; LIMIT are the seconds that a file may take.
bats_tests() {
  local files file out all status before=$((passed + failed)) limit=${3-1800}
  export VMCLOCKCTL=$root/$1/${2-vmclockctl}
  mapfile -t files < <(compgen -G 'tests/bats/*.bats' | sort)
  rm -rf -- "$own/bats"
  mkdir -p -- "$own/bats"
  (
    while IFS= read -r file; do
      while (($(jobs -rp | wc -l) >= jobs)); do wait -n || true; done
      bats_file "$file" "$limit" &
    done < <(largest_first "${files[@]}")
    wait
  ) &
  all=$!
  for file in "${files[@]}"; do
    out=$own/bats/${file##*/}
    while [[ ! -s $out.status ]] && kill -0 "$all" 2>/dev/null; do
      sleep 0.2
    done
    status=$(cat -- "$out.status" 2>/dev/null) || status=killed
    [[ -e $out.tap ]] || : >"$out.tap"
    suite "${file##*/}" "$out.tap" "$status"
  done
  wait
  ((passed + failed > before)) || fail "bats tests" "no test ran"
}

stage_bats() {
  bats_tests build-test
}
