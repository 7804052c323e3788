/* SPDX-License-Identifier: BSD-2-Clause */
/* All rules on a page with all that can be known of it: pages before it, the
 * readings of the counter, a leap table, and the device's surroundings. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "verdicts.h"

#define SNAPSHOTS_MAX 12

/* The context, by bits. */
#define WITH_LEAPS  (1u << 0)
#define WITH_REGION (1u << 1)
#define WITH_BEFORE (1u << 2)
#define WITH_PROBE  (1u << 3)
#define WITH_FORMAT (1u << 4) /* and the next: which */
#define WITH_RESET  (1u << 6)
#define ALONE	    (1u << 7) /* with WITH_BEFORE: no readings */

/* A series: pages of one length, each made of the one before. */
struct series {
	struct snapshot snapshots[SNAPSHOTS_MAX];
	unsigned int count;
	uint8_t *pages[SNAPSHOTS_MAX];
	size_t length;
};

static bool input_bit(struct input *input)
{
	return input_number(input, 1) & 1;
}

/* Most fields stay as they are. */
static uint8_t *next_page(struct input *input, const struct series *series)
{
	uint8_t *page = malloc(series->length ? series->length : 1);

	require(page);
	memcpy(page, series->pages[series->count - 1], series->length);
	for (uint64_t edits = input_number(input, 1) % 8; edits; edits--) {
		const struct field *field =
			&layouts[LAYOUT_VMCLOCK_1]
				 .fields[input_number(input, 1) % FIELD_COUNT];
		uint64_t value = input_number(input, 8);

		if ((size_t)field->offset + field->width <= series->length)
			store_le(page + field->offset, field->width, value);
	}
	return page;
}

static void input_snapshot(struct input *input, struct series *series)
{
	unsigned int kind = (unsigned int)input_number(input, 1);
	struct snapshot *s = &series->snapshots[series->count];

	*s = (struct snapshot){
		.kind = series->count && kind & 1 ? SNAPSHOT_UNSETTLED
						  : SNAPSHOT_PAGE,
		.n = series->count + 1,
		.has_counter = kind & 2,
		.counter = input_number(input, 8),
		.unsettled = input_number(input, 8) >> 1,
		.unsettled_look = input_number(input, 8) >> 1,
		.seq_count = (uint32_t)input_number(input, 4),
	};
	s->counter_last = s->counter + input_number(input, 4);
	if (!series->count)
		series->pages[0] = input_page(input, &series->length);
	else
		series->pages[series->count] = next_page(input, series);
	if (s->kind == SNAPSHOT_PAGE) {
		s->bytes = series->pages[series->count];
		s->length = series->length;
	}
	series->count++;
}

static int128 input_wide(struct input *input)
{
	uint64_t low = input_number(input, 8);

	return (int128)(int64_t)input_number(input, 8) * GRID_SECOND + low;
}

static void input_driver(struct input *input, struct probe_driver *driver)
{
	*driver = (struct probe_driver){
		.mode = (unsigned int)input_number(input, 2) & 07777,
		.at_rest = input_bit(input),
		.page_size = UINT64_C(1) << (12 + input_number(input, 1) % 5),
		.got = (int64_t)input_number(input, 4) - 1,
		.same = input_bit(input),
		.beyond = (int64_t)input_number(input, 4) - 1,
		.map_two = input_number(input, 1) % 3,
		.map_offset = input_number(input, 1) % 3,
		.map_writable = input_number(input, 1) % 3,
		.make_writable = input_number(input, 1) % 3,
		.epoll = input_number(input, 1) % 3,
		.hung_up = input_bit(input),
	};
}

static void input_notify(struct input *input, struct probe_notify *notify)
{
	*notify = (struct probe_notify){
		.promised = input_bit(input),
		.waits = input_number(input, 1) % 3,
		.waited = input_bit(input),
		.woke = input_number(input, 1),
		.lost = input_number(input, 1),
	};
}

static void input_firmware(struct input *input, struct probe_firmware *firmware)
{
	struct firmware_device *first = &firmware->found[0];

	*firmware = (struct probe_firmware){
		.visible = input_bit(input),
		.devices = (unsigned int)input_number(input, 1),
	};
	first->region = input_bit(input) ? REGION_FOUND : REGION_UNKNOWN;
	if (input_bit(input))
		first->region = REGION_HIDDEN;
	first->region_use = input_bit(input) ? REGION_SYSTEM_RAM : REGION_FREE;
	first->region_start = input_number(input, 8);
	first->region_end = input_number(input, 8);
}

/* What was added later comes last, so that earlier inputs mean the same. */
static void input_later(struct input *input, struct probe *probe)
{
	struct firmware_device *first = &probe->firmware.found[0];
	struct firmware_device *second = &probe->firmware.found[1];

	first->acpi = input_bit(input);
	strcpy(first->id, input_bit(input) ? "acpi:AMZNC10C:VMCLOCK:"
					   : "acpi:LABS0001:VMCLOCK:");
	*second = *first;
	second->region_use = input_number(input, 1) % REGION_USE_COUNT;
	second->region_start = input_number(input, 8);
	second->region_end = input_number(input, 8);
	probe->cpus = (struct probe_cpus){
		.count = (unsigned int)input_number(input, 1),
		.pinned = input_number(input, 1) % 3,
		.backward = input_bit(input),
		.ahead_cpu = (unsigned int)input_number(input, 4),
		.behind_cpu = (unsigned int)input_number(input, 4),
		.behind = input_number(input, 8),
	};
}

static void input_phc(struct input *input, struct probe_phc *phc)
{
	*phc = (struct probe_phc){
		.visible = input_bit(input),
		.present = input_bit(input),
		.open = input_bit(input),
		.max_adj = (int)input_number(input, 4),
		.cross_timestamping = input_bit(input),
		.judged = input_bit(input),
		.offset = {
			.scale = input_number(input, 1) % SCALE_COUNT,
			.tai_minus_utc.from = input_bit(input) ? TAI_ASSUMED : TAI_PAGE,
			.tai_minus_utc.sec = (int)(int16_t)input_number(input, 8),
			.nsec = input_wide(input),
			.uncertainty_nsec = (uint128)input_wide(input),
			.window_nsec = (uint128)input_wide(input),
			.inside = input_number(input, 1) % INSIDE_COUNT,
			.residual_nsec = input_wide(input),
			.smear = input_number(input, 1) % SMEAR_COUNT,
		},
		.refusal = input_bit(input) ? "refused" : NULL,
		.precise = input_number(input, 1) % 3,
		.same_clocksource = input_bit(input),
	};
}

static void input_probe(struct input *input, const struct series *series,
			struct probe *probe)
{
	*probe = (struct probe){
		.kind = input_number(input, 1) % 3,
		.bytes = series->pages[series->count - 1],
		.length = series->length,
		.counter_id = (uint8_t)input_number(input, 1),
		.has_counter = input_bit(input),
		.counter = input_number(input, 8),
		.has_rate = input_bit(input),
		.ticks = input_number(input, 8),
		.elapsed = input_number(input, 8),
		.slack = input_number(input, 8),
		.has_realtime = input_bit(input),
		.realtime = {
			.before = input_number(input, 8),
			.after = input_number(input, 8),
			.time = {
				.sec = (int64_t)input_number(input, 8),
				.nsec = input_number(input, 4) % NSEC_PER_SEC,
			},
		},
		.realtime_maxerror = input_number(input, 8),
	};
	input_driver(input, &probe->driver);
	input_firmware(input, &probe->firmware);
	input_phc(input, &probe->phc);
	input_notify(input, &probe->notify);
	input_later(input, probe);
}

static void same_finding(const struct finding *a, const struct finding *b)
{
	require(a->verdict == b->verdict);
	require(a->n == b->n);
	require(strcmp(a->expected, b->expected) == 0);
	require(strcmp(a->actual, b->actual) == 0);
	require(strcmp(a->message, b->message) == 0);
}

static void judge(struct verifier *verifier, const struct series *series)
{
	for (unsigned int i = 0; i < series->count; i++)
		verify_snapshot(verifier, &series->snapshots[i]);
}

/* A rule says the same whatever else is asked, and after a reset of the
 * verifier the rules say it again. */
static void check_again(struct verifier *verifier, int rule,
			const struct series *series, bool reset)
{
	struct finding *first = malloc(sizeof(verifier->findings));
	const struct leap_table *leaps = verifier->leaps;
	const struct probe *probe = verifier->probe;
	bool recording = verifier->recording, region = verifier->region;
	bool alone = verifier->pages_alone;

	require(first);
	memcpy(first, verifier->findings, sizeof(verifier->findings));
	if (reset) {
		verify_reset(verifier);
		verdicts_select(verifier, recording, leaps);
	} else {
		verifier = verdicts_start(recording, leaps);
		memset(verifier->selected, false, sizeof(verifier->selected));
		verifier->selected[rule] = true;
	}
	verifier->region = region;
	verifier->pages_alone = alone;
	verifier->probe = probe;
	judge(verifier, series);
	verify_end(verifier);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (verifier->selected[i])
			same_finding(&verifier->findings[i], &first[i]);
	}
	free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	uint64_t with = input_number(&input, 1);
	int rule = (int)(input_number(&input, 1) % RULE_COUNT);
	struct series series = { .count = 0 };
	struct verifier *verifier;
	struct probe probe;

	verifier = verdicts_start(with & WITH_BEFORE,
				  (with & WITH_LEAPS) ? &usual_leaps : NULL);
	verifier->region = with & WITH_REGION;
	input_snapshot(&input, &series);
	if (with & WITH_PROBE) {
		input_probe(&input, &series, &probe);
		verifier->probe = &probe;
	}
	while (verifier->recording && input.left &&
	       series.count < SNAPSHOTS_MAX)
		input_snapshot(&input, &series);
	verifier->pages_alone = verifier->recording && with & ALONE;
	for (unsigned int i = 0; verifier->pages_alone && i < series.count; i++)
		series.snapshots[i].has_counter = false;
	judge(verifier, &series);
	verdicts_check(verifier, verifier->pages + verifier->unsettled);
	verdicts_print(verifier, (unsigned int)with / WITH_FORMAT);
	check_again(verifier, rule, &series, with & WITH_RESET);
	for (unsigned int i = 0; i < series.count; i++)
		free(series.pages[i]);
	return 0;
}
