/* SPDX-License-Identifier: BSD-2-Clause */
/* --offset, --phys and --scan: which page of memory is meant. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "io/host/host.h"
#include "command.h"

static const enum option_id place_ids[] = {
	[PLACE_OFFSET] = OPTION_OFFSET,
	[PLACE_PHYS] = OPTION_PHYS,
	[PLACE_SCAN] = OPTION_SCAN,
};

#define PLACE_COUNT (sizeof(place_ids) / sizeof(*place_ids))

struct place_asked command_place(const struct invocation *invocation)
{
	for (size_t i = PLACE_NONE + 1; i < PLACE_COUNT; i++) {
		if (option_given(invocation, place_ids[i]))
			return (struct place_asked){
				(enum place_kind)i,
				option_number(invocation, place_ids[i]),
			};
	}
	return (struct place_asked){ .kind = PLACE_NONE };
}

void command_note_places(const struct source *source)
{
	for (size_t i = 0; i < source->place_count; i++) {
		const struct memory_place *place = &source->places[i];

		fprintf(stderr, "  offset 0x%" PRIx64, place->offset);
		if (place->has_address)
			fprintf(stderr, ", address 0x%" PRIx64, place->address);
		fprintf(stderr,
			", marker 0x%" PRIx64 ", seq_count %" PRIu32 "\n",
			place->marker, place->seq_count);
	}
	if (source->place_count == MEMORY_PLACES_MAX)
		fputs("  and more\n", stderr);
}

/* One of them, and nothing beside it that names a page in another way. */
static int check_place(const struct invocation *invocation,
		       struct place_asked place, struct error *error)
{
	static const enum option_id others[] = { OPTION_OFFSET, OPTION_PHYS,
						 OPTION_SCAN, OPTION_LIVE,
						 OPTION_AT };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (others[i] != place_ids[place.kind] &&
		    option_given(invocation, others[i]))
			return usage_error(error,
					   "%s: cannot be combined with --%s",
					   place_options[place.kind],
					   option_rows[others[i]].name);
	}
	return 0;
}

/* The SOURCE that was not named. */
static void name_memory(struct invocation *invocation, uint64_t address)
{
	snprintf(invocation->memory, sizeof(invocation->memory),
		 MEMORY_PREFIX "0x%" PRIx64, address);
	invocation->own_arguments[0] = invocation->memory;
	invocation->arguments = invocation->own_arguments;
	invocation->argument_count = 1;
	/* Not a place in it. */
	invocation->options[OPTION_PHYS].given = false;
}

static void note_memory(const char *text)
{
	fputs("vmclockctl: note: ", stderr);
	fputs(text, stderr);
	fputc('\n', stderr);
}

/* On arm64 the page is device memory to the guest, while the host has it as
 * ordinary memory. */
static void note_machine(const struct invocation *invocation)
{
#ifdef __aarch64__
	for (int i = 0; i < invocation->argument_count; i++) {
		if (!source_is_memory(invocation->arguments[i]))
			continue;
		note_memory("a host whose CPU lacks FEAT_S2FWB can show an old "
			    "or mixed page through /dev/mem");
		return;
	}
#else
	(void)invocation;
#endif
}

/* Which of several is meant, nobody said. */
static int refuse_several(const struct invocation *invocation,
			  const struct host *host, struct error *error)
{
	error_set(error, ERROR_NO_DEVICE, 0,
		  "%s/dev: no node of %u VMClock devices", invocation->root,
		  host->devices);
	return error_hint(
		error, "--phys ADDRESS reads the page of one through /dev/mem; "
		       "as root vmclockctl doctor prints the addresses");
}

/* The first PTP clock that the driver made, or NULL. */
static const struct phc *find_phc(const struct host *host)
{
	for (int i = 0; i < host->phc_count; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK)
			return &host->phcs[i];
	}
	return NULL;
}

/* Why there is no node, as far as that is known. */
static const char *find_why(const struct host *host)
{
	switch (host->driver) {
	case DRIVER_BOUND:
		if (host->misc)
			return ": the kernel has it, and /dev lacks the node";
		return host->access_errors[AREA_NODE].errnum || !host->page_size
			       ? ""
			       : ": its region does not reach the kernel's page size";
	case DRIVER_NOT_BOUND:
		return ": ptp_vmclock did not take it";
	case DRIVER_NOT_LOADED:
		return ": ptp_vmclock is not loaded";
	case DRIVER_ABSENT:
		return ": this kernel has no ptp_vmclock";
	default:
		return "";
	}
}

int command_name_nodeless(const char *root, struct error *error)
{
	struct error none;
	cleanup_free struct host *host =
		new_zeros(sizeof(*host), "device", &none);
	char hint[sizeof(error->hint)];
	const struct phc *phc;
	const char *name;

	if (!host)
		return -1;
	host_look_region(root, host);
	host_look_made(root, host);
	phc = find_phc(host);
	name = host->bound_count ? host->bound[0] : host->found[0].name;
	if (!*name)
		return -1;
	snprintf(hint, sizeof(hint), "%s", error->hint);
	error_set(error, ERROR_NO_DEVICE, 0,
		  "%s/dev: device %s has no /dev/vmclockN%s%s%s", root, name,
		  find_why(host), phc ? "; its PTP clock is " : "",
		  phc ? phc->path + strlen(phc->root) : "");
	return error_hint(error, "%s", hint);
}

/* Where the firmware has the region of a device without a node. Only on x86-64
 * is it taken unasked: elsewhere memory types may differ. */
static int find_region(struct invocation *invocation, struct error *error)
{
	cleanup_free struct host *host =
		new_zeros(sizeof(*host), "region", error);
	const struct firmware_device *device;
	char text[160];

	if (!host)
		return -1;
	host_look_region(invocation->root, host);
	if (option_given(invocation, OPTION_LIVE) || !host->devices ||
	    !host->devmem || !host_takes_memory(host))
		return 0;
	if (host->devices > 1)
		return refuse_several(invocation, host, error);
	if (host->found[0].region == REGION_HIDDEN) {
		error_set(error, ERROR_NO_DEVICE, 0,
			  "%s/dev: no node of the VMClock device %s",
			  invocation->root, host->found[0].name);
		return error_hint(
			error,
			"as root its page is read through /dev/mem; vmclockctl doctor "
			"reports why there is no node");
	}
	device = host_memory_device(host);
	if (!device || place_fault(device->region_start))
		return 0;
	name_memory(invocation, device->region_start);
	snprintf(
		text, sizeof(text),
		"no /dev/vmclockN; reading the region of %s, %s, through /dev/mem",
		device->name, invocation->memory);
	note_memory(text);
	return 0;
}

int command_settle_place(struct invocation *invocation, struct error *error)
{
	const struct command *command = invocation->command;
	struct place_asked place = command_place(invocation);

	if (place.kind && check_place(invocation, place, error))
		return -1;
	if (place.kind && invocation->argument_count &&
	    !command_takes(command, OPTION_OFFSET))
		return usage_error(
			error,
			"%s: %s takes it without a SOURCE, for a memory image does not change",
			place_options[place.kind], command->name);
	if (command->own_page && !invocation->argument_count &&
	    place.kind == PLACE_PHYS)
		name_memory(invocation, place.at);
	note_machine(invocation);
	if (!command->own_page || invocation->argument_count)
		return 0;
	if (place.kind)
		return usage_error(error,
				   "%s: needs a memory image as the SOURCE",
				   place_options[place.kind]);
	if (source_count_devices(invocation->root))
		return 0;
	return find_region(invocation, error);
}
