/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of commands. */
#include "command.h"

const struct command commands[] = {
	{
		.name = "show",
		.arguments = "[SOURCE]",
		.summary = "Show a page field by field, and the time it tells",
		.details =
			"Every field with its offset, raw value and meaning; the reference time, and with\n"
			"a counter the time now and its bounds. A value that the page does not vouch for\n"
			"is shown as -; -F, --hex and --json give the raw values of all.\n",
		.takes = TAKES(OPTION_FIELDS) | TAKES(OPTION_HEX) |
			 TAKES(OPTION_COUNTER) | TAKES(OPTION_FORMAT) |
			 TAKES(OPTION_LIVE) | TAKES(OPTION_AT),
		.formats = (const char *const[]){ "text", "openmetrics", "json",
						  NULL },
		.most_arguments = 1,
		.run = cmd_show,
	},
	{
		.name = "verify",
		.arguments = "[SOURCE...]",
		.summary =
			"Judge a page or a recording by the conformance rules",
		.details =
			"What is broken, with the clause and how to mend it; then the counts and the\n"
			"verdict. Of a recording every page is judged, and what happens between them; a\n"
			"live page is looked at for 2 s. Exit status 0: conformant, 1: not conformant.\n",
		.takes = TAKES(OPTION_ONLY) | TAKES(OPTION_SKIP) |
			 TAKES(OPTION_EXPECT) | TAKES(OPTION_WERROR) |
			 TAKES(OPTION_QUIET) | TAKES(OPTION_VERBOSE) |
			 TAKES(OPTION_FORMAT) | TAKES(OPTION_LIVE) |
			 TAKES(OPTION_DURATION) | TAKES(OPTION_SAMPLES) |
			 TAKES(OPTION_LEAP_FILE),
		.formats = (const char *const[]){ "text", "tap", "junit",
						  "json", NULL },
		.helps =
			(const struct option_help[]){
				{ OPTION_DURATION,
				  "look at a live page for T (2s unless given)" },
				{ 0, NULL },
			},
		.most_arguments = 100000,
		.run = cmd_verify,
	},
	{
		.name = "watch",
		.arguments = "[SOURCE]",
		.summary = "Tell each event of a live page, or of a recording",
		.details =
			"One line an event: the time, the kind, what changed, and with a disruption the\n"
			"step in time and frequency that the two pages imply. CMD gets the event as JSON\n"
			"on stdin and in VMCLOCK_EVENT, VMCLOCK_DEVICE, VMCLOCK_MARKER_OLD,\n"
			"VMCLOCK_MARKER_NEW, VMCLOCK_GENERATION_OLD and VMCLOCK_GENERATION_NEW; one runs\n"
			"at a time, and none is left out.\n",
		.takes = TAKES(OPTION_LIVE) | TAKES(OPTION_COUNT) |
			 TAKES(OPTION_INTERVAL) | TAKES(OPTION_ALL) |
			 TAKES(OPTION_UNTIL) | TAKES(OPTION_TIMEOUT) |
			 TAKES(OPTION_EXEC),
		.helps =
			(const struct option_help[]){
				{ OPTION_COUNT, "end after N events" },
				{ OPTION_OUTPUT,
				  "write each line to FILE as it comes" },
				{ 0, NULL },
			},
		.most_arguments = 1,
		.run = cmd_watch,
	},
	{
		.name = "record",
		.arguments = "[SOURCE]",
		.summary = "Record the snapshots of a live page as JSON Lines",
		.details =
			"Each change of the page is a line, written at once. It ends with -n snapshots,\n"
			"after --duration, or by SIGINT or SIGTERM. -o FILE grows under its name, so that\n"
			"it is readable whatever happens, and replaces nothing but a recording. A\n"
			"recording is a SOURCE.\n",
		.takes = TAKES(OPTION_LIVE) | TAKES(OPTION_DURATION) |
			 TAKES(OPTION_COUNT) | TAKES(OPTION_INTERVAL) |
			 TAKES(OPTION_ALL),
		.helps =
			(const struct option_help[]){
				{ OPTION_COUNT, "end after N snapshots" },
				{ OPTION_ALL,
				  "updates too that change nothing but seq_count" },
				{ OPTION_OUTPUT,
				  "write each line to FILE as it comes" },
				{ 0, NULL },
			},
		.most_arguments = 1,
		.run = cmd_record,
	},
	{
		.name = "dump",
		.arguments = "[SOURCE]",
		.summary = "Write the page as a fixture, or a bug report",
		.details =
			"The bytes as they are, as hexdump -C shows them, or the bug report in JSON, with\n"
			"the rules that the page breaks and what can be seen of the machine. Each is a\n"
			"SOURCE again.\n",
		.takes = TAKES(OPTION_FORMAT) | TAKES(OPTION_REDACT) |
			 TAKES(OPTION_LIVE) | TAKES(OPTION_AT),
		.formats = (const char *const[]){ "raw", "hex", "json", NULL },
		.most_arguments = 1,
		.run = cmd_dump,
	},
	{
		.name = "encode",
		.arguments = "[SOURCE] [FIELD=VALUE...]",
		.summary = "Make a page from fields, or from the JSON of show",
		.details =
			"Starts from SOURCE (or --from), from the document on standard input if there are\n"
			"no arguments, else from a page of 4096 bytes with a header and no clock.\n"
			"VALUE is a number (decimal or 0x hex), the name of a value, or a comma list of\n"
			"flags; two hex digits a byte for pad. Nothing is checked but type and range, so\n"
			"that broken pages can be made.\n",
		.takes = TAKES(OPTION_FROM) | TAKES(OPTION_LAYOUT) |
			 TAKES(OPTION_LIVE) | TAKES(OPTION_AT),
		.most_arguments = 1000,
		.run = cmd_encode,
	},
	{
		.name = "diff",
		.arguments = "A B | RECORDING --at N,M",
		.summary =
			"Show where two pages differ, and which event that makes",
		.details =
			"Exit status 0: no difference, 1: they differ. --at N,M takes snapshot N of\n"
			"recording A and M of B, or both of one recording. With --live both are raw\n"
			"pages in files, which other processes may keep.\n",
		.takes = TAKES(OPTION_AT) | TAKES(OPTION_LIVE),
		.helps =
			(const struct option_help[]){
				{ OPTION_AT,
				  "N,M: snapshot N of A and M of B, or both of one recording" },
				{ 0, NULL },
			},
		.most_arguments = 2,
		.run = cmd_diff,
	},
	{
		.name = "simulate",
		.arguments = "SCENARIO",
		.summary =
			"Play a device: a live page in a file, or a recording",
		.details =
			"--publish makes a page that other programs can map. It changes under its seqlock\n"
			"until SIGINT, SIGTERM or the end of --duration; after the story it stays calm.\n"
			"--record writes the same story at once, in virtual time, the same bytes for the\n"
			"same --seed everywhere. One of the two is needed. list scenarios tells the\n"
			"scenarios.\n",
		.takes = TAKES(OPTION_PUBLISH) | TAKES(OPTION_RECORD) |
			 TAKES(OPTION_RATE) | TAKES(OPTION_DURATION) |
			 TAKES(OPTION_SEED),
		.most_arguments = 1,
		.run = cmd_simulate,
	},
	{
		.name = "compare",
		.arguments = "[SOURCE]",
		.summary =
			"Compare the machine's clocks with a page that lives",
		.details =
			"The offset (clock minus page) of the PHC that belongs to the page's device, of\n"
			"CLOCK_REALTIME and of CLOCK_TAI. SOURCE lives: a device, a simulation, or with\n"
			"--live a file that another process keeps.\n",
		.takes = TAKES(OPTION_PHC) | TAKES(OPTION_SAMPLES) |
			 TAKES(OPTION_COUNT) | TAKES(OPTION_INTERVAL) |
			 TAKES(OPTION_MAX_OFFSET) | TAKES(OPTION_LIVE),
		.helps =
			(const struct option_help[]){
				{ OPTION_COUNT,
				  "N lines for each clock, then a summary" },
				{ OPTION_INTERVAL,
				  "the time between two lines of a clock, 1s unless given" },
				{ OPTION_SAMPLES,
				  "readings for a line, the best of which counts (1 to 25, 10 unless given)" },
				{ 0, NULL },
			},
		.most_arguments = 1,
		.run = cmd_compare,
	},
	{
		.name = "doctor",
		.arguments = "",
		.summary =
			"Say what the machine offers, and what stands in the way",
		.details =
			"From the firmware's tables to the programs that would use the page: each line is\n"
			"ok, note or problem, and each problem has its next step. Exit status 1 when\n"
			"there is a problem. Best run as root.\n",
		.run = cmd_doctor,
	},
	{
		.name = "list",
		.arguments = "WHAT",
		.summary =
			"List the fields, the rules, the events and other tables",
		.details =
			"WHAT is fields, rules, events, scenarios, commands, options, metrics or\n"
			"enumerations (the sets of words that JSON documents use).\n",
		.words = listing_names,
		.most_arguments = 1,
		.run = cmd_list,
	},
	{
		.name = "explain",
		.arguments = "ID",
		.summary =
			"Explain a rule: what it checks, why, how to mend it",
		.details = "list rules has the ids.\n",
		.most_arguments = 1,
		.run = cmd_explain,
	},
	{ .name = NULL },
};
