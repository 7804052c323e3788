/* SPDX-License-Identifier: BSD-2-Clause */
/* show and verify, as whole processes. */
#include "process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode.h"
#include "edid.h"
#include "page.h"
#include "child.h"
#include "tools.h"

/* Of each process that is over at once, in turn: the shortest time counts,
 * that in which the machine did nothing else. */
#define IN_A_ROUND 8

#define DUMPS 10000

static const char page_path[] = "show.page", edid_path[] = "edid.bin";
static const char many_path[] = "many.jsonl", few_path[] = "few.jsonl";

/* Recordings of which the instructions are counted. */
#define COUNTED_MANY 4000
#define COUNTED_FEW  1000

static const char parse_by_python[] = "import json, sys\n"
				      "for line in open(sys.argv[1], 'rb'):\n"
				      "    json.loads(line)\n";

static void write_file(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "we");

	if (!file || fwrite(bytes, 1, length, file) != length ||
	    fclose(file) != 0)
		die("%s: %s", path, strerror(errno));
}

static void make_edid(void)
{
	uint8_t block[sizeof(edid_block)], sum = 0;

	memcpy(block, edid_block, sizeof(block));
	for (size_t i = 0; i < sizeof(block) - 1; i++)
		sum += block[i];
	block[sizeof(block) - 1] = (uint8_t)-sum;
	write_file(edid_path, block, sizeof(block));
}

void show_begin(struct bench *bench)
{
	page_free(page_make(bench, page_path));
	make_edid();
}

static void show_against(const struct bench *bench, const char *const *other,
			 struct pair *pair)
{
	const char *const show[] = { bench->program, "show", page_path, NULL };

	for (int i = 0; i < IN_A_ROUND; i++) {
		double a = child_run(show).seconds,
		       b = child_run(other).seconds;

		if (!i || a < pair->a)
			pair->a = a;
		if (!i || b < pair->b)
			pair->b = b;
	}
}

void show_empty(struct bench *bench, struct pair *pair)
{
	const char *const empty[] = { bench->empty, NULL };

	show_against(bench, empty, pair);
}

void show_edid(struct bench *bench, struct pair *pair)
{
	const char *const decode[] = { "edid-decode", edid_path, NULL };

	show_against(bench, decode, pair);
}

static long lines_of(const char *path)
{
	FILE *file = fopen(path, "re");
	long lines = 0;
	int c;

	if (!file)
		die("%s: %s", path, strerror(errno));
	while ((c = getc_unlocked(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	return lines;
}

/* Ten for each second of the story. */
static void make_recording(const struct bench *bench, const char *path,
			   long snapshots)
{
	char duration[32];
	const char *const argv[] = {
		bench->program, "simulate", "steady",	"--rate", "10",
		"--duration",	duration,   "--record", path,	  NULL
	};

	snprintf(duration, sizeof(duration), "%lds", snapshots / 10);
	child_run(argv);
	/* A start, an end, and one at each end of the time. */
	if (labs(lines_of(path) - snapshots) > 4)
		die("%s: not of %ld snapshots", path, snapshots);
}

void verify_begin(struct bench *bench)
{
	make_recording(bench, many_path, bench->quick ? 30000 : 300000);
	make_recording(bench, few_path, 3000);
}

void verify_end_rows(struct bench *bench)
{
	(void)bench;
	unlink(many_path);
	unlink(few_path);
}

static struct child_cost run_verify(const struct bench *bench, const char *path)
{
	const char *const argv[] = { bench->program, "verify", path, NULL };

	return child_run(argv);
}

void verify_python(struct bench *bench, struct pair *pair)
{
	const char *const parse[] = { "python3", "-c", parse_by_python,
				      many_path, NULL };

	pair->a = run_verify(bench, many_path).seconds;
	pair->b = child_run(parse).seconds;
}

void verify_simdjson(struct bench *bench, struct pair *pair)
{
	const char *const parse[] = { bench->simdjson, many_path, NULL };

	pair->a = run_verify(bench, many_path).seconds;
	pair->b = child_run(parse).seconds;
}

void instructions_begin(struct bench *bench)
{
	make_recording(bench, many_path, COUNTED_MANY);
	make_recording(bench, few_path, COUNTED_FEW);
}

/* Those of many lines less those of few, so that the start does not count. */
static double count_a_line(const char **argv, size_t path)
{
	double many, few;

	argv[path] = many_path;
	many = child_instructions(argv);
	argv[path] = few_path;
	few = child_instructions(argv);
	return (many - few) / (COUNTED_MANY - COUNTED_FEW);
}

void verify_instructions(struct bench *bench, struct pair *pair)
{
	const char *verify[] = { bench->program, "verify", NULL, NULL };
	const char *parse[] = { bench->simdjson, NULL, NULL };

	pair->a = count_a_line(verify, 2);
	pair->b = count_a_line(parse, 1);
}

void verify_memory(struct bench *bench, struct pair *pair)
{
	struct rusage own;

	pair->a = (double)run_verify(bench, many_path).max_rss;
	pair->b = (double)run_verify(bench, few_path).max_rss;
	/* The kernel counts what the process was before its exec too. */
	getrusage(RUSAGE_SELF, &own);
	if ((double)own.ru_maxrss >= pair->b)
		snprintf(bench->note, sizeof(bench->note),
			 "at most: what starts it is as large");
}

static struct {
	int count;
	const char **judge, **sum, **read; /* argv */
	char (*paths)[32];
} dumps;

/* Never NULL: the words, and then the dumps. */
static const char **make_arguments(const char *const *words)
{
	const char **argv;
	size_t count = 0;

	while (words[count])
		count++;
	argv = calloc(count + (size_t)dumps.count + 1, sizeof(*argv));
	if (!argv)
		die("no memory");
	memcpy(argv, words, count * sizeof(*argv));
	for (int i = 0; i < dumps.count; i++)
		argv[count++] = dumps.paths[i];
	return argv;
}

void dumps_begin(struct bench *bench)
{
	const char *const judge[] = { bench->program, "verify", NULL };
	const char *const sum[] = { "cksum", "--", NULL };
	const char *const read[] = { "/proc/self/exe", "--bare", "read", NULL };
	uint8_t *page = page_make(bench, page_path);

	dumps.count = bench->quick ? DUMPS / 1000 : DUMPS;
	dumps.paths = calloc((size_t)dumps.count, sizeof(*dumps.paths));
	if (!dumps.paths)
		die("no memory");
	for (int i = 0; i < dumps.count; i++) {
		snprintf(dumps.paths[i], sizeof(*dumps.paths), "dump-%05d.bin",
			 i);
		/* No two are the same. */
		page_update(page, (uint64_t)i + 1);
		write_file(dumps.paths[i], page, PAGE_USUAL_SIZE);
	}
	dumps.judge = make_arguments(judge);
	dumps.sum = make_arguments(sum);
	dumps.read = make_arguments(read);
	page_free(page);
}

static void judge_against(const char *const *other, struct pair *pair)
{
	pair->a = child_run(dumps.judge).seconds / dumps.count;
	pair->b = child_run(other).seconds / dumps.count;
}

void dumps_cksum(struct bench *bench, struct pair *pair)
{
	(void)bench;
	judge_against(dumps.sum, pair);
}

void dumps_read(struct bench *bench, struct pair *pair)
{
	(void)bench;
	judge_against(dumps.read, pair);
}

void dumps_end(struct bench *bench)
{
	(void)bench;
	for (int i = 0; i < dumps.count; i++)
		unlink(dumps.paths[i]);
	free(dumps.paths);
	free(dumps.judge);
	free(dumps.sum);
	free(dumps.read);
}
