#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# libvmclock: what it exports, and the examples that use it.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || exit
  publisher=
  build=$(dirname -- "$VMCLOCKCTL")
  examples=$build/examples
  [[ -e $build/libvmclock.so.0 && -e $examples/example-reseed ]] ||
    skip "the library is not beside the program"
  export LD_LIBRARY_PATH=$build
}

teardown() {
  [[ -z $publisher ]] || kill "$publisher" 2>/dev/null || true
}

# in_order LINE: three numbers that are the earliest time, the time, the latest.
in_order() {
  local earliest time latest
  read -r earliest time latest <<<"$1"
  ((earliest <= time && time <= latest && latest - earliest < 1000000000))
  # It is the clock of this machine that the page was made from.
  ((time / 1000000000 - $(date +%s) < 60 && $(date +%s) - time / 1000000000 < 60))
}

@test "the library exports what its header declares, and nothing else" {
  local header=$VMCLOCKCTL_SOURCE_ROOT/include/vmclock.h
  command -v nm >/dev/null || skip "no nm"
  nm -D --defined-only "$build/libvmclock.so.0" | awk '$2 == "T" { print $3 }' |
    sed 's/@.*//' | sort >exported
  grep -o 'vmclock_[a-z_]*(' "$header" | tr -d '(' | sort -u |
    grep -vx 'vmclock_now_t' >declared
  # In comments a call is vmclock_open(3) or vmclock_seen().
  diff declared exported
  nm -D --defined-only "$build/libvmclock.so.0" |
    awk '$2 == "T" && $3 !~ /@@LIBVMCLOCK_0$/ { bad = 1; print } END { exit bad }'
}

@test "the examples read a page that is published" {
  publish page steady
  run -0 "$examples/example-strict-clock" page 100000000
  in_order "$output"
  run -1 "$examples/example-strict-clock" page 0
  assert_output 'strict-clock: the bounds are too wide'
  run -0 "$examples/example-commit-wait" page
  assert_output --regexp '^committed at [0-9]+ ns of TAI$'
  run -1 "$examples/example-commit-wait" nowhere
  assert_output 'commit-wait: No such file or directory'
}

@test "the generator of the example reseeds after a clone, and not before" {
  cp "$VMCLOCKCTL_SOURCE_ROOT/fixtures/real/qemu-11.1.3-boot.bin" page
  chmod u+w page
  # VM_GEN_COUNTER_PRESENT, bit 8 of the flags at 0x18.
  printf '\x01' | dd of=page bs=1 seek=25 conv=notrunc status=none
  mkfifo asked
  "$examples/example-reseed" page <asked >said &
  exec {asking}>asked
  printf '\n\n' >&"$asking"
  for _ in {1..500}; do
    [[ $(wc -l <said) -lt 3 ]] || break
    sleep 0.01
  done
  # Its generation, 8 bytes at 0x68, becomes another.
  printf '\x63' | dd of=page bs=1 seek=104 conv=notrunc status=none
  printf '\n' >&"$asking"
  exec {asking}>&-
  wait
  [[ $(sed 's/ in generation.*//' said | tr '\n' ' ') == \
    'seeded number number seeded number ' ]]
}

@test "the event loop of the example is told of a restore" {
  publish page snapshot-restore --rate 20
  run -0 timeout 60 "$examples/example-event-loop" page 1
  assert_line --index 0 'looking at intervals'
  assert_line restore
}

@test "Python reads the time by ctypes, and Rust by an extern block" {
  publish page steady
  command -v python3 >/dev/null || skip "no python3"
  ! grep -q -e __asan_init -e __tsan_init "$build/libvmclock.so.0" ||
    skip "a library with sanitizers wants a program with them"
  run -0 python3 "$VMCLOCKCTL_SOURCE_ROOT/examples/now.py" page
  in_order "$output"
  run -1 python3 "$VMCLOCKCTL_SOURCE_ROOT/examples/now.py" nowhere
  assert_output 'now.py: No such file or directory'
  if command -v rustc >/dev/null && rustc --version >/dev/null 2>&1; then
    ln -s "$build/libvmclock.so.0" libvmclock.so
    run -0 rustc --edition 2021 -L . -l vmclock -o now \
      "$VMCLOCKCTL_SOURCE_ROOT/examples/now.rs"
    run -0 ./now page
    in_order "$output"
  fi
}

@test "without a path the library takes the one device of the machine" {
  local open='mount -t tmpfs none /dev && "$@"'
  unshare --user --map-root-user --mount sh -c "$open" sh true 2>/dev/null ||
    skip "no user namespaces here"
  private() {
    unshare --user --map-root-user --mount sh -c "$open" sh "$@"
  }
  publish page steady
  cp page copy
  run -1 private "$examples/example-strict-clock"
  assert_output 'strict-clock: No such device'
  # What only begins with the name is no device.
  # shellcheck disable=SC2016
  run -0 private sh -c 'cp copy /dev/vmclock7; cp copy /dev/vmclock7x;
    cp copy /dev/vmclock; exec "$0"' "$examples/example-strict-clock"
  in_order "$output"
  # shellcheck disable=SC2016
  run -1 private sh -c 'cp copy /dev/vmclock0; cp copy /dev/vmclock1;
    exec "$0"' "$examples/example-strict-clock"
  assert_output 'strict-clock: Argument list too long'
}
