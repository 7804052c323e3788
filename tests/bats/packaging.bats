# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016,SC2034,SC2154 # other shells expand
bats_require_minimum_version 1.5.0
load helper

setup() {
  cd "$VMCLOCKCTL_SOURCE_ROOT" || return
  CONTRIB=$VMCLOCKCTL_SOURCE_ROOT/contrib
  VERSION=$("$VMCLOCKCTL" --version)
  VERSION=${VERSION#vmclockctl }
}

@test "every package has the program's version" {
  once
  grep -qx "Version: *$VERSION" "$CONTRIB/rpm/vmclockctl.spec"
  grep -q -- "> - $VERSION-1\$" "$CONTRIB/rpm/vmclockctl.spec"
  grep -qx "pkgver=$VERSION" "$CONTRIB/apk/APKBUILD"
  grep -qx " *version = \"$VERSION\";" "$CONTRIB/nix/flake.nix"
  grep -q "^## $VERSION " NEWS.md
}

@test "meson refuses a machine of 32 bit, and says why" {
  once
  command -v meson >/dev/null || skip "meson is not here"
  cd "$BATS_TEST_TMPDIR"
  echo 'int none;' | cc -m32 -x c -c -o none.o - || skip "this compiler knows no 32 bit"
  cat >cross.ini <<'END'
[binaries]
c = ['cc', '-m32']
ar = 'ar'
strip = 'strip'
[properties]
needs_exe_wrapper = true
[host_machine]
system = 'linux'
cpu_family = 'x86'
cpu = 'i686'
endian = 'little'
END
  run -1 meson setup --cross-file=cross.ini build "$VMCLOCKCTL_SOURCE_ROOT"
  assert_line --partial "ERROR: Problem encountered: vmclockctl needs a 64-bit machine"
}

@test "the RPM lists each file that is installed, and no other" {
  once
  command -v meson >/dev/null || skip "meson is not here"
  local file
  # Names below the prefix, without the compression that rpm adds.
  sed -n 's/^%doc //; s/\*$//
    s/^%{_bindir}/bin/p; s/^%{_mandir}/share\/man/p; s/^%{_libdir}/lib64/p
    s/^%{_includedir}/include/p
    s/^%{_docdir}/share\/doc/p; s/^%{_datadir}/share/p' \
    "$CONTRIB/rpm/vmclockctl.spec" >"$BATS_TEST_TMPDIR/listed"
  meson setup "$BATS_TEST_TMPDIR/build" --prefix=/usr --libdir=lib64 >/dev/null
  meson introspect --installed "$BATS_TEST_TMPDIR/build" | jq -r '.[]' |
    sed 's,^/usr/,,' >"$BATS_TEST_TMPDIR/installed"
  test "$(wc -l <"$BATS_TEST_TMPDIR/installed")" -gt 7
  while IFS= read -r file; do
    while read -r listed; do
      [[ $file != "${listed%/}" && $file/ != "$listed"* &&
        $file != "$listed"* ]] || continue 2
    done <"$BATS_TEST_TMPDIR/listed"
    fail "$file is not listed"
  done <"$BATS_TEST_TMPDIR/installed"
  while IFS= read -r listed; do
    grep -q "^${listed%/}" "$BATS_TEST_TMPDIR/installed" || fail "$listed is not there"
  done <"$BATS_TEST_TMPDIR/listed"
}

@test "a shell reads the APKBUILD, nix the flake, the initramfs's hooks run" {
  once
  run -0 sh -euc '. "$1"; echo "$pkgname $pkgver $arch"; command -v build package' \
    sh "$CONTRIB/apk/APKBUILD"
  assert_line --partial "vmclockctl $VERSION x86_64"
  run -0 nix-instantiate --parse "$CONTRIB/nix/flake.nix"
  assert_output --partial 'pname = "vmclockctl"'
  run -1 nix-instantiate --parse <(echo '{ outputs = ; }')
  run -0 bash -euc '. "$1"; check || echo "$?"; depends; inst_multiple() { echo "inst $*"; }
    instmods() { echo "mods $*"; }; require_binaries() { :; }; check || echo "check $?"
    installkernel; install' bash \
    "$CONTRIB/initramfs/dracut/90vmclockctl/module-setup.sh"
  assert_line "check 255"
  assert_line "mods ptp_vmclock"
  assert_line "inst vmclockctl"
  run -0 sh "$CONTRIB/initramfs/initramfs-tools/vmclockctl" prereqs
  assert_output ""
}

@test "the container's file builds what the README says, from scratch" {
  once
  run -0 grep -E '^(FROM|ENTRYPOINT|COPY --from)' "$CONTRIB/container/Containerfile"
  assert_line "FROM scratch"
  assert_line 'ENTRYPOINT ["/vmclockctl"]'
  assert_line "COPY --from=build /build/vmclockctl /vmclockctl"
  grep -q -- '-Dstatic=true' "$CONTRIB/container/Containerfile"
  # Neither history nor what was built here goes into it.
  run -0 grep -xF -e .git -e build -e 'build-*' .dockerignore
  assert_equal "${#lines[@]}" 3
}
