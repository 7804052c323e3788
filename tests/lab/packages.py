# SPDX-License-Identifier: BSD-2-Clause
"""The packages of the lab: found and fetched by apt, never installed.

apt runs with a state of its own (sources, lists, cache), so that nothing of
the machine's changes. The archive's address is that of the machine's own
sources. Versions are resolved at each fetch, since they vanish from the
archive.
"""

import json
import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
KERNEL_SUITE = "trixie-backports"
# After this many seconds the archive is asked again for newer versions.
FRESH = 24 * 3600
# What the cache holds; another number makes an old one be fetched anew.
FORM = 4
INSTALLED = Path("/var/lib/dpkg/status")


class Unavailable(Exception):
    """The lab cannot be had here, with the reason."""


def command(*words, check=True, **options):
    """Runs a program; its standard output."""
    options.setdefault("timeout", 600)
    options.setdefault("stdin", subprocess.DEVNULL)
    try:
        done = subprocess.run([str(word) for word in words], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **options)
    except FileNotFoundError as error:
        raise Unavailable(f"{words[0]}: not found here") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{words[0]}: no end in sight") from error
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-6:]
        raise Unavailable(f"{words[0]}: status {done.returncode}\n"
                          + "\n".join(said))
    return done.stdout


def own_targets():
    """The suites, components and addresses of the machine's own sources."""
    listing = command("apt-get", "indextargets", "--format",
                      "$(IDENTIFIER)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)")
    return [row[1:] for row in (line.split("|") for line in listing.splitlines())
            if row[0] == "Packages"]


def system():
    """Debian's codename here; sid calls itself as the next release."""
    words = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$',
                            Path("/etc/os-release").read_text(), re.M))
    if not shutil.which("apt-get") or not words.get("VERSION_CODENAME"):
        raise Unavailable("no apt-get here: the lab takes QEMU and a kernel "
                          "from Debian's archive")
    codename = words["VERSION_CODENAME"]
    named = {release for release, _, _ in own_targets()}
    return "sid" if codename not in named and "sid" in named else codename


def suites_of(codename, *more):
    """Those of a release, as updates and backports; sid has none."""
    return [codename] if codename == "sid" else [
        codename, *(f"{codename}-{name}" for name in more)]


def archive(codename):
    """The archive's address in the machine's own sources, of either form."""
    found = own_targets()
    for name in (*suites_of(codename, "updates"), "stable", "oldstable"):
        for release, component, uri in found:
            if (release, component) == (name, "main"):
                return uri
    raise Unavailable(f"apt's sources name no archive of {codename}, main")


def fields(row):
    """The fields of a package's row in dpkg's status that stand on one line."""
    return dict(re.findall(r"^([\w-]+): *(.*)$", row, re.M))


def base_system():
    """The rows of dpkg's status that every system has.

    These are the essential packages and all that they depend on. What else is
    installed differs between machines, and part of it would do no good: apt
    takes a package whose dependencies are not met for a broken system.
    """
    architectures = ("all", command("dpkg", "--print-architecture").strip())
    rows, names = {}, {}
    for row in INSTALLED.read_text().split("\n\n"):
        package = fields(row)
        if (package.get("Status", "").endswith(" installed")
                and package["Architecture"] in architectures):
            rows[package["Package"]] = row
            for name in [package["Package"], *re.findall(
                    r"(?:^|, )([\w.+-]+)", package.get("Provides", ""))]:
                names.setdefault(name, []).append(package["Package"])
    taken, rest = set(), [name for name, row in rows.items()
                          if fields(row).get("Essential") == "yes"]
    while rest:
        name = rest.pop()
        if name in taken:
            continue
        taken.add(name)
        package = fields(rows[name])
        for field in ("Pre-Depends", "Depends"):
            for other in re.findall(r"(?:^|[,|] *)([\w.+-]+)",
                                    package.get(field, "")):
                rest += names.get(other, [])
    return "\n\n".join(rows[name] for name in sorted(taken)) + "\n"


class Apt:
    """apt with a state of its own, that sees the given suites only.

    It takes the base system for installed, and nothing else: what it fetches
    for this machine's architecture does not depend on what the machine has.
    """

    def __init__(self, place, uri, suites, architecture=None, types="deb"):
        architecture = architecture or command(
            "dpkg", "--print-architecture").strip()
        self.place = place
        for part in ("parts", "lists/partial", "cache/archives/partial"):
            (place / part).mkdir(parents=True, exist_ok=True)
        source = (f"Types: {types}\nURIs: {uri}\nSuites: {' '.join(suites)}\n"
                  "Components: main\n")
        if KEYRING.exists():
            source += f"Signed-By: {KEYRING}\n"
        (place / "parts" / "lab.sources").write_text(source)
        (place / "status").write_text(base_system())
        options = {
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": place / "parts",
            # The machine's preferences are about its own sources.
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::lists": place / "lists",
            "Dir::State::status": place / "status",
            "Dir::Cache": place / "cache",
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "30",
            "Debug::NoLocking": "1",
        }
        if os.geteuid() == 0:
            options["APT::Sandbox::User"] = "root"
        self.options = [word for name, value in options.items()
                        for word in ("-o", f"{name}={value}")]

    def get(self, *words, **options):
        return command("apt-get", "-q", *self.options, *words, **options)

    def update(self):
        self.get("-o", "APT::Update::Error-Mode=any", "update")

    def field(self, package, name):
        text = command("apt-cache", *self.options, "show", "--no-all-versions",
                       package)
        found = re.search(rf"^{name}: (.*)$", text, re.M)
        return found.group(1) if found else ""

    def names(self, pattern):
        text = command("apt-cache", *self.options, "pkgnames")
        return [name for name in text.split() if re.fullmatch(pattern, name)]

    def download(self, *packages):
        """The .deb files of the packages, without what they depend on."""
        place = self.place / "cache" / "archives"
        empty(place)
        self.get("download", *packages, cwd=place)
        return sorted(place.glob("*.deb"))

    def download_with_dependencies(self, *packages):
        """The packages and what they need beside the base system."""
        place = self.place / "cache" / "archives"
        empty(place)
        self.get("install", "-y", "--download-only", "--no-install-recommends",
                 *packages)
        return sorted(place.glob("*.deb"))


def empty(place):
    shutil.rmtree(place, ignore_errors=True)
    (place / "partial").mkdir(parents=True)


def unpack(deb, wanted, take):
    """Calls take(name, bytes) for each file of the package that fits."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                          stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                if member.isfile() and re.search(wanted, name):
                    take(name, tar.extractfile(member).read())
    if process.returncode:
        raise Unavailable(f"dpkg-deb: cannot unpack {deb}")


def unpack_root(apt, root, words, skipped):
    """Packages and all that they need, as a system to change the root to.

    Nothing is taken for installed, and none of their own scripts is run.
    """
    (apt.place / "status").write_text("")
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for deb in apt.download_with_dependencies(*words):
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                              stdout=subprocess.PIPE) as packed:
            command("tar", "-x", "-C", root, "--keep-directory-symlink",
                    f"--exclude={skipped}", stdin=packed.stdout)
    for name in ("etc", "sys", "dev", "run", "proc", "tmp"):
        (root / name).mkdir(exist_ok=True)


def unpack_system(place, suite, packages, skipped="./usr/share/*"):
    """Packages of one suite, in place/suite."""
    apt = Apt(place / "apt", archive(system()), [suite])
    apt.update()
    root = place / f"{suite}.part"
    unpack_root(apt, root, packages, skipped)
    shutil.rmtree(apt.place)
    shutil.rmtree(place / suite, ignore_errors=True)
    root.rename(place / suite)


def kernel_packages(apt, image, more):
    """A kernel, and more, lies in its image or in what the image names."""
    packages, rest = [], [image]
    while rest:
        package = rest.pop()
        if not apt.field(package, "Version"):
            continue
        packages.append(package)
        rest += [name for name in re.findall(
            rf"\b(linux-(?:image|binary|{more})-[^\s,|(]+)",
            apt.field(package, "Depends")) if name not in packages + rest]
    return packages


def take_kernel(apt, image):
    """The vmlinuz, config and release of a kernel with the driver built in."""
    found = {}

    def take(name, content):
        if "/vmlinuz" in name:
            found["vmlinuz"] = content
        else:
            found["config"] = content
            found["release"] = re.search(
                r"(?:modules/|config-)([^/]+)", name).group(1)

    for deb in apt.download(*kernel_packages(apt, image, "base")):
        unpack(deb, r"/vmlinuz[^/]*$|modules/[^/]+/config$|boot/config-", take)
    if "vmlinuz" not in found or not re.search(
            rb"^CONFIG_PTP_1588_CLOCK_VMCLOCK=y$", found.get("config", b""),
            re.M):
        raise Unavailable(f"{image}: no kernel with ptp_vmclock built in")
    return found


def numbers(name):
    """A key that sorts names by the version in them."""
    return [int(digits) for digits in re.findall(r"\d+", name)]


def run_from(root, program):
    """What starts a program of unpacked packages, and its environment."""
    libraries = [root / "usr/lib/x86_64-linux-gnu",
                 root / "lib/x86_64-linux-gnu"]
    environment = dict(os.environ, LD_LIBRARY_PATH=":".join(
        str(path) for path in libraries))
    words = [root / "usr/bin" / program]
    if program.startswith("qemu-system"):
        words += ["-L", root / "usr/share/qemu", "-L",
                  root / "usr/share/seabios"]
    return [str(word) for word in words], environment


class Packages:
    """What is in the cache, as paths."""

    # The architecture of the guests, by Debian's name.
    architecture = "amd64"
    # What is unpacked in root.
    unpacked = ("qemu-system-x86", "qemu-utils")

    def __init__(self, place):
        self.place = place
        self.record = place / "fetched.json"
        self.found = {}

    @property
    def root(self):
        return self.place / "qemu"

    @property
    def busybox(self):
        return self.place / "busybox"

    @property
    def header(self):
        """A directory with linux/vmclock-abi.h alone."""
        return self.place / "include"

    def kernels(self):
        """Pairs of release and directory, the newest first."""
        return [(release, self.place / "kernels" / release)
                for release in self.found["kernels"]]

    def places(self):
        """The directories of all kernels."""
        return [self.place / "kernels" / release
                for release in (*self.found["kernels"], self.found["own"])]

    def own_kernel(self):
        """The release of the kernel without a driver."""
        return self.found["own"]

    def qemu(self, program="qemu-system-x86_64"):
        """The words that start QEMU, and its environment."""
        return run_from(self.root, program)

    def usable(self):
        """Is what the record names here, and does it start?"""
        try:
            self.found = json.loads(self.record.read_text())
            return (self.found["form"] == FORM and self.complete()
                    and self.starts()
                    and self.busybox.exists()
                    and all((place / "vmlinuz").exists()
                            for place in self.places()))
        except (OSError, ValueError, KeyError, TypeError, Unavailable):
            return False

    def complete(self):
        """Has it what is asked for now? An older cache may not."""
        documents = self.root / "usr" / "share" / "doc"
        return all(os.path.lexists(documents / name) for name in self.unpacked)

    def starts(self):
        words, environment = self.qemu()
        return "vmclock" in command(*words, "-device", "help", env=environment)

    def provide(self, say, update=False):
        """Fetches what is not here, or not fresh."""
        usable = self.usable()
        if usable and not update and (time.time() - self.found["time"] < FRESH):
            return
        try:
            self.fetch(say)
        except Unavailable as error:
            if not usable or update:
                raise
            reason = str(error).splitlines()[-1]
            say(f"no newer packages to be had ({reason}); those of the last "
                "fetch are used")
            self.found = json.loads(self.record.read_text())
            return
        if not self.usable():
            raise Unavailable("the programs of the packages do not start "
                              "here, or QEMU has no vmclock device")

    def fetch(self, say):
        codename = system()
        uri = archive(codename)
        self.record.unlink(missing_ok=True)
        # The suites are those of Debian 12; where QEMU is newer, the machine's
        # own suite has it.
        suites = suites_of(codename, "updates", "backports")
        own = Apt(self.place / "apt" / "own", uri, suites)
        other = Apt(self.place / "apt" / "kernel", uri, [KERNEL_SUITE],
                    self.architecture)
        say(f"fetching QEMU of {suites[-1]} and kernels of {KERNEL_SUITE}, to "
            f"{self.place}; nothing is installed")
        own.update()
        other.update()
        self.found = {"form": FORM, "time": time.time(), "versions": {}}
        self.fetch_parts(own, other, suites)
        shutil.rmtree(own.place / "cache")
        shutil.rmtree(other.place / "cache")
        self.record.write_text(json.dumps(self.found, indent=1))

    def fetch_parts(self, own, other, suites):
        self.fetch_qemu(own, suites[-1])
        self.fetch_busybox(own)
        self.fetch_header(other)
        self.fetch_kernels(other)
        self.fetch_own_kernel(own)

    def fetch_qemu(self, apt, suite):
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        for deb in apt.download_with_dependencies("-t", suite, *self.unpacked):
            command("dpkg-deb", "-x", deb, self.root)

    def fetch_busybox(self, apt):
        def take(_, content):
            self.busybox.write_bytes(content)
            self.busybox.chmod(0o755)

        for deb in apt.download("busybox-static"):
            unpack(deb, r"bin/busybox$", take)

    def fetch_header(self, apt):
        def take(_, content):
            (self.header / "linux").mkdir(parents=True, exist_ok=True)
            (self.header / "linux" / "vmclock-abi.h").write_bytes(content)

        shutil.rmtree(self.header, ignore_errors=True)
        for deb in apt.download("linux-libc-dev"):
            unpack(deb, r"include/linux/vmclock-abi\.h$", take)
        self.found["versions"]["linux-libc-dev"] = apt.field("linux-libc-dev",
                                                             "Version")

    def fetch_kernels(self, apt):
        """The newest, and of the driver's former generation the newest 6.18."""
        flavour = f"cloud-{self.architecture}"
        images = [f"linux-image-{flavour}"]
        former = apt.names(rf"linux-image-6\.18\.[0-9.]+\S*-{flavour}")
        if former:
            images.append(max(former, key=numbers))
        shutil.rmtree(self.place / "kernels", ignore_errors=True)
        self.found["kernels"] = [self.fetch_kernel(apt, image)
                                 for image in images]

    def fetch_own_kernel(self, apt):
        """The stable system's own, which has no driver of the device.

        Its virtio port is made of modules.
        """
        image = f"linux-image-cloud-{self.architecture}"
        modules, found = {}, {}

        def take(name, content):
            name = Path(name).name
            if ".ko" in name:
                modules[name.removesuffix(".xz")] = content
            else:
                found[name.partition("-")[0]] = content
                found["release"] = name.partition("-")[2]

        for deb in apt.download(*kernel_packages(apt, image, "modules|base")):
            unpack(deb, r"boot/(vmlinuz|config)-[^/]+$|/virtio[^/]*\.ko(\.xz)?$",
                   take)
        if not {"vmlinuz", "config"} <= set(found):
            raise Unavailable(f"{image}: no kernel in it")
        if b"PTP_1588_CLOCK_VMCLOCK=" in found["config"]:
            raise Unavailable(f"{image}: a kernel with the driver")
        place = self.place / "kernels" / found["release"]
        place.mkdir(parents=True)
        (place / "vmlinuz").write_bytes(found["vmlinuz"])
        (place / "order").touch()
        # Its driver first, and then the devices.
        self.keep_modules(modules, place, "early", "virtio_console.ko",
                          "virtio_pci.ko")
        self.found["own"] = found["release"]

    def keep_modules(self, modules, place, listing, *names):
        """Them and what they depend on, and a list in the order to load them."""
        order = []

        def need(name):
            content = self.plain(modules[name])
            for other in re.findall(rb"\0depends=([^\0]*)\0",
                                    content)[0].decode().split(","):
                if other and f"{other}.ko" not in order:
                    need(f"{other}.ko")
            (place / name).write_bytes(content)
            order.append(name)

        for name in names:
            if name not in order:
                need(name)
        (place / listing).write_text("\n".join(order) + "\n")

    def fetch_kernel(self, apt, image):
        modules, kernel = {}, {}

        def take(name, content):
            if "/vmlinuz" in name:
                kernel["vmlinuz"] = content
                return
            kernel["release"] = re.search(r"modules/([^/]+)/", name).group(1)
            modules[Path(name).name.removesuffix(".xz")] = content

        for deb in apt.download(*kernel_packages(apt, image, "modules")):
            unpack(deb, r"/vmlinuz[^/]*$|/(ptp|pps)[^/]*\.ko(\.xz)?$", take)
        if "vmlinuz" not in kernel or "ptp_vmclock.ko" not in modules:
            raise Unavailable(f"{image}: no kernel with ptp_vmclock in it")
        place = self.place / "kernels" / kernel["release"]
        place.mkdir(parents=True)
        (place / "vmlinuz").write_bytes(kernel["vmlinuz"])
        self.keep_modules(modules, place, "order", "ptp_vmclock.ko")
        return kernel["release"]

    def plain(self, content):
        if not content.startswith(b"\xfd7zXZ"):
            return content
        done = subprocess.run([self.busybox, "unxz", "-c"], input=content,
                              stdout=subprocess.PIPE, check=True)
        return done.stdout
