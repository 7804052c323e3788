/* SPDX-License-Identifier: BSD-2-Clause */
/* explain: a rule, what it checks and how to fix it. */
#include "base/schema.h"
#include "view/json_verify.h"
#include "view/json.h"
#include "view/text.h"
#include "io/sandbox.h"
#include "command.h"

static void print_part(FILE *stream, const char *name, const char *text)
{
	if (!*text)
		return;
	fprintf(stream, "%-8s ", name);
	text_wrap(stream, 9, 9, text);
}

static void print_rule(FILE *stream, const struct rule *rule)
{
	char needs[120] = "";
	size_t used = 0;

	for (int i = 0; i < NEED_COUNT; i++) {
		if (rule->needs >> i & 1)
			used += (size_t)snprintf(
				needs + used, sizeof(needs) - used, "%s%s",
				used ? ", " : "", need_names[i]);
	}
	fprintf(stream, "%s\n", rule->id);
	print_part(stream, "holds", rule->title);
	print_part(stream, "level", level_names[rule->level]);
	print_part(stream, "clause", rule->clause);
	print_part(stream, "needs", needs);
	if (rule->row >= 0)
		print_part(stream, "field",
			   layouts[LAYOUT_VMCLOCK_1].fields[rule->row].name);
	print_part(stream, "checks", rule->breaks);
	print_part(stream, "why", rule->why);
	print_part(stream, "fix", rule->hint);
}

static int write_explain_text(struct output *output, void *answer,
			      struct error *error)
{
	const struct rule *const *rule = answer;

	(void)error;
	print_rule(output->stream, *rule);
	return EXIT_YES;
}

static int write_explain_json(struct output *output, void *answer,
			      struct error *error)
{
	const struct rule *const *rule = answer;

	return json_write(output->stream,
			  json_pack("{s:s, s:i, s:o}", "schema",
				    SCHEMA_PREFIX "explain", "schema_version",
				    SCHEMA_VERSION, "rule", json_rule(*rule)),
			  error);
}

/* The text begins with the rule's id. */
static bool is_rule(const char *line)
{
	return rule_find(line) >= 0;
}

static int run_explain(const struct invocation *invocation, struct error *error)
{
	const char *id = invocation->arguments[0];
	const struct rule *rule;
	int row;

	sandbox_end_reading();
	if (!invocation->argument_count) {
		usage_error(error, "explain: needs a rule ID");
		return error_hint(error, "see vmclockctl list rules");
	}
	row = rule_find(id);
	if (row < 0)
		return unknown_rule("", id, error);
	rule = &rules[row];
	return command_answer(invocation, &rule, error);
}

static const struct format explain_formats[] = {
	{ .name = "text", .write = write_explain_text, .begins = is_rule },
	{ .name = NULL },
};

COMMAND(explain, write_explain_json, .arguments = "ID",
	.summary = "Explain a rule: what it checks, why, how to fix it",
	.details = "vmclockctl list rules prints the ids.\n",
	.formats = explain_formats, .most_arguments = 1, .only_reads = true,
	.run = run_explain);
