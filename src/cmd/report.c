/* SPDX-License-Identifier: BSD-2-Clause */
/* report: what a recording or a live page shows, for people to look at. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/printable.h"
#include "io/host/leapfile.h"
#include "io/source/recording.h"
#include "view/html_report.h"
#include "view/json.h"
#include "command.h"
#include "verify_source.h"

#define DURATION_DEFAULT ((uint64_t)(10 * NSEC_PER_SEC))
#define SOURCES_MAX	 200

/* A SOURCE, or the pages of --series: judged, and drawn. */
struct drawn {
	struct source source;
	struct verifier *verifier;
	struct timeline *timeline;
	struct report report;
	struct verify_pages pages;
	char *name;
	/* How far it was read, for --begin and --end. */
	struct moment_place begin_place, end_place;
	bool begun, over;
	const struct report_session *session;
};

struct report_session {
	const struct invocation *invocation;
	struct verify_source_options judge;
	struct moment begin, end;
	bool has_leaps;
	struct leap_table leaps;
	struct error leaps_error;
	struct expectations expectations;
	struct drawn *drawn;
	struct story *stories;
	size_t count;
};

/* Whether the snapshot is in the part that is drawn. */
static bool is_drawn(void *listener, const struct snapshot *snapshot,
		     uint64_t events)
{
	struct drawn *d = listener;
	const struct report_session *s = d->session;
	bool over = d->over;

	if (!d->begun)
		d->begun = s->begin.kind == MOMENT_NONE ||
			   moment_compare(&s->begin, &d->begin_place, snapshot,
					  events) >= 0;
	if (!d->over && s->end.kind != MOMENT_NONE) {
		int place = moment_compare(&s->end, &d->end_place, snapshot,
					   events);

		d->over = place > 0;
		over = d->over;
		/* An event ends the part with the snapshot that shows it. */
		if (place == 0 && s->end.kind == MOMENT_EVENT)
			d->over = true;
	}
	return d->begun && !over;
}

static void take_snapshot(void *listener, const struct snapshot *snapshot)
{
	const struct drawn *d = listener;

	timeline_take(d->timeline, snapshot);
}

static int begin_drawn(struct report_session *s, struct drawn *d,
		       struct error *error)
{
	d->session = s;
	d->verifier = new_zeros(sizeof(*d->verifier), "report", error);
	d->timeline = new_zeros(sizeof(*d->timeline), "report", error);
	if (!d->verifier || !d->timeline)
		return -1;
	memset(d->verifier->selected, true, sizeof(d->verifier->selected));
	d->verifier->leaps = s->has_leaps ? &s->leaps : NULL;
	d->verifier->leaps_reason = s->leaps_error.message;
	timeline_start(d->timeline, d->verifier);
	if (s->begin.kind != MOMENT_NONE || s->end.kind != MOMENT_NONE) {
		d->timeline->is_drawn = is_drawn;
		d->timeline->listener = d;
	}
	s->judge.seen = take_snapshot;
	s->judge.listener = d;
	return 0;
}

/* A part without a page would be an empty picture. */
static int check_part(const struct report_session *s, const struct drawn *d,
		      struct error *error)
{
	const struct moment *moment = d->begun ? &s->end : &s->begin;

	if (d->timeline->summary.pages)
		return 0;
	if (moment->kind == MOMENT_NONE)
		return error_set(error, ERROR_UNSETTLED, 0,
				 "%s: seq_count never settled", d->name);
	return usage_error(error, "--%s %s: %s has no page %s then",
			   d->begun ? "end" : "begin", moment->text, d->name,
			   d->begun ? "until" : "from");
}

static int end_drawn(struct report_session *s, struct drawn *d,
		     struct story *story, struct error *error)
{
	timeline_end(d->timeline);
	report_make(d->verifier, &s->expectations, &d->report);
	*story = (struct story){
		.name = d->name,
		.source = &d->source,
		.timeline = d->timeline,
		.report = &d->report,
		.start = d->source.recording
				 ? recording_start(d->source.recording)
				 : NULL,
		.cut = source_is_cut(&d->source),
		.begin = s->begin.text,
		.end = s->end.text,
	};
	return check_part(s, d, error);
}

static int check_no_dump(const struct drawn *d, struct error *error)
{
	if (d->source.recording || d->source.kind == SOURCE_DEVICE ||
	    d->source.kind == SOURCE_LIVE || d->source.kind == SOURCE_SIM ||
	    d->source.kind == SOURCE_MEMORY)
		return 0;
	usage_error(error, "%s: a dump, in which nothing happens", d->name);
	return error_hint(error, "--series draws several pages of one device");
}

static int draw_source(struct report_session *s, const char *name,
		       struct error *error)
{
	struct drawn *d = &s->drawn[s->count++];

	if (begin_drawn(s, d, error))
		return -1;
	if (verify_source(name, &s->judge, d->verifier, &d->source, error)) {
		command_note_places(&d->source);
		return -1;
	}
	command_note_source(&d->source);
	d->name = strdup(path_base_name(source_name(&d->source)));
	if (!d->name)
		return error_set(error, ERROR_MEMORY, ENOMEM, "report");
	if (check_no_dump(d, error))
		return -1;
	return end_drawn(s, d, &s->stories[s->count - 1], error);
}

static int draw_pages(struct report_session *s, struct error *error)
{
	const struct invocation *i = s->invocation;
	struct drawn *d = &s->drawn[0];
	const char *first = i->arguments[0];
	const char *last = i->arguments[i->argument_count - 1];

	s->count = 1;
	if (begin_drawn(s, d, error))
		return -1;
	d->pages = (struct verify_pages){
		.names = i->arguments,
		.count = i->argument_count,
		.option = "--series",
	};
	if (verify_pages(&d->pages, &s->judge, d->verifier, error))
		return -1;
	if (asprintf(&d->name, "%s ... %s (%d pages)", path_base_name(first),
		     path_base_name(last), i->argument_count) < 0) {
		d->name = NULL;
		return error_set(error, ERROR_MEMORY, ENOMEM, "report");
	}
	d->source.kind = d->pages.sources[0].kind;
	d->source.format = d->pages.sources[0].format;
	d->source.path = strdup(first);
	if (!d->source.path)
		return error_set(error, ERROR_MEMORY, ENOMEM, "report");
	if (end_drawn(s, d, &s->stories[0], error))
		return -1;
	s->stories[0].pages = (uint64_t)i->argument_count;
	return 0;
}

static int draw_all(struct report_session *s, struct error *error)
{
	const struct invocation *i = s->invocation;

	if (option_given(i, OPTION_SERIES))
		return draw_pages(s, error);
	if (!i->argument_count)
		return draw_source(s, NULL, error);
	for (int k = 0; k < i->argument_count; k++) {
		if (draw_source(s, i->arguments[k], error))
			return -1;
	}
	return 0;
}

/* The command line that makes it again, as far as it holds plain words. */
static void write_command(const struct report_session *s, char *text,
			  size_t size)
{
	const struct invocation *invocation = s->invocation;
	bool series = option_given(invocation, OPTION_SERIES);
	size_t count = series ? (size_t)invocation->argument_count : s->count;
	size_t used = (size_t)snprintf(text, size, "vmclockctl report%s",
				       series ? " --series" : "");

	for (size_t i = 0; i < count && used < size; i++) {
		const struct source *source =
			series ? &s->drawn[0].pages.sources[i]
			       : &s->drawn[i].source;

		used += (size_t)snprintf(
			text + used, size - used, " %s",
			path_base_name(source_shell_name(source)));
	}
	if (s->begin.text && used < size)
		used += (size_t)snprintf(text + used, size - used,
					 " --begin %s", s->begin.text);
	if (s->end.text && used < size)
		snprintf(text + used, size - used, " --end %s", s->end.text);
}

static int write_report_html(struct output *output, void *answer,
			     struct error *error)
{
	struct report_session *s = answer;
	char command[1024];

	(void)error;
	write_command(s, command, sizeof(command));
	html_report(output->stream, s->stories, s->count, command);
	return EXIT_YES;
}

static int write_report_svg(struct output *output, void *answer,
			    struct error *error)
{
	struct report_session *s = answer;

	(void)error;
	svg_report(output->stream, s->stories, s->count);
	return EXIT_YES;
}

static int write_report_json(struct output *output, void *answer,
			     struct error *error)
{
	struct report_session *s = answer;

	return json_write(output->stream, json_report(s->stories, s->count),
			  error)
		       ? -1
		       : EXIT_YES;
}

static void end_report(struct report_session *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct drawn *d = &s->drawn[i];

		verify_pages_free(&d->pages);
		source_free(&d->source);
		free(d->verifier);
		free(d->timeline);
		free(d->name);
	}
	free(s->drawn);
	free(s->stories);
}

/* A recording is read whole: nothing is watched, for however long. */
static int check_duration(const struct invocation *i, struct error *error)
{
	if (!option_given(i, OPTION_DURATION) || command_names_live(i))
		return 0;
	usage_error(error, "--duration: %s is no live page", i->arguments[0]);
	return error_hint(error,
			  "--begin and --end draw a part of a recording");
}

/* Known before a page is read where both are of one kind. */
static int check_moments(const struct invocation *i, struct error *error)
{
	const struct moment *begin = &i->options[OPTION_BEGIN].moment;
	const struct moment *end = &i->options[OPTION_END].moment;

	if (begin->kind == MOMENT_NONE || begin->kind != end->kind ||
	    !moment_is_later(begin, end))
		return 0;
	return usage_error(error, "--end %s is before --begin %s", end->text,
			   begin->text);
}

static int check_options(const struct invocation *i, struct error *error)
{
	bool series = option_given(i, OPTION_SERIES);
	const enum option_id not_with[] = { OPTION_LIVE, OPTION_DURATION,
					    OPTION_BEGIN, OPTION_END };

	if (!series)
		return check_duration(i, error) || check_moments(i, error) ? -1
									   : 0;
	for (size_t k = 0; k < sizeof(not_with) / sizeof(*not_with); k++) {
		if (option_given(i, not_with[k]))
			return usage_error(
				error, "%s: cannot be combined with --series",
				i->options[not_with[k]].spelt);
	}
	if (i->argument_count < 2)
		return usage_error(error, "--series: takes several pages");
	return 0;
}

static int run_report(const struct invocation *invocation, struct error *error)
{
	CLEANUP(end_report)
	struct report_session s = {
		.invocation = invocation,
		.judge = {
			.root = invocation->root,
			.place = command_place(invocation),
			.live = option_given(invocation, OPTION_LIVE),
			/* What stands still has nothing to be watched for. */
			.only_live = true,
			.until_signal = true,
			.duration = option_nsec(invocation, OPTION_DURATION),
		},
		.begin = invocation->options[OPTION_BEGIN].moment,
		.end = invocation->options[OPTION_END].moment,
	};
	size_t most = (size_t)invocation->argument_count + 1;

	if (check_options(invocation, error))
		return -1;
	if (s.judge.duration > INT64_MAX / 2)
		s.judge.duration = INT64_MAX / 2;
	memset(s.expectations.verdict, -1, sizeof(s.expectations.verdict));
	s.has_leaps = leapfile_system(invocation->root, &s.leaps,
				      &s.leaps_error) == 0;
	s.drawn = new_zeros(most * sizeof(*s.drawn), "report", error);
	s.stories = new_zeros(most * sizeof(*s.stories), "report", error);
	if (!s.drawn || !s.stories || draw_all(&s, error))
		return -1;
	return command_answer(invocation, &s, error);
}

static const struct format report_formats[] = {
	{ .name = "html",
	  .write = write_report_html,
	  .begins = html_report_begins },
	{ .name = "svg",
	  .write = write_report_svg,
	  .begins = svg_report_begins },
	{ .name = NULL },
};

static const struct command_option report_options[] = {
	{ .id = OPTION_FORMAT },
	{ .id = OPTION_BEGIN },
	{ .id = OPTION_END },
	{ .id = OPTION_SERIES,
	  .type.help = "draw the pages together: one device, in order" },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTION_DURATION,
	  .type.help = "watch a live page for T (default: {default})",
	  .type.unless_given = DURATION_DEFAULT },
	{ .id = OPTIONS_END },
};

COMMAND(report, write_report_json, .arguments = "[SOURCE...]",
	.summary = "Draw what happened: a page of HTML of a recording",
	.details =
		"Writes one HTML file, complete in itself: what happened to the clock in one\n"
		"sentence, then events, broken rules and states over time, CLOCK_REALTIME against\n"
		"the page and its bounds, how far each update moved the clock, the frequency, and\n"
		"the verdict of verify. A live page is watched for 10 s, or until SIGINT or\n"
		"SIGTERM. Several SOURCEs make one file. Exit status 0: it is written, whatever\n"
		"it says.\n",
	.synonyms = (const char *const[]){ "draw", "plot", "html", NULL },
	.options = report_options, .formats = report_formats,
	.most_arguments = SOURCES_MAX, .own_page = true, .run = run_report);
