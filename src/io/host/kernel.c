/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel of this machine, or of the copy of one, and whether this is a
 * container. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "parts.h"
#include "sysfile.h"

/* 1000 * major + minor; 0 if the text does not begin with a version. */
static unsigned int parse_version(const char *release)
{
	uint64_t major, minor;

	if (number_take(&release, NULL, 10, &major) || *release++ != '.' ||
	    number_take(&release, NULL, 10, &minor) || major > 999 ||
	    minor > 999)
		return 0;
	return (unsigned int)(1000 * major + minor);
}

/* Of any process of a copied machine: its pages are the kernel's. */
static uint64_t parse_page_size(const char *smaps)
{
	static const char name[] = "KernelPageSize:";
	const char *size = strstr(smaps, name);

	return size ? 1024 * strtoull(size + strlen(name), NULL, 10) : 0;
}

/* Whether the root is a layer that a container runtime made. The machine's own
 * mounts have those too, but not as its root. */
static bool has_layered_root(const char *root, struct access_error noted)
{
	static const char *const makers[] = { "/containerd/", "/docker/",
					      "/containers/storage/" };
	cleanup_free char *text =
		sysfile_whole(root, "/proc/self/mountinfo", &noted);
	char *rest = text;

	for (const char *line; rest && (line = strsep(&rest, "\n"));) {
		const char *upper = strstr(line, "upperdir=");

		if (!upper || !strstr(line, " / / "))
			continue;
		for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
			if (strstr(upper, makers[i]))
				return true;
		}
	}
	return false;
}

/* The marks that container runtimes leave, the most specific first. */
static void look_container(const char *root, struct host *host)
{
	static const struct {
		const char *path, *text; /* text: which it contains */
		const char *kind;
	} marks[] = {
		{ "/run/secrets/kubernetes.io", NULL, "Kubernetes" },
		{ "/var/run/secrets/kubernetes.io", NULL, "Kubernetes" },
		{ "/proc/1/cgroup", "kubepods", "Kubernetes" },
		{ "/proc/self/cgroup", "kubepods", "Kubernetes" },
		/* Without a service account nothing else tells a pod. */
		{ "/proc/1/environ", "KUBERNETES_SERVICE_HOST=", "Kubernetes" },
		{ "/.dockerenv", NULL, "docker" },
		{ "/run/.containerenv", NULL, "podman" },
		{ "/dev/.lxc", NULL, "LXC" },
		{ "/run/systemd/container", "lxc", "LXC" },
		{ "/run/systemd/container", "nspawn", "systemd-nspawn" },
		{ "/run/host/container-manager", "nspawn", "systemd-nspawn" },
		{ "/proc/1/environ", "container=lxc", "LXC" },
		{ "/run/systemd/container", NULL, "" },
		{ "/run/host/container-manager", NULL, "" },
		{ "/proc/1/environ", "container=", "" },
		{ "/proc/1/cgroup", "/docker/", "docker" },
		{ "/proc/1/cgroup", "/lxc/", "LXC" },
		{ "/proc/1/cgroup", "/lxc.payload", "LXC" },
	};
	struct access_error *access_error =
		&host->access_errors[AREA_CONTAINER];

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		/* Of other users' processes some is not shown. */
		struct access_error own = *access_error;
		bool found =
			marks[i].text
				? sysfile_mentions(root, marks[i].path,
						   marks[i].text, &own) > 0
				: sysfile_exists(root, marks[i].path, &own);

		if (!marks[i].text)
			*access_error = own;
		if (!found)
			continue;
		host->container = true;
		access_error->errnum = 0;
		snprintf(host->container_kind, sizeof(host->container_kind),
			 "%s", marks[i].kind);
		return;
	}
	host->container = has_layered_root(root, *access_error);
}

void host_look_kernel(const char *root, struct host *host)
{
	struct access_error *access_errors = host->access_errors;
	/* The first mapping has it. */
	char smaps[4096];
	struct utsname name;

	sysfile_line(root, "/proc/sys/kernel/osrelease", host->release,
		     sizeof(host->release), &access_errors[AREA_DRIVER]);
	host->version = parse_version(host->release);
	if (!*root) {
		host->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
		if (uname(&name) == 0)
			snprintf(host->architecture, sizeof(host->architecture),
				 "%.31s", name.machine);
	} else {
		/* The architecture decides which clocksource is right. */
		sysfile_line(root, "/proc/sys/kernel/arch", host->architecture,
			     sizeof(host->architecture),
			     &access_errors[AREA_CLOCKSOURCE]);
		sysfile_text(root, "/proc/self/smaps", smaps, sizeof(smaps),
			     &access_errors[AREA_NODE]);
		host->page_size = parse_page_size(smaps);
	}
	look_container(root, host);
}
