/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: the page as a fixture. */
#include <string.h>
#include <unistd.h>

#include "../io/hextext.h"
#include "command.h"

static int write_page(const struct invocation *invocation,
		      const struct source *source, bool hex,
		      struct error *error)
{
	struct output output;

	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (hex)
		hextext_print(output.stream, source->bytes, source->length);
	else
		fwrite(source->bytes, 1, source->length, output.stream);
	return command_finish(&output, EXIT_YES, error);
}

int cmd_dump(const struct invocation *invocation, struct error *error)
{
	const char *format = invocation->value[OPTION_FORMAT];
	bool hex = format && strcmp(format, "hex") == 0;
	struct source source;
	int status = -1;

	if (invocation->json)
		format = "json";
	if (format && !hex && strcmp(format, "raw") != 0)
		return usage_error(error, "--format %s: not raw or hex",
				   format);
	if (!hex && !invocation->value[OPTION_OUTPUT] &&
	    isatty(STDOUT_FILENO)) {
		usage_error(error, "dump: raw bytes would go to the terminal");
		return error_hint(error, "name a file with -o, or use "
					 "--format hex");
	}
	if (command_page(invocation, invocation->arguments[0], &source,
			 error) == 0)
		status = write_page(invocation, &source, hex, error);
	source_free(&source);
	return status;
}
