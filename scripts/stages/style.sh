# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The files as they stand: manual pages, shell, layout of C, spelling, and what
# each says of itself and of others.

# The checkout's own files, sorted.
tree() {
  find . \( -name .git -o -name 'build' -o -name 'build-*' -o -name 'obj-*' \
    -o -name __pycache__ \) -prune -o -type f "$@" -print |
    sort | sed 's,^\./,,'
}

# The same but for fixtures and the fuzzers' inputs, which are data.
sources() {
  tree "$@" | grep -Ev '^(fixtures|tests/fuzz/(corpus|regressions))/'
}

# Those of them that a shell or bats reads.
shell_files() {
  local file first
  sources | while IFS= read -r file; do
    case $file in
    *.sh | *.bash | *.bats) printf '%s\n' "$file" ;;
    *)
      first=
      IFS= read -r first <"$file" || true
      case $first in
      '#!'*[/\ ]sh | '#!'*[/\ ]sh\ * | '#!'*bash* | '#!'*[/\ ]dash* | \
        '# shellcheck shell='*) printf '%s\n' "$file" ;;
      esac
      ;;
    esac
  done 2>/dev/null
}

stage_style() {
  local files
  mapfile -t files < <(compgen -G 'man/*.[1-9]' | sort)
  if ((${#files[@]})); then
    check mandoc "${files[*]}" mandoc -T lint -W warning "${files[@]}"
  else
    fail mandoc "no man page"
  fi

  mapfile -t files < <(shell_files)
  # In bats each test is a subshell: what it sets is meant to stay there.
  check shellcheck "${#files[@]} files" \
    shellcheck -x -e SC2030,SC2031 "${files[@]}"

  # Each version lays out in its own way; 14 is Debian 12's.
  mapfile -t files < <(sources -name '*.[ch]')
  ! version_is clang-format 14. || check clang-format "${#files[@]} files" \
    clang-format --dry-run -Werror "${files[@]}"

  # Its settings are in .codespellrc.
  mapfile -t files < <(sources)
  check codespell "${#files[@]} files" codespell "${files[@]}"

  mapfile -t files < <(tree)
  check "licences and names" "" tests/check-sources "${files[@]}"
}
