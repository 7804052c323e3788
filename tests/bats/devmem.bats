#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The page through /dev/mem, on machines that are trees for --root: there a
# regular file is the memory. tests/lab has kernels.

load helper
load hosts

ADDRESS=0xfeffb000

setup() {
  HOST=$BATS_TEST_TMPDIR/host
  cd "$BATS_TEST_TMPDIR" || return
  page=$REAL/host-tai-synchronized.bin
  kernel 6.1.0-50-cloud-amd64 x86_64
  acpi_device
  memory
}

# memory: a file as /dev/mem, with the page at its address.
memory() {
  mkdir -p "$HOST/dev"
  truncate -s 4G "$HOST/dev/mem"
  write_page "$page"
}

# write_page FILE
write_page() {
  dd if="$1" of="$HOST/dev/mem" bs=4096 seek=$((ADDRESS / 4096)) \
    conv=notrunc status=none
}

note="vmclockctl: note: no /dev/vmclockN; reading the region of AMZNC10C:00, \
mem:0xfeffb000, through /dev/mem"

@test "without a node the firmware's region is read, and one line says so" {
  local command
  for command in show dump; do
    expect 0 "$command" --root "$HOST" -o "$command.bin"
    assert_stderr "$note"
  done
  expect 1 verify --duration 10ms --root "$HOST"
  assert_stderr "$note"
  cmp dump.bin "$page"
  expect 0 show --json --root "$HOST"
  assert_json '.source == {kind: "memory", format: "raw", path: "mem:0xfeffb000"}'
  expect 0 record -n 1 --root "$HOST"
  # A summary follows.
  # shellcheck disable=SC2154 # expect sets it
  [[ $stderr == "$note"$'\n'* ]]
  [[ $(jq -r 'select(.type == "start") | .source.kind' <<<"$output") == memory ]]
}

@test "--phys and mem:ADDRESS read the same page, and say nothing" {
  expect 0 dump --phys 0xfeffb000 --root "$HOST" -o out.bin
  assert_stderr ""
  cmp out.bin "$page"
  expect 0 dump mem:4278169600 --root "$HOST" -o out.bin
  cmp out.bin "$page"
  expect 0 diff mem:0xfeffb000 "$page" --root "$HOST"
  expect 0 mem:0xfeffb000 --root "$HOST"
}

@test "a node comes first, and a named SOURCE too" {
  put dev/vmclock0 ""
  cp "$page" "$HOST/dev/vmclock0"
  expect 0 show --json --root "$HOST"
  assert_stderr ""
  assert_json '.source.kind == "file"'
  rm "$HOST/dev/vmclock0"
  expect 0 show --json "$page" --root "$HOST"
  assert_stderr ""
}

@test "the region is mapped read-only, and nothing else of memory" {
  command -v strace >/dev/null || skip "no strace"
  strace -o trace true 2>/dev/null || skip "no tracing here"
  local command
  for command in show verify dump compare "record -n 1" doctor; do
    # shellcheck disable=SC2086
    traced -f -y -o trace -- $command --root "$HOST" >/dev/null 2>&1 || true
    # Each time it was opened; strace -y has the path of the descriptor.
    grep -E 'open.* = [0-9]+<[^>]*host/dev/mem>$' trace >opened
    [[ -s opened ]] || fail "$command: did not open it"
    run -1 grep -vE 'O_RDONLY|O_PATH' opened
    # What is mapped of any file from an offset of this size on.
    grep -oE 'mmap\([^)]*, 0x[0-9a-f]{8,}\)' trace >mapped
    run -1 grep -vE \
      'mmap\(NULL, 4096, PROT_READ, MAP_SHARED, [0-9]+<[^>]*>, 0xfeffb000\)' mapped
    [[ -s mapped ]] || fail "$command: did not map it"
    run -1 grep -E 'host/[^"]*", O_(WRONLY|RDWR)' trace
    run -1 grep -E 'PROT_WRITE, MAP_SHARED' trace
  done
}

@test "System RAM is never read, in whole or in part, and hidden addresses are it" {
  expect 3 show --phys 0x1000 --root "$HOST"
  assert_stderr --partial "mem:0x1000: inside System RAM, which is not read"
  expect 3 show --phys 0x9f000 --root "$HOST"
  assert_stderr --partial "inside System RAM"
  put proc/iomem "00000000-00000000 : System RAM
00000000-00000000 : Reserved
  00000000-00000000 : AMZNC10C:00"
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "hides the addresses, so this may be System RAM"
  assert_stderr --partial "run it as root"
  rm "$HOST/proc/iomem"
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "which says whether this is System RAM, cannot be read"
}

@test "a region in System RAM is not taken unasked, nor one that is hidden" {
  put proc/iomem "fe000000-feffffff : System RAM
  feffb000-feffbfff : AMZNC10C:00"
  expect 3 show --root "$HOST"
  assert_stderr --partial "device AMZNC10C:00 has no /dev/vmclockN"
  put proc/iomem "00000000-00000000 : Reserved
  00000000-00000000 : AMZNC10C:00"
  expect 3 show --root "$HOST"
  assert_stderr --partial "no node of the VMClock device AMZNC10C:00"
  assert_stderr --partial "as root its page is read through /dev/mem"
}

@test "of two devices none is taken unasked, and --phys names one" {
  local command
  put sys/bus/acpi/devices/VMCK0001:00/modalias acpi:VMCK0001:VMCLOCK:
  put proc/iomem "fe000000-feffffff : Reserved
  feffa000-feffafff : VMCK0001:00
  feffb000-feffbfff : AMZNC10C:00"
  for command in show dump verify watch; do
    expect 3 "$command" --root "$HOST"
    assert_stderr --partial "$HOST/dev: no node of 2 VMClock devices"
    assert_stderr --partial "hint: --phys ADDRESS reads the page of one"
  done
  expect 0 dump --phys 0xfeffb000 --root "$HOST" -o out.bin
  cmp out.bin "$page"
  run vmclockctl doctor --root "$HOST"
  assert_output --partial "memory: root may read a page through /dev/mem meanwhile"
}

@test "another architecture takes no region unasked" {
  put proc/sys/kernel/arch aarch64
  expect 3 show --root "$HOST"
  assert_stderr --partial "device AMZNC10C:00 has no /dev/vmclockN"
  expect 0 show --phys 0xfeffb000 --root "$HOST"
  expect 1 doctor --json --root "$HOST"
  assert_json '[.results[] | select(.topic == "memory") |
      {level, topic, next, message}] ==
    [{level: "note", topic: "memory", next: null, message:
      "root may read the page through /dev/mem meanwhile: vmclockctl show --phys 0xfeffb000; a host whose CPU lacks FEAT_S2FWB can show an old or mixed page so"}]'
}

@test "doctor: readable through /dev/mem meanwhile, or why not" {
  expect 1 doctor --json --root "$HOST"
  assert_json '.results | any(.topic == "memory" and .level == "ok" and .message ==
      "readable through /dev/mem meanwhile: vmclockctl show --phys 0xfeffb000")
    and any(.topic == "page" and .level == "ok")'
  truncate -s 1G "$HOST/dev/mem"
  truncate -s 4G "$HOST/dev/mem"
  expect 1 doctor --json --root "$HOST"
  assert_json '.results | any(.topic == "memory" and .level == "note" and
    (.message | contains("zeros where the magic should be")))'
  put proc/iomem "00000000-00000000 : Reserved
  00000000-00000000 : AMZNC10C:00"
  expect 1 doctor --json --root "$HOST"
  assert_json '.results | any(.topic == "memory" and
    (.message | contains("root may be able to")))'
}

@test "verify: the driver's rules do not apply, the firmware's do" {
  # This page has the wrong sign, and is not of now.
  expect 1 verify --json --duration 10ms --root "$HOST"
  assert_json '[.results[] | select(.id | test("^(driver|phc|notify)\\.")) |
    [.status, .message]] | unique ==
    [["not-applicable", "read through /dev/mem, without a driver"]]'
  assert_json '[.results[] | select(.id | test("^firmware\\.")) | .status] ==
    ["ok", "ok"]'
}

@test "refusals are told apart" {
  truncate -s 1G "$HOST/dev/mem"
  truncate -s 4G "$HOST/dev/mem"
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "not a VMClock page, zeros where the magic should be"
  head -c 4096 /dev/zero | tr '\0' '\377' >ones
  write_page ones
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "ff ff ff ff as where nothing answers"
  printf 'RSDP' | cat - ones | head -c 4096 >table
  write_page table
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial 'no magic "VCLK" in 52 53 44 50'
  truncate -s 1G "$HOST/dev/mem"
  expect 4 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "there is no memory at this address"
  rm "$HOST/dev/mem"
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "/dev/mem: No such file or directory"
  assert_stderr --partial "built without CONFIG_DEVMEM, or this is a container"
  put sys/class/mem/mem/dev 1:1
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "the kernel has it, and there is no node"
  mkdir "$HOST/dev/mem"
  expect 3 show --phys 0xfeffb000 --root "$HOST"
  assert_stderr --partial "is not the memory device"
  expect 3 show --root "$HOST"
  rmdir "$HOST/dev/mem"
  expect 3 show --root "$HOST"
  assert_stderr --partial "device AMZNC10C:00 has no /dev/vmclockN"
}

@test "an address that no page can have, and what goes with none: status 2" {
  for command in show verify dump watch record compare; do
    expect 2 "$command" --phys 0xfeffb004 --root "$HOST"
    expect 2 "$command" --phys 0x10000000000000 --root "$HOST"
    expect 2 "$command" --phys 0xfeffb000 --live --root "$HOST"
  done
  for command in watch record compare; do
    expect 2 "$command" --phys 0xfeffb000 "$page"
    assert_stderr --partial "does not change"
  done
  expect 2 show mem:0xfeffb001
  expect 2 show mem:
  expect 2 show --at 1 --phys 0xfeffb000 --root "$HOST"
}

@test "watch sees each disruption, and record each page" {
  "$VMCLOCKCTL" watch --event disruption --root "$HOST" --interval 5ms -n 2 \
    --timeout 20s >events 2>notes 3>&- &
  local pid=$! i
  for ((i = 0; i < 200; i++)); do
    grep -q watching notes events && break
    sleep 0.05
  done
  write_page "$(patched "$page" 0x10 09)"
  for ((i = 0; i < 200; i++)); do
    grep -q disruption events && break
    sleep 0.05
  done
  write_page "$(patched "$page" 0x10 0a)"
  wait "$pid"
  [[ $(grep -c "disruption_marker 0x" events) == 2 ]]
}

@test "a long region is read whole, as /proc/iomem has it" {
  put proc/iomem "fe000000-feffffff : Reserved
  feffb000-feffefff : AMZNC10C:00"
  expect 0 dump --root "$HOST" -o out.bin
  [[ $(stat -c %s out.bin) == 16384 ]]
}
