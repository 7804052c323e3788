/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds the list of what the doctor found. */
#include "diagnosis.h"

#include <string.h>

const char *const diagnosis_level_names[DIAGNOSIS_LEVEL_COUNT] = {
	[DIAGNOSIS_OK] = "ok",
	[DIAGNOSIS_NOTE] = "note",
	[DIAGNOSIS_PROBLEM] = "problem",
	[DIAGNOSIS_UNKNOWN] = "unknown",
};

#define OBSERVED_WORD_(id, word, text) [id] = (word),
const char *const observed_words[OBSERVED_COUNT] = { OBSERVATIONS(
	OBSERVED_WORD_) };

#define INFERENCE_ROW_(id, name, topic, level, seen)                           \
	[CONCLUDE_##id] = { name, topic, DIAGNOSIS_##level, seen },
static const struct inference_row {
	const char *name, *topic;
	enum diagnosis_level level;
	unsigned int seen; /* bits of enum area */
} inference_rows[INFERENCE_COUNT] = { INFERENCES(INFERENCE_ROW_) };

struct strbuf diagnosis_conclude(struct diagnosis_list *diagnoses,
				 enum inference conclusion, const char *text)
{
	const struct inference_row *row = &inference_rows[conclusion];
	struct diagnosis *d = &diagnoses->list[diagnoses->count];
	struct strbuf buffer;

	/* The table has room for every line. */
	if (diagnoses->count < DIAGNOSES_MAX - 1)
		diagnoses->count++;
	d->level = (enum diagnosis_level)row->level;
	d->id = row->name;
	d->topic = row->topic;
	d->seen = row->seen;
	d->step[0] = '\0';
	buffer = strbuf_start(d->text, sizeof(d->text));
	strbuf_add(&buffer, text);
	return buffer;
}

struct strbuf diagnosis_conclude_path(struct diagnosis_list *diagnoses,
				      enum inference conclusion,
				      const char *path)
{
	struct strbuf buffer = diagnosis_conclude(diagnoses, conclusion, "");

	strbuf_path(&buffer, path, DIAGNOSIS_PATH_MAX);
	return buffer;
}

struct strbuf diagnosis_step(struct diagnosis_list *diagnoses, const char *text)
{
	struct diagnosis *d = &diagnoses->list[diagnoses->count - 1];
	struct strbuf buffer = strbuf_start(d->step, sizeof(d->step));

	strbuf_add(&buffer, text);
	return buffer;
}

/* A refusal has another next step than a fault, and than what is there instead
 * of a file. */
static const char *next_step(const struct host *host, enum area area)
{
	const struct access_error *access_error = &host->access_errors[area];

	if (access_is_denied(access_error->errnum)) {
		if (host->asked_in_namespace)
			return "run it as root outside of this user namespace";
		return host->asked_by_root
			       ? "root is refused it as well: a container, a security module or lockdown; run it outside"
			       : "run it as root, which can see the most";
	}
	switch (access_error->observed) {
	case OBSERVED_TOO_LONG:
		return "see with ls -l what is there; so much is not read";
	case OBSERVED_DANGLING:
	case OBSERVED_DIRECTORY:
	case OBSERVED_FIFO:
	case OBSERVED_SOCKET:
	case OBSERVED_DEVICE:
	case OBSERVED_LOOP:
		if (area == AREA_NODE)
			return "see with ls -l what is there; it has to be the character device that the kernel made";
		return "see what is there with ls -l; what is no regular file is not read";
	default:
		return "run it again; if it persists, dmesg may show why";
	}
}

bool diagnosis_add_access_error(struct diagnosis_list *diagnoses,
				enum area area, const char *topic,
				enum diagnosis_level level)
{
	const struct access_error *access_error =
		&diagnoses->host->access_errors[area];
	struct strbuf buffer;
	struct diagnosis *d;

	if (!access_error->errnum)
		return false;
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_UNEXAMINED,
				    "could not be examined: ");
	strbuf_add(&buffer, access_error->what);
	d = &diagnoses->list[diagnoses->count - 1];
	d->level = level;
	d->topic = topic;
	d->seen = SEEN(area);
	diagnosis_step(diagnoses, next_step(diagnoses->host, area));
	return true;
}

uint64_t diagnosis_field(const struct host *host, int row)
{
	const struct page *page = &host->reading.page;

	if (!host->has_page || page->layout->draft || !page_has(page, row))
		return 0;
	return page->value[row];
}
