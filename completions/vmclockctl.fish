# SPDX-License-Identifier: BSD-2-Clause
#
# Completion of vmclockctl for fish. Written by scripts/make-completions, and
# not to be edited.

function __vmclockctl_command
    set -l skip 0
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case --color --root -o --output -F --fields --counter --format \
                --from --layout --phys --offset --at --begin --end -n --count \
                --interval --duration --until --state --openmetrics --timeout \
                --exec --publish --record --rate --seed --only --skip --expect \
                --samples --leap-file --before --event --phc --max-offset \
                --redact-key
                set skip 1
            case '-*'
            case show verify watch record dump encode report diff simulate \
                compare doctor list explain
                echo $word
                return
            case '*'
                echo show
                return
        end
    end
    echo none
end

function __vmclockctl_is
    contains -- (__vmclockctl_command) $argv
end

function __vmclockctl_rules
    printf '%s\t%s\n' \
        'header.magic' 'the magic is "VCLK"' \
        'header.byte-order' 'the page is little-endian' \
        'header.layout' 'the layout is the current one' \
        'header.version' 'the version is 1' \
        'header.size-minimum' 'size covers the header, and the clock if any' \
        'header.size-region' 'size is not larger than the region' \
        'header.size-page' 'size is a multiple of 4096' \
        'header.size-flags' 'size covers what the flags announce' \
        'counter.id' 'counter_id has a defined value' \
        'time.type' 'time_type is UTC, TAI or monotonic' \
        'time.type-utc' 'the time is not UTC' \
        'seq.even' 'seq_count is even' \
        'flags.known' 'the flags are known' \
        'flags.numbering' 'the flags are numbered as in v1.1' \
        'flags.imminent-without-soon' 'IMMINENT comes with SOON' \
        'flags.without-clock' 'no flag is about a clock that is not there' \
        'reserved.pad' 'pad is zero' \
        'reserved.tail' 'bytes after the fields are zero' \
        'status.known' 'clock_status has a defined value' \
        'status.usable-clock' 'a usable clock has a counter' \
        'smearing.known' 'the smearing hint has a defined value' \
        'leap.known' 'leap_indicator has a defined value' \
        'tai.valid' 'the TAI offset is given' \
        'tai.sign' 'the TAI offset has the sign of TAI to UTC' \
        'tai.value' 'the TAI offset is right at the reference time' \
        'leap.type' 'a monotonic time has no leap seconds' \
        'leap.pre' 'an announced leap second comes' \
        'leap.missing' 'a leap second within a day is announced' \
        'leap.during' 'POS is published in 23:59:60' \
        'leap.post' 'a leap second reported as over has occurred' \
        'period.nonzero' 'the period is not 0' \
        'period.shift' 'the shift is below 64' \
        'period.frequency' 'the frequency is 1 MHz to 10 GHz' \
        'period.precision' 'the period is precise enough' \
        'error.period-order' 'the period\'s estimated error is within its maximum' \
        'error.time-order' 'the time\'s estimated error is within its maximum' \
        'error.period-size' 'the period\'s maximum error is small' \
        'error.time-size' 'the time\'s errors are possible' \
        'error.pair' 'the maximum errors come in a pair' \
        'error.zero' 'no maximum error is 0' \
        'reference.time' 'the reference time is in 2015 to 2100' \
        'generation.present' 'the generation counter is there' \
        'series.constant' 'the first 12 bytes never change' \
        'series.seq-step' 'seq_count goes up with every change' \
        'series.odd-window' 'seq_count is odd for less than 1 ms' \
        'series.marker-unique' 'disruption_marker never returns to a value' \
        'series.marker-silent' 'time does not jump under the same marker' \
        'series.generation-unique' 'vm_generation_counter never returns to a value' \
        'series.generation-marker' 'the marker changes with the generation' \
        'series.monotonic' 'TIME_MONOTONIC is true' \
        'series.nested' 'the new time is within the old bounds' \
        'series.frequency-step' 'the period changes slowly' \
        'series.tai-step' 'the TAI offset changes only at leap seconds' \
        'series.leap-taken' 'leap seconds are taken' \
        'series.smear' 'UTC is not smeared' \
        'series.features' 'the features stay as they are' \
        'series.leap-order' 'leap_indicator goes forward' \
        'series.reference-advances' 'counter and reference time advance together' \
        'live.counter-arch' 'counter_id is this CPU\'s' \
        'live.counter-ahead' 'counter_value is not ahead of the counter' \
        'live.counter-cpus' 'the counter is one on all CPUs' \
        'live.frequency' 'the period agrees with the counter' \
        'live.realtime' 'CLOCK_REALTIME lies within the bounds' \
        'driver.node' 'a page has its /dev/vmclockN' \
        'driver.permissions' 'the node can be read' \
        'driver.read' 'read and mmap give the same page' \
        'driver.mmap-bounds' 'one page can be mapped' \
        'driver.mmap-readonly' 'the page can only be mapped read-only' \
        'driver.poll' 'poll works as the flag says' \
        'notify.delivery' 'an update wakes waiting readers' \
        'firmware.id' 'the firmware names the device' \
        'firmware.region' 'the region is a page of its own' \
        'phc.present' 'the PTP clock is there when it should be' \
        'phc.value' 'the PTP clock gives the page\'s time' \
        'phc.timescale' 'the PTP clock is TAI or UTC' \
        'phc.capabilities' 'the PTP clock reports its capabilities' \
        'phc.precise' 'precise cross timestamps work' \
        'phc.error-bound' 'the PTP clock\'s error bound is the page\'s'
end

function __vmclockctl_scenarios
    printf '%s\t%s\n' \
        'steady' 'a synchronized clock, calibrated once a second' \
        'disruption-only' 'no clock, only the marker, as QEMU\'s device: two disruptions' \
        'snapshot-safety' 'no clock, marker and generation, as Firecracker\'s device: two snapshots are loaded' \
        'live-migration' 'moved to another host: marker, counter, period and reference change' \
        'snapshot-restore' 'a snapshot is loaded: marker and generation change, the counter goes back' \
        'fork' 'cloned on its host: the generation changes, the marker does not' \
        'startup' 'a clock that is unknown, initializing, synchronized' \
        'holdover' 'the host loses its time source: free-running, its bounds grow, then unreliable' \
        'maintenance' 'a disruption is announced: soon, imminent, done' \
        'leap-positive' 'the leap second of 31 December 2016, TAI - UTC 36 to 37 s' \
        'leap-negative' 'a negative leap second on 31 December 2098, past any table' \
        'arm64' 'Arm\'s counter at 24 MHz' \
        'utc' 'a clock that counts UTC' \
        'constant' 'broken: the time type changes' \
        'seq-unchanged' 'broken: an update leaves seq_count as it was' \
        'odd-window' 'broken: seq_count is odd for 250 ms' \
        'marker-repeat' 'broken: the marker returns to its first value' \
        'marker-silent' 'broken: time steps by a second under one marker, no bounds' \
        'generation-repeat' 'broken: the generation returns to its first value' \
        'backward' 'broken: time steps back by 0.5 s, but claims to be monotonic' \
        'unnested' 'broken: time steps by 5 ms, out of its bounds' \
        'frequency-step' 'broken: the period steps by 200 ppm under one marker' \
        'tai-step' 'broken: the TAI offset changes without a leap second' \
        'leap-order' 'broken: a positive leap second becomes a negative one' \
        'reference-stuck' 'broken: the counter advances, the reference time does not' \
        'host-driver' 'broken: as Linux\'s host driver writes it: TAI offset +37, marker 0, no bounds, an update each minute or less often' \
        'torn' 'broken: seq_count is never odd; only with --publish'
end

function __vmclockctl_simulations
    printf '%s\t%s\n' \
        'sim:steady' 'a synchronized clock, calibrated once a second' \
        'sim:disruption-only' 'no clock, only the marker, as QEMU\'s device: two disruptions' \
        'sim:snapshot-safety' 'no clock, marker and generation, as Firecracker\'s device: two snapshots are loaded' \
        'sim:live-migration' 'moved to another host: marker, counter, period and reference change' \
        'sim:snapshot-restore' 'a snapshot is loaded: marker and generation change, the counter goes back' \
        'sim:fork' 'cloned on its host: the generation changes, the marker does not' \
        'sim:startup' 'a clock that is unknown, initializing, synchronized' \
        'sim:holdover' 'the host loses its time source: free-running, its bounds grow, then unreliable' \
        'sim:maintenance' 'a disruption is announced: soon, imminent, done' \
        'sim:leap-positive' 'the leap second of 31 December 2016, TAI - UTC 36 to 37 s' \
        'sim:leap-negative' 'a negative leap second on 31 December 2098, past any table' \
        'sim:arm64' 'Arm\'s counter at 24 MHz' \
        'sim:utc' 'a clock that counts UTC' \
        'sim:constant' 'broken: the time type changes' \
        'sim:seq-unchanged' 'broken: an update leaves seq_count as it was' \
        'sim:odd-window' 'broken: seq_count is odd for 250 ms' \
        'sim:marker-repeat' 'broken: the marker returns to its first value' \
        'sim:marker-silent' 'broken: time steps by a second under one marker, no bounds' \
        'sim:generation-repeat' 'broken: the generation returns to its first value' \
        'sim:backward' 'broken: time steps back by 0.5 s, but claims to be monotonic' \
        'sim:unnested' 'broken: time steps by 5 ms, out of its bounds' \
        'sim:frequency-step' 'broken: the period steps by 200 ppm under one marker' \
        'sim:tai-step' 'broken: the TAI offset changes without a leap second' \
        'sim:leap-order' 'broken: a positive leap second becomes a negative one' \
        'sim:reference-stuck' 'broken: the counter advances, the reference time does not' \
        'sim:host-driver' 'broken: as Linux\'s host driver writes it: TAI offset +37, marker 0, no bounds, an update each minute or less often'
end

function __vmclockctl_fields
    printf '%s\n' magic size version counter_id time_type seq_count \
        disruption_marker flags pad clock_status leap_second_smearing_hint \
        tai_offset_sec leap_indicator counter_period_shift counter_value \
        counter_period_frac_sec counter_period_esterror_rate_frac_sec \
        counter_period_maxerror_rate_frac_sec time_sec time_frac_sec \
        time_esterror_nanosec time_maxerror_nanosec vm_generation_counter \
        leapsecond_direction leapsecond_tai_sec utc_time_sec utc_time_frac_sec \
        counter_period_error_rate_frac_sec utc_time_maxerror_picosec
end

function __vmclockctl_assignments
    printf '%s\n' magic= size= version= counter_id=arm-vcnt counter_id=x86-tsc \
        counter_id=invalid time_type=utc time_type=tai time_type=monotonic \
        time_type=invalid-smeared time_type=invalid-maybe-smeared seq_count= \
        disruption_marker= flags=tai-offset-valid flags=disruption-soon \
        flags=disruption-imminent flags=period-esterror-valid \
        flags=period-maxerror-valid flags=time-esterror-valid \
        flags=time-maxerror-valid flags=time-monotonic \
        flags=vm-gen-counter-present flags=notification-present \
        flags=utc-maxerror-valid flags=utc-period-error-valid pad= \
        clock_status=unknown clock_status=initializing \
        clock_status=synchronized clock_status=freerunning \
        clock_status=unreliable leap_second_smearing_hint=strict \
        leap_second_smearing_hint=noon-linear \
        leap_second_smearing_hint=utc-sls tai_offset_sec= leap_indicator=none \
        leap_indicator=pre-pos leap_indicator=pre-neg leap_indicator=pos \
        leap_indicator=post-pos leap_indicator=post-neg counter_period_shift= \
        counter_value= counter_period_frac_sec= \
        counter_period_esterror_rate_frac_sec= \
        counter_period_maxerror_rate_frac_sec= time_sec= time_frac_sec= \
        time_esterror_nanosec= time_maxerror_nanosec= vm_generation_counter= \
        leapsecond_direction=negative leapsecond_direction=none \
        leapsecond_direction=positive leapsecond_tai_sec= utc_time_sec= \
        utc_time_frac_sec= counter_period_error_rate_frac_sec= \
        utc_time_maxerror_picosec= flags+=tai-offset-valid \
        flags+=disruption-soon flags+=disruption-imminent \
        flags+=period-esterror-valid flags+=period-maxerror-valid \
        flags+=time-esterror-valid flags+=time-maxerror-valid \
        flags+=time-monotonic flags+=vm-gen-counter-present \
        flags+=notification-present flags+=utc-maxerror-valid \
        flags+=utc-period-error-valid flags-=tai-offset-valid \
        flags-=disruption-soon flags-=disruption-imminent \
        flags-=period-esterror-valid flags-=period-maxerror-valid \
        flags-=time-esterror-valid flags-=time-maxerror-valid \
        flags-=time-monotonic flags-=vm-gen-counter-present \
        flags-=notification-present flags-=utc-maxerror-valid \
        flags-=utc-period-error-valid frequency= drift= maxerror= time=
end

function __vmclockctl_events
    printf '%s\n' disruption restore fork status leap maintenance tai features \
        calibration missed lost found violation status=unknown \
        status=initializing status=synchronized status=freerunning \
        status=unreliable leap=none leap=pre-pos leap=pre-neg leap=pos \
        leap=post-pos leap=post-neg maintenance=disruption-soon \
        maintenance=disruption-imminent maintenance=none \
        features=period-maxerror-valid features=time-maxerror-valid \
        features=time-monotonic features=vm-gen-counter-present \
        features=notification-present features=none violation=series.constant \
        violation=series.seq-step violation=series.odd-window \
        violation=series.marker-unique violation=series.marker-silent \
        violation=series.generation-unique violation=series.monotonic \
        violation=series.nested violation=series.tai-step \
        violation=series.leap-taken violation=series.smear \
        violation=series.leap-order
end

function __vmclockctl_kinds
    printf '%s\n' disruption restore fork status leap maintenance tai features \
        calibration missed lost found violation
end

function __vmclockctl_verdicts
    for rule in header.magic header.byte-order header.layout header.version \
        header.size-minimum header.size-region header.size-page \
        header.size-flags counter.id time.type time.type-utc seq.even \
        flags.known flags.numbering flags.imminent-without-soon \
        flags.without-clock reserved.pad reserved.tail status.known \
        status.usable-clock smearing.known leap.known tai.valid tai.sign \
        tai.value leap.type leap.pre leap.missing leap.during leap.post \
        period.nonzero period.shift period.frequency period.precision \
        error.period-order error.time-order error.period-size error.time-size \
        error.pair error.zero reference.time generation.present \
        series.constant series.seq-step series.odd-window series.marker-unique \
        series.marker-silent series.generation-unique series.generation-marker \
        series.monotonic series.nested series.frequency-step series.tai-step \
        series.leap-taken series.smear series.features series.leap-order \
        series.reference-advances live.counter-arch live.counter-ahead \
        live.counter-cpus live.frequency live.realtime driver.node \
        driver.permissions driver.read driver.mmap-bounds driver.mmap-readonly \
        driver.poll notify.delivery firmware.id firmware.region phc.present \
        phc.value phc.timescale phc.capabilities phc.precise phc.error-bound
        printf '%s\n' $rule={ok,fail,warn,not-applicable,skip}
    end
end

complete -c vmclockctl -f
complete -c vmclockctl -n '__vmclockctl_is none show verify watch record dump encode report diff compare' -F -a '(__vmclockctl_simulations)'
complete -c vmclockctl -n '__vmclockctl_is none' -a show -d 'Show a page field by field, and the time it gives'
complete -c vmclockctl -n '__vmclockctl_is none' -a verify -d 'Check a page or a recording against the conformance rules'
complete -c vmclockctl -n '__vmclockctl_is none' -a watch -d 'Print each event of a live page or a recording'
complete -c vmclockctl -n '__vmclockctl_is none' -a record -d 'Record the snapshots of a live page as JSON Lines'
complete -c vmclockctl -n '__vmclockctl_is none' -a dump -d 'Write the page as bytes, or as a bug report'
complete -c vmclockctl -n '__vmclockctl_is none' -a encode -d 'Make a page from fields, or from the JSON of show'
complete -c vmclockctl -n '__vmclockctl_is encode' -a '(__vmclockctl_assignments)'
complete -c vmclockctl -n '__vmclockctl_is none' -a report -d 'Draw what happened: a page of HTML of a recording'
complete -c vmclockctl -n '__vmclockctl_is none' -a diff -d 'Show where two pages differ, and which event that is'
complete -c vmclockctl -n '__vmclockctl_is none' -a simulate -d 'Play a device: a live page in a file, or a recording'
complete -c vmclockctl -n '__vmclockctl_is simulate' -a '(__vmclockctl_scenarios)'
complete -c vmclockctl -n '__vmclockctl_is none' -a compare -d 'Compare the machine\'s clocks with a page'
complete -c vmclockctl -n '__vmclockctl_is none' -a doctor -d 'Report what the machine offers, and what to fix'
complete -c vmclockctl -n '__vmclockctl_is none' -a list -d 'List the fields, the rules, the events and other tables'
complete -c vmclockctl -n '__vmclockctl_is list' -a 'fields rules events scenarios commands options metrics enumerations'
complete -c vmclockctl -n '__vmclockctl_is none' -a explain -d 'Explain a rule: what it checks, why, how to fix it'
complete -c vmclockctl -n '__vmclockctl_is explain' -a '(__vmclockctl_rules)'
complete -c vmclockctl -s h -l help -d 'print this help and exit'
complete -c vmclockctl -s V -l version -d 'print the version and exit'
complete -c vmclockctl -l json -d 'answer in JSON'
complete -c vmclockctl -l color -x -a 'auto always never' -d 'auto, always or never (NO_COLOR is honoured)'
complete -c vmclockctl -l root -x -a '(__fish_complete_directories)' -d 'look for /dev, /proc and /sys below DIR'
complete -c vmclockctl -n '__vmclockctl_is none show verify dump encode report diff simulate compare doctor list explain' -s o -l output -r -F -d 'write the output to FILE, whole or not at all'
complete -c vmclockctl -n '__vmclockctl_is watch record' -s o -l output -r -F -d 'write each line to FILE as it comes'
complete -c vmclockctl -n '__vmclockctl_is none show' -s F -l fields -x -a '(__fish_append , (__vmclockctl_fields))' -d 'print only the raw values, one per line; - if absent'
complete -c vmclockctl -n '__vmclockctl_is none show' -l hex -d 'print the bytes, annotated'
complete -c vmclockctl -n '__vmclockctl_is none show' -l counter -x -d 'print the time at counter N (decimal or 0x hex)'
complete -c vmclockctl -n '__vmclockctl_is none show' -l format -x -a 'text openmetrics json' -d 'output format'
complete -c vmclockctl -n '__vmclockctl_is verify' -l format -x -a 'text tap junit github markdown json' -d 'output format'
complete -c vmclockctl -n '__vmclockctl_is dump' -l format -x -a 'raw hex text json' -d 'output format'
complete -c vmclockctl -n '__vmclockctl_is report' -l format -x -a 'html svg json' -d 'output format'
complete -c vmclockctl -n '__vmclockctl_is compare' -l format -x -a 'text csv openmetrics json' -d 'output format'
complete -c vmclockctl -n '__vmclockctl_is encode' -l from -r -F -a '(__vmclockctl_simulations)' -d 'start from this page'
complete -c vmclockctl -n '__vmclockctl_is encode' -l layout -x -a 'vmclock-1 rfc-3 pre-release' -d 'start from an empty page of this layout'
complete -c vmclockctl -n '__vmclockctl_is none show verify watch record dump encode report diff compare' -l live -d 'the file holds a page that another process updates'
complete -c vmclockctl -n '__vmclockctl_is none show verify watch record dump encode report diff compare' -l phys -x -d 'the page at this physical address: of an ELF core, or without a SOURCE of this machine'
complete -c vmclockctl -n '__vmclockctl_is none show verify dump encode diff' -l offset -x -d 'the page N bytes into a memory image (decimal or 0x hex)'
complete -c vmclockctl -n '__vmclockctl_is none show verify dump encode diff' -l scan -d 'search a memory image for the page'
complete -c vmclockctl -n '__vmclockctl_is none show dump encode' -l at -x -d 'use this snapshot of a recording (default: the last)'
complete -c vmclockctl -n '__vmclockctl_is diff' -l at -x -d 'N,M: snapshot N of A and M of B, or both of one recording'
complete -c vmclockctl -n '__vmclockctl_is report' -l begin -x -d 'draw a recording from there: RFC 3339, +1h, event:N, a snapshot\'s number'
complete -c vmclockctl -n '__vmclockctl_is report' -l end -x -d 'draw it up to there'
complete -c vmclockctl -n '__vmclockctl_is watch' -s n -l count -x -d 'end after N events'
complete -c vmclockctl -n '__vmclockctl_is record' -s n -l count -x -d 'end after N snapshots'
complete -c vmclockctl -n '__vmclockctl_is compare' -s n -l count -x -d 'print N lines for each clock (0: until interrupted), then a summary'
complete -c vmclockctl -n '__vmclockctl_is watch record' -l interval -x -d 'time between two looks (default: 100ms)'
complete -c vmclockctl -n '__vmclockctl_is compare' -l interval -x -d 'time between two lines of a clock (default: 1s)'
complete -c vmclockctl -n '__vmclockctl_is verify' -l duration -x -d 'watch a live page for T (default: 2s)'
complete -c vmclockctl -n '__vmclockctl_is record simulate' -l duration -x -d 'end after this time: 10ms, 1.5s, 2min, 1h'
complete -c vmclockctl -n '__vmclockctl_is report' -l duration -x -d 'watch a live page for T (default: 10s)'
complete -c vmclockctl -n '__vmclockctl_is watch' -l all -d 'print calibrations too'
complete -c vmclockctl -n '__vmclockctl_is record' -l all -d 'also record updates that change only seq_count'
complete -c vmclockctl -n '__vmclockctl_is watch' -l until -x -a '(__vmclockctl_events)' -d 'end with status 0 at this event, or at once if the page shows VALUE'
complete -c vmclockctl -n '__vmclockctl_is watch' -l state -r -F -d 'keep what was seen in FILE, and print what happened since'
complete -c vmclockctl -n '__vmclockctl_is watch' -l openmetrics -r -F -d 'keep counters of the events in FILE, for Prometheus'
complete -c vmclockctl -n '__vmclockctl_is watch' -l journal -d 'send each event to systemd\'s journal too, with its fields'
complete -c vmclockctl -n '__vmclockctl_is watch' -l timeout -x -d 'end with status 1 after this time'
complete -c vmclockctl -n '__vmclockctl_is watch' -l exec -x -a '(__fish_complete_command)' -d 'run CMD with /bin/sh for each event'
complete -c vmclockctl -n '__vmclockctl_is simulate' -l publish -r -F -d 'keep a live page in FILE for other programs to map'
complete -c vmclockctl -n '__vmclockctl_is simulate' -l record -r -F -d 'write a recording at once, in virtual time'
complete -c vmclockctl -n '__vmclockctl_is simulate' -l rate -x -d 'calibrations per second, or max (default: 1)'
complete -c vmclockctl -n '__vmclockctl_is simulate' -l seed -x -d 'seed for the times of the updates (default: 1)'
complete -c vmclockctl -n '__vmclockctl_is verify' -l only -x -a '(__vmclockctl_rules)' -d 'check only these rules (repeatable)'
complete -c vmclockctl -n '__vmclockctl_is verify' -l skip -x -a '(__vmclockctl_rules)' -d 'skip these rules (repeatable)'
complete -c vmclockctl -n '__vmclockctl_is verify' -l expect -x -a '(__vmclockctl_verdicts)' -d 'accept this verdict and fail on any other (repeatable)'
complete -c vmclockctl -n '__vmclockctl_is verify' -s W -l werror -d 'treat warnings as failures'
complete -c vmclockctl -n '__vmclockctl_is verify' -s q -l quiet -d 'print nothing, only set the exit status'
complete -c vmclockctl -n '__vmclockctl_is verify' -s v -l verbose -d 'print every rule'
complete -c vmclockctl -n '__vmclockctl_is doctor' -s v -l verbose -d 'print below each line what it rests on'
complete -c vmclockctl -n '__vmclockctl_is verify' -l samples -x -d 'number of looks at a live page'
complete -c vmclockctl -n '__vmclockctl_is compare' -l samples -x -d 'readings per line, of which the best is used (1 to 25, default: 10)'
complete -c vmclockctl -n '__vmclockctl_is verify' -l leap-file -r -F -d 'use this leap-seconds.list instead of the system\'s'
complete -c vmclockctl -n '__vmclockctl_is verify' -l no-skipped -d 'leave out of TAP and JUnit what was not judged'
complete -c vmclockctl -n '__vmclockctl_is verify' -l series -d 'check the pages together: one device, in order'
complete -c vmclockctl -n '__vmclockctl_is report' -l series -d 'draw the pages together: one device, in order'
complete -c vmclockctl -n '__vmclockctl_is verify' -l restores -d 'check the pages together: after restores'
complete -c vmclockctl -n '__vmclockctl_is verify' -l before -r -F -d 'a page from before the restores'
complete -c vmclockctl -n '__vmclockctl_is watch' -l event -x -a '(__fish_append , (__vmclockctl_kinds))' -d 'print, count and run --exec for these events only'
complete -c vmclockctl -n '__vmclockctl_is compare' -l phc -r -F -a all -d 'compare this PHC, or all, instead of the page\'s own'
complete -c vmclockctl -n '__vmclockctl_is compare' -l max-offset -x -d 'exit with status 1 if a clock (with --phc: a PHC) is further off'
complete -c vmclockctl -n '__vmclockctl_is record dump' -l redact -d 'leave out what identifies the machine'
complete -c vmclockctl -n '__vmclockctl_is record dump' -l redact-key -r -F -d 'redact by this key, so that reports can be compared'
complete -c vmclockctl -n '__vmclockctl_is watch' -l view -d 'show a live page on the terminal, with a chart'
