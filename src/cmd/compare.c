/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: the machine's clocks against a live page. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "io/system_clock.h"
#include "base/path.h"
#include "base/cleanup.h"
#include "base/printable.h"
#include "io/host/leapfile.h"
#include "io/host/phc.h"
#include "io/live/live.h"
#include "io/source/recording.h"
#include "io/tree.h"
#include "view/compare.h"
#include "view/json.h"
#include "command.h"
#include "compare.h"
#include "follow.h"
#include "compare_rounds.h"

#define SAMPLES_DEFAULT	 10
#define INTERVAL_DEFAULT ((uint64_t)NSEC_PER_SEC)
#define COUNT_MAX	 1000000

static struct compared *add_compared(struct compare_session *s,
				     enum compared_kind kind, const char *name)
{
	struct compared *compared = &s->clocks[s->comparing.count++];

	*compared = (struct compared){ .kind = kind, .ptp.fd = -1 };
	printable_ascii(compared->name, sizeof(compared->name), name);
	compared->open = kind != COMPARED_PHC;
	return compared;
}

/* Returns 0, or -1 with *error; the answer has the error as well. */
static int add_phc(struct compare_session *s, const struct phc *phc, bool own,
		   struct error *error)
{
	const char *name = path_base_name(phc->path);
	struct compared *compared =
		add_compared(s, COMPARED_PHC, *name ? name : phc->path);

	compared->phc = *phc;
	compared->own = own;
	if (phc_open(phc, &compared->ptp, &compared->error)) {
		/* sysfs has it, and the node is missing. */
		if (compared->error.errnum == ENOENT && *phc->name)
			error_hint(
				&compared->error,
				"the kernel has the clock: in a container give it the node (--device=/dev/%s), else make it by the number in /sys/class/ptp/%s/dev",
				compared->name, compared->name);
		*error = compared->error;
		return -1;
	}
	compared->open = true;
	compared->monotonic = phc->kind.kind == PHC_VIRTIO_RTC &&
			      phc->kind.type == VIRTIO_TYPE_MONOTONIC;
	return 0;
}

static bool is_same_node(const struct phc *phc, const char *other)
{
	struct stat a, b;

	if (tree_status(phc->root, phc_below_root(phc), false, &a) !=
		    OBSERVED_READ ||
	    stat(other, &b))
		return false;
	if (S_ISCHR(a.st_mode) && S_ISCHR(b.st_mode))
		return a.st_rdev == b.st_rdev;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Find in sysfs a PHC that was given by its node or by its name. */
static void identify_phc(const struct phc *list, int count, const char *path,
			 struct phc *phc)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(path_base_name(list[i].path), path) == 0) {
			*phc = list[i];
			return;
		}
	}
	*phc = (struct phc){ .root = "", .kind.kind = PHC_OTHER };
	for (int i = 0; i < count; i++) {
		if (is_same_node(&list[i], path))
			*phc = list[i];
	}
	/* It is opened as it was named. */
	phc->root = "";
	snprintf(phc->path, sizeof(phc->path), "%s", path);
}

static int add_phcs(const struct invocation *invocation,
		    struct compare_session *s, struct error *error)
{
	const char *which = option_text(invocation, OPTION_PHC);
	cleanup_free struct phc *list =
		new_zeros(PHC_MAX * sizeof(*list), "compare", error);
	struct phc phc;
	struct access_error access_error = { 0 };
	int count, own;

	if (!list)
		return -1;
	count = phc_list(invocation->root, list, &access_error);
	own = phc_of_device(invocation->root, list, count, live_path(s->live));
	if (access_error.errnum == ENOMEM)
		return error_set(error, ERROR_MEMORY, ENOMEM, "compare");
	if (which && strlen(which) >= sizeof(phc.path))
		return error_set(error, ERROR_OPEN, ENAMETOOLONG,
				 "%s: cannot open", which);
	s->phc_named = which && strcmp(which, "all") != 0;
	if (s->phc_named) {
		identify_phc(list, count, which, &phc);
		return add_phc(s, &phc,
			       own >= 0 &&
				       strcmp(phc.name, list[own].name) == 0,
			       error);
	}
	/* The PHC that was named may be among those that could not be read. */
	if (access_error.errnum && own < 0 &&
	    (which || live_kind(s->live) != SOURCE_SIM))
		return error_set(error, ERROR_READ, 0, "%s", access_error.what);
	/* One that cannot be opened does not keep the others from an answer. */
	for (int i = 0; i < count; i++) {
		if (which || i == own || *s->measurer.no_clock)
			add_phc(s, &list[i], i == own, error);
	}
	if (which && !count) {
		measurer_no_clock(&s->measurer, "this machine has no PHC",
				  error);
		return error_hint(error, "vmclockctl doctor reports why");
	}
	return 0;
}

/* A page without a clock is no reason not to compare PHCs with the system's. */
static int add_clocks(const struct invocation *invocation,
		      struct compare_session *s, struct error *error)
{
	struct comparing *c = &s->comparing;

	if (s->measurer.forbidden)
		return measurer_refuse(&s->measurer, error);
	if (add_phcs(invocation, s, error))
		return -1;
	if (!*s->measurer.no_clock) {
		add_compared(s, COMPARED_REALTIME, "CLOCK_REALTIME");
		add_compared(s, COMPARED_TAI, "CLOCK_TAI");
		return 0;
	}
	c->no_clock = s->measurer.no_clock;
	return c->count ? 0 : measurer_refuse(&s->measurer, error);
}

static void begin_comparing(const struct invocation *invocation,
			    struct compare_session *s)
{
	struct comparing *c = &s->comparing;
	struct error no_leaps;

	c->source = &s->source;
	c->clocks = s->clocks;
	c->within = true;
	if (leapfile_system(invocation->root, &s->leaps, &no_leaps) == 0)
		s->measurer.leaps = &s->leaps;
}

/* Open what is compared. The rounds and the samples are set. */
static int begin_compare(const struct invocation *invocation,
			 struct compare_session *s, struct error *error)
{
	struct comparing *c = &s->comparing;

	begin_comparing(invocation, s);
	s->live = live_open(invocation->arguments[0], invocation->root,
			    option_given(invocation, OPTION_LIVE), error);
	if (!s->live)
		return -1;
	s->source = (struct source){
		.kind = live_kind(s->live),
		.path = (char *)live_path(s->live),
	};
	if (measurer_start(&s->measurer, s->live, &c->reading, error))
		return -1;
	command_note_keeper(live_path(s->live), live_keeper(s->live));
	c->status = compared_status(&c->reading.page);
	c->kernel_tai = s->measurer.kernel_tai;
	return add_clocks(invocation, s, error);
}

/* Only CLOCK_REALTIME is in a recording. */
static int refuse_live_options(const struct invocation *invocation,
			       struct error *error)
{
	static const struct {
		enum option_id id;
		const char *name;
	} options[] = {
		{ OPTION_PHC, "--phc" },
		{ OPTION_SAMPLES, "--samples" },
		{ OPTION_INTERVAL, "--interval" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (option_given(invocation, options[i].id))
			return usage_error(
				error,
				"%s: of a recording CLOCK_REALTIME alone is compared, once a snapshot",
				options[i].name);
	}
	return 0;
}

/* The first page of a recording; what did not settle before it is passed
 * over. */
static int take_first(struct compare_session *s, struct error *error)
{
	int result;

	do {
		result = recording_next(s->source.recording, &s->first, error);
	} while (result > 0 && s->first.kind != SNAPSHOT_PAGE);
	if (result == 0)
		return error_set(error, ERROR_NOT_A_PAGE, 0,
				 "%s: a recording without a page",
				 source_name(&s->source));
	return result < 0 ? -1 : 0;
}

static int begin_recording(const struct invocation *invocation,
			   struct compare_session *s, struct error *error)
{
	struct comparing *c = &s->comparing;

	begin_comparing(invocation, s);
	if (!option_given(invocation, OPTION_COUNT))
		c->rounds = 0;
	follow_catch_signals();
	if (source_open_until(invocation->arguments[0], invocation->root,
			      follow_over, &s->source, error))
		return -1;
	if (!s->source.recording) {
		error_set(error, ERROR_OPEN, 0,
			  "%s: a dump, which does not change",
			  source_name(&s->source));
		return error_hint(error,
				  "use --live if another process updates it");
	}
	command_note_source(&s->source);
	if (refuse_live_options(invocation, error) || take_first(s, error))
		return -1;
	c->recording = true;
	reading_make(s->first.bytes, s->first.length,
		     s->first.has_counter ? &s->first.counter : NULL,
		     &c->reading);
	c->status = compared_status(&c->reading.page);
	add_compared(s, COMPARED_REALTIME, "CLOCK_REALTIME");
	return 0;
}

static int write_compare_text(struct output *output, void *answer,
			      struct error *error)
{
	struct compare_session *s = answer;
	const struct compare_sink sink = {
		.output = output,
		.line = text_compare_line,
		.status = text_compare_status,
	};

	text_compare_head(output->stream, &s->comparing);
	if (compare_rounds(s, &sink, error))
		return -1;
	text_compare_end(output->stream, &s->comparing);
	return compare_status(s);
}

static int write_compare_csv(struct output *output, void *answer,
			     struct error *error)
{
	struct compare_session *s = answer;
	const struct compare_sink sink = {
		.output = output,
		.line = csv_compare_line,
	};

	csv_compare_head(output->stream, &s->comparing);
	return compare_rounds(s, &sink, error) ? -1 : compare_status(s);
}

static int write_compare_openmetrics(struct output *output, void *answer,
				     struct error *error)
{
	struct compare_session *s = answer;
	const struct compare_sink sink = { .output = NULL };

	if (compare_rounds(s, &sink, error))
		return -1;
	openmetrics_compare(output->stream, &s->comparing);
	return compare_status(s);
}

static int write_compare_json(struct output *output, void *answer,
			      struct error *error)
{
	struct compare_session *s = answer;
	json_auto_t *measurements = json_array();
	json_auto_t *changes = json_array();
	const struct compare_sink sink = {
		.measurements = measurements,
		.status_changes = changes,
	};

	if (!measurements || !changes)
		return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	if (compare_rounds(s, &sink, error) ||
	    json_write(output->stream,
		       json_compare(&s->comparing, json_incref(measurements),
				    json_incref(changes)),
		       error))
		return -1;
	return compare_status(s);
}

static void end_compare(struct compare_session **comparison)
{
	struct compare_session *s = *comparison;

	if (!s)
		return;
	for (unsigned int i = 0; i < s->comparing.count; i++) {
		ptp_close(&s->clocks[i].ptp);
		free(s->clocks[i].values);
	}
	/* A live page's name is its own. */
	if (!s->live)
		source_free(&s->source);
	live_close(s->live);
	free(s);
}

json_t *compare_document(const struct invocation *invocation)
{
	struct error error;
	CLEANUP(end_compare)
	struct compare_session *s = new_zeros(sizeof(*s), "compare", &error);
	json_auto_t *measurements = json_array();
	const struct compare_sink sink = { .measurements = measurements };

	if (!s || !measurements)
		return NULL;
	s->measurer.samples = SAMPLES_DEFAULT;
	s->comparing.rounds = 1;
	if (begin_compare(invocation, s, &error) ||
	    compare_round(s, 1, &sink, &error))
		return json_failure("compare", NULL, &error);
	return json_compare(&s->comparing, json_incref(measurements),
			    json_array());
}

/* Whether the SOURCE is to be read as a file: it is then a recording, or no
 * page that lives. */
static bool is_recording(const struct invocation *invocation)
{
	return !option_given(invocation, OPTION_LIVE) &&
	       !source_is_live(invocation->arguments[0]);
}

static int run_compare(const struct invocation *invocation, struct error *error)
{
	CLEANUP(end_compare)
	struct compare_session *s = new_zeros(sizeof(*s), "compare", error);

	if (!s)
		return -1;
	s->measurer.samples = option_number(invocation, OPTION_SAMPLES);
	s->interval = option_nsec(invocation, OPTION_INTERVAL);
	s->phc_given = option_given(invocation, OPTION_PHC);
	s->comparing.rounds = option_number(invocation, OPTION_COUNT);
	s->comparing.max_offset = option_nsec(invocation, OPTION_MAX_OFFSET);
	if (is_recording(invocation) ? begin_recording(invocation, s, error)
				     : begin_compare(invocation, s, error))
		return -1;
	return command_answer(invocation, s, error);
}

static bool begins_as_csv(const char *line)
{
	return strncmp(line, "n,time,clock,", strlen("n,time,clock,")) == 0;
}

static const struct format compare_formats[] = {
	{ .name = "text", .write = write_compare_text },
	{ .name = "csv", .write = write_compare_csv, .begins = begins_as_csv },
	{ .name = "openmetrics", .write = write_compare_openmetrics },
	{ .name = NULL },
};

static const struct command_option compare_options[] = {
	{ .id = OPTION_PHC },
	{ .id = OPTION_SAMPLES,
	  .type.help =
		  "readings per line, of which the best is used (1 to {most}, default: {default})",
	  .type.most = PTP_SAMPLES_MAX,
	  .type.unless_given = SAMPLES_DEFAULT },
	{ .id = OPTION_COUNT,
	  .type.help =
		  "print N lines for each clock (0: until interrupted), then a summary",
	  .type.zero = true,
	  .type.most = COUNT_MAX,
	  .type.unless_given = 1 },
	{ .id = OPTION_INTERVAL,
	  .type.help = "time between two lines of a clock (default: {default})",
	  .type.unless_given = INTERVAL_DEFAULT },
	{ .id = OPTION_MAX_OFFSET },
	{ .id = OPTION_FORMAT },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTIONS_END },
};

COMMAND(compare, write_compare_json, .arguments = "[SOURCE]",
	.summary = "Compare the machine's clocks with a page",
	.details =
		"Prints the offset (clock minus page) of the PHC that belongs to the page's\n"
		"device, of CLOCK_REALTIME and of CLOCK_TAI. SOURCE is a device, a simulation,\n"
		"with --live a file that another process updates, or a recording, of which\n"
		"CLOCK_REALTIME is compared at each snapshot. Where the page has no clock, all\n"
		"PHCs are compared with CLOCK_REALTIME.\n",
	.synonyms = (const char *const[]){ "measure", NULL },
	.options = compare_options, .formats = compare_formats,
	.most_arguments = 1, .own_page = true, .run = run_compare);
