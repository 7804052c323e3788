/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of events, in the order in which those of one change are reported.
 * One row drives watch, diff, --until, --exec, the counts of --openmetrics and
 * `list events`. change.h and change.c each take the rows in, and make
 * EVENT_NAME of EVENT(NAME, "name", "help", ...), and event_kinds[EVENT_NAME].
 *
 * To add an event
 *  1. Its row here. The members are those of struct event_kind in change.h, and
 *     say which changes of a page make it. Fields have the names of LAYOUT_ROWS
 *     in page/field.h, so that the row holds for every layout; one that is not
 *     there is added there, and to each layout in page/field.c. Flags are given
 *     for each layout. Without rows, groups and flags no change makes it: then
 *     it is for watch to raise, as it does the last four.
 *     A message_id is 32 random hex digits, as `journalctl --new-id128` prints.
 *  2. contrib/systemd/vmclockctl.catalog: an entry for its message_id.
 *  3. scripts/make-all writes the man page's list, the completions and the
 *     schemas. What its help does not say is for man/vmclockctl.1, EVENTS.
 *  4. test_change.c: what makes it, and what does not. tests/bats/list.bats has
 *     the list.
 */
#ifndef EVENT
#error "the file that takes the rows in defines EVENT()"
#endif

EVENT(DISRUPTION, "disruption",
      "the disruption marker changed: the counter jumped",
      .message_id = "dd386f64046f45019212dd78d88d3fc0", .warns = true,
      .rows = ROW_BIT(disruption_marker), .unless = ROW_BIT(generation),
      .compared = ROW_BIT(generation), .steps = true)
EVENT(RESTORE, "restore",
      "marker and generation changed: a snapshot was loaded",
      .message_id = "adf887ed57994885ae43bbc845b68bff", .warns = true,
      .rows = ROW_BIT(disruption_marker) | ROW_BIT(generation), .all = true,
      .compared = ROW_BIT(generation), .steps = true)
EVENT(FORK, "fork", "only the generation changed: the guest was cloned",
      .message_id = "2ab249545ef148b98050cb75a55542d8", .warns = true,
      .rows = ROW_BIT(generation), .unless = ROW_BIT(disruption_marker),
      .compared = ROW_BIT(generation))
EVENT(STATUS, "status", "clock_status changed",
      .message_id = "ac41d68100874999800937160933fe72",
      .rows = ROW_BIT(clock_status))
EVENT(LEAP, "leap", "leap_indicator changed",
      .message_id = "552975abf0294bd295b051ca6a301236",
      .rows = ROW_BIT(leap_indicator) | ROW_BIT(leap_direction) |
	      ROW_BIT(leap_time))
EVENT(MAINTENANCE, "maintenance", "a disruption was announced, or is no longer",
      .message_id = "0ab910e239c941dba6225f3f564be02d",
      .flags[LAYOUT_VMCLOCK_1] = FLAG_DISRUPTION_SOON |
				 FLAG_DISRUPTION_IMMINENT,
      .flags[LAYOUT_RFC_3] = RFC3_FLAG_DISRUPTION_SOON |
			     RFC3_FLAG_DISRUPTION_IMMINENT)
EVENT(TAI, "tai", "the TAI offset changed",
      .message_id = "e1009a5802c041db8bc652c4e1fc99d1",
      .rows = ROW_BIT(tai_offset), .validity = true)
EVENT(FEATURES, "features", "what the device offers has changed",
      .message_id = "c8a257590527440e853cced508dbbeb4",
      .flags[LAYOUT_VMCLOCK_1] = FLAG_TIME_MONOTONIC |
				 FLAG_VM_GEN_COUNTER_PRESENT |
				 FLAG_NOTIFICATION_PRESENT,
      .together[LAYOUT_VMCLOCK_1] = FLAG_PERIOD_MAXERROR_VALID |
				    FLAG_TIME_MAXERROR_VALID,
      .together[LAYOUT_RFC_3] = RFC3_FLAG_UTC_MAXERROR_VALID |
				RFC3_FLAG_UTC_PERIOD_ERROR_VALID)
EVENT(CALIBRATION, "calibration", "reference time, period or bounds changed",
      .message_id = "3bca9101e4914e7ca8574a6d0d0a1486",
      .groups = GROUP_BIT(CALIBRATION), .validity = true, .steps = true,
      .routine = true)

/* These do not follow from two pages, but from how the pages were read, and
 * from the conformance rules. */
EVENT(MISSED, "missed", "updates were missed, by seq_count",
      .message_id = "1bb5f2aa0e5a4113bb72d719934d0d55")
EVENT(LOST, "lost", "the device went away",
      .message_id = "76f3556e8e444ae1bd16ab42021cd41e", .warns = true)
EVENT(FOUND, "found", "the device came back",
      .message_id = "8ba87fd1534a473e8f4ef0aac8966e70")
EVENT(VIOLATION, "violation", "a conformance rule between pages is broken",
      .message_id = "a6dccd621a7e451bb36b0220f15bcf23", .warns = true)

#undef EVENT
