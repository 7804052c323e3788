/* SPDX-License-Identifier: BSD-2-Clause */
/* Redacts a page by a key, and a bug report by what identifies the machine. */
#include "redact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/scrub.h"
#include "io/host/identity.h"
#include "io/host/sysfile.h"
#include "io/character_device.h"
#include "io/readonly.h"
#include "io/source/document.h"
#include "page/device_names.h"
#include "page/redact.h"
#include "view/json.h"
#include "view/json_dump.h"

#define KEY_FILE_MAX 4096
#define BOOT_MAX     64

bool is_redacting(const struct invocation *invocation)
{
	return option_given(invocation, OPTION_REDACT) ||
	       option_given(invocation, OPTION_REDACT_KEY);
}

bool is_of_this_machine(const struct source *source)
{
	return source->kind != SOURCE_FILE && source->kind != SOURCE_STDIN;
}

/* The bytes of the file, of any kind that they are. */
static void derive_key(const void *bytes, size_t length,
		       struct siphash_key *key)
{
	static const struct siphash_key halves[] = { { { 0 } }, { { 1 } } };

	for (unsigned int i = 0; i < 2; i++)
		store_le(key->bytes + 8 * i, 8,
			 siphash(&halves[i], bytes, length));
}

static int read_key(const char *path, struct siphash_key *key,
		    struct error *error)
{
	struct character_device device;
	cleanup_close int fd = -1;
	uint8_t bytes[KEY_FILE_MAX + 1];
	struct stat status;
	ssize_t length;

	if (character_device_at(path, &device))
		return error_set(error, ERROR_OPEN, 0, "%s: not a file", path);
	fd = open_readonly(path);
	if (fd < 0 || fstat(fd, &status) != 0)
		return error_set(error, ERROR_OPEN, errno, "%s: cannot open",
				 path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, ERROR_OPEN, 0, "%s: not a file", path);
	length = read_all(fd, bytes, sizeof(bytes));
	if (length < 0)
		return error_set(error, ERROR_READ, errno, "%s: cannot read",
				 path);
	if (length < SIPHASH_KEY_SIZE || length > KEY_FILE_MAX) {
		error_set(error, ERROR_OPEN, 0,
			  "%s: no key: it has to have %d to %d bytes", path,
			  SIPHASH_KEY_SIZE, KEY_FILE_MAX);
		return error_hint(
			error,
			"head -c 32 /dev/urandom >FILE makes one; keep it secret");
	}
	derive_key(bytes, (size_t)length, key);
	return 0;
}

static int make_key(const struct invocation *invocation,
		    struct siphash_key *key, struct error *error)
{
	const char *path = option_text(invocation, OPTION_REDACT_KEY);

	if (path)
		return read_key(path, key, error);
	if (getrandom(key->bytes, sizeof(key->bytes), 0) ==
	    (ssize_t)sizeof(key->bytes))
		return 0;
	return error_set(error, ERROR_READ, errno, "no random key");
}

static void read_boot(const struct invocation *invocation,
		      const struct source *source, char boot[static BOOT_MAX])
{
	*boot = '\0';
	if (is_of_this_machine(source))
		sysfile_line(invocation->root,
			     "/proc/sys/kernel/random/boot_id", boot, BOOT_MAX,
			     NULL);
}

int redact_source(const struct invocation *invocation, struct source *source,
		  struct error *error)
{
	struct siphash_key key;
	char boot[BOOT_MAX];

	if (make_key(invocation, &key, error))
		return -1;
	read_boot(invocation, source, boot);
	redact_page(source->bytes, source->length, &key, boot,
		    source->has_counter ? &source->counter : NULL);
	return 0;
}

int redaction_start(const struct invocation *invocation,
		    const struct source *source, struct redaction *redaction,
		    struct error *error)
{
	char boot[BOOT_MAX];

	*redaction = (struct redaction){ .on = is_redacting(invocation) };
	if (!redaction->on)
		return 0;
	if (make_key(invocation, &redaction->key, error))
		return -1;
	redaction->page = new_zeros(PAGE_READ_MAX, "--redact", error);
	if (!redaction->page)
		return -1;
	read_boot(invocation, source, boot);
	redaction->shift = redact_shift(&redaction->key, 0, boot);
	return 0;
}

void redaction_end(struct redaction *redaction)
{
	free(redaction->page);
}

void redact_snapshot(struct redaction *redaction, struct snapshot *snapshot)
{
	if (!redaction->on)
		return;
	if (snapshot->kind == SNAPSHOT_PAGE) {
		memcpy(redaction->page, snapshot->bytes, snapshot->length);
		redact_page_by(redaction->page, snapshot->length,
			       &redaction->key, redaction->shift);
		snapshot->bytes = redaction->page;
	}
	snapshot->counter += redaction->shift;
	snapshot->counter_last += redaction->shift;
	if (!snapshot->has_clocks)
		return;
	/* It says how long the machine has been up. */
	if (!redaction->has_raw)
		redaction->raw = snapshot->monotonic_raw;
	redaction->has_raw = true;
	snapshot->monotonic_raw -= redaction->raw;
}

/* A name that says what kind of source it is, and nothing else. */
static bool is_harmless(const char *root, const struct source *source)
{
	static const char node[] = "/dev/" DEVICE_NODE;
	const char *path = source->path;

	if (strncmp(path, root, strlen(root)) == 0)
		path += strlen(root);
	return source->kind == SOURCE_SIM || source->kind == SOURCE_STDIN ||
	       source->kind == SOURCE_MEMORY ||
	       strncmp(path, node, strlen(node)) == 0;
}

/* However the document, or a line of doctor in it, spells the name. */
static int add_name(struct scrub *scrub, const char *name, const char *with)
{
	json_auto_t *spelt = document_name(name);
	json_auto_t *printed = json_ascii(name);

	if (!spelt || !printed ||
	    scrub_add(scrub, json_string_value(spelt), with) ||
	    scrub_add(scrub, json_string_value(printed), with))
		return -1;
	return 0;
}

/* The root is only taken from the front of paths: it may be a single dot. */
static int add_root(struct scrub *scrub, const char *root)
{
	cleanup_free char *before = NULL;

	if (!*root)
		return 0;
	if (asprintf(&before, "%s/", root) < 0) {
		before = NULL;
		return -1;
	}
	return add_name(scrub, before, "/");
}

static int gather_names(const struct invocation *invocation,
			const struct source *source, struct scrub *scrub)
{
	bool harmless = is_harmless(invocation->root, source);

	return add_root(scrub, invocation->root) ||
			       (!harmless &&
				add_name(scrub, source->path, "PAGE")) ||
			       (is_of_this_machine(source) &&
				identity_add(invocation->root, scrub))
		       ? -1
		       : 0;
}

int redact_document(const struct invocation *invocation,
		    const struct source *source, json_t *document)
{
	static const char *const members[] = {
		"source", "machine", "device", "phcs", "comparison", "doctor",
	};
	CLEANUP(scrub_free) struct scrub scrub = { 0 };
	json_t *own = json_object_get(document, "source");

	if (gather_names(invocation, source, &scrub))
		return -1;
	/* The shortest path too, which is a part of other texts. */
	if (!is_harmless(invocation->root, source) &&
	    json_object_set_new(own, "path", json_string("PAGE")))
		return -1;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (json_scrub(json_object_get(document, members[i]), &scrub))
			return -1;
	}
	return 0;
}
