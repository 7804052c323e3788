# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the scripts share: packages are found and installed, and programs built.
# Sourced, never run.

unset CDPATH
self=scripts/${0##*/}
root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/scripts/*}

# What the build needs, by Debian's names of the packages.
# shellcheck disable=SC2034 # for the scripts
build_packages=(gcc libc6-dev meson ninja-build pkg-config libjansson-dev
  zlib1g-dev)

say() {
  printf '%s: %s\n' "$self" "$*" >&2
}

die() {
  say "$@"
  exit 1
}

# Whether what the package provides is here. It is looked for by use, so that this
# works on any system, unless by_dpkg is set, as to build a Debian package.
have() {
  local dir
  if [[ ${by_dpkg-} ]]; then
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>&1) == installed ]]
    return
  fi
  case $1 in
  gcc) command -v "${CC:-cc}" || command -v gcc ;;
  libc6-dev) [[ -e /usr/include/stdio.h ]] || cc -E - <<<'#include <stdio.h>' ;;
  ninja-build) command -v ninja ;;
  libjansson-dev) pkg-config --exists jansson ;;
  zlib1g-dev) pkg-config --exists zlib ;;
  libcmocka-dev) pkg-config --exists cmocka ;;
  libsimdjson-dev) pkg-config --exists simdjson ;;
  afl++) command -v afl-clang-fast ;;
  llvm) command -v "$(clang -print-prog-name=llvm-profdata)" ;;
  bsdextrautils) command -v hexdump ;;
  libxml2-utils) command -v xmllint ;;
  perl) command -v prove ;;
  debootstrap) PATH=$PATH:/usr/sbin command -v debootstrap ;;
  nix-bin) command -v nix-instantiate ;;
  abigail-tools) command -v abidiff ;;
  binutils) command -v nm ;;
  musl-tools) command -v musl-gcc ;;
  procps) command -v pkill ;;
  xz-utils) command -v xz ;;
  bash-completion) [[ -e /usr/share/bash-completion/bash_completion ]] ;;
  libclang-rt-dev)
    clang -fsanitize=fuzzer,address -x c -o /dev/null - \
      <<<'int LLVMFuzzerTestOneInput(void) { return 0; }'
    ;;
  util-linux) command -v unshare ;;
  # The system's, whatever python3 is first in PATH.
  python3-jsonschema)
    /usr/bin/python3 -c 'import importlib.util as u, sys
sys.exit(u.find_spec("jsonschema") is None)'
    ;;
  python3-junitparser)
    /usr/bin/python3 -c 'import importlib.util as u, sys
sys.exit(u.find_spec("junitparser") is None)'
    ;;
  python3-prometheus-client)
    /usr/bin/python3 -c 'import importlib.util as u, sys
sys.exit(u.find_spec("prometheus_client") is None)'
    ;;
  bats-*)
    # The same places as in tests/bats/helper.bash.
    local IFS=:
    for dir in ${BATS_LIB_PATH-} /usr/lib/bats /usr/lib /usr/local/lib/bats \
      /usr/local/lib /usr/share/bats; do
      [[ -e $dir/$1/load.bash ]] && return
    done
    return 1
    ;;
  *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

# missing_of PACKAGE...: fills the array missing.
missing_of() {
  local package
  missing=()
  for package in "$@"; do
    have "$package" || missing+=("$package")
  done
}

# need PACKAGE...: returns with all of them here, or ends the script. With
# no_install set it never installs.
need() {
  local missing log as_root=() apt=(apt-get -o DPkg::Lock::Timeout=300)

  missing_of "$@"
  ((${#missing[@]})) || return 0

  if [[ ${no_install-} ]]; then
    die "missing here (Debian's names): ${missing[*]}"
  elif ! command -v apt-get >/dev/null; then
    die "missing here, and no apt-get to install with (Debian's names):" \
      "${missing[*]}"
  elif ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "missing, and installing needs root or sudo: ${missing[*]}"
    as_root=(sudo)
  fi

  say "installing ${missing[*]} (missing here and needed to ${purpose:-build it};" \
    "downloading may take a minute or two)"
  log=$(mktemp)
  as_root+=(env "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin" LC_ALL=C
    DEBIAN_FRONTEND=noninteractive)
  # An update that fails for one source of many may not matter.
  "${as_root[@]}" "${apt[@]}" update </dev/null >"$log" 2>&1 || true
  if ! "${as_root[@]}" "${apt[@]}" install -y --no-install-recommends \
    "${missing[@]}" </dev/null >>"$log" 2>&1; then
    cat -- "$log" >&2
    rm -f -- "$log"
    die "could not install: ${missing[*]} (apt-get's output is above)"
  fi
  rm -f -- "$log"
  hash -r

  missing_of "$@"
  ((${#missing[@]} == 0)) ||
    die "apt-get installed everything, yet these cannot be found: ${missing[*]}"
}

# What fuzzing needs in addition.
# shellcheck disable=SC2034 # for the scripts
fuzz_packages=(clang libclang-rt-dev python3 util-linux)

# sanitizers COMPILER: sets runner to the words that start a program built with
# sanitizers, and no_leaks if such a program cannot look for leaks here.
sanitizers() {
  local probe
  runner=() no_leaks=
  # The sanitizers fail now and then where the kernel spreads mappings wider than
  # they expect.
  if (($(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0) > 28)) &&
    setarch -R true 2>/dev/null; then
    runner=(setarch -R)
  fi
  probe=$(mktemp)
  # The leak checker must be allowed to trace; some containers forbid it.
  if "$1" -fsanitize=address,undefined -x c -o "$probe" - \
    <<<'int main(void) { return 0; }' >/dev/null 2>&1 &&
    ! ASAN_OPTIONS=detect_leaks=1 "${runner[@]}" "$probe" >/dev/null 2>&1 &&
    ASAN_OPTIONS=detect_leaks=0 "${runner[@]}" "$probe" >/dev/null 2>&1; then
    # shellcheck disable=SC2034 # for the scripts
    no_leaks=1
  fi
  rm -f -- "$probe"
}

# lock DIR: makes the build directory, and keeps other runs out of it until
# this one ends or closes file descriptor 9.
lock() {
  local dir=$root/$1
  mkdir -p -- "$dir" 2>/dev/null || true
  [[ -d $dir && -w $dir ]] || die "cannot write to $dir, where the build goes"
  command -v flock >/dev/null || return 0
  exec 9<"$dir"
  if ! flock -n 9; then
    say "waiting for another run that uses $dir"
    flock 9 || true
  fi
}

setup() {
  find "$dir/" -mindepth 1 -delete
  printf '%s\n' "$stamp" >"$dir/$mark"
  LC_ALL=C.UTF-8 meson setup "$dir" "$root" "$@" </dev/null >"$log" 2>&1 9<&-
}

compile() {
  LC_ALL=C.UTF-8 ninja -C "$dir" </dev/null >"$log" 2>&1 9<&-
}

# Whether the failure in $log is a mistake in the source, which a fresh build
# directory would not mend; any other failure may be the fault of the old one.
source_at_fault() {
  grep -q '^FAILED: ' "$log" &&
    ! grep -Eq '^FAILED: build\.ninja|^ninja: error|not found$' "$log"
}

# build DIR MESON_OPTION...: brings DIR (locked) up to date; on failure prints the
# output of the tools and returns 1. A build directory that these scripts made is
# set up anew when its place, tools or options are others, or when it cannot be
# used any more. One that somebody else set up is only built in.
build() {
  local dir=$root/$1 log stamp mark=set-up-by-scripts status=1
  shift
  stamp="$root|$(command -v meson)|$(command -v ninja)|${CC-}|$*"
  log=$(mktemp)

  if [[ -e $dir/$mark ]]; then
    if [[ -e $dir/build.ninja && $(<"$dir/$mark") == "$stamp" ]] && compile; then
      status=0
    elif [[ -s $log ]] && source_at_fault; then
      status=1
    elif setup "$@" && compile; then
      status=0
    fi
  elif [[ -e $dir/build.ninja ]]; then
    if compile; then
      status=0
    else
      echo "$dir was not set up by these scripts; they make a new one if it is removed." >>"$log"
    fi
  elif compgen -G "$dir/*" >/dev/null; then
    echo "$dir holds files, yet is no build directory; they are in the way." >>"$log"
  elif setup "$@" && compile; then
    status=0
  fi

  ((status == 0)) || cat -- "$log" >&2
  rm -f -- "$log"
  return "$status"
}
