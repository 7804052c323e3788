/* SPDX-License-Identifier: BSD-2-Clause */
#include "verify.h"

#include <string.h>

#include "words.h"

const char *const level_names[LEVEL_COUNT] = {
	[LEVEL_MUST] = "must",
	[LEVEL_KERNEL] = "kernel",
	[LEVEL_SHOULD] = "should",
	[LEVEL_PLAUSIBLE] = "plausible",
};

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok",	 [VERDICT_FAIL] = "fail",
	[VERDICT_WARN] = "warn", [VERDICT_NOT_APPLICABLE] = "not-applicable",
	[VERDICT_SKIP] = "skip",
};

static void say(struct finding *finding, enum verdict verdict,
		const char *message)
{
	struct words words =
		words_start(finding->message, sizeof(finding->message));

	finding->verdict = verdict;
	words_add(&words, message);
}

static void expect(struct finding *finding, const char *text)
{
	struct words words =
		words_start(finding->expected, sizeof(finding->expected));

	words_add(&words, text);
}

static void expect_number(struct finding *finding, const char *text,
			  uint64_t value)
{
	struct words words =
		words_start(finding->expected, sizeof(finding->expected));

	words_add(&words, text);
	words_decimal(&words, value);
}

static uint64_t size_of(const struct subject *subject)
{
	return subject->page.value[FIELD_size];
}

static void check_magic(const struct subject *s, struct finding *f)
{
	struct words words = words_start(f->actual, sizeof(f->actual));

	if (page_has_magic(s->bytes, s->length))
		return;
	expect(f, "0x4b4c4356");
	words_hex(&words, s->length >= 4 ? load_le(s->bytes, 4) : 0, 8);
	say(f, VERDICT_FAIL, "not a VMClock page");
}

static bool swapped_size(uint64_t size)
{
	uint32_t turned = __builtin_bswap32((uint32_t)size);

	/* Swapped it is a size that devices have, and as it is it is not. */
	return turned >= PAGE_HEADER_SIZE && turned <= PAGE_READ_MAX &&
	       turned % 4 == 0 && size > PAGE_READ_MAX;
}

static void check_byte_order(const struct subject *s, struct finding *f)
{
	bool magic =
		s->length >= 4 && load_le(s->bytes, 4) == PAGE_MAGIC_SWAPPED;
	bool size = page_has(&s->page, FIELD_size) &&
		    s->page.layout->id == LAYOUT_VMCLOCK_1 &&
		    swapped_size(size_of(s));

	if (!magic && !size)
		return;
	f->row = magic ? FIELD_magic : FIELD_size;
	expect(f, "little-endian");
	say(f, VERDICT_FAIL,
	    magic ? "the magic is byte-swapped" : "the size is byte-swapped");
}

static void check_layout(const struct subject *s, struct finding *f)
{
	struct words words = words_start(f->actual, sizeof(f->actual));

	if (s->page.layout->id == LAYOUT_VMCLOCK_1)
		return;
	expect(f, layouts[LAYOUT_VMCLOCK_1].name);
	words_add(&words, s->page.layout->name);
	say(f, VERDICT_FAIL,
	    s->page.layout->id == LAYOUT_RFC_3
		    ? "the layout of RFC v3, which no released driver reads"
		    : "a pre-release layout, which no released driver reads");
}

static void check_version(const struct subject *s, struct finding *f)
{
	if (s->page.value[FIELD_version] == PAGE_VERSION)
		return;
	expect_number(f, "", PAGE_VERSION);
	say(f, VERDICT_FAIL, "an unknown version: the driver refuses the page");
}

static void check_size_minimum(const struct subject *s, struct finding *f)
{
	uint64_t id = s->page.value[FIELD_counter_id];

	if (size_of(s) < PAGE_HEADER_SIZE) {
		expect_number(f, "at least ", PAGE_HEADER_SIZE);
		say(f, VERDICT_FAIL, "size does not cover the header");
	} else if (size_of(s) < PAGE_CLOCK_SIZE && id != COUNTER_INVALID &&
		   page_has(&s->page, FIELD_counter_id)) {
		expect_number(f, "at least ", PAGE_CLOCK_SIZE);
		say(f, VERDICT_WARN,
		    "a counter is named, but size ends before the clock: no "
		    "PHC");
	}
}

static void check_size_region(const struct subject *s, struct finding *f)
{
	if (size_of(s) <= s->length)
		return;
	expect_number(f, "at most ", s->length);
	say(f, VERDICT_WARN, "the dump is shorter than the page: cut short");
}

static void check_size_page(const struct subject *s, struct finding *f)
{
	if (size_of(s) >= PAGE_USUAL_SIZE && size_of(s) % PAGE_USUAL_SIZE == 0)
		return;
	expect(f, "4096 or a multiple");
	say(f, VERDICT_WARN, "below a page or no multiple: no /dev/vmclockN");
}

/* Fields that a flag announces, beyond those every page has. */
static const struct {
	uint64_t flag;
	int row;
} announced[] = {
	{ FLAG_TAI_OFFSET_VALID, FIELD_tai_offset_sec },
	{ FLAG_PERIOD_ESTERROR_VALID,
	  FIELD_counter_period_esterror_rate_frac_sec },
	{ FLAG_PERIOD_MAXERROR_VALID,
	  FIELD_counter_period_maxerror_rate_frac_sec },
	{ FLAG_TIME_ESTERROR_VALID, FIELD_time_esterror_nanosec },
	{ FLAG_TIME_MAXERROR_VALID, FIELD_time_maxerror_nanosec },
	{ FLAG_VM_GEN_COUNTER_PRESENT, FIELD_vm_generation_counter },
};

static void check_size_flags(const struct subject *s, struct finding *f)
{
	for (size_t i = 0; i < sizeof(announced) / sizeof(*announced); i++) {
		const struct field *field =
			&s->page.layout->fields[announced[i].row];
		uint64_t end = (uint64_t)field->offset + field->width;
		struct words words =
			words_start(f->message, sizeof(f->message));

		if (!(s->page.value[FIELD_flags] & announced[i].flag) ||
		    size_of(s) >= end)
			continue;
		f->verdict = VERDICT_FAIL;
		expect_number(f, "at least ", end);
		words_add(&words, "a flag announces ");
		words_add(&words, field->name);
		words_add(&words, ", which size does not cover");
		return;
	}
}

/* A value of an enumeration that has a name. */
static void check_known(const struct subject *s, struct finding *f)
{
	const struct field *field = &s->page.layout->fields[f->row];

	if (field_value_name(field, s->page.value[f->row]))
		return;
	expect(f, "a value of UAPI.13");
	say(f, VERDICT_FAIL, "not a value that the specification defines");
}

static void check_leap_known(const struct subject *s, struct finding *f)
{
	check_known(s, f);
	if (s->page.value[FIELD_leap_indicator] == LEAP_POST_NEG + 1)
		say(f, VERDICT_FAIL,
		    "6 was POST_NEG in RFC v4: a device of that draft");
}

static void check_flags_known(const struct subject *s, struct finding *f)
{
	if (s->page.value[FIELD_flags] & ~FLAGS_KNOWN)
		say(f, VERDICT_OK,
		    "bits 10 and up are not known here; they can be ignored");
}

#define HEADER "UAPI.13, Structure Fields"
#define DRIVER "Linux, ptp_vmclock"

const struct rule rules[] = {
	{ "header.magic", "the magic is \"VCLK\"", LEVEL_MUST, HEADER,
	  FIELD_magic, true, check_magic,
	  "Without the magic no driver takes the region for a VMClock.",
	  "write 0x4b4c4356 at offset 0" },
	{ "header.byte-order", "the page is little-endian", LEVEL_MUST, HEADER,
	  FIELD_magic, true, check_byte_order,
	  "All fields are little-endian, whatever the host is.",
	  "convert every field on a big-endian host" },
	{ "header.layout", "the layout is today's", LEVEL_MUST,
	  "linux/vmclock-abi.h", FIELD_version, true, check_layout,
	  "Drafts of 2024 put the fields elsewhere; no driver reads them.",
	  "publish the layout of linux/vmclock-abi.h" },
	{ "header.version", "the version is 1", LEVEL_MUST, HEADER,
	  FIELD_version, false, check_version,
	  "The driver refuses any other version.",
	  "write 1; new fields are announced by flags" },
	{ "header.size-minimum", "size covers the header, and the clock if any",
	  LEVEL_KERNEL, DRIVER, FIELD_size, false, check_size_minimum,
	  "The driver wants 0x20 bytes, and 0x58 for a PTP clock.",
	  "give the region a page, and write its size" },
	{ "header.size-region", "size is not larger than the region",
	  LEVEL_KERNEL, DRIVER, FIELD_size, false, check_size_region,
	  "The driver refuses a size larger than the region; readers would "
	  "run past its end.",
	  "write the size of the region; dump all of it" },
	{ "header.size-page", "size is a multiple of 4096", LEVEL_KERNEL,
	  DRIVER, FIELD_size, false, check_size_page,
	  "The node /dev/vmclockN exists only for whole pages.",
	  "publish a whole page" },
	{ "header.size-flags", "size covers what the flags announce",
	  LEVEL_MUST, "linux/vmclock-abi.h", FIELD_flags, false,
	  check_size_flags, "Readers take the flag for the field's presence.",
	  "enlarge size, or clear the flag" },
	{ "flags.known", "the flags are known", LEVEL_SHOULD, "UAPI.13, Flags",
	  FIELD_flags, false, check_flags_known,
	  "Unknown flags can be ignored; they may announce newer fields.", "" },
	{ "status.known", "clock_status has a defined value", LEVEL_MUST,
	  HEADER, FIELD_clock_status, false, check_known,
	  "Readers cannot tell whether the clock may be used.",
	  "publish 0 to 4" },
	{ "smearing.known", "the smearing hint has a defined value", LEVEL_MUST,
	  HEADER, FIELD_leap_second_smearing_hint, false, check_known,
	  "Consumers cannot tell which smear is meant.", "publish 0 to 2" },
	{ "leap.known", "leap_indicator has a defined value", LEVEL_MUST,
	  "linux/vmclock-abi.h", FIELD_leap_indicator, false, check_leap_known,
	  "Readers cannot tell whether a leap second is near.",
	  "publish 0 to 5" },
	{ .id = NULL },
};

void verify_subject(const uint8_t *bytes, size_t length,
		    struct subject *subject)
{
	*subject = (struct subject){ .bytes = bytes, .length = length };
	page_decode(bytes, length, &subject->page);
	subject->usable = clock_from_page(&subject->page, &subject->clock);
}

/* Where the check said nothing of what it found, the raw value is it. */
static void fill_actual(const struct subject *subject, struct finding *finding)
{
	const struct layout *layout = subject->page.layout;
	struct words words =
		words_start(finding->actual, sizeof(finding->actual));
	char text[FIELD_TEXT_MAX];

	if (!page_has(&subject->page, finding->row))
		return;
	field_format(&layout->fields[finding->row],
		     subject->page.value[finding->row], text);
	words_add(&words, text);
}

void verify_rule(const struct rule *rule, const struct subject *subject,
		 struct finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->row = rule->row;
	if (!rule->any_layout) {
		if (subject->page.layout->id != LAYOUT_VMCLOCK_1) {
			say(finding, VERDICT_NOT_APPLICABLE,
			    "not today's layout");
			return;
		}
		if (!page_has_magic(subject->bytes, subject->length)) {
			say(finding, VERDICT_NOT_APPLICABLE, "no magic");
			return;
		}
		if (!page_has(&subject->page, rule->row)) {
			say(finding, VERDICT_NOT_APPLICABLE,
			    "the field is not on the page");
			return;
		}
	}
	rule->check(subject, finding);
	if (finding->verdict != VERDICT_OK && !finding->actual[0])
		fill_actual(subject, finding);
}
