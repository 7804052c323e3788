/* SPDX-License-Identifier: BSD-2-Clause */
/* The sets of words in the JSON documents, each from the table that has them.
 */
#include "enumerations.h"

#include "base/error.h"
#include "clock/offset.h"
#include "clock/phcname.h"
#include "clock/reading.h"
#include "clock/smear.h"
#include "doctor/doctor.h"
#include "event/snapshot.h"
#include "io/host/ptp.h"
#include "io/source/source_name.h"
#include "verify.h"
#include "view/compare.h"
#include "view/json_dump.h"
#include "watch.h"

/* The rows of a table from `first` on; those before stand for null. */
#define ROWS_FROM(first, table)                                                \
	.rows = &(table)[first],                                               \
	.count = sizeof(table) / sizeof(*(table)) - (first),                   \
	.size = sizeof(*(table))
#define ROWS(table) ROWS_FROM(0, table)

const struct enumeration enumerations[] = {
	{ "error-code", "why a command failed",
	  ROWS_FROM(ERROR_NONE + 1, error_codes) },
	{ "source-kind", "what a SOURCE is", ROWS(source_kind_names) },
	{ "source-format", "the format of a SOURCE",
	  ROWS(source_format_names) },
	{ "time-reason", "why a page gives no time",
	  ROWS_FROM(READING_TIME + 1, reading_reasons) },
	{ "verdict", "the result of a rule", ROWS(verdict_names) },
	{ "diagnosis-level", "how doctor rates a finding",
	  ROWS(diagnosis_level_names) },
	{ "observed", "what came of a look at a file", ROWS(observed_words) },
	{ "wake", "what led to a look at the page", ROWS(wake_names) },
	{ "ending", "why watch ended", ROWS(ending_names) },
	{ "awaited", "what became of watch --until",
	  ROWS_FROM(AWAITED_NOTHING + 1, awaited_names) },
	{ "clock-kind", "what is compared with the page",
	  ROWS(compared_kind_names) },
	{ "phc-kind", "which kind of PTP clock it is", ROWS(phc_kinds) },
	{ "read-method", "how a clock was read", ROWS(read_method_names) },
	{ "timescale", "the timescale that a clock has", ROWS(scale_texts) },
	{ "window-by", "what bounds a reading", ROWS(window_by_names) },
	{ "tai-origin", "where TAI - UTC is from", ROWS(tai_origin_names) },
	{ "compare-reference", "what clocks are compared with",
	  ROWS(compare_reference_names) },
	{ "bounds", "where a clock lies in the page's bounds",
	  ROWS(inside_names) },
	{ "smear", "how a clock smears a leap second",
	  ROWS_FROM(SMEAR_NONE + 1, smear_names) },
	{ "firmware", "which firmware table describes the device",
	  ROWS(firmware_names) },
	{ "driver", "the state of the kernel's driver", ROWS(driver_names) },
	{ .name = NULL },
};

const char *enumeration_word(const struct enumeration *enumeration, size_t i)
{
	const char *row = (const char *)enumeration->rows;

	return *(const char *const *)(row + i * enumeration->size);
}
