# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # other shells expand
# What contrib/ci has for a hypervisor's CI; the lab boots it.
bats_require_minimum_version 1.5.0
load helper

setup() {
  CI=$VMCLOCKCTL_SOURCE_ROOT/contrib/ci
  KIT=$VMCLOCKCTL_SOURCE_ROOT/scripts/guest-kit
  cd "$BATS_TEST_TMPDIR" || return
}

# console: a log of the kit, with the kernel's lines and carriage returns around it.
console() {
  {
    echo "[    0.000000] Linux version"
    echo "# vmclockctl guest kit: begin"
    echo "KTAP version 1"
    echo "1..3"
    echo "# ok       driver: <bound> & well"
    echo "ok 1 doctor"
    echo "  KTAP version 1"
    echo "  1..3"
    echo "  ok 1 - header.magic"
    echo "  # expected -37"
    echo "  not ok 2 - tai.sign"
    echo "  ok 3 - phc.value # SKIP no PHC"
    echo "not ok 2 verify # status 1"
    echo "ok 3 compare # SKIP nothing to compare with"
    echo "# vmclockctl guest kit: end"
    echo "[    9.000000] reboot: Power down"
  } | sed 's/$/\r/'
}

@test "guest-kit judge makes JUnit of a console's log, with what was said of a failure" {
  once
  console >log
  run -1 "$KIT" judge -o junit.xml log
  assert_output "ok doctor
not ok verify, 3 cases
ok compare"
  run -0 /usr/bin/python3 - <<'END'
import junitparser
xml = junitparser.JUnitXml.fromfile("junit.xml")
print([(suite.name, suite.tests, suite.failures, suite.skipped) for suite in xml])
for suite in xml:
    for case in suite:
        if case.result:
            print(case.classname, case.name, type(case.result[0]).__name__,
                  case.result[0].text)
END
  assert_line "[('doctor', 1, 0, 0), ('verify', 3, 1, 1), ('compare', 1, 0, 1)]"
  assert_line "vmclockctl.verify tai.sign Failure expected -37"
  xmllint --noout junit.xml
}

@test "guest-kit judge: a log that lacks its end or a case is not whole, status 4" {
  once
  console | sed '/kit: end/d' >log
  run -4 "$KIT" judge -o junit.xml log
  assert_output --partial "not whole"
  grep -q '<failure' junit.xml
  # A line that the console lost.
  console | sed '/header.magic/d' >log
  run -4 "$KIT" judge log
  console | sed '/^ok 1 doctor/d' >log
  run -4 "$KIT" judge log
  # One step's line in the place of another's.
  console | sed 's/^ok 3 compare/ok 1 doctor/' >log
  run -4 "$KIT" judge log
  console | sed "s/^1\.\.3/1..$(printf '%05000d' 9)/" >log
  run -4 "$KIT" judge log
  console | sed 's/^/[    1.0] /' >log
  run -3 "$KIT" judge log
  assert_output --partial "stands in a longer line"
  # A guest that ran nothing.
  printf '%s\n' "# vmclockctl guest kit: begin" "KTAP version 1" "1..0" \
    "# vmclockctl guest kit: end" >log
  run -4 "$KIT" judge log
  echo nothing >log
  run -3 "$KIT" judge log
  assert_output --partial "no report of a guest kit"
  run -3 "$KIT" judge none
}

@test "guest-kit make: the same bytes again, the programs static, no partial file" {
  once
  local name
  printf '\x7fELF program' >static
  printf 'depends=\0\0depends=\0' >ptp_vmclock.ko
  run -0 "$KIT" make --program static --busybox static --modules ptp_vmclock.ko \
    --leap-file none -o one.gz
  "$KIT" make --program static --busybox static --modules ptp_vmclock.ko \
    --leap-file none -o two.gz
  cmp one.gz two.gz
  gzip -dc one.gz >cpio
  for name in init bin/busybox bin/vmclockctl lib/modules/00-ptp_vmclock.ko \
    lib/modules/order dev/console; do
    grep -qaF "$name" cpio
  done
  printf '\x7fELF /lib64/ld-linux-x86-64.so.2' >dynamic
  run -3 "$KIT" make --program dynamic --busybox static -o three.gz
  assert_output --partial "not static"
  mkdir empty
  run -3 "$KIT" make --program static --busybox static --modules empty -o three.gz
  assert_output --partial "no ptp_vmclock in it"
  run -3 "$KIT" make --program static --busybox none -o three.gz
  gzip -c static | head -c 12 >ptp_vmclock.ko.gz
  run -3 "$KIT" make --program static --busybox static --modules ptp_vmclock.ko.gz \
    -o three.gz
  test ! -e three.gz
}

@test "guest-kit make finds the driver's dependencies in a kernel's tree" {
  once
  mkdir -p tree/a tree/b
  printf '\x7fELF program' >static
  printf 'x\0depends=ptp\0' >tree/a/ptp_vmclock.ko
  printf 'x\0depends=pps_core\0' | xz >tree/b/ptp.ko.xz
  printf 'x\0depends=\0' | gzip >tree/b/pps_core.ko.gz
  run -0 "$KIT" make --program static --busybox static --modules tree \
    --leap-file none -o kit.gz
  assert_output --partial "modules: pps_core, ptp, ptp_vmclock"
  gzip -dc kit.gz | grep -qa 'depends=pps_core'
}

@test "qemu-pages and guest-kit name the file that cannot be had, in the system's words" {
  run --separate-stderr -3 "$CI/qemu-pages" none pages
  assert_stderr "qemu-pages: none: No such file or directory"
  run --separate-stderr -3 "$CI/qemu-pages" none /proc/none
  assert_stderr "qemu-pages: /proc/none: No such file or directory"
  run --separate-stderr -3 "$KIT" judge /proc
  assert_stderr "guest-kit: /proc: Is a directory"
}

@test "qemu-pages: a QEMU that does not answer is ended, status 3" {
  once
  printf '#!/bin/sh\necho $$ >pid\nexec sleep 60 3>&-\n' >silent
  chmod +x silent
  run -3 "$CI/qemu-pages" --vmclockctl "$VMCLOCKCTL" --timeout 1 ./silent pages 3>&-
  assert_output --partial "no answer within 1 s"
  run ! kill -0 "$(<pid)"
  run -2 "$CI/qemu-pages" --timeout -1 ./silent pages
}

@test "the kernel's selftest is skipped without a device or the program, in KTAP" {
  once
  run -4 env VMCLOCK=none PATH="${VMCLOCKCTL%/*}:$PATH" "$CI/kselftest.sh"
  assert_output "KTAP version 1
1..0 # SKIP no none"
  mkdir -p bin
  printf '#!/bin/sh\ncase $3 in phc*) exit 4 ;; notify*) exit 1 ;; esac\n' >bin/vmclockctl
  chmod +x bin/vmclockctl
  run -1 env VMCLOCK=/dev/null PATH="$PWD/bin:$PATH" "$CI/kselftest.sh"
  assert_line "1..3"
  assert_line "ok 1 driver.*"
  assert_line "not ok 2 notify.*"
  assert_line "ok 3 phc.*"
}

@test "QEMU's functional test judges the page that QEMU saves" {
  once
  mkdir -p qemu_test
  cat >qemu_test/__init__.py <<'END'
import logging, os, shutil, unittest
class VM:
    def add_args(self, *words): assert "vmclock" in words
    def launch(self): pass
    def cmd(self, name, **arguments):
        if name == "pmemsave":
            assert arguments["size"] == 4096
            shutil.copy(os.environ["PAGE"], arguments["filename"])
class QemuSystemTest(unittest.TestCase):
    log = logging.getLogger()
    def setUp(self): self.vm = VM()
    def set_machine(self, name): pass
    def require_device(self, name): pass
    def scratch_file(self, name): return os.path.join(os.getcwd(), name)
    main = staticmethod(unittest.main)
def skipIfMissingCommands(name):
    return unittest.skipIf(not shutil.which(name), name)
END
  local fixtures=$VMCLOCKCTL_SOURCE_ROOT/fixtures
  run -0 env PYTHONPATH="$PWD" PATH="${VMCLOCKCTL%/*}:$PATH" \
    PAGE="$fixtures/real/qemu-10.0.2-boot.bin" python3 "$CI/test_vmclock.py"
  assert_output --partial "Ran 2 tests"
  run -1 env PYTHONPATH="$PWD" PATH="${VMCLOCKCTL%/*}:$PATH" \
    PAGE="$fixtures/real/host-writer-stopped-odd-seq.bin" python3 \
    "$CI/test_vmclock.py"
  assert_output --partial "FAIL seq.even"
}

@test "the configurations of Firecracker and Cloud Hypervisor boot the kit" {
  once
  jq -e '."boot-source".initrd_path == "kit.gz" and ."machine-config".vcpu_count == 1
    and (."boot-source".boot_args | contains("vmclockctl.end=reboot"))' \
    "$CI/firecracker.json"
  jq -e '.payload.initramfs == "kit.gz" and .serial.mode == "File"' \
    "$CI/cloud-hypervisor.json"
}

@test "the checkers of GitHub's and GitLab's files accept them" {
  once
  local programs
  programs=$("$VMCLOCKCTL_SOURCE_ROOT/tests/npm-programs" \
    @action-validator/cli @action-validator/core gitlab-ci-local@4.52.0) ||
    skip "npm has no checkers here: $programs"
  run -0 "$programs/action-validator" "$CI/github.yml"
  sed 's/runs-on/run-on/' "$CI/github.yml" >damaged.yml
  run ! "$programs/action-validator" damaged.yml
  git init -q .
  cp "$CI/gitlab.yml" .gitlab-ci.yml
  run -0 "$programs/gitlab-ci-local" --list
  assert_line --regexp '^vmclock +test '
}
