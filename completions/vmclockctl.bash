# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: BSD-2-Clause
#
# Completion of vmclockctl for bash. Written by scripts/make-completions, and
# not to be edited.

# _vmclockctl_words WORD...
_vmclockctl_words() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$*" -- "$cur")
}

# _vmclockctl_names NAME...: what goes before a =
_vmclockctl_names() {
  compopt -o nospace
  _vmclockctl_words "${@/%/=}"
}

# _vmclockctl_list NAME...: one more for those before the last comma
_vmclockctl_list() {
  compopt -o nospace
  mapfile -t COMPREPLY < <(
    compgen -P "${cur%"${cur##*,}"}" -W "$*" -- "${cur##*,}"
  )
}

_vmclockctl_source() {
  _vmclockctl_words "${simulations[@]}"
  _filedir
}

# All below use what _vmclockctl has set.
# Status 1: the word is not the value of an option.
_vmclockctl_value() {
  case $prev in
  --color)
    _vmclockctl_words auto always never
    ;;
  --root)
    _filedir -d
    ;;
  -o | --output | --state | --openmetrics | --publish | --record | \
    --leap-file | --before | --redact-key)
    _filedir
    ;;
  -F | --fields)
    _vmclockctl_list "${fields[@]}"
    ;;
  --counter | --phys | --offset | --at | --begin | --end | -n | --count | \
    --interval | --duration | --timeout | --rate | --seed | --samples | \
    --max-offset)
    :
    ;;
  --format)
    case $command in
    verify)
      _vmclockctl_words text tap junit github markdown json
      ;;
    dump)
      _vmclockctl_words raw hex text json
      ;;
    report)
      _vmclockctl_words html svg json
      ;;
    compare)
      _vmclockctl_words text csv openmetrics json
      ;;
    *)
      _vmclockctl_words text openmetrics json
      ;;
    esac
    ;;
  --from)
    _vmclockctl_source
    ;;
  --layout)
    _vmclockctl_words vmclock-1 rfc-3 pre-release
    ;;
  --until)
    case $cur in
    status=*)
      cur=${cur#*=}
      _vmclockctl_words unknown initializing synchronized freerunning unreliable
      ;;
    leap=*)
      cur=${cur#*=}
      _vmclockctl_words none pre-pos pre-neg pos post-pos post-neg
      ;;
    maintenance=*)
      cur=${cur#*=}
      _vmclockctl_words disruption-soon disruption-imminent none
      ;;
    features=*)
      cur=${cur#*=}
      _vmclockctl_words period-maxerror-valid time-maxerror-valid time-monotonic \
        vm-gen-counter-present notification-present none
      ;;
    violation=*)
      cur=${cur#*=}
      _vmclockctl_words series.constant series.seq-step series.odd-window \
        series.marker-unique series.marker-silent series.generation-unique \
        series.monotonic series.nested series.tai-step series.leap-taken \
        series.smear series.leap-order
      ;;
    *=*) ;;
    *)
      _vmclockctl_words disruption restore fork status leap maintenance tai features \
        calibration missed lost found violation
      _vmclockctl_names status leap maintenance features violation
      ;;
    esac
    ;;
  --exec)
    mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    ;;
  --only | --skip)
    _vmclockctl_words "${rules[@]}"
    ;;
  --expect)
    case $cur in
    *=*)
      cur=${cur#*=}
      _vmclockctl_words ok fail warn not-applicable skip
      ;;
    *)
      _vmclockctl_names "${rules[@]}"
      ;;
    esac
    ;;
  --event)
    _vmclockctl_list disruption restore fork status leap maintenance tai features \
      calibration missed lost found violation
    ;;
  --phc)
    _vmclockctl_words all
    _filedir
    ;;
  *)
    return 1
    ;;
  esac
  return 0
}

_vmclockctl_options() {
  case $command in
  verify)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --format --live --phys --offset --scan --duration --only --skip --expect -W \
      --werror -q --quiet -v --verbose --samples --leap-file --no-skipped --series \
      --restores --before
    ;;
  watch)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --live --phys -n --count --interval --all --until --state --openmetrics \
      --journal --timeout --exec --event --view
    ;;
  record)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --live --phys -n --count --interval --duration --all --redact --redact-key
    ;;
  dump)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --format --live --phys --offset --scan --at --redact --redact-key
    ;;
  encode)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --from --layout --live --phys --offset --scan --at
    ;;
  report)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --format --live --phys --begin --end --duration --series
    ;;
  diff)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --live --phys --offset --scan --at
    ;;
  simulate)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --duration --publish --record --rate --seed
    ;;
  compare)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output \
      --format --live --phys -n --count --interval --samples --phc --max-offset
    ;;
  doctor)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output -v \
      --verbose
    ;;
  list | explain)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output
    ;;
  *)
    _vmclockctl_words -h --help -V --version --json --color --root -o --output -F \
      --fields --hex --counter --format --live --phys --offset --scan --at
    ;;
  esac
}

_vmclockctl_argument() {
  case $command in
  show | verify | watch | record | dump | report | diff | compare)
    _vmclockctl_source
    ;;
  encode)
    _vmclockctl_source
    case $cur in
    counter_id=*)
      cur=${cur#*=}
      _vmclockctl_words arm-vcnt x86-tsc invalid
      ;;
    time_type=*)
      cur=${cur#*=}
      _vmclockctl_words utc tai monotonic invalid-smeared invalid-maybe-smeared
      ;;
    flags=* | flags+=* | flags-=*)
      cur=${cur#*=}
      _vmclockctl_words tai-offset-valid disruption-soon disruption-imminent \
        period-esterror-valid period-maxerror-valid time-esterror-valid \
        time-maxerror-valid time-monotonic vm-gen-counter-present \
        notification-present utc-maxerror-valid utc-period-error-valid
      ;;
    clock_status=*)
      cur=${cur#*=}
      _vmclockctl_words unknown initializing synchronized freerunning unreliable
      ;;
    leap_second_smearing_hint=*)
      cur=${cur#*=}
      _vmclockctl_words strict noon-linear utc-sls
      ;;
    leap_indicator=*)
      cur=${cur#*=}
      _vmclockctl_words none pre-pos pre-neg pos post-pos post-neg
      ;;
    leapsecond_direction=*)
      cur=${cur#*=}
      _vmclockctl_words negative none positive
      ;;
    *=*) ;;
    *)
      _vmclockctl_names "${assignments[@]}"
      ;;
    esac
    ;;
  simulate)
    _vmclockctl_words "${scenarios[@]}"
    ;;
  list)
    _vmclockctl_words fields rules events scenarios commands options metrics \
      enumerations
    ;;
  explain)
    _vmclockctl_words "${rules[@]}"
    ;;
  '')
    _vmclockctl_words show verify watch record dump encode report diff simulate \
      compare doctor list explain
    _vmclockctl_source
    ;;
  esac
}

_vmclockctl() {
  # shellcheck disable=SC2034 # for _init_completion
  local cur prev words cword split
  _init_completion -s -n : || return
  local rules=(
    header.magic header.byte-order header.layout header.version
    header.size-minimum header.size-region header.size-page header.size-flags
    counter.id time.type time.type-utc seq.even flags.known flags.numbering
    flags.imminent-without-soon flags.without-clock reserved.pad reserved.tail
    status.known status.usable-clock smearing.known leap.known tai.valid
    tai.sign tai.value leap.type leap.pre leap.missing leap.during leap.post
    period.nonzero period.shift period.frequency period.precision
    error.period-order error.time-order error.period-size error.time-size
    error.pair error.zero reference.time generation.present series.constant
    series.seq-step series.odd-window series.marker-unique
    series.marker-silent series.generation-unique series.generation-marker
    series.monotonic series.nested series.frequency-step series.tai-step
    series.leap-taken series.smear series.features series.leap-order
    series.reference-advances live.counter-arch live.counter-ahead
    live.counter-cpus live.frequency live.realtime driver.node
    driver.permissions driver.read driver.mmap-bounds driver.mmap-readonly
    driver.poll notify.delivery firmware.id firmware.region phc.present
    phc.value phc.timescale phc.capabilities phc.precise phc.error-bound
  )
  local fields=(
    magic size version counter_id time_type seq_count disruption_marker flags pad
    clock_status leap_second_smearing_hint tai_offset_sec leap_indicator
    counter_period_shift counter_value counter_period_frac_sec
    counter_period_esterror_rate_frac_sec
    counter_period_maxerror_rate_frac_sec time_sec time_frac_sec
    time_esterror_nanosec time_maxerror_nanosec vm_generation_counter
    leapsecond_direction leapsecond_tai_sec utc_time_sec utc_time_frac_sec
    counter_period_error_rate_frac_sec utc_time_maxerror_picosec
  )
  local assignments=(
    magic size version counter_id time_type seq_count disruption_marker flags pad
    clock_status leap_second_smearing_hint tai_offset_sec leap_indicator
    counter_period_shift counter_value counter_period_frac_sec
    counter_period_esterror_rate_frac_sec
    counter_period_maxerror_rate_frac_sec time_sec time_frac_sec
    time_esterror_nanosec time_maxerror_nanosec vm_generation_counter
    leapsecond_direction leapsecond_tai_sec utc_time_sec utc_time_frac_sec
    counter_period_error_rate_frac_sec utc_time_maxerror_picosec flags+ flags-
    frequency drift maxerror time
  )
  local scenarios=(
    steady disruption-only snapshot-safety live-migration snapshot-restore fork
    startup holdover maintenance leap-positive leap-negative arm64 utc
    constant seq-unchanged odd-window marker-repeat marker-silent
    generation-repeat backward unnested frequency-step tai-step leap-order
    reference-stuck host-driver torn
  )
  local simulations=(
    sim:steady sim:disruption-only sim:snapshot-safety sim:live-migration
    sim:snapshot-restore sim:fork sim:startup sim:holdover sim:maintenance
    sim:leap-positive sim:leap-negative sim:arm64 sim:utc sim:constant
    sim:seq-unchanged sim:odd-window sim:marker-repeat sim:marker-silent
    sim:generation-repeat sim:backward sim:unnested sim:frequency-step
    sim:tai-step sim:leap-order sim:reference-stuck sim:host-driver
  )
  local command='' i
  for ((i = 1; i < cword; i++)); do
    case ${words[i]} in
    --color | --root | -o | --output | -F | --fields | --counter | --format | \
      --from | --layout | --phys | --offset | --at | --begin | --end | -n | \
      --count | --interval | --duration | --until | --state | --openmetrics | \
      --timeout | --exec | --publish | --record | --rate | --seed | --only | \
      --skip | --expect | --samples | --leap-file | --before | --event | --phc | \
      --max-offset | --redact-key) ((i += 1)) ;;
    -*) ;;
    *) command=${command:-${words[i]}} ;;
    esac
  done

  _vmclockctl_value || if [[ $cur == -* ]]; then
    _vmclockctl_options
  else
    _vmclockctl_argument
  fi
  __ltrim_colon_completions "$cur"
}

complete -F _vmclockctl vmclockctl
