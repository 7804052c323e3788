# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
bats_require_minimum_version 1.5.0
load helper
load hosts

setup_file() {
  READERS=$("${BATS_TEST_FILENAME%/*}/../readers")
  export READERS
}

# guest: a machine whose PHC is judged, and what chronyd finds beside its files
guest() {
  local name
  playable
  host qemu
  mkdir -p "$HOST/etc/chrony" "$HOST/usr/share/zoneinfo/right" "$HOST/usr/sbin"
  for name in right/UTC UTC leap-seconds.list; do
    [[ ! -e /usr/share/zoneinfo/$name ]] ||
      cp "/usr/share/zoneinfo/$name" "$HOST/usr/share/zoneinfo/$name"
  done
  # The page is of this machine's counter.
  vmclockctl show --json sim:steady >"$BATS_TEST_TMPDIR/page.json"
  rm -f "$HOST/dev/vmclock0"
  vmclockctl encode --from "$BATS_TEST_TMPDIR/page.json" -o "$HOST/dev/vmclock0"
}

# leap_zone: right/UTC where this machine's tzdata has none, with one leap second.
leap_zone() {
  local file=$HOST/usr/share/zoneinfo/right/UTC
  [[ -e $file ]] ||
    printf 'TZif%bUTC\0\x04\xb2\x58\0\0\0\0\1' "$(printf '\\0%.0s' {1..27})\1\0\0\0\0\0\0\0\1\0\0\0\4\0\0\0\0\0\0" >"$file"
}

# doctor PLAY: its lines about chrony, as "LEVEL MESSAGE next: STEP"
doctor() {
  local options=${ASAN_OPTIONS-}:verify_asan_link_order=0
  env ASAN_OPTIONS="$options" LD_PRELOAD="$PLAYED" PTP_PLAY="$1" \
    "$VMCLOCKCTL" doctor --root "$HOST" --json |
    jq -r '.results[] | select(.topic == "chrony") |
      "\(.level) \(.message) next: \(.next // "")"'
}

# The program itself, of which the reader may be a script.
chronyd_program() {
  local program
  program=$(sed -n 's/.* exec "\([^"]*\)".*/\1/p' "$READERS/chronyd" 2>/dev/null)
  echo "${program:-$(readlink -f "$READERS/chronyd")}"
}

# chronyd_says PLAY: what the real one does with these files: "ends", "none" where
# it gets no time, or by how many seconds it finds the clock wrong. Its PHC is
# played on /dev/null, its files are copies that name each other.
chronyd_says() {
  local real=$BATS_TEST_TMPDIR/real said
  rm -rf "$real"
  mkdir "$real"
  cp -r "$HOST/etc/chrony" "$real/"
  find "$real/chrony" -type f -exec \
    sed -i "s#/dev/ptp#$real/ptp#g; s#/etc/chrony#$real/chrony#g" {} +
  ln -s /dev/null "$real/ptp0"
  ln -s ptp0 "$real/ptp_own"
  said=$(LD_PRELOAD="$PLAYED" PTP_PLAY="$1" timeout 30 \
    "$READERS/chronyd" -Q -U -t 1 -u "$(id -un)" -f "$real/chrony/chrony.conf" 2>&1) || :
  case $said in
  *"Fatal error"*) echo ends ;;
  *"clock wrong by "*)
    said=${said##*clock wrong by }
    said=$(printf '%.0f' "${said%% seconds*}")
    echo "${said/#-0/0}"
    ;;
  *) echo none ;;
  esac
}

# doctor_says PLAY: the same by the doctor's lines
doctor_says() {
  local lines
  lines=$(doctor "$1")
  case $lines in
  *"chronyd does not start"*) echo ends ;;
  *"gives no time"* | *"never followed"* | *"another gives their seconds"* | \
    "note no chrony refclock"*) echo none ;;
  *" s ahead: "*) sed -n 's/.* would be \([0-9]*\).* ahead.*/\1/p' <<<"$lines" ;;
  *" s behind: "*) sed -n 's/.* would be \([0-9]*\).* behind.*/-\1/p' <<<"$lines" ;;
  ok*) echo 0 ;;
  *) echo "unclear: $lines" ;;
  esac
}

# chronyd takes its time over several samples, unless told so.
fast='poll -4 dpoll -4 filter 1'
phc="refclock PHC /dev/ptp0 $fast"

# Each is a chrony.conf, as for printf; further files follow "|PATH|".
files=(
  "$phc"
  "$phc tai\nleapsectz right/UTC"
  "$phc tai"
  "leapsectz right/UTC\n$phc offset -37"
  "$phc offset -37.0 tai\nleapsectz right/UTC"
  "$phc offset +0.2 offset -37.4"
  "$phc offset -3.7e1"
  "$phc offset 0x25"
  "$phc offset -37tai\nleapsectz right/UTC"
  "$phc offset"
  "$phc offset x"
  "$phc offset -36"
  "  REFCLOCK\tPHC  /dev/ptp0   POLL -4 DPOLL -4 Filter 1\tTAI \r\nLeapSecTZ right/UTC\r"
  "refclock phc /dev/ptp0"
  "refclock PHC"
  "refclock"
  "refclock PHC /dev/ptp0 $fast refid VMCLO"
  "refclock PHC /dev/ptp0 $fast refid VMCL prefer trust require stratum 1"
  "$phc poll"
  "$phc poll -4.5"
  "$phc # a comment"
  "# a comment\n ! another\n;x\n\t%%y\n$phc"
  "#$phc"
  "$phc tay"
  "refclock PHC /dev/ptp0:nocrosst $fast"
  "refclock PHC /dev/ptp0:extpps:pin=1:channel=0:clear:x $fast"
  "refclock PHC /dev/ptp0::nocrossts $fast"
  "$phc noselect"
  "$phc local"
  "$phc tai\nleapsectz right/Nowhere"
  "$phc tai\nleapsectz UTC"
  "leapsectz right/UTC posix"
  "$phc tai\nleapseclist /usr/share/zoneinfo/leap-seconds.list"
  "$phc tai\nleapseclist /nowhere\nleapsectz right/UTC"
  "refclock PHC /dev/ptp_own $fast offset -37"
  "refclock PHC /dev/ptp_none $fast"
  "refclock PHC /dev/ptp01 $fast"
  "include /etc/chrony/none.conf\n$phc"
  "include /etc/chrony/*.none\n$phc"
  "include /etc/chrony/none.d/*.conf\n$phc"
  "include /etc/chrony/a.d\n$phc|a.d/x|"
  "include /etc/chrony/[ab].inc|a.inc|$phc|b.inc|leapsectz right/UTC"
  "include /etc/chrony/a.inc\n|a.inc|include /etc/chrony/b.inc|b.inc|$phc tai"
  "include /etc/chrony/chrony.conf\n$phc"
  "include\n$phc"
  "include /etc/chrony/a /etc/chrony/b\n$phc"
  "confdir /etc/chrony/none.d\n$phc"
  "confdir\n$phc"
  "confdir /etc/chrony/a.d /etc/chrony/b.d|a.d/1.conf|$phc|b.d/1.conf|$phc foo"
  "confdir /etc/chrony/b.d /etc/chrony/a.d|a.d/1.conf|$phc|b.d/1.conf|$phc foo"
  "confdir /etc/chrony/a.d|a.d/1.conf.off|$phc foo|a.d/.2.conf|$phc foo|a.d/3.conf|$phc tai|a.d/4.conf|leapsectz right/UTC"
  "confdir /etc/chrony/a.d /b /c /d /e /f /g /h /i /j /k\n$phc"
  "sourcedir /etc/chrony/a.d\n$phc|a.d/1.sources|refclock nonsense"
  "refclock SHM 0 tai\n$phc"
  "$phc\n$(printf '%2050s' '# long')"
)

# The files of one: chrony.conf, and those beside it.
write_files() {
  local rest=$1 path
  rm -rf "$HOST/etc/chrony"
  mkdir -p "$HOST/etc/chrony"
  printf '%b\n' "${rest%%|*}" >"$HOST/etc/chrony/chrony.conf"
  while [[ $rest == *"|"* ]]; do
    rest=${rest#*|}
    path=${rest%%|*}
    rest=${rest#*|}
    mkdir -p "$HOST/etc/chrony/$(dirname -- "$path")"
    printf '%b\n' "${rest%%|*}" >"$HOST/etc/chrony/$path"
  done
}

@test "the doctor reads chrony's files as chronyd does: ${#files[@]} of them" {
  once
  local text real ours play failed=0
  declare -A seen=()
  guest
  cp "$(chronyd_program)" "$HOST/usr/sbin/chronyd"
  link dev/ptp_own ptp0
  for text in "${files[@]}"; do
    write_files "$text"
    for play in tai "ahead 0"; do
      # What ends chronyd does not depend on the time.
      [[ $play == tai || $real != ends && $real != none ]] || continue
      real=$(chronyd_says "$play")
      ours=$(doctor_says "$play")
      seen[$real]=1
      [[ $real != "$ours" ]] || continue
      failed=1
      echo "PHC shows $play, chronyd: $real, doctor: $ours, of: ${text:0:200}"
      doctor "$play"
    done
  done
  ((!failed))
  for real in ends none 0 37 -37 1; do
    [[ ${seen[$real]-} ]] || fail "none of the files has chronyd say $real"
  done
}

# says PLAY CHRONY.CONF REGEX: what the doctor says of it, each message with its
# next step; "chrony.conf" stands for the path of the file
says() {
  write_files "$2"
  run -0 doctor "$1"
  assert_output --regexp "${3//chrony.conf/\/etc\/chrony\/chrony.conf}"
}

@test "the doctor's advice is the whole line that works on this machine" {
  local line="refclock PHC /dev/ptp0 poll 0"
  guest
  leap_zone
  says tai "leapsectz right/UTC\n$line offset -36 refid X" \
    "^problem chrony.conf:2: the clock would be 1 s ahead: the PHC shows TAI, the line lacks tai, offset takes 36 s next: instead: $line refid X tai$"
  says tai "$line" "s ahead: .* next: instead: $line tai; and for tai: leapsectz right/UTC$"
  says "ahead 0" "$line TAI\nleapsectz right/UTC" \
    "37 s behind: the PHC shows UTC, tai takes 37 s off next: instead: $line$"
  # A correction of less than half a second is meant.
  says "ahead 0" "$line offset 0.25 tai\nleapsectz right/UTC" \
    "36.75 s behind: .*, offset adds 0.25 s next: instead: $line offset 0.25$"
  says tai "# none" \
    "^note no chrony .* next: add to chrony.conf: refclock PHC /dev/ptp0 refid VMCL poll 0 dpoll -2 tai; and for tai: leapsectz right/UTC$"
  link dev/ptp_vmclock ptp0
  says tai "leapsectz right/UTC" \
    "next: add to chrony.conf: refclock PHC /dev/ptp_vmclock refid VMCL poll 0 dpoll -2 tai$"
}

@test "a path of chrony's that leads nowhere, or to no clock, is a problem" {
  guest
  says tai "refclock PHC /dev/ptp_vmclock poll 0 offset -37" \
    "^problem chrony.conf:1: chronyd does not start: /dev/ptp_vmclock is not there next: contrib/udev/45-vmclock.rules makes this link; without it: refclock PHC /dev/ptp0 poll 0 tai; and for tai: "
  refute_output --partial "no chrony refclock reads"
  put .dockerenv ""
  says tai "refclock PHC /dev/ptp_vmclock poll 0 offset -37" "next: the line for this PTP clock: refclock PHC /dev/ptp0 poll 0 tai"
  rm "$HOST/.dockerenv"
  says tai "refclock PHC /dev/ptp7 poll 0" "next: the line for this PTP clock: refclock PHC /dev/ptp0 poll 0 tai"
  says tai "refclock PHC /dev/ptp_kvm" "/dev/ptp_kvm is not there next: correct the path"
  link dev/ptp_loop ptp_loop
  says tai "refclock PHC /dev/ptp_loop" "/dev/ptp_loop is not there"
  link dev/ptp_gone ptp5
  says tai "refclock PHC /dev/ptp_gone" "/dev/ptp_gone is not there"
  put dev/ptp_file ""
  says tai "refclock PHC /dev/ptp_file" "/dev/ptp_file is no PTP clock"
  rm -r "$HOST/sys/class/ptp" "$HOST/dev/ptp0"
  says tai "refclock PHC /dev/ptp_vmclock" "not there next: take the line away until there is a PTP clock$"
}

@test "a link, or a link's link, to the PTP clock is a name of it" {
  guest
  phc 1 "KVM virtual PTP"
  link dev/disk/clock ../ptp0
  link dev/first /dev/disk/clock
  says tai "refclock PHC /dev/first offset -37" "^ok chrony.conf:1: refclock PHC /dev/first offset -37"
  link dev/first ptp1
  says tai "refclock PHC /dev/first\nrefclock PHC /dev/ptp0 offset -37" \
    "ok chrony.conf:2"
  says tai "refclock PHC /dev/first tai\nleapsectz right/UTC" \
    "problem chrony.conf:1: the clock would be 37 s behind: the PHC shows UTC.*note no chrony refclock"
}

@test "tai needs leap seconds that are there, and that this chronyd reads" {
  local line="refclock PHC /dev/ptp0 tai" list=/usr/share/zoneinfo/leap-seconds.list
  guest
  leap_zone
  put usr/share/zoneinfo/leap-seconds.list "# a list"
  says tai "$line" "problem chrony.conf:1: chronyd does not start: tai needs .* next: add to chrony.conf: leapsectz right/UTC"
  says tai "$line\nleapseclist $list" "^ok "
  says tai "$line\nleapseclist /nowhere" "gives no time: .*none in /nowhere next: instead of it: leapsectz right/UTC"
  says tai "$line\nleapsectz UTC" "none in UTC"
  rm -r "$HOST/usr/share/zoneinfo/right"
  says tai "$line\nleapsectz right/UTC" "none in right/UTC next: instead of it: leapseclist $list$"
  put usr/sbin/chronyd "an older one"
  says tai "$line\nleapseclist $list" "this one is older next: instead of leapseclist: leapsectz right/UTC, with the time zones below right/"
  put usr/sbin/chronyd "... leapseclist ..."
  says tai "$line\nleapseclist $list" "^ok "
}

@test "a refclock in a file that chronyd does not read it from is named" {
  guest
  says tai "sourcedir /etc/chrony/a.d|a.d/vmclock.sources|\n refclock PHC /dev/ptp0" \
    "note /etc/chrony/a.d/vmclock.sources:2: chronyd passes this .* next: move the line to chrony.conf"
  says tai "# no confdir|conf.d/vmclock.conf|refclock PHC /dev/ptp0" \
    "note /etc/chrony/conf.d/vmclock.conf:1: chronyd does not read .* next: add to chrony.conf: include /etc/chrony/conf.d/vmclock.conf"
  says tai "confdir /etc/chrony/conf.d|conf.d/vmclock.conf|refclock PHC /dev/ptp0 offset -37" "^ok /etc/chrony/conf.d"
}

@test "of two configurations, that of the chronyd which is here is read" {
  guest
  put etc/chrony/chrony.conf "refclock PHC /dev/ptp0"
  put etc/chrony.conf "refclock PHC /dev/ptp0 offset -37"
  run -0 doctor tai
  assert_output --partial "problem /etc/chrony/chrony.conf:1: the clock would be"
  put usr/sbin/chronyd "/etc/chrony.conf"
  run -0 doctor tai
  assert_output --partial "ok /etc/chrony.conf:1"
  put usr/sbin/chronyd "/etc/chrony/chrony.conf"
  run -0 doctor tai
  assert_output --partial "/etc/chrony/chrony.conf:1"
}

# given ARGUMENT...: chronyd runs with these
given() {
  put run/chrony/chronyd.pid 4711
  mkdir -p "$HOST/proc/4711"
  printf '%s\0' "$@" >"$HOST/proc/4711/cmdline"
  run -0 doctor tai
}

@test "the file that the running chronyd was given is read" {
  guest
  put etc/chrony/chrony.conf "refclock PHC /dev/ptp0"
  put srv/own.conf "refclock PHC /dev/ptp0 offset -37"
  given /usr/sbin/chronyd -F 1 -f /srv/own.conf
  assert_output --partial "ok /srv/own.conf:1"
  given chronyd -nf/srv/own.conf
  assert_output --partial "ok /srv/own.conf:1"
  given chronyd -u f -F 1 -n
  assert_output --partial "/etc/chrony/chrony.conf:1"
  given chronyd -f
  assert_output --partial "/etc/chrony/chrony.conf:1"
  given other -f /srv/own.conf
  assert_output --partial "/etc/chrony/chrony.conf:1"
  given chronyd -f /srv/none.conf
  assert_output --partial "problem /srv/none.conf: chronyd does not start: a file that it reads is not there: /srv/none.conf"
}

@test "what of a PHC's scale is not known is said" {
  guest
  says "extended 22 offset 22 precise 22" "refclock PHC /dev/ptp0" "^note .*gives no right time"
  says "extended 95 offset 95 precise 95" "refclock PHC /dev/ptp0" "^note "
  rm "$HOST/dev/vmclock0"
  says tai "refclock PHC /dev/ptp0 poll 0 offset -37" "^note .*: right if the PHC shows TAI next: vmclockctl compare"
  says tai "refclock PHC /dev/ptp0 poll 0" "right if the PHC shows UTC"
  says tai "refclock PHC /dev/ptp0 offset 5" "^problem .* whether the PHC shows UTC or TAI"
  says tai "refclock PHC /dev/ptp0 offset 1e30" "^problem .* no time that a clock can be wrong by"
  says tai "# none" "add to chrony.conf: refclock PHC .*, and tai after it if the PHC shows TAI: "
}
