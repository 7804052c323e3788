/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on who may read the page, and the udev rules that say so. */
#include <string.h>

#include "parts.h"

/* The line of the rules that gives the rights, of either device. */
static const char *const rules[] = {
	[UDEV_RULE_PAGE] = UDEV_PAGE,
	[UDEV_RULE_PHC] = UDEV_PHC,
};

static bool has_group(const struct host *host)
{
	return host->has_group_clock || host->has_group_vmclock;
}

void diagnosis_add_udev_rule(struct strbuf *buffer, const struct host *host,
			     enum udev_rule rule)
{
	/* No udev runs in a container, and its nodes are made as the host's
	 * were. */
	if (host->container)
		strbuf_add(buffer,
			   "on the host, and the container made anew then: ");
	if (!has_group(host) || host->container)
		strbuf_add(buffer, UDEV_GROUP "; ");
	strbuf_add(buffer, "the udev rule of " UDEV_FILE ": ");
	strbuf_add(buffer, rules[rule]);
	/* A container's own groups are not the host's. */
	strbuf_add(buffer, host->has_group_clock && !host->container
				   ? "GROUP=\"clock\", MODE=\"0440\""
				   : "GROUP=\"vmclock\", MODE=\"0440\"");
}

void diagnosis_add_group(struct strbuf *buffer, const struct node_look *look)
{
	if (*look->group)
		strbuf_add(buffer, look->group);
	else
		strbuf_decimal(buffer, look->gid);
}

static void diagnose_root_alone(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	buffer = diagnosis_conclude(diagnoses, CONCLUDE_READABLE_BY_ROOT,
				    "only root ");
	/* Owners that a user namespace does not know have one number there. */
	if (host->node_look.mode & 0400 && host->node_look.uid &&
	    !host->asked_in_namespace) {
		strbuf_add(&buffer, "and its owner, user ");
		strbuf_decimal(&buffer, host->node_look.uid);
		strbuf_add(&buffer, ", ");
	}
	strbuf_add(&buffer, "can read the page");
	if (host->node_look.mode & 0040)
		strbuf_add(&buffer, ": the node's group is root");
	else if (host->udev_rule)
		strbuf_add(
			&buffer,
			", though there is a udev rule for it: is it loaded?");
	else
		strbuf_add(&buffer, ": programs of other users often report "
				    "only that it is unsupported");
	buffer = diagnosis_step(diagnoses, "");
	if (!host->udev_rule) {
		diagnosis_add_udev_rule(&buffer, host, UDEV_RULE_PAGE);
		diagnosis_add_access_error(diagnoses, AREA_UDEV, "unprivileged",
					   DIAGNOSIS_NOTE);
		return;
	}
	/* A reload reads again only files that changed, not the groups. */
	if (*host->rule_group && !host->has_rule_group) {
		strbuf_add(&buffer, "groupadd --system ");
		strbuf_add(&buffer, host->rule_group);
		strbuf_add(&buffer, "; systemctl restart systemd-udevd");
	} else {
		strbuf_add(&buffer, "udevadm control --reload");
	}
	strbuf_add(&buffer, "; udevadm trigger --subsystem-match=misc");
}

void diagnose_rights(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (!host->nodes || host->access_errors[AREA_NODE].errnum)
		return;
	/* The mode is not that of a device which could be read by it. */
	if (host->node_look.observed == OBSERVED_DIRECTORY ||
	    host->node_look.file || host->node_look.other_number)
		return;
	if (host->node_look.mode & 0004) {
		diagnosis_conclude(diagnoses, CONCLUDE_READABLE_BY_ALL,
				   "every user can read the page");
	} else if (host->node_look.mode & 0040 && host->node_look.gid) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_READABLE_BY_GROUP, "group ");
		diagnosis_add_group(&buffer, &host->node_look);
		strbuf_add(&buffer, " can read the page");
	} else {
		diagnose_root_alone(diagnoses);
	}
}
