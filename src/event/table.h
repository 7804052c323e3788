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
 *  2. man/vmclockctl.1, EVENTS: a line.
 *  3. What is written by scripts: completions/ (scripts/make-completions) and
 *     the schemas (docs/schema).
 *  4. test_change.c: what makes it, and what does not. tests/bats/list.bats has
 *     the list.
 */
#ifndef EVENT
#error "the file that takes the rows in defines EVENT()"
#endif

EVENT(DISRUPTION, "disruption",
      "the disruption marker changed: the counter jumped",
      .rows = ROW_BIT(disruption_marker), .unless = ROW_BIT(generation),
      .compared = ROW_BIT(generation), .steps = true)
EVENT(RESTORE, "restore",
      "marker and generation changed: a snapshot was loaded",
      .rows = ROW_BIT(disruption_marker) | ROW_BIT(generation), .all = true,
      .compared = ROW_BIT(generation), .steps = true)
EVENT(FORK, "fork", "only the generation changed: the guest was cloned",
      .rows = ROW_BIT(generation), .unless = ROW_BIT(disruption_marker),
      .compared = ROW_BIT(generation))
EVENT(STATUS, "status", "clock_status changed", .rows = ROW_BIT(clock_status))
EVENT(LEAP, "leap", "leap_indicator changed",
      .rows = ROW_BIT(leap_indicator) | ROW_BIT(leap_direction) |
	      ROW_BIT(leap_time))
EVENT(MAINTENANCE, "maintenance", "a disruption was announced, or is no longer",
      .flags[LAYOUT_VMCLOCK_1] = FLAG_DISRUPTION_SOON |
				 FLAG_DISRUPTION_IMMINENT,
      .flags[LAYOUT_RFC_3] = RFC3_FLAG_DISRUPTION_SOON |
			     RFC3_FLAG_DISRUPTION_IMMINENT)
EVENT(TAI, "tai", "the TAI offset changed", .rows = ROW_BIT(tai_offset),
      .validity = true)
EVENT(FEATURES, "features", "what the device offers has changed",
      .flags[LAYOUT_VMCLOCK_1] = FLAG_TIME_MONOTONIC |
				 FLAG_VM_GEN_COUNTER_PRESENT |
				 FLAG_NOTIFICATION_PRESENT,
      .together[LAYOUT_VMCLOCK_1] = FLAG_PERIOD_MAXERROR_VALID |
				    FLAG_TIME_MAXERROR_VALID,
      .together[LAYOUT_RFC_3] = RFC3_FLAG_UTC_MAXERROR_VALID |
				RFC3_FLAG_UTC_PERIOD_ERROR_VALID)
EVENT(CALIBRATION, "calibration", "reference time, period or bounds changed",
      .groups = GROUP_BIT(CALIBRATION), .validity = true, .steps = true,
      .routine = true)

/* These do not follow from two pages, but from how the pages were read, and
 * from the conformance rules. */
EVENT(MISSED, "missed", "updates were missed, by seq_count")
EVENT(LOST, "lost", "the device went away")
EVENT(FOUND, "found", "the device came back")
EVENT(VIOLATION, "violation", "a conformance rule between pages is broken")

#undef EVENT
