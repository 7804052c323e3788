/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of libFuzzer: every file of the directories named, once, in TAP. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* A report of UBSan ends the test, as it does with libFuzzer. */
const char *__ubsan_default_options(void);

const char *__ubsan_default_options(void)
{
	return "halt_on_error=1:print_stacktrace=1";
}

static uint8_t *read_input(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;
	long end;

	require(file && fseek(file, 0, SEEK_END) == 0);
	end = ftell(file);
	require(end >= 0 && fseek(file, 0, SEEK_SET) == 0);
	*length = (size_t)end;
	bytes = malloc(*length ? *length : 1);
	require(bytes && fread(bytes, 1, *length, file) == *length);
	fclose(file);
	return bytes;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay(const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_input, alphasort);

	/* A target that never crashed has nothing to replay. */
	if (count < 0 && errno == ENOENT)
		return 0;
	require(count >= 0);
	for (int i = 0; i < count; i++) {
		char path[4096];
		uint8_t *bytes;
		size_t length;

		snprintf(path, sizeof(path), "%s/%s", directory,
			 entries[i]->d_name);
		fprintf(stderr, "%s\n", path);
		bytes = read_input(path, &length);
		LLVMFuzzerTestOneInput(bytes, length);
		free(bytes);
		free(entries[i]);
	}
	free(entries);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	puts("1..1");
	fflush(stdout);
	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	require(count);
	printf("ok 1 - %d inputs\n", count);
	return 0;
}
