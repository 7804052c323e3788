/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: the fields in which two pages differ, and the events they make. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/schema.h"
#include "io/host/leapfile.h"
#include "view/event.h"
#include "view/json.h"
#include "view/text.h"
#include "verify.h"
#include "io/sandbox.h"
#include "command.h"

struct page_diff {
	const struct source *a, *b;
	struct reading before, after;
	bool same_layout;
	uint64_t rows;	     /* fields that differ */
	unsigned int events; /* what they make */
	size_t bytes;	     /* bytes outside the fields that differ */
	size_t first;	     /* the first of them */
	bool same;
	/* What the rules between pages say of the pair; NULL: nothing. */
	struct verifier *verifier;
	/* Of dumps with a reading of the counter each: what watch would have
	 * told of their clocks. */
	struct clock_step step;
};

/* Whether the byte belongs to one of the fields that differ. */
static bool is_accounted(const struct page_diff *c, size_t offset)
{
	const struct layout *layout = c->before.page.layout;

	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];

		if (c->rows >> i & 1 && offset >= field->offset &&
		    offset < field_end(field))
			return true;
	}
	return false;
}

/* Bytes that no field accounts for: past the layout, or absent by `size`. */
static void compare_rest(struct page_diff *c)
{
	size_t most = c->a->length > c->b->length ? c->a->length : c->b->length;

	for (size_t i = 0; i < most; i++) {
		bool both = i < c->a->length && i < c->b->length;

		if (both && c->a->bytes[i] == c->b->bytes[i])
			continue;
		if (is_accounted(c, i))
			continue;
		if (!c->bytes++)
			c->first = i;
	}
}

/* The counter of a redacted page was moved by an amount of its marker's. */
static bool has_common_counter(const struct page_diff *c)
{
	uint64_t markers = UINT64_C(1)
			   << c->before.page.layout->disruption_marker;

	return !c->a->redacted == !c->b->redacted &&
	       (!c->a->redacted || !(c->rows & markers));
}

static void find_step(struct page_diff *c)
{
	bool steps = false;

	for (unsigned int e = 0; e < EVENT_COUNT; e++)
		steps |= (c->events >> e & 1) && event_kinds[e].steps;
	if (!steps || !c->a->has_counter || !c->b->has_counter)
		return;
	change_step(&c->before.page, &c->after.page, &c->step);
	c->step.has_time &= has_common_counter(c);
}

static void compare_pages(const struct source *a, const struct source *b,
			  struct page_diff *c)
{
	*c = (struct page_diff){ .a = a, .b = b };
	reading_make(a->bytes, a->length, NULL, &c->before);
	reading_make(b->bytes, b->length, NULL, &c->after);
	c->same_layout = c->before.page.layout == c->after.page.layout;
	if (c->same_layout)
		c->rows = change_fields(&c->before.page, &c->after.page);
	c->events = change_events(&c->before.page, &c->after.page);
	compare_rest(c);
	find_step(c);
	c->same = c->same_layout && !c->rows && !c->bytes;
}

/* The rules between pages, as of two pages without readings of the counter.
 * Returns 0, or -1 with *error. */
static int judge_pair(struct page_diff *c, const char *root,
		      struct error *error)
{
	const struct source *sides[] = { c->a, c->b };
	struct leap_table leaps;
	struct error leaps_error;

	if (c->same || !c->same_layout)
		return 0;
	c->verifier = new_zeros(sizeof(*c->verifier), "diff", error);
	if (!c->verifier)
		return -1;
	c->verifier->recording = true;
	c->verifier->pages_alone = true;
	c->verifier->leaps_reason = leaps_error.message;
	if (leapfile_system(root, &leaps, &leaps_error) == 0)
		c->verifier->leaps = &leaps;
	for (int i = 0; i < RULE_COUNT; i++)
		c->verifier->selected[i] = rules[i].needs & NEED_SERIES;
	for (uint64_t i = 0; i < 2; i++)
		verify_snapshot(c->verifier, &(struct snapshot){
						     .n = i + 1,
						     .bytes = sides[i]->bytes,
						     .length = sides[i]->length,
					     });
	verify_end(c->verifier);
	c->verifier->leaps = NULL;
	c->verifier->leaps_reason = NULL;
	return 0;
}

/* What the rule found wrong with the pair, or NULL. */
static const struct finding *get_note(const struct page_diff *c, int rule)
{
	const struct finding *f;

	if (!c->verifier || !c->verifier->selected[rule])
		return NULL;
	f = &c->verifier->findings[rule];
	return f->verdict == VERDICT_FAIL || f->verdict == VERDICT_WARN ? f
									: NULL;
}

static json_t *make_notes(const struct page_diff *c)
{
	json_auto_t *notes = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		const struct finding *f = get_note(c, i);

		if (f &&
		    json_array_append_new(
			    notes,
			    json_pack("{s:s, s:s, s:o}", "rule", rules[i].id,
				      "status", verdict_names[f->verdict],
				      "message", json_ascii(f->message))) < 0)
			return NULL;
	}
	return json_incref(notes);
}

static void print_notes(FILE *stream, const struct page_diff *c)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct finding *f = get_note(c, i);

		if (!f)
			continue;
		fprintf(stream, "note: %s: ", rules[i].id);
		text_wrap(stream, (unsigned int)strlen(rules[i].id) + 8, 6,
			  f->message);
	}
}

static json_t *make_side(const struct page *page, int row)
{
	return page_has(page, row) ? json_raw_value(&page->layout->fields[row],
						    page->value[row])
				   : json_null();
}

static json_t *make_fields(const struct page_diff *c)
{
	const struct layout *layout = c->before.page.layout;
	json_auto_t *fields = json_array();

	for (unsigned int i = 0; i < layout->count; i++) {
		if (!(c->rows >> i & 1))
			continue;
		if (json_array_append_new(
			    fields,
			    json_pack("{s:s, s:i, s:o, s:o}", "name",
				      layout->fields[i].name, "offset",
				      layout->fields[i].offset, "a",
				      make_side(&c->before.page, (int)i), "b",
				      make_side(&c->after.page, (int)i))) < 0)
			return NULL;
	}
	return json_incref(fields);
}

static json_t *make_document(const struct page_diff *c)
{
	json_auto_t *document = json_pack(
		"{s:s, s:i, s:o, s:o, s:s, s:s, s:b, s:o, s:I, s:o, s:o}",
		"schema", SCHEMA_PREFIX "diff", "schema_version",
		SCHEMA_VERSION, "a", json_source(c->a), "b", json_source(c->b),
		"layout_a", c->before.page.layout->name, "layout_b",
		c->after.page.layout->name, "same", c->same, "fields",
		make_fields(c), "other_bytes", (json_int_t)c->bytes, "events",
		json_events(c->events), "notes", make_notes(c));

	if (!document || json_add_step(document, &c->step))
		return NULL;
	return json_incref(document);
}

#define LAYOUT_LINE "layout"
#define LENGTH_LINE "length"
#define REST_WORDS  " bytes outside the fields, the first at 0x"

static void print_step(FILE *stream, const struct clock_step *step)
{
	bool first = true;

	if (!step->has_time && !step->has_frequency)
		return;
	fputs("clock:", stream);
	text_step(stream, step, &first);
	fputc('\n', stream);
}

static int write_diff_text(struct output *output, void *answer,
			   struct error *error)
{
	const struct page_diff *c = answer;
	FILE *stream = output->stream;

	(void)error;
	if (c->same_layout)
		text_diff(stream, &c->before, &c->after, c->rows, c->events,
			  output->color);
	else
		fprintf(stream, LAYOUT_LINE "\n  - %s\n  + %s\n",
			c->before.page.layout->name,
			c->after.page.layout->name);
	if (c->a->length != c->b->length)
		fprintf(stream, LENGTH_LINE "\n  - %zu bytes\n  + %zu bytes\n",
			c->a->length, c->b->length);
	print_step(stream, &c->step);
	if (c->same_layout && c->bytes)
		fprintf(stream, "%zu" REST_WORDS "%zx\n", c->bytes, c->first);
	print_notes(stream, c);
	return c->same ? EXIT_YES : EXIT_NO;
}

static int write_diff_json(struct output *output, void *answer,
			   struct error *error)
{
	const struct page_diff *c = answer;

	if (json_write(output->stream, make_document(c), error))
		return -1;
	return c->same ? EXIT_YES : EXIT_NO;
}

/* What the text may begin with. */
static bool is_difference(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return text_diff_begins(line) || strcmp(line, LAYOUT_LINE) == 0 ||
	       strcmp(line, LENGTH_LINE) == 0 ||
	       (digits &&
		strncmp(line + digits, REST_WORDS, strlen(REST_WORDS)) == 0);
}

/* Whether the moments have an order before the recording is read. */
static bool are_of_one_kind(const struct moment at[2])
{
	return at[0].kind == at[1].kind;
}

/* Two snapshots of one recording, which may come from a pipe: the earlier one
 * is taken first. */
static int read_one(const struct invocation *invocation, const char *name,
		    const struct moment at[2], struct source sides[2],
		    struct error *error)
{
	CLEANUP(seek_end) struct seek seek = { 0 };
	int early = moment_is_later(&at[0], &at[1]);
	struct source *first = &sides[early], *second = &sides[!early];

	if (!are_of_one_kind(at)) {
		usage_error(error,
			    "--at %s: of one recording, two moments of "
			    "one kind",
			    at->text);
		return error_hint(error, "such as 3,5 or event:1,event:2");
	}
	if (command_seek(invocation, name, &at[early], &seek, second, error))
		return -1;
	/* The later one continues in the same recording. */
	if (command_split_source(second, first, error))
		return -1;
	if (moment_is_later(&at[!early], &at[early]) &&
	    seek_take(&seek, second, &at[!early], invocation->root, error))
		return -1;
	command_note_source(second);
	return 0;
}

static int read_sides(const struct invocation *invocation,
		      struct source sides[2], struct error *error)
{
	char *const *names = invocation->arguments;
	/* Without --at both are MOMENT_NONE, the last. */
	const struct moment *at = invocation->options[OPTION_AT].pair;

	if (invocation->argument_count == 1 && at->kind)
		return read_one(invocation, names[0], at, sides, error);
	if (invocation->argument_count != 2)
		return usage_error(
			error,
			"diff: needs two SOURCEs, or a recording and --at N,M");
	if (strcmp(names[0], "-") == 0 && strcmp(names[1], "-") == 0)
		return usage_error(error, "diff: only one SOURCE can be -");
	if (command_source_at(invocation, names[0], &at[0], &sides[0], error) ||
	    command_check_page(&sides[0], error))
		return -1;
	return command_source_at(invocation, names[1], &at[1], &sides[1],
				 error);
}

static void free_sides(struct source (*sides)[2])
{
	source_free(&(*sides)[0]);
	source_free(&(*sides)[1]);
}

static void free_diff(struct page_diff *c)
{
	free(c->verifier);
}

static int run_diff(const struct invocation *invocation, struct error *error)
{
	CLEANUP(free_sides) struct source sides[2] = { 0 };
	CLEANUP(free_diff) struct page_diff c = { 0 };

	if (read_sides(invocation, sides, error) ||
	    command_check_page(&sides[0], error) ||
	    command_check_page(&sides[1], error))
		return -1;
	compare_pages(&sides[0], &sides[1], &c);
	if (judge_pair(&c, invocation->root, error))
		return -1;
	sandbox_end_reading();
	return command_answer(invocation, &c, error);
}

static const struct format diff_formats[] = {
	{ .name = "text", .write = write_diff_text, .begins = is_difference },
	{ .name = NULL },
};

static const struct command_option diff_options[] = {
	{ .id = OPTION_AT,
	  .type.kind = VALUE_PAIR,
	  .type.help =
		  "N,M: snapshot N of A and M of B, or both of one recording" },
	{ .id = OPTION_LIVE },
	{ .id = OPTION_PHYS },
	{ .id = OPTION_OFFSET },
	{ .id = OPTION_SCAN },
	{ .id = OPTIONS_END },
};

COMMAND(diff, write_diff_json, .arguments = "A B | RECORDING --at N,M",
	.summary = "Show where two pages differ, and which event that is",
	.details =
		"Exit status 0: no difference, 1: they differ. --at N,M takes snapshot N of\n"
		"recording A and M of B, or both of one recording. With --live both are raw\n"
		"pages in files that other processes may update.\n",
	.options = diff_options, .formats = diff_formats, .most_arguments = 2,
	.only_reads = true, .run = run_diff);
