/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks, by area, for the table in table.c; and what they share. */
#ifndef VMCLOCKCTL_RULES_RULES_H
#define VMCLOCKCTL_RULES_RULES_H

#include "verify.h"
#include "base/strbuf.h"

static inline uint64_t value_of(const struct subject *s, int row)
{
	return s->page.value[row];
}

static inline uint64_t flags_of(const struct subject *s)
{
	return s->page.value[FIELD_flags];
}

void say(struct finding *finding, enum verdict verdict, const char *message);
void expect_text(struct finding *finding, const char *text);
void expect_number(struct finding *finding, const char *text, uint64_t value);
void actual_text(struct finding *finding, const char *text);

/* Whole seconds and nine digits, rounded down. */
void strbuf_time(struct strbuf *buffer, grid time);
/* A length of time in nanoseconds, rounded up. */
void strbuf_nsec(struct strbuf *buffer, uint128 length);

static inline uint128 grid_size(grid difference)
{
	return difference < 0 ? -(uint128)difference : (uint128)difference;
}

#define CHECK(name)                                                            \
	void check_##name(const struct subject *s, struct finding *f)

/* page.c, the header */
CHECK(magic);
CHECK(byte_order);
CHECK(layout);
CHECK(version);
CHECK(size_minimum);
CHECK(size_region);
CHECK(size_page);
CHECK(size_flags);
/* page.c, the rest */
CHECK(known);
CHECK(time_type);
CHECK(type_utc);
CHECK(seq_even);
CHECK(flags_known);
CHECK(flags_numbering);
CHECK(imminent);
CHECK(pad);
CHECK(tail);
CHECK(usable_clock);
CHECK(leap_known);
CHECK(generation_present);
/* time.c */
CHECK(tai_valid);
CHECK(tai_sign);
CHECK(tai_value);
CHECK(leap_type);
CHECK(leap_pre);
CHECK(leap_during);
CHECK(leap_post);
CHECK(reference_time);
/* period.c */
CHECK(period_nonzero);
CHECK(period_shift);
CHECK(period_frequency);
CHECK(period_precision);
CHECK(error_period_order);
CHECK(error_time_order);
CHECK(error_period_size);
CHECK(error_pair);
CHECK(error_zero);
/* series.c */
CHECK(constant);
CHECK(seq_step);
CHECK(odd_window);
CHECK(marker_unique);
CHECK(generation_unique);
CHECK(generation_marker);
CHECK(tai_step);
CHECK(leap_order);
/* motion.c */
CHECK(marker_silent);
CHECK(monotonic);
CHECK(nested);
CHECK(frequency_step);
CHECK(reference_advances);
/* live.c */
CHECK(counter_arch);
CHECK(counter_ahead);
CHECK(frequency);
CHECK(realtime);
CHECK(driver_node);
CHECK(driver_permissions);
CHECK(driver_read);
CHECK(mmap_bounds);
CHECK(mmap_readonly);
CHECK(driver_poll);
CHECK(notify_delivery);
CHECK(firmware_id);
CHECK(firmware_region);
CHECK(phc_present);
CHECK(phc_value);
CHECK(phc_timescale);
CHECK(phc_capabilities);
CHECK(phc_precise);
/*
 * The leap second between the references of two pages, by their indicators at a
 * month's end, or all that the leap-second table has there: 1 inserted, -1
 * skipped, 0 none. The count of UTC then steps by minus that.
 */
int leap_taken(const struct subject *before, const struct subject *after);

#endif
