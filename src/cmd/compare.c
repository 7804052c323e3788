/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: the machine's clocks against a page that lives. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "io/live/live.h"
#include "io/system_clock.h"
#include "base/path.h"
#include "base/printable.h"
#include "view/compare.h"
#include "view/json.h"
#include "command.h"
#include "compare.h"
#include "follow.h"
#include "measure.h"

#define SAMPLES_DEFAULT	 10
#define INTERVAL_DEFAULT NSEC_PER_SEC
#define COUNT_MAX	 1000000

/* What the PHCs and the system's own clocks come to at most. */
#define CLOCKS_MAX (PHC_MAX + 2)

struct session {
	struct live *live;
	struct measurer measurer;
	int64_t interval;
	bool phc_given;
	struct source source;
	struct compared clocks[CLOCKS_MAX];
	struct comparing comparing;
	struct output output;
	json_t *measurements;
};

static bool counts(const struct session *s, const struct compared *compared)
{
	return !s->phc_given || compared->kind == COMPARED_PHC;
}

static void keep(struct session *s, struct compared *compared,
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
	if (s->comparing.max_offset && counts(s, compared) &&
	    far > s->comparing.max_offset)
		s->comparing.within = false;
}

static int print(const struct invocation *invocation, struct session *s,
		 const struct measurement *m, struct error *error)
{
	if (!invocation->json) {
		text_compare_line(s->output.stream, &s->comparing, m);
		return 0;
	}
	if (json_array_append_new(s->measurements,
				  json_measurement(&s->comparing, m)) < 0)
		return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	return 0;
}

static int measure_all(const struct invocation *invocation, struct session *s,
		       uint64_t n, struct error *error)
{
	for (unsigned int i = 0; i < s->comparing.count; i++) {
		struct measurement m = { .n = n, .clock = i };
		struct compared *compared = &s->clocks[i];

		if (!compared->open)
			continue;
		if (measure(&s->measurer, compared, &m, error))
			return -1;
		keep(s, compared, &m);
		if (print(invocation, s, &m, error))
			return -1;
	}
	return invocation->json ? 0 : output_line(&s->output, error);
}

static void pause_until(int64_t deadline)
{
	while (!follow_stop && follow_now() < deadline) {
		int64_t left = deadline - follow_now();

		if (left > 0)
			sleep_nsec(left);
	}
}

static int measure_rounds(const struct invocation *invocation,
			  struct session *s, struct error *error)
{
	int64_t deadline = follow_now();

	for (uint64_t n = 1; n <= s->comparing.rounds && !follow_stop; n++) {
		pause_until(deadline);
		if (follow_stop && n > 1)
			break;
		if (measure_all(invocation, s, n, error))
			return -1;
		if (s->output.closed_pipe)
			break;
		deadline += s->interval;
	}
	return 0;
}

static struct compared *new_clock(struct session *s, enum compared_kind kind,
				  const char *name)
{
	struct compared *compared = &s->clocks[s->comparing.count++];

	*compared = (struct compared){ .kind = kind, .ptp.fd = -1 };
	printable(compared->name, sizeof(compared->name), name);
	compared->open = kind != COMPARED_PHC;
	return compared;
}

/* 0, or -1 with *error, which is kept for the answer too. */
static int add_phc(struct session *s, const struct phc *phc, bool own,
		   struct error *error)
{
	const char *name = path_base_name(phc->path);
	struct compared *compared =
		new_clock(s, COMPARED_PHC, *name ? name : phc->path);

	compared->phc = *phc;
	compared->own = own;
	if (ptp_open(phc->path, &compared->ptp, &compared->error)) {
		*error = compared->error;
		return -1;
	}
	compared->open = true;
	return 0;
}

static bool is_same_node(const char *path, const char *other)
{
	struct stat a, b;

	if (stat(path, &a) || stat(other, &b))
		return false;
	if (S_ISCHR(a.st_mode) && S_ISCHR(b.st_mode))
		return a.st_rdev == b.st_rdev;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* What sysfs says of a PHC that was named by its node, or as in the answer. */
static void identify(const struct phc *list, int count, const char *path,
		     struct phc *phc)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(path_base_name(list[i].path), path) == 0) {
			*phc = list[i];
			return;
		}
	}
	*phc = (struct phc){ .kind.kind = PHC_OTHER };
	for (int i = 0; i < count; i++) {
		if (is_same_node(list[i].path, path))
			*phc = list[i];
	}
	snprintf(phc->path, sizeof(phc->path), "%.255s", path);
}

static int add_phcs(const struct invocation *invocation, struct session *s,
		    struct error *error)
{
	const char *which = invocation->value[OPTION_PHC];
	struct phc list[PHC_MAX], phc;
	struct access_error access_error = { 0 };
	int count = phc_list(invocation->root, list, &access_error);
	int own = phc_of_device(list, count, live_path(s->live));

	if (access_error.errnum == ENOMEM)
		return error_set(error, ERROR_MEMORY, ENOMEM, "compare");
	if (which && strcmp(which, "all") != 0) {
		identify(list, count, which, &phc);
		return add_phc(s, &phc,
			       own >= 0 &&
				       strcmp(phc.name, list[own].name) == 0,
			       error);
	}
	/* The one that is asked for may be what was not seen. */
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
		return error_hint(error, "vmclockctl doctor tells why");
	}
	return 0;
}

static int start(const struct invocation *invocation, struct session *s,
		 struct error *error)
{
	struct comparing *c = &s->comparing;

	s->source = (struct source){
		.kind = live_kind(s->live),
		.path = (char *)live_path(s->live),
	};
	c->source = &s->source;
	c->clocks = s->clocks;
	c->within = true;
	if (measurer_start(&s->measurer, s->live, &c->reading, error))
		return -1;
	c->kernel_tai = s->measurer.kernel_tai;
	if (add_phcs(invocation, s, error))
		return -1;
	new_clock(s, COMPARED_REALTIME, "CLOCK_REALTIME");
	new_clock(s, COMPARED_TAI, "CLOCK_TAI");
	for (unsigned int i = 0; i < c->count; i++) {
		s->clocks[i].values =
			calloc(c->rounds, sizeof(*s->clocks[i].values));
		if (!s->clocks[i].values)
			return error_set(error, ERROR_MEMORY, ENOMEM,
					 "compare");
	}
	if (invocation->json) {
		s->measurements = json_array();
		if (!s->measurements)
			return error_set(error, ERROR_MEMORY, ENOMEM, "JSON");
	}
	return 0;
}

static int finish(const struct invocation *invocation, struct session *s,
		  struct error *error)
{
	json_t *measurements = s->measurements;

	if (!invocation->json) {
		text_compare_end(s->output.stream, &s->comparing);
		return 0;
	}
	s->measurements = NULL;
	return json_write(s->output.stream,
			  json_compare(&s->comparing, measurements), error);
}

/* A clock that could not be read, else one that is too far off. */
static int status_of(const struct session *s)
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

static int compare(const struct invocation *invocation, struct session *s,
		   struct error *error)
{
	if (start(invocation, s, error) ||
	    output_open(&s->output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	follow_catch_signals();
	if (!invocation->json)
		text_compare_head(s->output.stream, &s->comparing);
	if (measure_rounds(invocation, s, error) ||
	    finish(invocation, s, error)) {
		output_discard(&s->output);
		return -1;
	}
	return command_finish(&s->output, status_of(s), error);
}

static int take_options(const struct invocation *invocation, struct session *s,
			struct error *error)
{
	s->measurer.samples = SAMPLES_DEFAULT;
	s->interval = INTERVAL_DEFAULT;
	s->comparing.rounds = 1;
	s->phc_given = invocation->given & TAKES(OPTION_PHC);
	if (option_number(invocation, OPTION_SAMPLES, &s->measurer.samples,
			  error) ||
	    option_number(invocation, OPTION_COUNT, &s->comparing.rounds,
			  error) ||
	    option_duration(invocation, OPTION_INTERVAL, &s->interval, error) ||
	    option_duration(invocation, OPTION_MAX_OFFSET,
			    &s->comparing.max_offset, error))
		return -1;
	if (s->measurer.samples > PTP_SAMPLES_MAX)
		return usage_error(error, "--samples %s: not 1 to %d",
				   invocation->value[OPTION_SAMPLES],
				   PTP_SAMPLES_MAX);
	if (s->comparing.rounds > COUNT_MAX)
		return usage_error(error, "--count %s: more than %d",
				   invocation->value[OPTION_COUNT], COUNT_MAX);
	return 0;
}

static void release(struct session *s)
{
	for (unsigned int i = 0; i < s->comparing.count; i++) {
		ptp_close(&s->clocks[i].ptp);
		free(s->clocks[i].values);
	}
	json_decref(s->measurements);
	live_close(s->live);
	free(s);
}

json_t *compare_document(const struct invocation *invocation)
{
	struct session *s = calloc(1, sizeof(*s));
	struct invocation own = *invocation;
	json_t *document = NULL;
	struct error error;

	if (!s)
		return NULL;
	own.json = true;
	s->measurer.samples = SAMPLES_DEFAULT;
	s->comparing.rounds = 1;
	s->live = live_open(own.arguments[0], own.root,
			    own.given & TAKES(OPTION_LIVE), &error);
	if (s->live && start(&own, s, &error) == 0 &&
	    measure_all(&own, s, 1, &error) == 0) {
		document = json_compare(&s->comparing, s->measurements);
		s->measurements = NULL;
	} else {
		document = json_failure("compare", NULL, &error);
	}
	release(s);
	return document;
}

int cmd_compare(const struct invocation *invocation, struct error *error)
{
	struct session *s = calloc(1, sizeof(*s));
	int status = -1;

	if (!s)
		return error_set(error, ERROR_MEMORY, ENOMEM, "compare");
	if (take_options(invocation, s, error) == 0) {
		s->live = live_open(invocation->arguments[0], invocation->root,
				    invocation->given & TAKES(OPTION_LIVE),
				    error);
		if (s->live)
			status = compare(invocation, s, error);
	}
	release(s);
	return status;
}
