#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Many spellings of a page, and what mails and terminals make of them.

load helper

@test "no text is taken for other bytes than were dumped" {
  local reader=${VMCLOCKCTL%/*}/tests/spellings/read_texts
  [[ ! ${VALGRIND_LOGS-} ]] || skip "it would take an hour"
  [[ -x $reader || (! ${VMCLOCKCTL_AGAIN-} && $VMCLOCKCTL != /usr/*) ]] ||
    skip "this build has no reader of texts"
  run -0 "$VMCLOCKCTL_SOURCE_ROOT/tests/spellings/run" "$reader" \
    "$([[ ${VMCLOCKCTL_FULL-} ]] && echo 1 || echo 2)"
  assert_output --regexp '[0-9]{4,} texts: [0-9]{4,} read, [0-9]{3,} refused, 0 others'
}

# The forms that have no program here, or are best seen as people write them.
@test "a page in C, in Python, in JSON and in QEMU's and gdb's words is read" {
  head -c 112 "$REAL/host-tai-synchronized.bin" >"$BATS_TEST_TMPDIR/page"
  cd "$BATS_TEST_TMPDIR" || return
  { echo 'static const uint8_t page[] = {'; xxd -i <page; echo '};'; } >c
  python3 -c 'print(open("page", "rb").read())' >python
  python3 -c 'print(list(open("page", "rb").read()))' >json
  python3 - >xp <<'END'
import struct
words = struct.unpack("<28I", open("page", "rb").read())
print("(qemu) xp /28xw 0xfeffb000")
for i in range(0, 28, 4):
    print(f"{0xfeffb000 + 4 * i:016x}:",
          " ".join(f"0x{w:08x}" for w in words[i:i + 4]))
print("(qemu) ")
END
  python3 - >qmp <<'END'
import json
print(json.dumps({"return": open("xp").read().replace("\n", "\r\n")}))
END
  {
    printf 'Hi,\n\nhere is what J\xc3\xb6rg sent:\n\n'
    sed 's/^/> /' xp
    printf '\nRegards\n'
  } >mail
  local form
  for form in c python json xp qmp mail; do
    vmclockctl dump "$form" | cmp page -
    expect 0 show --json "$form"
    assert_json '.source.format == "hex"'
  done
}

@test "a dump with offsets may end early: later fields are absent" {
  cd "$BATS_TEST_TMPDIR" || return
  xxd -l 48 "$REAL/host-tai-synchronized.bin" >text
  expect 0 show --json text
  assert_json '.page.length == 48 and .raw.time_sec == null'
}

@test "two answers of QMP, and folded JSON, are named" {
  cd "$BATS_TEST_TMPDIR" || return
  printf '%s\n' '{"return": "one"}' '{"return": "two"}' >text
  expect 3 show text
  assert_stderr --partial "text: 2 answers of QMP"
  vmclockctl show --json "$REAL/host-tai-synchronized.bin" | fold -w 72 >text
  expect 3 show text
  assert_stderr --partial "hint: folded? tr -d '\\r\\n' <text | vmclockctl verify -"
  tr -d '\r\n' <text | vmclockctl dump - | cmp "$REAL/host-tai-synchronized.bin" -
}
