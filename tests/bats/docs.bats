#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The numbers and lists in documents that no other test compares.

load helper

ROOT=$VMCLOCKCTL_SOURCE_ROOT

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# figures_aside: standard input without its numbers.
figures_aside() {
  sed -E 's/[0-9]+([-:.][0-9]+)*/N/g'
}

@test "README shows what watch prints for a live migration, apart from figures" {
  sed -n '/^    watching sim:live-migration/,/^$/s/^    //p' "$ROOT/README.md" >shown
  assert_equal "$(wc -l <shown)" 5
  vmclockctl watch -n 1 sim:live-migration >printed 2>&1
  diff <(figures_aside <shown) <(figures_aside <printed)
}

@test "docs/tour.md gives the number of rules that exist" {
  local line count total=0 number
  line=$(grep -E '^    [0-9]+ rules: ' "$ROOT/docs/tour.md")
  count=$(vmclockctl list rules --json | jq '.items | length')
  [[ $line =~ ^\ *([0-9]+)\ rules: ]]
  assert_equal "${BASH_REMATCH[1]}" "$count"
  while read -r number; do
    total=$((total + number))
  done < <(grep -oE '[0-9]+' <<<"${line#*:}")
  assert_equal "$total" "$count"
}

@test "the commands of after-a-restore and databases run, on a simulated device" {
  once
  local line written short
  # Each as it is written, and what is run for it.
  cat >table <<END
vmclockctl watch --journal --state STATE --openmetrics METRICS --exec /etc/vmclock/on-event /dev/vmclock0\
|watch --root . --journal --state STATE --openmetrics METRICS --exec $ROOT/contrib/systemd/on-event --live page --timeout 300ms
vmclockctl watch --until status=synchronized --timeout 1min && start-the-database\
|watch --until status=synchronized --timeout 1min sim:steady
vmclockctl show|show sim:steady
vmclockctl verify|verify sim:steady --duration 300ms
vmclockctl compare --count 60|compare --count 1 sim:steady
vmclockctl record -o clock.jsonl|record -o clock.jsonl --duration 300ms sim:steady
vmclockctl verify clock.jsonl|verify clock.jsonl
watch clock.jsonl|watch clock.jsonl
report clock.jsonl -o clock.html|report clock.jsonl -o clock.html
END
  cat "$ROOT/docs/after-a-restore.md" "$ROOT/docs/databases.md" >both
  {
    sed -n 's/^    \(vmclockctl .*\)/\1/p' both
    tr '\n' ' ' <both | grep -oE "\`[^\`]+\`" | tr -d '`' | grep ' clock[.]jsonl'
  } | sort >written
  diff written <(sed 's/|.*//' table | sort)
  cp "$ROOT/fixtures/real/host-tai-synchronized.bin" page
  mkdir -p run/systemd/journal proc/sys/kernel/random
  cp /proc/sys/kernel/random/boot_id proc/sys/kernel/random/
  python3 -c 'import socket, time
own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
own.bind("run/systemd/journal/socket")
time.sleep(60)' 3>&- &
  while [[ ! -S run/systemd/journal/socket ]]; do sleep 0.05; done
  while IFS='|' read -r written short; do
    # shellcheck disable=SC2086 # words on purpose
    run vmclockctl $short </dev/null
    ((status < 2)) || fail "$written: $short: status $status: $output"
  done <table
  kill $!
  # What Python has to take.
  sed -n "s/^    python3 -c '\(.*\)'$/\1/p" both >snippet
  assert [ -s snippet ]
  python3 -m py_compile snippet
}

@test "documents give numbers of rules, scenarios or commands only where a test checks them" {
  local words='(one|two|[a-z]*(three|four|five|six|seven|eight|nine|ten|eleven|twelve)[a-z]*|[0-9]+)'
  # Indented lines are output, which other tests compare.
  run -1 grep -nEiw "^[^ ].*$words (rules|scenarios|commands|fields|events|metrics|targets)" \
    "$ROOT"/{README,NEWS,CONTRIBUTING}.md "$ROOT"/docs/*.md "$ROOT"/contrib/*.md \
    "$ROOT"/contrib/*/*.md "$ROOT"/fixtures/*/*.md "$ROOT"/man/*
}

@test "docs/fuzzing.md has every target and the size of its corpus" {
  local target files bytes all_files=0 all_bytes=0 count=0
  for target in "$ROOT"/tests/fuzz/corpus/*; do
    files=$(find "$target" -type f | wc -l)
    bytes=$(cat "$target"/* | wc -c)
    target=${target##*/}
    grep -E "^- \`$target\`: " "$ROOT/docs/fuzzing.md"
    grep -E "^\| $target \| [0-9]+ \| [0-9]+ \| $files \| $bytes \|$" \
      "$ROOT/docs/fuzzing.md"
    count=$((count + 1)) all_files=$((all_files + files))
    all_bytes=$((all_bytes + bytes))
  done
  grep -E "^\| all \| [0-9]+ \| \| $all_files \| $all_bytes \|$" \
    "$ROOT/docs/fuzzing.md"
  # shellcheck disable=SC2016 # Markdown
  assert_equal "$(grep -cE '^- `[a-z]+`: .*' \
    <(sed '/^## Figures/q' "$ROOT/docs/fuzzing.md"))" "$count"
}

@test "docs/specification.md names each rule on the specification, and what breaks it" {
  run -0 "$ROOT/tests/check-specification" "$VMCLOCKCTL"
  echo "# $output" >&3
}

@test "a row of docs/specification.md that is missing or wrong is noticed" {
  local change said document=$BATS_TEST_TMPDIR/specification.md
  while IFS='@' read -r change said; do
    sed "$change" "$ROOT/docs/specification.md" >"$document"
    run -1 "$ROOT/tests/check-specification" "$VMCLOCKCTL" "$document"
    assert_output --partial "$said"
  done <<'END'
/ header.magic /d@header.magic has no row
s/ header.magic |$/ header.version |/@header.version: breaks none of header.magic
s/ reserved.pad |$/ nothing |/@nothing: no such fixture
s/| leap.type |/| leap.tip |/@leap.tip: no such rule
s/| about guests |/| |/@no rule, and no reason
s/, live.frequency |/ |/@test_live: breaks none of error.period-size
END
}

@test "the documents name only files that exist" {
  once
  local file path top='src|docs|contrib|fixtures|tests|scripts|bench|man|completions'
  for file in "$ROOT"/{README,NEWS}.md "$ROOT"/docs/*.md "$ROOT"/contrib/*.md \
    "$ROOT"/contrib/*/*.md "$ROOT"/fixtures/*/*.md; do
    while read -r path; do
      assert_exist "$ROOT/$path"
    done < <(grep -v '^    ' "$file" |
      grep -oE "\<($top)/[A-Za-z0-9_./-]*[A-Za-z0-9_]")
  done
}

@test "the documents make a site, in which every link leads somewhere" {
  once
  run -0 "$ROOT/scripts/make-site" site
  assert_output --regexp 'site: [0-9]+ pages'
  grep -q '<table>' site/index.html
  grep -q 'href="docs/tour.html"' site/index.html
  assert_exist site/man/vmclockctl.1.html
  # Not over what somebody else has there.
  mkdir taken
  touch taken/file
  run -2 "$ROOT/scripts/make-site" taken
  assert_exist taken/file
  # A link that leads nowhere is named.
  cp -r "$ROOT/scripts" "$ROOT/docs" "$ROOT/man" .
  mkdir contrib fixtures
  echo '# A [link](none.md) and [another](docs/tour.md#nowhere)' >README.md
  run -1 scripts/make-site other
  assert_output --partial "index.html: none.md leads nowhere"
  assert_output --partial "index.html: docs/tour.html#nowhere leads nowhere"
}
