// SPDX-License-Identifier: BSD-2-Clause
// simdjson's parse of each line of a file: simdjson FILE.
#include <cstdio>
#include <cstdlib>
#include <simdjson.h>

int main(int argc, char **argv)
{
	simdjson::dom::parser parser;
	char *line = nullptr;
	size_t size = 0;
	ssize_t length;
	FILE *file = argc == 2 ? fopen(argv[1], "re") : nullptr;

	if (!file) {
		fprintf(stderr, "simdjson: no file that can be opened\n");
		return 1;
	}
	while ((length = getline(&line, &size, file)) > 0) {
		// The parser reads beyond the end, as far as its padding.
		if (size <
		    static_cast<size_t>(length) + simdjson::SIMDJSON_PADDING) {
			size = 2 * static_cast<size_t>(length) +
			       simdjson::SIMDJSON_PADDING;
			line = static_cast<char *>(realloc(line, size));
			if (!line)
				return 1;
		}
		auto error =
			parser.parse(line, static_cast<size_t>(length), false)
				.error();
		if (error) {
			fprintf(stderr, "simdjson: %s: %s\n", argv[1],
				simdjson::error_message(error));
			return 1;
		}
	}
	free(line);
	fclose(file);
	return 0;
}
