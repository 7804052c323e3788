#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# A later version, with one field more: made by the steps of CONTRIBUTING.md, it
# builds, passes its unit tests, and reads what this version writes; this version
# reads what that one writes.

load helper

# Why no later version is built here, if so.
without() {
  if [[ ${VMCLOCKCTL_AGAIN-} ]]; then
    echo "shown by the same tests before"
  elif ! command -v meson >/dev/null || ! command -v ninja >/dev/null; then
    echo "needs meson and ninja"
  fi
}

setup_file() {
  [[ ! $(without) ]] || return 0
  cd "$BATS_FILE_TMPDIR" || return
  "$VMCLOCKCTL_SOURCE_ROOT/tests/play-tomorrow" later >edited
  (
    cd later || exit
    unset CFLAGS LDFLAGS
    meson setup build -Dtests=true --buildtype=plain -Dwerror=true
    mapfile -t tests < <(ninja -C build -t targets all |
      grep -oE '^tests/unit/\w+:' | tr -d :)
    ninja -C build vmclockctl "${tests[@]}"
  ) >log 2>&1 || {
    cat log
    return 1
  }
}

setup() {
  [[ ! $(without) ]] || skip "$(without)"
  cd "$BATS_TEST_TMPDIR" || return
  LATER=$BATS_FILE_TMPDIR/later/build/vmclockctl
  # A page of the later version that uses its field.
  "$LATER" encode --from "$REAL/host-tai-synchronized.bin" migration_epoch=0x7 \
    flags=tai-offset-valid,migration-epoch-present -o later.bin
}

@test "a new field and its flag take a few lines in page.h and field.c" {
  run -0 cat "$BATS_FILE_TMPDIR/edited"
  assert_output "src/page/field.c: 3 lines
src/page/page.h: 4 lines"
}

@test "the unit tests pass in the later version" {
  cd "$BATS_FILE_TMPDIR/later" || return
  mapfile -t names < <(compgen -G 'build/tests/unit/test_*' |
    sed -n 's,.*/test_\([a-z_]*\)$,\1,p')
  ((${#names[@]} > 20))
  VMCLOCKCTL_SOURCE_ROOT=$PWD run -0 meson test -C build --no-rebuild \
    --timeout-multiplier 5 "${names[@]}"
}

@test "the later version shows, encodes and lists its field" {
  run -0 "$LATER" show later.bin
  assert_line --regexp '^0x70 migration_epoch +0x0000000000000007$'
  assert_output --partial "migration-epoch-present"
  "$LATER" encode --from later.bin flags=tai-offset-valid -o clear.bin
  run -0 "$LATER" show clear.bin
  assert_line --regexp '^0x70 migration_epoch +- MIGRATION_EPOCH_PRESENT clear$'
  run -0 "$LATER" show --json later.bin
  assert_equal "$(jq -r .raw.migration_epoch <<<"$output")" 0x0000000000000007
  run -0 "$LATER" list fields
  assert_output --partial "0x70 8 migration_epoch"
  # A flag for a field that size does not cover.
  "$LATER" encode --from later.bin size=0x70 -o small.bin
  run -1 "$LATER" verify --only header.size-flags small.bin
  # What lies behind the fields begins behind the new one.
  run -0 "$LATER" verify --only reserved.tail --only flags.known clear.bin
}

@test "this version reads a later document, with one note" {
  "$LATER" show --json later.bin >later.json
  expect 0 show --json later.json
  assert_stderr "vmclockctl: later.json: note: ignored what this version does not know, such as raw.migration_epoch"
  assert_equal "$(jq .raw <<<"$output")" \
    "$(jq '.raw | del(.migration_epoch)' later.json)"
  expect 0 encode --from later.json -o again.bin
  cmp again.bin later.bin
}

@test "the later version reads documents and recordings of this version" {
  vmclockctl show --json later.bin >today.json
  run -0 "$LATER" show --json today.json
  # The bytes are in the document, and the field with them.
  assert_equal "$(jq -r .raw.migration_epoch <<<"$output")" 0x0000000000000007
  run -0 --separate-stderr "$LATER" encode --from today.json -o again.bin
  refute_stderr
  cmp again.bin later.bin
  # Of a page that ends before the field it is absent.
  head -c 112 "$REAL/host-tai-synchronized.bin" >short.bin
  vmclockctl show --json short.bin >short.json
  run -0 "$LATER" show --json short.json
  assert_equal "$(jq .raw.migration_epoch <<<"$output")" null
  for file in "$FIXTURES"/recordings/*.jsonl; do
    expect 0 watch "$file"
    ours=$output
    run -0 --separate-stderr "$LATER" watch "$file"
    assert_equal "$output" "$ours"
  done
}

@test "this version reads recordings and bug reports of the later version" {
  "$LATER" simulate live-migration --record later.jsonl >/dev/null
  expect 0 verify later.jsonl
  refute_stderr
  "$LATER" dump --format json later.bin >report.json
  expect 0 show -F disruption_marker report.json
  assert_output "$(vmclockctl show -F disruption_marker later.bin)"
}
