/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: the page as a fixture, or with its machine as a bug report. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/source/document.h"
#include "io/source/hextext.h"
#include "io/host/host.h"
#include "io/host/leapfile.h"
#include "io/host/sysfile.h"
#include "base/printable.h"
#include "page/redact.h"
#include "view/json_dump.h"
#include "view/json.h"
#include "command.h"
#include "compare.h"

/* Of a page that lives, what is around it is told too. */
static bool is_of_this_machine(const struct source *source)
{
	return source->kind != SOURCE_FILE && source->kind != SOURCE_STDIN;
}

static void redact(const struct invocation *invocation, struct source *source)
{
	char boot[64] = "";

	if (is_of_this_machine(source))
		sysfile_line(invocation->root,
			     "/proc/sys/kernel/random/boot_id", boot,
			     sizeof(boot), NULL);
	redact_page(source->bytes, source->length, redact_salt(boot),
		    source->has_counter ? &source->counter : NULL);
}

/* A name that says what kind of source it is, and nothing else. */
static bool is_harmless(const char *root, const struct source *source)
{
	const char *path = source->path;

	if (strncmp(path, root, strlen(root)) == 0)
		path += strlen(root);
	return source->kind == SOURCE_SIM || source->kind == SOURCE_STDIN ||
	       strncmp(path, "/dev/vmclock", 12) == 0;
}

/* However the document or a line of doctor in it spells the name. */
static int replace_name(json_t *value, const char *name, const char *with)
{
	json_t *spelt = document_name(name);
	size_t size = 4 * strlen(name) + 1;
	char *printed = malloc(size);
	int result = -1;

	if (spelt && printed) {
		printable(printed, size, name);
		result = json_replace(value, json_string_value(spelt), with) ||
					 json_replace(value, printed, with)
				 ? -1
				 : 0;
	}
	json_decref(spelt);
	free(printed);
	return result;
}

/* Names of the machine and of places on it, out of everything but the page. */
static int redact_names(const struct invocation *invocation,
			const struct source *source, json_t *document)
{
	static const char *const members[] = { "machine", "device", "phcs",
					       "comparison", "doctor" };
	bool harmless = is_harmless(invocation->root, source);
	json_t *own = json_object_get(document, "source");
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	/* The shortest path too, of which other text may have a part. */
	if (harmless ? replace_name(own, invocation->root, "")
		     : json_object_set_new(own, "path", json_string("PAGE")))
		return -1;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *member = json_object_get(document, members[i]);

		if ((!harmless && replace_name(member, source->path, "PAGE")) ||
		    replace_name(member, invocation->root, "") ||
		    replace_name(member, host, "HOST"))
			return -1;
	}
	return 0;
}

/* The rules on one page, as of a dump. */
struct judgement {
	struct verifier verifier;
	struct leap_table leaps;
	struct error leaps_error;
	struct expectations expectations;
	struct report report;
};

static void judge(const struct invocation *invocation,
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

static json_t *make_report(const struct invocation *invocation,
			   const struct source *source)
{
	bool redacted = invocation->given & TAKES(OPTION_REDACT);
	bool here = is_of_this_machine(source);
	struct host *host = here ? malloc(sizeof(*host)) : NULL;
	struct judgement *j = calloc(1, sizeof(*j));
	struct reading reading;
	json_t *document = NULL;

	if (j && (host || !here)) {
		if (here)
			host_look(invocation->root, host);
		judge(invocation, source, j);
		reading_make(source->bytes, source->length,
			     source->has_counter ? &source->counter : NULL,
			     &reading);
		/* NULL is taken for want of memory. */
		document = json_dump(source, &reading, &j->report, host,
				     here ? compare_document(invocation) : NULL,
				     redacted);
	}
	free(host);
	free(j);
	if (document && redacted &&
	    redact_names(invocation, source, document)) {
		json_decref(document);
		return NULL;
	}
	return document;
}

static int write_page(const struct invocation *invocation,
		      const struct source *source, const char *format,
		      struct error *error)
{
	struct output output;

	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (strcmp(format, "hex") == 0) {
		hextext_print(output.stream, source->bytes, source->length);
	} else if (strcmp(format, "raw") == 0) {
		fwrite(source->bytes, 1, source->length, output.stream);
	} else if (json_write(output.stream, make_report(invocation, source),
			      error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}

int cmd_dump(const struct invocation *invocation, struct error *error)
{
	const char *format = command_format(invocation, error);
	struct source source;
	int status = -1;

	if (!format)
		return -1;
	if (strcmp(format, "raw") == 0 && !invocation->value[OPTION_OUTPUT] &&
	    isatty(STDOUT_FILENO)) {
		usage_error(error, "dump: raw bytes would go to the terminal");
		return error_hint(error,
				  "name a file with -o, or use --format hex");
	}
	if (command_page(invocation, invocation->arguments[0], &source,
			 error) == 0) {
		if (invocation->given & TAKES(OPTION_REDACT))
			redact(invocation, &source);
		status = write_page(invocation, &source, format, error);
	}
	source_free(&source);
	return status;
}
