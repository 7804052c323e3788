/* SPDX-License-Identifier: BSD-2-Clause */
/* explain: a rule, what it checks and how to mend it. */
#include "base/schema.h"
#include "view/json_verify.h"
#include "view/json.h"
#include "view/text.h"
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
	print_part(stream, "mend", rule->hint);
}

int cmd_explain(const struct invocation *invocation, struct error *error)
{
	struct output output;
	const char *id;
	json_t *document;
	int rule;

	if (!invocation->argument_count) {
		usage_error(error, "explain: which rule?");
		return error_hint(error, "see vmclockctl list rules");
	}
	id = invocation->arguments[0];
	rule = rule_find(id);
	if (rule < 0)
		return unknown_rule("", id, error);
	if (output_open(&output, invocation->value[OPTION_OUTPUT], error))
		return -1;
	if (!invocation->json) {
		print_rule(output.stream, &rules[rule]);
		return command_finish(&output, EXIT_YES, error);
	}
	document = json_pack("{s:s, s:i, s:o}", "schema",
			     SCHEMA_PREFIX "explain", "schema_version",
			     SCHEMA_VERSION, "rule", json_rule(&rules[rule]));
	if (json_write(output.stream, document, error)) {
		output_discard(&output);
		return -1;
	}
	return command_finish(&output, EXIT_YES, error);
}
