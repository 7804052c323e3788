/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * THE table of rules, in the order of the catalogue. One row drives verify,
 * list, explain, the completions and docs/rules.md. rule.h, rules.h and
 * table.c each take the rows in, and make RULE_name of RULE(name, "id", ...),
 * by which C calls the rule; check_name, its check; and rules[RULE_name].
 *
 * To add a rule
 *  1. Its row here, with its kin. The name is the id with _ for . and -; the
 *     members are those of struct rule in rule.h: id, title, level, clause,
 *     the others by name. An id is never used again for something else.
 *  2. Its check, CHECK(name), in the file of its subject. It is asked only if
 *     .applies holds and .row and .last are on the page. It says nothing where
 *     the rule is kept, and by say() and its like what is wrong.
 *     A new kind of .applies is a line in subject.h and a row in subject.c.
 *  3. What breaks it, and how: a line in scripts/make-rule-fixtures, which then
 *     writes fixtures/rules. tests/check-rules wants a fixture that breaks it
 *     and a clean one that keeps it, tests/mutate-rules that this is noticed. A
 *     rule on the live device is played in test_probe.c or test_notify.c.
 *  4. Where its answer changes: test_rules.c, test_series.c, or test_run.c
 *     where earlier pages count. A series rule also in tests/oracle/oracle.py,
 *     by its row in the catalogue and not by this code. The sentence of the
 *     specification that it holds: docs/specification.md.
 *  5. scripts/make-all writes docs/rules.md, the completions and the schemas,
 *     `tests/check-docs --update` what docs/verify-in-ci.md shows. By hand,
 * each of them held by a test: the counts in docs/tour.md and
 * fixtures/real/VERDICTS.md.
 *
 * A row without a check does not link, a check without a row does not compile,
 * and test_rules.c names the row that says too little.
 */
#ifndef RULE
#error "the file that takes the rows in defines RULE()"
#endif

/* The header. */
RULE(header_magic, "header.magic", "the magic is \"VCLK\"", LEVEL_MUST, FIELDS,
     .row = FIELD_magic, ALONE, .bytewise = true,
     .breaks = "fails if it is not 0x4b4c4356",
     .why = "Without the magic no driver takes the region for a VMClock.",
     .hint = "write 0x4b4c4356 at offset 0")
RULE(header_byte_order, "header.byte-order", "the page is little-endian",
     LEVEL_MUST, FIELDS, .row = FIELD_magic, ALONE, .bytewise = true,
     .breaks =
	     "fails if the magic is byte-swapped, or if size does not fit and "
	     "is 4096 to 65536 when its 32 bits, or the upper 16, are read the other way",
     .why = "All fields are little-endian, also on a big-endian host.",
     .hint = "convert every field on a big-endian host")
RULE(header_layout, "header.layout", "the layout is the current one",
     LEVEL_MUST, HEADER, .applies = APPLIES_MAGIC, .row = -1, ALONE,
     .breaks =
	     "fails if it is a pre-release layout, which is named; no other rule is then applied",
     .why = "Drafts of 2024 put the fields elsewhere; no driver reads them.",
     .hint = "publish the layout of linux/vmclock-abi.h")
RULE(header_version, "header.version", "the version is 1", LEVEL_MUST, FIELDS,
     .row = FIELD_version, ALONE, .breaks = "fails if it is not 1",
     .why = "The driver refuses any other version.",
     .hint = "write 1; new fields are announced by flags")
RULE(header_size_minimum, "header.size-minimum",
     "size covers the header, and the clock if any", LEVEL_MUST, FIELDS,
     .row = FIELD_size, ALONE,
     .breaks =
	     "fails if size is below 0x20; warns if it is below 0x58 and a counter is named",
     .why = "Every reader counts on the 0x20 bytes of the header. The driver "
	    "makes a PTP clock only where size reaches 0x58.",
     .hint = "give the device a whole page, and write its size")
RULE(header_size_region, "header.size-region",
     "size is not larger than the region", LEVEL_KERNEL, DRIVER,
     .row = FIELD_size, ALONE, .cut = true,
     .breaks = "fails if size is larger than the region, or a dump has "
	       "less than 0x20 bytes; warns if size is larger than the dump",
     .why = "The driver refuses a size larger than the region, because readers "
	    "would run past its end. Only a part of a shorter dump can be checked, "
	    "and almost nothing of one below the 0x20 bytes that the driver needs.",
     .hint = "write the size of the region; dump all of it")
RULE(header_size_page, "header.size-page", "size is a multiple of 4096",
     LEVEL_KERNEL, DRIVER, .row = FIELD_size, ALONE,
     .breaks = "warns if size is below 4096, or ends in the middle of a page",
     .why = "The node /dev/vmclockN exists only where size reaches the guest's page size, "
	    "and only whole pages can be mapped: the rest of a partial page is unknown "
	    "memory.",
     .hint = "publish a whole page")
RULE(header_size_flags, "header.size-flags",
     "size covers what the flags announce", LEVEL_MUST, HEADER,
     .row = FIELD_flags, ALONE,
     .breaks = "fails if a flag announces a field that size does not cover",
     .why = "Readers take the flag for the field's presence, and read what is not there.",
     .hint = "enlarge size, or clear the flag")

/* The identifiers. */
RULE(counter_id, "counter.id", "counter_id has a defined value", LEVEL_MUST,
     FIELDS, .row = FIELD_counter_id, ALONE, .bytewise = true,
     .breaks = "fails if it is not 0, 1 or 0xff",
     .why = "Readers cannot tell which counter the clock counts.",
     .hint = "publish 0 (Arm), 1 (x86), or 0xff for no clock")
RULE(time_type, "time.type", "time_type is UTC, TAI or monotonic", LEVEL_MUST,
     FIELDS, .row = FIELD_time_type, ALONE, .bytewise = true,
     .breaks = "fails if it is 3 or above",
     .why = "A smeared time is not supported: the page never "
	    "exposes one, and readers can do nothing with it.",
     .hint = "publish 1 (TAI), and the smear as a hint")
RULE(time_type_utc, "time.type-utc", "the time is not UTC", LEVEL_SHOULD,
     FIELDS, .applies = APPLIES_CIVIL, .row = FIELD_time_type, CLOCK,
     .breaks = "warns if a usable page counts UTC",
     .why = "UTC is not recommended: around a leap second a count of UTC is ambiguous, and steps.",
     .hint = "publish TAI with a valid tai_offset_sec")

/* The state. */
RULE(seq_even, "seq.even", "seq_count is even", LEVEL_MUST, FIELDS,
     .row = FIELD_seq_count, ALONE, .breaks = "fails if it is odd",
     .why = "Readers wait while the count is odd; if it stays odd, they spin for ever.",
     .hint = "end each update by making seq_count even; dump the page at rest")
RULE(flags_known, "flags.known", "the flags are known", LEVEL_SHOULD, FLAGS,
     .row = FIELD_flags, ALONE, .breaks = "notes a flag that has no name here",
     .why = "Unknown flags can be ignored; they may announce newer fields. Never more than a note.",
     .hint = "")
RULE(flags_numbering, "flags.numbering", "the flags are numbered as in v1.1",
     LEVEL_PLAUSIBLE, "UAPI.13 v1.0 and v1.1, Flags", .row = FIELD_flags, ALONE,
     .breaks =
	     "warns if bit 7 is set without 9 and counter_id is 0xff; or, with a counter, if bit 7 is "
	     "set without 6, 8 and 9, and 8 bytes at 0x64 are not 0 while those at 0x60 to 0x63 are",
     .why = "v1.0 was printed with wrong numbers: bit 7 for VM_GEN_COUNTER_PRESENT, 8 for "
	    "NOTIFICATION_PRESENT, and vm_generation_count at 0x64. Readers take these for "
	    "TIME_MONOTONIC, VM_GEN_COUNTER_PRESENT and parts of other fields.",
     .hint = "number by linux/vmclock-abi.h: 8 and 9, and the generation at 0x68")
RULE(flags_imminent_without_soon, "flags.imminent-without-soon",
     "IMMINENT comes with SOON", LEVEL_PLAUSIBLE, FLAGS, .row = FIELD_flags,
     ALONE, .breaks = "notes DISRUPTION_IMMINENT without DISRUPTION_SOON",
     .why = "Each flag may be set without the other, but consumers that look only at SOON "
	    "miss the nearer event. Never more than a note.",
     .hint = "leave DISRUPTION_SOON set until the disruption is over")
RULE(flags_without_clock, "flags.without-clock",
     "no flag is about a clock that is not there", LEVEL_PLAUSIBLE, FLAGS,
     .row = FIELD_flags, ALONE,
     .breaks = "warns if an error or TIME_MONOTONIC is valid and counter_id "
	       "is 0xff, unless flags.numbering warns",
     .why = "Without a counter there is no clock that could have errors or be monotonic, "
	    "so either the flags or counter_id are wrong.",
     .hint = "clear the flags, or name the counter")
RULE(reserved_pad, "reserved.pad", "pad is zero", LEVEL_PLAUSIBLE, PRACTICE,
     .row = FIELD_pad, ALONE, .bytewise = true,
     .breaks = "warns if it is not zero",
     .why = "Bytes that are not zero today cannot be given a meaning later.",
     .hint = "write zeros")
RULE(reserved_tail, "reserved.tail", "bytes after the fields are zero",
     LEVEL_PLAUSIBLE, FIELDS, .row = FIELD_LAST, ALONE,
     .breaks =
	     "warns if a byte after the last field, up to size, is not zero and no unknown flag is set",
     .why = "The bytes after the last field, up to size, are for future fields, which "
	    "flags announce; anything else there is leaked host memory, or a private layout.",
     .hint = "clear the whole region before it is published")
RULE(status_known, "status.known", "clock_status has a defined value",
     LEVEL_MUST, FIELDS, .row = FIELD_clock_status, ALONE, .bytewise = true,
     .breaks = "fails if it is not a value that UAPI.13 defines",
     .why = "Readers cannot tell whether the clock may be used.",
     .hint = "publish a value that UAPI.13 defines")
RULE(status_usable_clock, "status.usable-clock", "a usable clock has a counter",
     LEVEL_MUST, FIELDS, .row = FIELD_clock_status, ALONE, .bytewise = true,
     .breaks =
	     "fails if clock_status lets the clock be used and counter_id is 0xff",
     .why = "SYNCHRONIZED and FREERUNNING say that the parameters may "
	    "be relied upon, and without a counter there are none.",
     .hint = "publish UNKNOWN with counter_id 0xff, or name the counter")
RULE(smearing_known, "smearing.known", "the smearing hint has a defined value",
     LEVEL_MUST, FIELDS, .row = FIELD_leap_second_smearing_hint, ALONE,
     .bytewise = true, .breaks = "fails if it is above 2",
     .why = "Consumers cannot tell which smear is meant.",
     .hint = "publish 0 to 2")
RULE(leap_known, "leap.known", "leap_indicator has a defined value", LEVEL_MUST,
     HEADER, .row = FIELD_leap_indicator, ALONE, .bytewise = true,
     .breaks = "fails if it is above 5",
     .why = "Readers cannot tell whether a leap second is near.",
     .hint = "publish 0 to 5, as linux/vmclock-abi.h numbers them")

/* TAI and leap seconds. */
RULE(tai_valid, "tai.valid", "the TAI offset is given", LEVEL_SHOULD, FLAGS,
     .applies = APPLIES_CIVIL, .row = FIELD_flags, CLOCK,
     .breaks = "warns if TAI_OFFSET_VALID is clear on a usable UTC or TAI page",
     .why = "Every implementation should set TAI_OFFSET_VALID. Without it the driver of 6.13 "
	    "to 6.19 makes no PTP clock of a TAI page, and that of 7.0 none of a UTC page.",
     .hint = "publish tai_offset_sec and its flag")
RULE(tai_sign, "tai.sign", "the TAI offset has the sign of TAI to UTC",
     LEVEL_MUST, "UAPI.13 v1.1, Structure Fields", .applies = APPLIES_TAI,
     .row = FIELD_tai_offset_sec, ALONE,
     .breaks =
	     "fails if tai_offset_sec is positive and valid, unless the time is monotonic",
     .why = "tai_offset_sec leads from TAI to UTC: UTC = TAI + tai_offset_sec, so -37 since "
	    "2017. v1.0 printed 37; drivers that add it are wrong by twice its size.",
     .hint = "negate it; it is -37 since 2017")
RULE(tai_value, "tai.value", "the TAI offset is right at the reference time",
     LEVEL_MUST, FIELDS, .needs = NEED_LEAPS, .applies = APPLIES_CIVIL,
     .row = FIELD_tai_offset_sec, CLOCK,
     .breaks =
	     "fails if its size is not TAI - UTC of the leap-second table at the reference time. Where "
	     "the table does not reach, or is missing: if it is below 10 s, or farther from the last value "
	     "(37 s in 2017) than one second for each half year begun since",
     .why = "Consumers are wrong by whole seconds. Only the "
	    "size is checked here; tai.sign checks the sign.",
     .hint = "take the offset from an up-to-date leap-second table")
RULE(leap_type, "leap.type", "a monotonic time has no leap seconds",
     LEVEL_PLAUSIBLE, FIELDS, .row = FIELD_leap_indicator, ALONE,
     .bytewise = true,
     .breaks = "warns if leap_indicator is not NONE with time type MONOTONIC",
     .why = "The epoch of a monotonic time is not known, so neither is the end of a month.",
     .hint = "publish 0 with time type MONOTONIC")
RULE(leap_pre, "leap.pre", "an announced leap second comes", LEVEL_MUST, FIELDS,
     .needs = NEED_LEAPS, .applies = APPLIES_CIVIL, .row = FIELD_leap_indicator,
     CLOCK,
     .breaks =
	     "fails if PRE_* is published and the leap-second table has no such "
	     "leap second at the end of the reference time's UTC month; warns "
	     "if there is no table and the month is neither June nor December",
     .why = "Consumers insert or skip a second at the end of the reference time's month.",
     .hint = "announce it only in the month of the leap second")
RULE(leap_missing, "leap.missing", "a leap second within a day is announced",
     LEVEL_PLAUSIBLE, FIELDS, .needs = NEED_LEAPS, .applies = APPLIES_CIVIL,
     .row = FIELD_leap_indicator, CLOCK,
     .breaks =
	     "warns if the leap-second table has a leap second at the end of the reference time's "
	     "UTC month, less than a day away, and leap_indicator is NONE",
     .why = "Consumers that rely on the announcement are wrong by a second from then on. "
	    "Leap seconds are known half a year before.",
     .hint = "publish PRE_POS or PRE_NEG in the month of the leap second")
RULE(leap_during, "leap.during", "POS is published in 23:59:60", LEVEL_MUST,
     FIELDS, .needs = NEED_LEAPS, .applies = APPLIES_CIVIL,
     .row = FIELD_leap_indicator, CLOCK,
     .breaks =
	     "fails if POS is published and the reference time is not in the leap "
	     "second at a month's end, by either way of counting UTC; a TAI page "
	     "whose offset may have changed early needs the leap-second table",
     .why = "Consumers show 23:59:60 where there is none.",
     .hint = "publish POS only with a reference inside the leap second")
RULE(leap_post, "leap.post", "a leap second reported as over has occurred",
     LEVEL_MUST, FIELDS, .needs = NEED_LEAPS, .applies = APPLIES_CIVIL,
     .row = FIELD_leap_indicator, CLOCK,
     .breaks =
	     "fails if POST_* is published and the leap-second table has no such leap "
	     "second at the end of the month before; warns after the 15th of the month",
     .why = "Consumers assume that the offset changed at the start of the month.",
     .hint = "go back to NONE within days")

/* The period. */
RULE(period_nonzero, "period.nonzero", "the period is not 0", LEVEL_MUST, TIME,
     .applies = APPLIES_CLOCK, .row = FIELD_counter_period_frac_sec, CLOCK,
     .breaks =
	     "fails if it is 0 with a counter, and a clock_status that lets the clock be used",
     .why = "The clock would not advance while its status says that it runs.",
     .hint = "publish UNKNOWN or INITIALIZING until it is calibrated")
RULE(period_shift, "period.shift", "the shift is below 64", LEVEL_KERNEL,
     DRIVER, .applies = APPLIES_CLOCK, .row = FIELD_counter_period_shift, CLOCK,
     .breaks = "fails if it is 128 or above; warns if it is 64 or above",
     .why = "The driver shifts a 128-bit number by it: 128 and more is undefined in C.",
     .hint = "normalise the period: bit 63 set, and the shift to fit")
RULE(period_frequency, "period.frequency", "the frequency is 1 MHz to 10 GHz",
     LEVEL_PLAUSIBLE, TIME, .applies = APPLIES_PERIOD,
     .row = FIELD_counter_period_frac_sec, CLOCK,
     .breaks = "fails if the frequency is below 1 MHz or above 10 GHz",
     .why = "Counters typically run at 1 to 4 GHz; another scale is a mistake in period or shift.",
     .hint = "period = 2^(64 + shift) / frequency in Hz")
RULE(period_precision, "period.precision", "the period is precise enough",
     LEVEL_SHOULD, TIME, .applies = APPLIES_PERIOD,
     .row = FIELD_counter_period_frac_sec, CLOCK,
     .breaks = "warns if one unit of the fraction is more than "
	       "1e-12 of the period, or more than its maximum error",
     .why = "1 ns at shift 0 is off by 1.6e-11, which is 1.4 us a day; at shift 29 by 2e-20.",
     .hint = "normalise the period: bit 63 set, and the shift to fit")

/* The errors. */
RULE(error_period_order, "error.period-order",
     "the period's estimated error is within its maximum", LEVEL_PLAUSIBLE,
     PLAUSIBLE, .applies = APPLIES_CLOCK,
     .row = FIELD_counter_period_esterror_rate_frac_sec, CLOCK,
     .breaks = "fails if the estimate exceeds the maximum, both valid",
     .why = "A maximum below the estimate is not a bound.",
     .hint = "raise the maximum, or correct the estimate")
RULE(error_time_order, "error.time-order",
     "the time's estimated error is within its maximum", LEVEL_PLAUSIBLE,
     PLAUSIBLE, .applies = APPLIES_CLOCK, .row = FIELD_time_esterror_nanosec,
     ALONE, .breaks = "fails if the estimate exceeds the maximum, both valid",
     .why = "A maximum below the estimate is not a bound.",
     .hint = "raise the maximum, or correct the estimate")
RULE(error_period_size, "error.period-size",
     "the period's maximum error is small", LEVEL_PLAUSIBLE, ERRORS,
     .applies = APPLIES_PERIOD,
     .row = FIELD_counter_period_maxerror_rate_frac_sec, CLOCK,
     .breaks =
	     "fails if it, or the estimated error, reaches the period; warns if it is above 100 ppm of it",
     .why = "UAPI.13 assumes 50 ppm for an undisciplined counter; much "
	    "more is a mistake in the unit, which is that of the period.",
     .hint = "maximum error = period * ppm / 1000000")
RULE(error_time_size, "error.time-size", "the time's errors are possible",
     LEVEL_PLAUSIBLE, PLAUSIBLE, .applies = APPLIES_CLOCK,
     .row = FIELD_time_esterror_nanosec, CLOCK,
     .breaks =
	     "fails if a valid time_esterror_nanosec is 2^63 or more; warns if a valid "
	     "time_maxerror_nanosec is a day or more while SYNCHRONIZED",
     .why = "The error of a synchronized clock is less than a day, and an estimate of 292 "
	    "years is a negative number, or was never computed.",
     .hint = "publish the error in nanoseconds, or clear its flag")
RULE(error_pair, "error.pair", "the maximum errors come in a pair",
     LEVEL_PLAUSIBLE, ERRORS, .applies = APPLIES_CLOCK, .row = FIELD_flags,
     CLOCK,
     .breaks =
	     "warns if one of the two MAXERROR flags is set without the other",
     .why = "The bound of the time at a counter is computed from both.",
     .hint = "set PERIOD_MAXERROR_VALID and TIME_MAXERROR_VALID together")
RULE(error_zero, "error.zero", "no maximum error is 0", LEVEL_PLAUSIBLE,
     PLAUSIBLE, .applies = APPLIES_CLOCK, .row = FIELD_time_maxerror_nanosec,
     CLOCK, .breaks = "warns if a valid maximum error is 0 while SYNCHRONIZED",
     .why = "No clock is without error; a 0 means that the writer did not fill the field in.",
     .hint = "publish the bound, or clear its flag")
RULE(reference_time, "reference.time", "the reference time is in 2015 to 2100",
     LEVEL_PLAUSIBLE, PLAUSIBLE, .applies = APPLIES_CIVIL,
     .row = FIELD_time_sec, CLOCK,
     .breaks = "warns if it is before 2015 or after 2100",
     .why = "Any other year means a wrong epoch, or a clock that was never set.",
     .hint = "count seconds since 1970 on the scale of time_type")
RULE(generation_present, "generation.present",
     "the generation counter is there", LEVEL_SHOULD, HEADER,
     .row = FIELD_flags, ALONE,
     .breaks = "notes that VM_GEN_COUNTER_PRESENT is clear",
     .why = "Consumers that must know of restored snapshots and "
	    "clones fall back to other means. Never more than a note.",
     .hint = "publish vm_generation_counter and its flag")

/* Several snapshots. */
RULE(series_constant, "series.constant", "the first 12 bytes never change",
     LEVEL_MUST, FIELDS, .needs = NEED_SERIES, .applies = APPLIES_PAIR,
     .row = -1, ALONE, .bytewise = true,
     .breaks = "fails if a byte below 0x0c changes",
     .why = "Readers read them once, outside the seqlock.",
     .hint = "write magic, size, version, counter_id and "
	     "time_type before the guest starts, and never again")
RULE(series_seq_step, "series.seq-step", "seq_count goes up with every change",
     LEVEL_MUST, FIELDS, .needs = NEED_SERIES, .applies = APPLIES_PAIR,
     .row = FIELD_seq_count, ALONE,
     .breaks =
	     "fails if the content up to `size` changes with seq_count the same, or "
	     "seq_count goes back (by modulo 2^32) under the same marker",
     .why = "Only seq_count shows readers that the page did not change while they read it.",
     .hint = "make it odd before the first write and even after "
	     "the last, and only count up, also across migration")
RULE(series_odd_window, "series.odd-window",
     "seq_count is odd for less than 1 ms", LEVEL_MUST, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_SETTLING, .row = FIELD_seq_count,
     ALONE,
     .breaks =
	     "fails if seq_count is odd for 100 ms; warns for 1 ms, seen at looks less than 100 us apart",
     .why = "Readers spin during that time; the driver gives up after 100 ms.",
     .hint = "compute first, then write everything between the two steps of seq_count")
RULE(series_marker_unique, "series.marker-unique",
     "disruption_marker never returns to a value", LEVEL_MUST, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_PAIR,
     .row = FIELD_disruption_marker, ALONE,
     .breaks =
	     "fails if the marker returns to an earlier value; the last 65536 are remembered",
     .why = "A consumer that saw the value before assumes that the clock was not disrupted.",
     .hint = "draw a new value on each restore, even of the same "
	     "snapshot: at random, or kept outside the snapshot")
RULE(series_marker_silent, "series.marker-silent",
     "time does not jump under the same marker", LEVEL_PLAUSIBLE, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_SILENT,
     .row = FIELD_disruption_marker, ALONE,
     .breaks =
	     "where the page before has no bounds: fails if the time at a common counter steps by "
	     "more than 10 ms, warns above 500 us. If the clock was FREERUNNING and is "
	     "SYNCHRONIZED again, or updates were missed, a step that 50 ppm of the time in "
	     "between explain is a warning at most",
     .why = "Without bounds and a new marker, consumers do not notice a jump.",
     .hint = "change disruption_marker when the counter was disrupted; slew small corrections")
RULE(series_generation_unique, "series.generation-unique",
     "vm_generation_counter never returns to a value", LEVEL_MUST, HEADER,
     .needs = NEED_SERIES, .applies = APPLIES_GENERATION_PAIR,
     .row = FIELD_vm_generation_counter, ALONE,
     .breaks =
	     "fails if the generation returns to an earlier value; the last 65536 are remembered",
     .why = "A consumer that saw the value before continues to use keys and numbers that "
	    "a clone also has.",
     .hint = "draw a new value on each load of a snapshot, at random")
RULE(series_generation_marker, "series.generation-marker",
     "the marker changes with the generation", LEVEL_PLAUSIBLE, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_GENERATION_PAIR,
     .row = FIELD_vm_generation_counter, ALONE,
     .breaks = "notes a new generation with the same marker",
     .why = "A fork on one host does not change the counter, so that is legal. Never more "
	    "than a note.",
     .hint = "")
RULE(series_monotonic, "series.monotonic", "TIME_MONOTONIC is true", LEVEL_MUST,
     HEADER, .needs = NEED_SERIES, .applies = APPLIES_SAME,
     .row = FIELD_time_sec, CLOCK,
     .breaks =
	     "fails if a reading under the new page gives an earlier time than one taken before "
	     "it under the old page; with the flag clear it reports the size of a step back",
     .why = "With the flag set, no reader ever sees time go back across an update, leap seconds aside.",
     .hint = "start the new page at the old one's time or after it, or clear the flag")
RULE(series_nested, "series.nested", "the new time is within the old bounds",
     LEVEL_MUST, ERRORS, .needs = NEED_SERIES, .applies = APPLIES_BOUNDS,
     .row = FIELD_time_sec, CLOCK,
     .breaks =
	     "fails if, at a reading taken under the page before, the new page's time lies "
	     "outside the bounds that the page before gave for it: exactly, at its first "
	     "and last reading and at its counter_value between them. After missed updates "
	     "this is not checked. Fails if, at a reading under an earlier page of the "
	     "same marker, the times of the two differ by more than the bounds of both "
	     "together; a time that is outside only the earlier page's bounds is noted. "
	     "The earlier pages are the first one and, for each power of two, the last two "
	     "whose number is a multiple of it",
     .why = "The new page's time for a reading taken under an old page must be within the "
	    "bounds that the old page gave for it; otherwise those bounds were wrong. A "
	    "clock that drifts away a little with each page leaves the bounds of an "
	    "earlier page.",
     .hint = "publish larger maximum errors, or change disruption_marker when the clock was disrupted")
RULE(series_frequency_step, "series.frequency-step",
     "the period changes slowly", LEVEL_PLAUSIBLE, TIME, .needs = NEED_SERIES,
     .applies = APPLIES_SAME, .row = FIELD_counter_period_frac_sec, CLOCK,
     .breaks = "fails if the period changes by more than 100 ppm, warns above "
	       "1 ppm; with TIME_MONOTONIC on both, only warns, above 1000 ppm",
     .why = "A counter keeps its frequency; a step means another counter, or a slew that is too fast.",
     .hint = "change disruption_marker with the counter; slew slowly")
RULE(series_tai_step, "series.tai-step",
     "the TAI offset changes only at leap seconds", LEVEL_MUST, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_TAI_PAIR,
     .row = FIELD_tai_offset_sec, ALONE,
     .breaks =
	     "fails if tai_offset_sec changes other than by one second at a leap second; "
	     "skipped if a leap second cannot be excluded, because a page is not usable, "
	     "or the marker is new and there is no table",
     .why = "Any other change is a mistake, in the old value or in the new one.",
     .hint = "change it by one second when leap_indicator goes through the leap second")
RULE(series_leap_taken, "series.leap-taken", "leap seconds are taken",
     LEVEL_MUST, FIELDS, .needs = NEED_SERIES, .applies = APPLIES_LEAP,
     .row = FIELD_leap_indicator, CLOCK,
     .breaks =
	     "fails if, from the last page before a leap second to the first one after it, "
	     "the TAI offset does not change by it, or the count of UTC does not step by "
	     "it. A leap second is where the indicators say so at a month's end, or an "
	     "unexpired table has one. A UTC page is not checked if the bounds of the page "
	     "before have grown to 500 ms, or if that page has no bounds and is 2500 s "
	     "old",
     .why = "A device that announces a leap second and does not take it is one second wrong from then on.",
     .hint = "step tai_offset_sec, and a count of UTC, at the end of the leap second")
RULE(series_smear, "series.smear", "UTC is not smeared", LEVEL_MUST, FIELDS,
     .needs = NEED_SERIES, .applies = APPLIES_SMEAR, .row = -1, CLOCK,
     .breaks =
	     "fails if a UTC page does not step at a leap second, and the mean rate of its "
	     "time in the window of a smear (noon to noon, or UTC-SLS) differs from the "
	     "rate outside the window by 75 % to 125 % of the rate of the smear. Skipped "
	     "where the pages are too few or too near each other",
     .why = "A smeared clock is wrong by up to a second, and no reader can tell. "
	    "leap_second_smearing_hint can ask consumers to smear.",
     .hint = "publish TAI, or UTC that steps, and the smear as a hint")
RULE(series_features, "series.features", "the features stay as they are",
     LEVEL_KERNEL, DRIVER, .needs = NEED_SERIES, .applies = APPLIES_PAIR,
     .row = FIELD_flags, ALONE,
     .breaks =
	     "fails if NOTIFICATION_PRESENT appears or disappears under one marker; warns "
	     "if VM_GEN_COUNTER_PRESENT does so, or either flag with a new marker",
     .why = "The driver asks for notifications when it binds to the device, and never "
	    "again; consumers look for the generation once.",
     .hint = "offer a feature from the start or not at all, on every host that a guest may move to")
RULE(series_leap_order, "series.leap-order", "leap_indicator goes forward",
     LEVEL_MUST, FIELDS, .needs = NEED_SERIES, .applies = APPLIES_LEAP_PAIR,
     .row = FIELD_leap_indicator, ALONE,
     .breaks = "fails if leap_indicator moves back within one "
	       "leap second, or changes sign without NONE between",
     .why = "One leap second goes through PRE, POS, POST, NONE. "
	    "States may be skipped, and a changed marker starts over.",
     .hint = "return to NONE before the next leap second is announced")
RULE(series_reference_advances, "series.reference-advances",
     "counter and reference time advance together", LEVEL_PLAUSIBLE, TIME,
     .needs = NEED_SERIES, .applies = APPLIES_ADVANCING,
     .row = FIELD_counter_value, CLOCK,
     .breaks =
	     "fails if counter_value advances by more than a second and the reference time does not, or "
	     "the reverse, or either goes back; warns if neither advances for an hour while SYNCHRONIZED "
	     "without bounds, and notes it with bounds",
     .why = "If only one of them advances, the page is a mixture of two updates. A host "
	    "may update only when its frequency changes; but an hour without a new "
	    "reference or bounds that grow may mean that it stopped.",
     .hint = "take counter_value and the time at the same instant, and update in time")

/* The live device. */
RULE(live_counter_arch, "live.counter-arch", "counter_id is this CPU's",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE, .row = FIELD_counter_id, ALONE,
     .breaks = "fails if counter_id is another architecture's",
     .why = "The driver makes no PTP clock from another architecture's counter.",
     .hint = "name the counter of the guest's architecture")
RULE(live_counter_ahead, "live.counter-ahead",
     "counter_value is not ahead of the counter", LEVEL_KERNEL, DRIVER,
     .needs = NEED_LIVE, .row = FIELD_counter_value, CLOCK,
     .applies = APPLIES_CLOCK,
     .breaks = "fails if counter_value is ahead of the counter",
     .why = "The driver treats the difference as unsigned: its clock jumps by centuries.",
     .hint = "take a reference that is in the past on all of the guest's CPUs")
RULE(live_counter_cpus, "live.counter-cpus", "the counter is one on all CPUs",
     LEVEL_PLAUSIBLE, HEADER, .needs = NEED_LIVE, .row = FIELD_counter_id,
     ALONE,
     .breaks =
	     "fails if the counter, read on each CPU in turn, is smaller than on "
	     "the CPU before it; three rounds",
     .why = "The page describes one counter. After a restore the TSCs of the CPUs may "
	    "differ: the time then steps whenever a program moves to another CPU. "
	    "tsc=reliable keeps Linux from noticing.",
     .hint = "let the hypervisor set the TSC of all CPUs alike when it restores them")
RULE(live_frequency, "live.frequency", "the period agrees with the counter",
     LEVEL_PLAUSIBLE, PLAUSIBLE, .needs = NEED_LIVE,
     .row = FIELD_counter_period_frac_sec, CLOCK, .applies = APPLIES_PERIOD,
     .breaks =
	     "fails if the period disagrees with the counter, measured against "
	     "CLOCK_MONOTONIC_RAW, by more than 1 %; warns above 100 ppm",
     .why = "Measured against CLOCK_MONOTONIC_RAW, 1 % is a mistake and 100 ppm is unusually large.",
     .hint = "apply the guest's TSC scaling to the period")
RULE(live_realtime, "live.realtime", "CLOCK_REALTIME lies within the bounds",
     LEVEL_PLAUSIBLE, PLAUSIBLE, .needs = NEED_LIVE, .row = FIELD_time_sec,
     CLOCK, .applies = APPLIES_CIVIL,
     .breaks =
	     "warns if CLOCK_REALTIME lies outside the bounds, widened by the kernel's own maximum error",
     .why = "If the system's clock is outside of the bounds, even widened by its own "
	    "maximum error, one of the two clocks is wrong.",
     .hint = "find out which of the two clocks is right")
RULE(driver_node, "driver.node", "a page has its /dev/vmclockN", LEVEL_KERNEL,
     DRIVER, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks =
	     "fails if the device is there and size reaches a page, but there is no node",
     .why = "Without the node nothing in user space can read the page.",
     .hint = "see the kernel log")
RULE(driver_permissions, "driver.permissions", "the node can be read",
     LEVEL_SHOULD, DRIVER, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks = "notes that only root can read it",
     .why = "Only root may read it until a udev rule says otherwise. Never more than a note.",
     .hint = "the udev rule of contrib/udev/45-vmclock.rules")
RULE(driver_read, "driver.read", "read and mmap give the same page",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks = "fails if read and mmap differ at rest, a read is "
	       "short, or the file does not end at the page's end",
     .why = "At rest both give the same bytes, to the page's end and not beyond.",
     .hint = "report it as a bug of the driver")
RULE(driver_mmap_bounds, "driver.mmap-bounds", "one page can be mapped",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks = "fails if two pages, or one at an offset, can be mapped",
     .why = "Two pages, or an offset, would expose other memory.",
     .hint = "report it as a bug of the driver")
RULE(driver_mmap_readonly, "driver.mmap-readonly",
     "the page can only be mapped read-only", LEVEL_KERNEL,
     "Linux, CVE-2026-80724", .needs = NEED_LIVE | NEED_DRIVER, .row = -1,
     ALONE,
     .breaks =
	     "fails if a writable private mapping can be made, by mmap or by mprotect",
     .why = "A process could change the clock of all others.",
     .hint = "update to Linux 6.18.47, 7.1.11, 7.2.1 or later")
RULE(driver_poll, "driver.poll", "poll works as the flag says", LEVEL_KERNEL,
     DRIVER, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks =
	     "fails if there is no POLLHUP with NOTIFICATION_PRESENT clear on a driver that has poll",
     .why = "Without NOTIFICATION_PRESENT a driver that has "
	    "poll answers POLLHUP; before 7.0 there is none.",
     .hint = "report it as a bug of the driver")
RULE(notify_delivery, "notify.delivery", "an update wakes waiting readers",
     LEVEL_MUST, FLAGS, .needs = NEED_LIVE | NEED_DRIVER, .row = FIELD_flags,
     ALONE,
     .breaks =
	     "fails if an update wakes no poller within 1 s, with NOTIFICATION_PRESENT set",
     .why = "NOTIFICATION_PRESENT promises an interrupt on every new seq_count.",
     .hint = "send it after seq_count is even")
RULE(firmware_id, "firmware.id", "the firmware names the device", LEVEL_MUST,
     DISCOVERY, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks =
	     "fails if there is neither an ACPI device with the _CID VMCLOCK nor one with the compatible "
	     "\"amazon,vmclock\"; warns if the _HID is not AMZNC10C",
     .why = "Drivers find it by the _HID AMZNC10C or the _CID VMCLOCK in ACPI, which must both be "
	    "there, or by the compatible \"amazon,vmclock\".",
     .hint = "give it the ids in the DSDT, or the compatible in the device tree")
RULE(firmware_region, "firmware.region", "the region is a page of its own",
     LEVEL_MUST, DISCOVERY, .needs = NEED_LIVE | NEED_DRIVER, .row = -1, ALONE,
     .breaks =
	     "fails if it is not 4 KiB aligned, smaller than size, or inside System RAM, ACPI Tables or "
	     "ACPI Non-volatile Storage by /proc/iomem; of several devices, if that of one is",
     .why = "4 KiB aligned, as large as size says, and no memory that the system uses: "
	    "otherwise mapping it shows something else, or the system writes over it.",
     .hint = "reserve a page of its own for it, as AddressRangeReserved")
RULE(phc_present, "phc.present", "the PTP clock is there when it should be",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC,
     .row = -1, ALONE,
     .breaks =
	     "fails if it is present or absent against the conditions of both driver generations",
     .why = "Registered once, at probe, by constant fields and size.",
     .hint = "publish the clock before the guest boots")
RULE(phc_value, "phc.value", "the PTP clock gives the page's time",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC,
     .row = -1, ALONE,
     .breaks =
	     "fails if its time, taken between two readings of the counter under one page, "
	     "is outside the page's times at those, whole seconds of the timescale aside",
     .why = "Driver and page must not disagree, whole seconds of the timescale aside.",
     .hint = "report it as a bug of the driver")
RULE(phc_timescale, "phc.timescale", "the PTP clock is TAI or UTC",
     LEVEL_KERNEL, DRIVER, .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC,
     .row = -1, ALONE,
     .breaks = "fails if it differs from TAI by neither 0 nor the TAI offset",
     .why = "The driver gives one or the other, by its generation; "
	    "a wrong sign of the offset makes it neither.",
     .hint = "fix tai.sign first")
RULE(phc_capabilities, "phc.capabilities",
     "the PTP clock reports its capabilities", LEVEL_KERNEL, DRIVER,
     .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC, .row = -1, ALONE,
     .breaks = "fails if max_adj is not 0, or it takes no cross timestamps",
     .why = "It cannot be adjusted, and takes cross timestamps.",
     .hint = "report it as a bug of the driver")
RULE(phc_precise, "phc.precise", "precise cross timestamps work", LEVEL_KERNEL,
     DRIVER, .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC, .row = -1, ALONE,
     .breaks =
	     "fails if PTP_SYS_OFFSET_PRECISE fails though the clocksource is the same counter",
     .why = "If the clocksource is the same counter, PTP_SYS_OFFSET_PRECISE must not fail.",
     .hint = "report it as a bug of the driver")
RULE(phc_error_bound, "phc.error-bound",
     "the PTP clock's error bound is the page's", LEVEL_KERNEL, DRIVER,
     .needs = NEED_LIVE | NEED_DRIVER | NEED_PHC, .row = -1, ALONE,
     .breaks =
	     "fails if the kernel reports a bound below the page's maximum error, a bound "
	     "that the page does not give, another status or another timescale; warns if "
	     "its bound is larger, or missing; skipped by kernels without "
	     "PTP_SYS_OFFSET_EXTENDED_ATTRS",
     .why = "Programs take the kernel's word for the page's, and do not look at the page.",
     .hint = "report it as a bug of the driver")

#undef RULE
