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
#include "io/tree.h"
#include "view/compare.h"
#include "view/json.h"
#include "command.h"
#include "compare.h"
#include "follow.h"
#include "measure.h"

#define SAMPLES_DEFAULT	 10
#define INTERVAL_DEFAULT ((uint64_t)NSEC_PER_SEC)
#define COUNT_MAX	 1000000

/* The PHCs and the system's clocks together. */
#define CLOCKS_MAX (PHC_MAX + 2)

/* A comparison under way. */
struct compare_session {
	struct live *live;
	struct measurer measurer;
	int64_t interval;
	bool phc_given;
	struct source source;
	struct leap_table leaps;
	struct compared clocks[CLOCKS_MAX];
	struct comparing comparing;
};

static bool is_limited(const struct compare_session *s,
		       const struct compared *compared)
{
	return !s->phc_given || compared->kind == COMPARED_PHC;
}

static void keep_measurement(struct compare_session *s,
			     struct compared *compared,
			     const struct measurement *m)
{
	int128 far = m->offset.nsec < 0 ? -m->offset.nsec : m->offset.nsec;

	if (m->errnum) {
		compared->errnum = m->errnum;
		return;
	}
	compared->measured = true;
	compared->last = m->offset;
	compared->values[compared->count++] = m->offset.nsec;
	if (s->comparing.max_offset && is_limited(s, compared) &&
	    far > s->comparing.max_offset)
		s->comparing.within = false;
}

/* One round: each clock that is open. Its lines go to the output, or into the
 * array. */
static int measure_clocks(struct compare_session *s, uint64_t n,
			  struct output *output, json_t *measurements,
			  struct error *error)
{
	for (unsigned int i = 0; i < s->comparing.count; i++) {
		struct measurement m = { .n = n, .clock = i };
		struct compared *compared = &s->clocks[i];

		if (!compared->open)
			continue;
		if (measure(&s->measurer, compared, &m, error))
			return -1;
		keep_measurement(s, compared, &m);
		if (!measurements)
			text_compare_line(output->stream, &s->comparing, &m);
		else if (json_array_append_new(
				 measurements,
				 json_measurement(&s->comparing, &m)) < 0)
			return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	}
	return measurements ? 0 : output_line(output, error);
}

static void pause_until(int64_t deadline)
{
	while (!follow_stop && follow_now() < deadline) {
		int64_t left = deadline - follow_now();

		if (left > 0)
			sleep_nsec(left);
	}
}

static int measure_rounds(struct compare_session *s, struct output *output,
			  json_t *measurements, struct error *error)
{
	int64_t deadline = follow_now();

	follow_catch_signals();
	for (uint64_t n = 1; n <= s->comparing.rounds && !follow_stop; n++) {
		pause_until(deadline);
		if (follow_stop && n > 1)
			break;
		if (measure_clocks(s, n, output, measurements, error))
			return -1;
		if (output->closed_pipe)
			break;
		deadline += s->interval;
	}
	return 0;
}

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
		*error = compared->error;
		return -1;
	}
	compared->open = true;
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
	if (which && strcmp(which, "all") != 0) {
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
		if (which || i == own)
			add_phc(s, &list[i], i == own, error);
	}
	if (which && !count) {
		measurer_no_clock(&s->measurer, "this machine has no PHC",
				  error);
		return error_hint(error, "vmclockctl doctor reports why");
	}
	return 0;
}

/* Open what is compared. The rounds and the samples are set. */
static int begin_compare(const struct invocation *invocation,
			 struct compare_session *s, struct error *error)
{
	struct comparing *c = &s->comparing;
	struct error no_leaps;

	s->live = live_open(invocation->arguments[0], invocation->root,
			    option_given(invocation, OPTION_LIVE), error);
	if (!s->live)
		return -1;
	s->source = (struct source){
		.kind = live_kind(s->live),
		.path = (char *)live_path(s->live),
	};
	c->source = &s->source;
	c->clocks = s->clocks;
	c->within = true;
	if (leapfile_system(invocation->root, &s->leaps, &no_leaps) == 0)
		s->measurer.leaps = &s->leaps;
	if (measurer_start(&s->measurer, s->live, &c->reading, error))
		return -1;
	c->kernel_tai = s->measurer.kernel_tai;
	if (add_phcs(invocation, s, error))
		return -1;
	add_compared(s, COMPARED_REALTIME, "CLOCK_REALTIME");
	add_compared(s, COMPARED_TAI, "CLOCK_TAI");
	for (unsigned int i = 0; i < c->count; i++) {
		s->clocks[i].values =
			calloc(c->rounds, sizeof(*s->clocks[i].values));
		if (!s->clocks[i].values)
			return error_set(error, ERROR_MEMORY, ENOMEM,
					 "compare");
	}
	return 0;
}

/* A clock that could not be read counts more than one beyond the limit. */
static int compare_status(const struct compare_session *s)
{
	int status = s->comparing.within ? EXIT_YES : EXIT_NO;

	for (unsigned int i = 0; i < s->comparing.count; i++) {
		const struct compared *compared = &s->clocks[i];

		if (!compared->open)
			return error_status(compared->error.code);
		if (compared->errnum)
			status = EXIT_UNDECIDED;
	}
	return status;
}

static int write_compare_text(struct output *output, void *answer,
			      struct error *error)
{
	struct compare_session *s = answer;

	text_compare_head(output->stream, &s->comparing);
	if (measure_rounds(s, output, NULL, error))
		return -1;
	text_compare_end(output->stream, &s->comparing);
	return compare_status(s);
}

static int write_compare_json(struct output *output, void *answer,
			      struct error *error)
{
	struct compare_session *s = answer;
	json_auto_t *measurements = json_array();

	if (!measurements)
		return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	if (measure_rounds(s, output, measurements, error) ||
	    json_write(output->stream,
		       json_compare(&s->comparing, json_incref(measurements)),
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
	live_close(s->live);
	free(s);
}

json_t *compare_document(const struct invocation *invocation)
{
	struct error error;
	CLEANUP(end_compare)
	struct compare_session *s = new_zeros(sizeof(*s), "compare", &error);
	json_auto_t *measurements = json_array();

	if (!s || !measurements)
		return NULL;
	s->measurer.samples = SAMPLES_DEFAULT;
	s->comparing.rounds = 1;
	if (begin_compare(invocation, s, &error) ||
	    measure_clocks(s, 1, NULL, measurements, &error))
		return json_failure("compare", NULL, &error);
	return json_compare(&s->comparing, json_incref(measurements));
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
	if (begin_compare(invocation, s, error))
		return -1;
	return command_answer(invocation, s, error);
}

static const struct format compare_formats[] = {
	{ .name = "text", .write = write_compare_text },
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
	  .type.help = "print N lines for each clock, then a summary",
	  .type.most = COUNT_MAX,
	  .type.unless_given = 1 },
	{ .id = OPTION_INTERVAL,
	  .type.help = "time between two lines of a clock (default: {default})",
	  .type.unless_given = INTERVAL_DEFAULT },
	{ .id = OPTION_MAX_OFFSET },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTIONS_END },
};

COMMAND(compare, write_compare_json, .arguments = "[SOURCE]",
	.summary = "Compare the machine's clocks with a live page",
	.details =
		"Prints the offset (clock minus page) of the PHC that belongs to the page's\n"
		"device, of CLOCK_REALTIME and of CLOCK_TAI. SOURCE must be live: a device, a\n"
		"simulation, or with --live a file that another process updates.\n",
	.synonyms = (const char *const[]){ "measure", NULL },
	.options = compare_options, .formats = compare_formats,
	.most_arguments = 1, .own_page = true, .run = run_compare);
