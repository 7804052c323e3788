/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench [--quick] PROGRAM DIRECTORY [ID...]: takes the figures, in the working
 * directory, and prints a line each, its columns apart by tabs:
 * id, what, its value, against, its value, ratio, spread, aim, verdict, note.
 * bench --bare NAME ...: see bare.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "now.h"
#include "process.h"
#include "tools.h"
#include "watch.h"

static const struct figure figures[] = {
	{
		.id = "now",
		.what = "vmclock_now(), UTC with bounds, from a page at rest",
		.against = "clock_gettime(CLOCK_REALTIME)",
		.unit = UNIT_NS,
		.aim = 1.4,
		.limit = 1.5,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = now_gettime,
		.end = now_end,
	},
	{
		.id = "now-inlined",
		.what = "vmclock.c in the caller's source, UTC with bounds, from a page at rest",
		.against = "clock_gettime(CLOCK_REALTIME)",
		.unit = UNIT_NS,
		.aim = 1.3,
		.limit = 1.4,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = inlined_gettime,
		.end = now_end,
	},
	{
		.id = "now-clockbound",
		.what = "vmclock_now(), UTC with bounds, from a page at rest",
		.against = "ClockBound's sequence, by a shared library",
		.unit = UNIT_NS,
		.aim = 0.8,
		.limit = 0.9,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = now_segment,
		.end = now_end,
	},
	{
		.id = "now-lines",
		.what = "the counter and a load of each line of the page",
		.against = "clock_gettime(CLOCK_REALTIME)",
		.unit = UNIT_NS,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = lines_gettime,
		.end = now_end,
	},
	{
		.id = "now-lines-clockbound",
		.what = "the counter and a load of each line of the page",
		.against = "ClockBound's sequence, by a shared library",
		.unit = UNIT_NS,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = lines_segment,
		.end = now_end,
	},
	{
		.id = "now-epoch",
		.what = "vmclock_epoch(), from a page at rest",
		.against = "clock_gettime(CLOCK_REALTIME)",
		.unit = UNIT_NS,
		.aim = 0.2,
		.limit = 0.25,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = now_epoch,
		.end = now_end,
	},
	{
		.id = "now-counter",
		.what = "vmclock_now(), UTC with bounds, from a page at rest",
		.against = "a fenced reading of the counter alone",
		.unit = UNIT_NS,
		.rounds = ROUNDS_MAX,
		.begin = now_begin,
		.round = now_counter,
		.end = now_end,
	},
	{
		.id = "now-writer",
		.what = "vmclock_now(), UTC with bounds, 1 million updates a second",
		.against = "clock_gettime(CLOCK_REALTIME)",
		.unit = UNIT_NS,
		.by_clocksource = true,
		.rounds = ROUNDS_MAX,
		.begin = now_writer_begin,
		.round = now_gettime,
		.end = now_end,
	},
	{
		.id = "now-writer-counter",
		.what = "vmclock_now(), UTC with bounds, 1 million updates a second",
		.against = "a fenced reading of the counter alone",
		.unit = UNIT_NS,
		.rounds = ROUNDS_MAX,
		.begin = now_writer_begin,
		.round = now_counter,
		.end = now_end,
	},
	{
		.id = "now-writer-lines",
		.what = "vmclock_now(), UTC with bounds, 1 million updates a second",
		.against =
			"the counter and a load of each line of the page, same writer",
		.unit = UNIT_NS,
		.aim = 1.7,
		.limit = 1.9,
		.rounds = ROUNDS_MAX,
		.begin = now_writer_begin,
		.round = now_lines,
		.end = now_end,
	},
	{
		.id = "now-writer-lines-inlined",
		.what = "vmclock.c in the caller's source, 1 million updates a second",
		.against =
			"the counter and a load of each line of the page, same writer",
		.unit = UNIT_NS,
		.aim = 1.5,
		.limit = 1.7,
		.rounds = ROUNDS_MAX,
		.begin = now_writer_begin,
		.round = inlined_lines,
		.end = now_end,
	},
	{
		.id = "show",
		.what = "show of a dump, whole process",
		.against = "an empty C program",
		.unit = UNIT_US,
		.limit = 1.5,
		.rounds = 200,
		.begin = show_begin,
		.round = show_empty,
	},
	{
		.id = "show-edid",
		.what = "show of a dump, whole process",
		.against = "edid-decode of a 128-byte EDID",
		.unit = UNIT_US,
		.rounds = 200,
		.begin = show_begin,
		.round = show_edid,
	},
	{
		.id = "verify",
		.what = "verify of a recording of 300,000 snapshots",
		.against = "json.loads() of Python for each of its lines",
		.unit = UNIT_MS,
		.limit = 0.5,
		.rounds = 9,
		.begin = verify_begin,
		.round = verify_python,
		.end = verify_end_rows,
	},
	{
		.id = "verify-simdjson",
		.what = "verify of a recording of 300,000 snapshots",
		.against = "simdjson's parse of each of its lines",
		.unit = UNIT_MS,
		.rounds = 9,
		.begin = verify_begin,
		.round = verify_simdjson,
		.end = verify_end_rows,
	},
	{
		.id = "verify-instructions",
		.what = "instructions of verify, a snapshot of a recording",
		.against = "simdjson's parse of a line of it",
		.unit = UNIT_COUNT,
		.most = 35000,
		.rounds = 1,
		.begin = instructions_begin,
		.round = verify_instructions,
		.end = verify_end_rows,
	},
	{
		.id = "verify-memory",
		.what = "peak memory of verify, 300,000 snapshots",
		.against = "the same, 3,000 snapshots",
		.unit = UNIT_MIB,
		.limit = 1.1,
		.most = 16 * 1024,
		.rounds = 15,
		.begin = verify_begin,
		.round = verify_memory,
		.end = verify_end_rows,
	},
	{
		.id = "verify-dumps",
		.what = "verify of 10,000 dumps in one call, dumps a second",
		.against = "cksum of them",
		.unit = UNIT_PER_SECOND,
		.rounds = 15,
		.begin = dumps_begin,
		.round = dumps_cksum,
		.end = dumps_end,
	},
	{
		.id = "verify-dumps-read",
		.what = "verify of 10,000 dumps in one call, dumps a second",
		.against = "open, read and close of each, in C",
		.unit = UNIT_PER_SECOND,
		.rounds = 15,
		.begin = dumps_begin,
		.round = dumps_read,
		.end = dumps_end,
	},
	{
		.id = "watch-wake",
		.what = "watch --interval 1ms, CPU time of a wake",
		.against = "a loop that sleeps and loads seq_count",
		.unit = UNIT_US,
		.rounds = 40,
		.begin = wake_begin,
		.round = wake_cost,
		.end = watch_end,
	},
	{
		.id = "watch-idle",
		.what = "watch at its usual interval, of one CPU",
		.against = "a loop that sleeps and loads seq_count",
		.unit = UNIT_PERCENT,
		.rounds = 10,
		.begin = idle_begin,
		.round = idle_cost,
		.end = watch_end,
	},
	{
		.id = "watch-line",
		.what = "watch --interval 10us, wake to line in a pipe",
		.against = "a loop that sleeps as long and writes a line",
		.unit = UNIT_US,
		.rounds = 30,
		.begin = line_begin,
		.round = line_time,
		.end = watch_end,
	},
	{
		.id = "watch-line-1ms",
		.what = "watch --interval 1ms, update to line in a pipe, p50",
		.against = "a loop that sleeps as long and writes a line, p50",
		.unit = UNIT_US,
		.tail = true,
		.rounds = 2000,
		.begin = line_1ms_begin,
		.round = line_wait,
		.end = watch_end,
	},
	{
		.id = "watch-line-10ms",
		.what = "watch --interval 10ms, update to line in a pipe, p50",
		.against = "a loop that sleeps as long and writes a line, p50",
		.unit = UNIT_US,
		.tail = true,
		.rounds = 1000,
		.begin = line_10ms_begin,
		.round = line_wait,
		.end = watch_end,
	},
	{
		.id = "watch-line-100ms",
		.what = "watch --interval 100ms, update to line in a pipe, p50",
		.against = "a loop that sleeps as long and writes a line, p50",
		.unit = UNIT_US,
		.tail = true,
		.rounds = 300,
		.begin = line_100ms_begin,
		.round = line_wait,
		.end = watch_end,
	},
};

#define FIGURES (sizeof(figures) / sizeof(*figures))

static int compare_values(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The value that so much of the sorted values is not above. */
static double quantile(const double *values, size_t count, double part)
{
	return values[(size_t)((double)(count - 1) * part + 0.5)];
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_values);
	return quantile(values, count, 0.5);
}

static void print_value(FILE *to, enum unit unit, double value)
{
	switch (unit) {
	case UNIT_NS:
		fprintf(to, "%.1f ns", value * 1e9);
		break;
	case UNIT_US:
		fprintf(to, "%.1f us", value * 1e6);
		break;
	case UNIT_MS:
		fprintf(to, "%.0f ms", value * 1e3);
		break;
	case UNIT_PER_SECOND:
		fprintf(to, "%.0f", 1 / value);
		break;
	case UNIT_PERCENT:
		fprintf(to, "%.3f %%", value * 100);
		break;
	case UNIT_MIB:
		fprintf(to, "%.2f MiB", value / 1024);
		break;
	case UNIT_COUNT:
		fprintf(to, "%.0f", value);
		break;
	}
}

static void print_aim(const struct figure *figure)
{
	if (figure->aim > 0)
		printf("%g, at most %g", figure->aim, figure->limit);
	else if (figure->limit > 0)
		printf("at most %g", figure->limit);
	else if (figure->most <= 0)
		putchar('-');
	if (figure->most > 0) {
		fputs(figure->limit > 0 ? ", below " : "below ", stdout);
		print_value(stdout, figure->unit, figure->most);
	}
}

static const char *choose_verdict(const struct bench *bench,
				  const struct figure *figure, double ratio,
				  double a)
{
	if (bench->incomparable)
		return "not comparable";
	if (figure->most > 0 && a >= figure->most)
		return "short";
	if (bench->quick || figure->limit + figure->most <= 0)
		return "-";
	if (figure->limit <= 0)
		return "good";
	if (ratio > figure->limit)
		return "short";
	return figure->aim > 0 && ratio > figure->aim ? "near" : "good";
}

struct rounds {
	double a[ROUNDS_MAX], b[ROUNDS_MAX], ratio[ROUNDS_MAX];
};

/* Of sorted times: how long the slowest take. */
static void note_tail(struct bench *bench, const struct figure *figure,
		      const struct rounds *rounds, size_t count)
{
	FILE *note = fmemopen(bench->note, sizeof(bench->note), "w");

	if (!note)
		die("no memory");
	fprintf(note, "of %zu updates p99 ", count);
	print_value(note, figure->unit, quantile(rounds->a, count, 0.99));
	fputs(", maximum ", note);
	print_value(note, figure->unit, rounds->a[count - 1]);
	fputs("; the loop ", note);
	print_value(note, figure->unit, quantile(rounds->b, count, 0.99));
	fputs(", ", note);
	print_value(note, figure->unit, rounds->b[count - 1]);
	fclose(note);
}

static void print_figure(struct bench *bench, const struct figure *figure,
			 struct rounds *rounds, size_t count)
{
	double a, b, ratio;

	a = median(rounds->a, count);
	b = median(rounds->b, count);
	ratio = median(rounds->ratio, count);
	if (figure->tail) {
		/* Each waits for its own look: no round is a comparison. */
		ratio = a / b;
		for (size_t i = 0; i < count; i++)
			rounds->ratio[i] = rounds->a[i] / b;
		note_tail(bench, figure, rounds, count);
	}
	printf("%s\t%s\t", figure->id, figure->what);
	print_value(stdout, figure->unit, a);
	printf("\t%s\t", figure->against);
	print_value(stdout, figure->unit, b);
	printf("\t%.2f\t%.2f to %.2f\t", ratio,
	       quantile(rounds->ratio, count, 0.1),
	       quantile(rounds->ratio, count, 0.9));
	print_aim(figure);
	printf("\t%s\t%s\n", choose_verdict(bench, figure, ratio, a),
	       *bench->note ? bench->note : "-");
	fflush(stdout);
}

static void take_figure(struct bench *bench, const struct figure *figure)
{
	static struct rounds rounds;
	size_t count = bench->quick ? 1 : figure->rounds;

	bench->note[0] = '\0';
	bench->incomparable = false;
	if (figure->by_clocksource)
		now_clocksource(bench);
	if (figure->begin)
		figure->begin(bench);
	for (size_t i = 0; i < count; i++) {
		struct pair pair = { 0 };

		figure->round(bench, &pair);
		rounds.a[i] = pair.a;
		rounds.b[i] = pair.b;
		rounds.ratio[i] = pair.a / pair.b;
	}
	if (figure->end)
		figure->end(bench);
	print_figure(bench, figure, &rounds, count);
}

static bool is_asked(const char *id, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], id) == 0)
			return true;
	}
	return argc == 0;
}

static void check_ids(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		size_t f = 0;

		while (f < FIGURES && strcmp(figures[f].id, argv[i]) != 0)
			f++;
		if (f == FIGURES)
			die("%s: no such figure", argv[i]);
	}
}

/* Never freed. */
static const char *join(const char *directory, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		die("no memory");
	return path;
}

int main(int argc, char **argv)
{
	struct bench bench = { 0 };

	if (argc > 2 && strcmp(argv[1], "--bare") == 0)
		return bare_run(argc - 2, argv + 2);
	argc--;
	argv++;
	if (argc > 0 && strcmp(*argv, "--quick") == 0) {
		bench.quick = true;
		argc--;
		argv++;
	}
	if (argc < 2)
		die("usage: bench [--quick] PROGRAM DIRECTORY [ID...]");
	bench.program = argv[0];
	bench.empty = join(argv[1], "empty");
	bench.simdjson = join(argv[1], "simdjson");
	check_ids(argc - 2, argv + 2);
	for (size_t i = 0; i < FIGURES; i++) {
		if (is_asked(figures[i].id, argc - 2, argv + 2))
			take_figure(&bench, &figures[i]);
	}
	return 0;
}
