/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: the page as a fixture, or with its machine as a bug report. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/source/hextext.h"
#include "io/host/host.h"
#include "io/host/leapfile.h"
#include "view/json_dump.h"
#include "view/json.h"
#include "view/report_text.h"
#include "command.h"
#include "compare.h"
#include "redact.h"

/* The rules on one page, as of a dump. */
struct judgement {
	struct verifier verifier;
	struct leap_table leaps;
	struct error leaps_error;
	struct expectations expectations;
	struct report report;
};

static void judge_source(const struct invocation *invocation,
			 const struct source *source, struct judgement *j)
{
	const struct snapshot snapshot = {
		.bytes = source->bytes,
		.length = source->length,
	};

	memset(j->expectations.verdict, -1, sizeof(j->expectations.verdict));
	memset(j->verifier.selected, true, sizeof(j->verifier.selected));
	j->verifier.leaps_reason = j->leaps_error.message;
	if (leapfile_system(invocation->root, &j->leaps, &j->leaps_error) == 0)
		j->verifier.leaps = &j->leaps;
	verify_snapshot(&j->verifier, &snapshot);
	verify_end(&j->verifier);
	report_make(&j->verifier, &j->expectations, &j->report);
}

/* NULL where memory runs out. */
static json_t *make_report(const struct invocation *invocation,
			   const struct source *source)
{
	bool redacted = is_redacting(invocation);
	bool here = is_of_this_machine(source);
	struct error ignored;
	cleanup_free struct host *host =
		here ? new_zeros(sizeof(*host), "dump", &ignored) : NULL;
	cleanup_free struct judgement *j =
		new_zeros(sizeof(*j), "dump", &ignored);
	json_auto_t *document = NULL;
	struct reading reading;

	if (!j || (here && !host))
		return NULL;
	if (here)
		host_look(invocation->root, host);
	judge_source(invocation, source, j);
	reading_make(source->bytes, source->length,
		     source->has_counter ? &source->counter : NULL, &reading);
	document =
		json_dump(source, &reading, &j->report, host,
			  here ? compare_document(invocation) : NULL, redacted);
	if (redacted && document &&
	    redact_document(invocation, source, document))
		return NULL;
	return json_incref(document);
}

/* What is dumped. */
struct dumped {
	const struct invocation *invocation;
	const struct source *source;
};

static int write_dump_raw(struct output *output, void *answer,
			  struct error *error)
{
	const struct dumped *dumped = answer;

	(void)error;
	fwrite(dumped->source->bytes, 1, dumped->source->length,
	       output->stream);
	return EXIT_YES;
}

static int write_dump_hex(struct output *output, void *answer,
			  struct error *error)
{
	const struct dumped *dumped = answer;

	(void)error;
	hextext_print(output->stream, dumped->source->bytes,
		      dumped->source->length);
	return EXIT_YES;
}

static int write_dump_text(struct output *output, void *answer,
			   struct error *error)
{
	const struct dumped *dumped = answer;
	json_auto_t *document = make_report(dumped->invocation, dumped->source);

	if (!document)
		return error_set(error, ERROR_MEMORY, ENOMEM, "dump");
	text_report(output->stream, document, dumped->source->bytes,
		    dumped->source->length);
	return EXIT_YES;
}

static int write_dump_json(struct output *output, void *answer,
			   struct error *error)
{
	const struct dumped *dumped = answer;

	/* NULL is taken for want of memory. */
	return json_write_lines(output->stream,
				make_report(dumped->invocation, dumped->source),
				error);
}

static int run_dump(const struct invocation *invocation, struct error *error)
{
	CLEANUP(source_free) struct source source = { 0 };
	struct dumped dumped = { invocation, &source };

	if (invocation->format->write == write_dump_raw &&
	    !option_given(invocation, OPTION_OUTPUT) && isatty(STDOUT_FILENO)) {
		usage_error(error, "dump: raw bytes would go to the terminal");
		return error_hint(error,
				  "name a file with -o, or use --format hex");
	}
	if (command_page(invocation, invocation->arguments[0], &source, error))
		return -1;
	if (is_redacting(invocation) &&
	    redact_source(invocation, &source, error))
		return -1;
	return command_answer(invocation, &dumped, error);
}

static const struct format dump_formats[] = {
	{ .name = "raw", .write = write_dump_raw },
	{ .name = "hex", .write = write_dump_hex },
	{ .name = "text", .write = write_dump_text },
	{ .name = NULL },
};

static const struct command_option dump_options[] = {
	{ .id = OPTION_FORMAT },     { .id = OPTION_REDACT },
	{ .id = OPTION_REDACT_KEY }, { .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },	     { .id = OPTION_OFFSET },
	{ .id = OPTION_SCAN },	     { .id = OPTION_AT },
	{ .id = OPTIONS_END },
};

COMMAND(dump, write_dump_json, .arguments = "[SOURCE]",
	.summary = "Write the page as bytes, or as a bug report",
	.details =
		"Writes the raw bytes, the output of hexdump -C, or a bug report, as text for a\n"
		"mail or in JSON, with the rules that the page breaks and what can be seen of the\n"
		"machine. Each can be read as a SOURCE.\n",
	.synonyms = (const char *const[]){ "export", NULL },
	.options = dump_options, .formats = dump_formats, .most_arguments = 1,
	.own_page = true, .run = run_dump);
