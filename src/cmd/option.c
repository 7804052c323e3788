/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options, and how the value of one is read. */
#include "option.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "io/source/source_name.h"
#include "duration.h"
#include "follow.h"

/* In the order of enum color_when. */
static const char *const when_words[] = { "auto", "always", "never", NULL };

const struct option_row option_rows[OPTIONS_END] = {
	[OPTION_HELP] = { .name = "help",
			  .letter = 'h',
			  .type = { .kind = VALUE_NONE,
				    .help = "print this help and exit" },
			  .always = true },
	[OPTION_VERSION] = { .name = "version",
			     .letter = 'V',
			     .type = { .kind = VALUE_NONE,
				       .help = "print the version and exit" },
			     .always = true },
	[OPTION_JSON] = { .name = "json",
			  .type = { .kind = VALUE_NONE,
				    .help = "answer in JSON" },
			  .always = true },
	[OPTION_COLOR] = { .name = "color",
			   .argument = "WHEN",
			   .type = { .kind = VALUE_WORD,
				     .help = "{words} (NO_COLOR is honoured)",
				     .words = when_words },
			   .always = true },
	[OPTION_ROOT] = { .name = "root",
			  .argument = "DIR",
			  .type = { .kind = VALUE_TEXT,
				    .help = "look for /dev, /proc and /sys below DIR" },
			  .always = true },
	[OPTION_OUTPUT] = { .name = "output",
			    .letter = 'o',
			    .argument = "FILE",
			    .type = { .kind = VALUE_TEXT,
				      .help = "write the output to FILE, whole or not at all" },
			    .always = true },
	[OPTION_FIELDS] = { .name = "fields",
			    .letter = 'F',
			    .argument = "FIELD[,...]",
			    .type = { .kind = VALUE_TEXT,
				      .help = "print only the raw values, one per line; - if absent" } },
	[OPTION_HEX] = { .name = "hex",
			 .type = { .kind = VALUE_NONE,
				   .help = "print the bytes, annotated" } },
	[OPTION_COUNTER] = { .name = "counter",
			     .argument = "N",
			     .type = { .kind = VALUE_NUMBER,
				       .help = "print the time at counter N (decimal or 0x hex)" } },
	[OPTION_FORMAT] = { .name = "format",
			    .argument = "FORMAT",
			    .type = { .kind = VALUE_FORMAT,
				      .help = "output format" } },
	[OPTION_FROM] = { .name = "from",
			  .argument = "SOURCE",
			  .type = { .kind = VALUE_TEXT,
				    .help = "start from this page" } },
	[OPTION_LIVE] = { .name = "live",
			  .type = { .kind = VALUE_NONE,
				    .help = "the file holds a page that another process updates" } },
	[OPTION_PHYS] = { .name = "phys",
			  .argument = "ADDRESS",
			  .type = { .kind = VALUE_ADDRESS,
				    .help = "the page at this physical address: of an ELF core, or without a SOURCE of this machine" } },
	[OPTION_OFFSET] = { .name = "offset",
			    .argument = "N",
			    .type = { .kind = VALUE_NUMBER,
				      .help = "the page N bytes into a memory image (decimal or 0x hex)" } },
	[OPTION_SCAN] = { .name = "scan",
			  .type = { .kind = VALUE_NONE,
				    .help = "search a memory image for the page" } },
	[OPTION_PUBLISH] = { .name = "publish",
			     .argument = "FILE",
			     .type = { .kind = VALUE_TEXT,
				       .help = "keep a live page in FILE for other programs to map" } },
	[OPTION_RECORD] = { .name = "record",
			    .argument = "FILE",
			    .type = { .kind = VALUE_TEXT,
				      .help = "write a recording at once, in virtual time" } },
	[OPTION_RATE] = { .name = "rate",
			  .argument = "HZ",
			  .type = { .kind = VALUE_RATE,
				    .help = "calibrations per second, or max (default: 1)" } },
	[OPTION_SAMPLES] = { .name = "samples",
			     .argument = "N",
			     .type = { .kind = VALUE_NUMBER,
				       .help = "number of looks at a live page",
				       .least = 1 } },
	[OPTION_PHC] = { .name = "phc",
			 .argument = "DEV|all",
			 .type = { .kind = VALUE_TEXT,
				   .help = "compare this PHC, or all, instead of the page's own" } },
	[OPTION_MAX_OFFSET] = { .name = "max-offset",
				.argument = "T",
				.type = { .kind = VALUE_TIME,
					  .help = "exit with status 1 if a clock (with --phc: a PHC) is further off" } },
	[OPTION_REDACT] = { .name = "redact",
			    .type = { .kind = VALUE_NONE,
				      .help = "leave out what identifies the machine" } },
	[OPTION_REDACT_KEY] = { .name = "redact-key",
				.argument = "FILE",
				.type = { .kind = VALUE_TEXT,
					  .help = "redact by this key, so that reports can be compared" } },
	[OPTION_SEED] = { .name = "seed",
			  .argument = "N",
			  .type = { .kind = VALUE_NUMBER,
				    .help = "seed for the times of the updates (default: {default})",
				    .unless_given = 1 } },
	[OPTION_LAYOUT] = { .name = "layout",
			    .argument = "NAME",
			    .type = { .kind = VALUE_LAYOUT,
				      .help = "start from an empty page of this layout" } },
	[OPTION_AT] = { .name = "at",
			.argument = "N|event:N|TIME",
			.type = { .kind = VALUE_MOMENT,
				  .help = "use this snapshot of a recording (default: the last)" } },
	[OPTION_BEGIN] = { .name = "begin",
			   .argument = "TIME",
			   .type = { .kind = VALUE_MOMENT,
				     .help = "draw a recording from there: RFC 3339, +1h, event:N, a snapshot's number" } },
	[OPTION_END] = { .name = "end",
			 .argument = "TIME",
			 .type = { .kind = VALUE_MOMENT,
				   .help = "draw it up to there" } },
	[OPTION_COUNT] = { .name = "count",
			   .letter = 'n',
			   .argument = "N",
			   .type = { .kind = VALUE_NUMBER,
				     .help = "end after N",
				     .least = 1 } },
	[OPTION_INTERVAL] = { .name = "interval",
			      .argument = "T",
			      .type = { .kind = VALUE_TIME,
					.help = "time between two looks (default: {default})",
					.unless_given = FOLLOW_INTERVAL } },
	[OPTION_DURATION] = { .name = "duration",
			      .argument = "T",
			      .type = { .kind = VALUE_TIME,
					.help = "end after this time: 10ms, 1.5s, 2min, 1h" } },
	[OPTION_ALL] = { .name = "all",
			 .type = { .kind = VALUE_NONE,
				   .help = "print calibrations too" } },
	[OPTION_UNTIL] = { .name = "until",
			   .argument = "KIND[=VALUE]",
			   .type = { .kind = VALUE_EVENT,
				     .help = "end with status 0 at this event, or at once if the page shows VALUE" } },
	[OPTION_STATE] = { .name = "state",
			   .argument = "FILE",
			   .type = { .kind = VALUE_TEXT,
				     .help = "keep what was seen in FILE, and print what happened since" } },
	[OPTION_OPENMETRICS] = { .name = "openmetrics",
				 .argument = "FILE",
				 .type = { .kind = VALUE_TEXT,
					   .help = "keep counters of the events in FILE, for Prometheus" } },
	[OPTION_JOURNAL] = { .name = "journal",
			     .type = { .kind = VALUE_NONE,
				       .help = "send each event to systemd's journal too, with its fields" } },
	[OPTION_TIMEOUT] = { .name = "timeout",
			     .argument = "T",
			     .type = { .kind = VALUE_TIME,
				       .help = "end with status 1 after this time" } },
	[OPTION_EXEC] = { .name = "exec",
			  .argument = "CMD",
			  .type = { .kind = VALUE_TEXT,
				    .help = "run CMD with /bin/sh for each event" } },
	[OPTION_ONLY] = { .name = "only",
			  .argument = "GLOB",
			  .type = { .kind = VALUE_TEXT,
				    .help = "check only these rules (repeatable)" },
			  .repeated = true },
	[OPTION_SKIP] = { .name = "skip",
			  .argument = "GLOB",
			  .type = { .kind = VALUE_TEXT,
				    .help = "skip these rules (repeatable)" },
			  .repeated = true },
	[OPTION_EXPECT] = { .name = "expect",
			    .argument = "ID=STATUS",
			    .type = { .kind = VALUE_TEXT,
				      .help = "accept this verdict and fail on any other (repeatable)" },
			    .repeated = true },
	[OPTION_WERROR] = { .name = "werror",
			    .letter = 'W',
			    .type = { .kind = VALUE_NONE,
				      .help = "treat warnings as failures" } },
	[OPTION_QUIET] = { .name = "quiet",
			   .letter = 'q',
			   .type = { .kind = VALUE_NONE,
				     .help = "print nothing, only set the exit status" } },
	[OPTION_VERBOSE] = { .name = "verbose",
			     .letter = 'v',
			     .type = { .kind = VALUE_NONE,
				       .help = "print every rule" } },
	[OPTION_LEAP_FILE] = { .name = "leap-file",
			       .argument = "FILE",
			       .type = { .kind = VALUE_TEXT,
					 .help = "use this leap-seconds.list instead of the system's" } },
	[OPTION_NO_SKIPPED] = { .name = "no-skipped",
				.type = { .kind = VALUE_NONE,
					  .help = "leave out of TAP and JUnit what was not judged" } },
	[OPTION_SERIES] = { .name = "series",
			    .type = { .kind = VALUE_NONE,
				      .help = "check the pages together: one device, in order" } },
	[OPTION_RESTORES] = { .name = "restores",
			      .type = { .kind = VALUE_NONE,
					.help = "check the pages together: after restores" } },
	[OPTION_BEFORE] = { .name = "before",
			    .argument = "PAGE",
			    .type = { .kind = VALUE_TEXT,
				      .help = "a page from before the restores" } },
	[OPTION_VIEW] = { .name = "view",
			  .type = { .kind = VALUE_NONE,
				    .help = "show a live page on the terminal, with a chart" } },
	[OPTION_EVENTS] = { .name = "event",
			    .argument = "KIND[,...]",
			    .type = { .kind = VALUE_EVENTS,
				      .help = "print, count and run --exec for these events only" } },
};

struct option_type option_type(const struct command_option *own,
			       enum option_id id)
{
	struct option_type type = option_rows[id].type;

	if (!own)
		return type;
	if (own->type.kind)
		type.kind = own->type.kind;
	if (own->type.help)
		type.help = own->type.help;
	if (own->type.unless_given)
		type.unless_given = own->type.unless_given;
	if (own->type.least)
		type.least = own->type.least;
	if (own->type.most)
		type.most = own->type.most;
	if (own->type.zero)
		type.least = 0;
	if (own->type.words)
		type.words = own->type.words;
	return type;
}

void option_name(const struct option_row *row,
		 char text[static OPTION_NAME_MAX])
{
	const char letter[] = { '-', row->letter, ',', ' ', '\0' };

	snprintf(text, OPTION_NAME_MAX, "%s--%s%s%s", row->letter ? letter : "",
		 row->name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
}

void join_words(const char *const *words, const char *note,
		char text[static WORDS_MAX])
{
	int used = snprintf(text, WORDS_MAX, "%s%s", words[0], note);

	for (int i = 1; words[i]; i++)
		used += snprintf(text + used, WORDS_MAX - (size_t)used, "%s%s",
				 words[i + 1] ? ", " : " or ", words[i]);
}

int option_not_among(const struct option_value *value, const char *const *words,
		     struct error *error)
{
	char all[WORDS_MAX];

	join_words(words, "", all);
	return usage_error(error, "%s %s: not %s", value->spelt, value->text,
			   all);
}

static int parse_word(const struct option_type *type,
		      struct option_value *value, struct error *error)
{
	unsigned int word = 0;

	while (type->words[word] && strcmp(type->words[word], value->text) != 0)
		word++;
	if (!type->words[word])
		return option_not_among(value, type->words, error);
	value->word = word;
	return 0;
}

static int parse_number(const struct option_type *type,
			struct option_value *value, struct error *error)
{
	uint64_t most = type->most ? type->most : UINT64_MAX, number;

	if (number_parse(value->text, &number) == 0 && number >= type->least &&
	    number <= most) {
		value->number = number;
		return 0;
	}
	if (type->most)
		return usage_error(
			error,
			"%s %s: not a number from %" PRIu64 " to %" PRIu64,
			value->spelt, value->text, type->least, type->most);
	if (type->least)
		return usage_error(error,
				   "%s %s: not a number from %" PRIu64 " on",
				   value->spelt, value->text, type->least);
	return usage_error(error, "%s %s: not an unsigned 64-bit number",
			   value->spelt, value->text);
}

static int parse_address(struct option_value *value, struct error *error)
{
	const char *fault;

	if (number_parse(value->text, &value->number)) {
		usage_error(error, "%s %s: not an address", value->spelt,
			    value->text);
		return error_hint(error,
				  "a number, decimal or in hex after 0x");
	}
	fault = place_fault(value->number);
	return fault ? usage_error(error, "%s %s: %s", value->spelt,
				   value->text, fault)
		     : 0;
}

static int parse_layout(struct option_value *value, struct error *error)
{
	const struct layout *layout = layout_find(value->text);

	if (!layout || layout->partial) {
		usage_error(error, "%s %s: no layout to encode", value->spelt,
			    value->text);
		return error_hint(error, "vmclock-1 or rfc-3");
	}
	value->layout = layout;
	return 0;
}

static int parse_rate(struct option_value *value, struct error *error)
{
	char duration[64];
	int64_t rate;

	if (strcmp(value->text, "max") == 0) {
		value->rate = (struct rate){ .max = true, .interval = 1 };
		return 0;
	}
	/* 10^9 times the number, by way of a time. */
	if (snprintf(duration, sizeof(duration), "%ss", value->text) <
		    (int)sizeof(duration) &&
	    parse_duration(duration, &rate) == 0 && rate >= 1000000 &&
	    rate <= INT64_C(1000000000000000000)) {
		value->rate.interval =
			UINT64_C(1000000000000000000) / (uint64_t)rate;
		return 0;
	}
	usage_error(error, "%s %s: not a rate", value->spelt, value->text);
	return error_hint(error,
			  "updates a second from 0.001 to 1000000000, or max");
}

/* "M1,M2", of which moment.text is the whole. */
static int parse_pair(struct option_value *value, struct error *error)
{
	const char *comma = strchr(value->text, ',');
	char first[64] = "";

	if (!comma || (size_t)(comma - value->text) >= sizeof(first)) {
		usage_error(error, "%s %s: not two moments with a comma",
			    value->spelt, value->text);
		return error_hint(error, "such as 3,5 or event:1,event:2");
	}
	memcpy(first, value->text, (size_t)(comma - value->text));
	if (moment_parse(value->spelt, first, &value->pair[0], error) ||
	    moment_parse(value->spelt, comma + 1, &value->pair[1], error))
		return -1;
	value->pair[0].text = value->pair[1].text = value->text;
	return 0;
}

int option_parse(const struct option_type *type, struct option_value *value,
		 struct error *error)
{
	if (!value->given) {
		if (type->kind == VALUE_TIME)
			value->nsec = (int64_t)type->unless_given;
		else
			value->number = type->unless_given;
		return 0;
	}
	switch (type->kind) {
	case VALUE_WORD:
		return parse_word(type, value, error);
	case VALUE_LAYOUT:
		return parse_layout(value, error);
	case VALUE_NUMBER:
		return parse_number(type, value, error);
	case VALUE_ADDRESS:
		return parse_address(value, error);
	case VALUE_TIME:
		return duration_option(value->spelt, value->text, &value->nsec,
				       error);
	case VALUE_RATE:
		return parse_rate(value, error);
	case VALUE_MOMENT:
		return moment_parse(value->spelt, value->text, &value->moment,
				    error);
	case VALUE_PAIR:
		return parse_pair(value, error);
	case VALUE_EVENT:
		return until_parse(value->text, &value->until, error);
	case VALUE_EVENTS:
		return events_parse(value->text, &value->events, error);
	case VALUE_NONE:
	case VALUE_TEXT:
	case VALUE_FORMAT:
		break;
	}
	return 0;
}
