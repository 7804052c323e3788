# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# How the stages of scripts/test count and report. Sourced after common.sh, never
# run.

passed=0 failed=0 skipped=0

heading() {
  printf '== %s\n' "$*"
}

# line VERDICT NAME TEXT
line() {
  printf '  %-5s %-24s %s\n' "$@"
}

pass() {
  passed=$((passed + 1))
  line ok "$@"
}

fail() {
  failed=$((failed + 1))
  line FAIL "$@"
}

skip() {
  skipped=$((skipped + 1))
  line skip "$@"
}

# version_is PROGRAM VERSION: as it prints it; if it is another, that is skipped.
version_is() {
  [[ $("$1" --version) != *[[:blank:]]"$2"* ]] || return 0
  skip "$1" "version ${2%.} is needed, here is another"
  return 1
}

indent() {
  sed '/^$/d; s/^/        /' -- "$@"
}

# took file|case SECONDS NAME: for the table of the slowest.
took() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$stage: $3" >>"$work/seconds"
}

# Sets ok, bad and skips from TAP. A test that was planned and did not report is
# bad. cmocka 1.1.5 calls a skipped test "not ok N # SKIP".
tap() {
  read -r ok bad skips < <(awk '
    /^1\.\.[0-9]+/ { planned += substr($1, 4) }
    /^(not )?ok / {
      seen++
      if (/# *[Ss][Kk][Ii][Pp]/) skip++
      else if (/^not/) bad++
      else ok++
    }
    END {
      if (planned > seen) bad += planned - seen
      print ok + 0, bad + 0, skip + 0
    }' "$1")
}

# The failed tests of a TAP file with their output, and the lines that are not
# TAP.
tap_failures() {
  awk '/^1\.\.[0-9]+$/ { planned += substr($1, 4); next }
    /^(not )?ok / { seen++; last = $0; show = /^not/ && !/# *SKIP/ }
    /^(not )?ok / ? show : (show || !/^#/)
    END {
      if (planned > seen)
        print planned - seen " of " planned " did not report; the last was: " last
    }' "$1" | indent
}

# suite NAME TAP-FILE STATUS [OTHER-OUTPUT]: counts and reports one program of
# tests. A program that reports no test counts as one itself.
suite() {
  local name=$1 file=$2 status=$3 other=${4-} ok bad skips text verdict=ok
  tap "$file"
  if ((ok + bad + skips == 0)) && [[ $status == 0 ]]; then
    ok=1
  elif ((ok + bad + skips == 0)) && [[ $status == skip ]]; then
    skips=1 verdict=skip
  elif ((bad == 0)) && [[ $status != 0 && $status != skip ]]; then
    bad=1
  fi
  text="$ok passed"
  ((bad == 0)) || text+=", $bad failed" verdict=FAIL
  ((skips == 0)) || text+=", $skips skipped"
  [[ $verdict != FAIL || $status == [01] ]] || text+=" (exit status $status)"
  line "$verdict" "$name" "$text"
  if ((bad)); then
    tap_failures "$file"
    [[ -z $other || ! -s $other ]] || indent "$other"
  fi
  passed=$((passed + ok))
  failed=$((failed + bad))
  skipped=$((skipped + skips))
}

# check NAME TEXT COMMAND...: one check, passed if the command has status 0 and
# prints nothing.
check() {
  local name=$1 text=$2 status=0 begun=$EPOCHREALTIME
  shift 2
  "$@" </dev/null >"$own/check" 2>&1 9<&- || status=$?
  took file "$(seconds_since "$begun")" "$name"
  if ((status == 0)) && [[ ! -s $own/check ]]; then
    pass "$name" "$text"
  else
    fail "$name" "$text"
    indent "$own/check"
  fi
}

# cases NAME LIMIT COMMAND...: a program that prints TAP and ends within LIMIT
# seconds, each case as it comes. A line "# NAME: N s" is how long a part took.
cases() {
  local text verdict name status=none planned='' seen=0 bad=0 of=$1
  while IFS= read -r text; do
    case $text in
    '# '*)
      text=${text#??}
      if [[ $text =~ ^([^:]*):\ ([0-9.]+)\ s$ ]]; then
        took file "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
      else
        printf '        %s\n' "$text"
      fi
      ;;
    1..*) planned=${text#1..} ;;
    'status '*) status=${text#* } ;;
    'ok '* | 'not ok '*)
      seen=$((seen + 1))
      verdict=pass
      [[ $text == ok* ]] || verdict=fail bad=1
      [[ $text != *'# SKIP'* ]] || verdict=skip
      text=${text#*- }
      name=$of
      [[ ! $text =~ ^([a-z]+):\ (.*) ]] ||
        name="$of ${BASH_REMATCH[1]}" text=${BASH_REMATCH[2]}
      "$verdict" "$name" "$text"
      ;;
    esac
  done < <(
    timeout --kill-after=10 "${@:2}" </dev/null 2>"$own/stderr" 9<&-
    printf 'status %s\n' "$?"
  )
  if [[ $planned != "$seen" ]] || ((seen == 0)) ||
    [[ $status != 0 && $bad == 0 ]]; then
    fail "$of" "$seen of ${planned:-unknown} cases reported, exit status $status"
    indent "$own/stderr"
  fi
}

# seconds_since EPOCHREALTIME: with one digit.
seconds_since() {
  awk -v begun="$1" -v now="$EPOCHREALTIME" 'BEGIN { printf "%.1f", now - begun }'
}
