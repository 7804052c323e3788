# SPDX-License-Identifier: BSD-2-Clause
"""The machines of tests/elsewhere: how a program is built for each, and run.

The libraries are compiled from Debian's sources, for Debian has no static
cmocka, and nothing at all for musl.
"""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from packages import (Apt, Packages, Unavailable, archive, command, run_from,
                      suites_of, system)

# Sources, and what they are built with.
LIBRARIES = {
    "jansson": ("-DJANSSON_BUILD_DOCS=OFF", "-DJANSSON_WITHOUT_TESTS=ON",
                "-DJANSSON_EXAMPLES=OFF", "-DJANSSON_BUILD_SHARED_LIBS=OFF"),
    "zlib": ("-DINSTALL_PKGCONFIG_DIR:STRING=lib/pkgconfig",),
    "cmocka": ("-DWITH_STATIC_LIB=ON", "-DWITH_EXAMPLES=OFF",
               "-DUNIT_TESTING=OFF"),
}

# What CMakeLists.txt names, and Debian leaves out; nothing here needs it.
LEFT_OUT = {"zlib": "win32/zlib1.rc"}

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"

# What they are for need not be fast; to compile them should be.
OPTIMISED = "-O1"

CROSS = """\
[binaries]
c = {compiler}
ar = '{ar}'
strip = '{strip}'
pkgconfig = 'pkg-config'
{wrapper}
[properties]
pkg_config_libdir = '{libraries}/lib/pkgconfig'
[host_machine]
system = 'linux'
cpu_family = '{cpu}'
cpu = '{cpu}'
endian = '{endian}'
"""


class Machine:
    """Another architecture, with glibc, in an emulator."""

    # Whether no other shows the same.
    quick = True
    # Debian's releases that have no compiler or no emulator for it.
    not_in = ()

    def __init__(self, name, endian, what, *, debian=None, cpu=None,
                 triple=None):
        self.name, self.endian, self.what = name, endian, what
        self.debian = debian or name
        self.cpu = cpu or name
        self.triple = f"{triple or name}-linux-gnu"

    @property
    def tools(self):
        return ("qemu-user", "cmake", f"gcc-{self.triple}",
                f"libc6-dev-{self.debian}-cross")

    def compiler(self, root):
        return [root / "usr/bin" / f"{self.triple}-gcc", f"--sysroot={root}"]

    def binary(self, root, name):
        return root / "usr/bin" / f"{self.triple}-{name}"

    def prepare(self, packages):
        """Before anything is compiled."""

    def emulator(self, root, libraries):
        return [str(root / "usr/bin" / f"qemu-{self.name}"), "-L",
                str(libraries)]

    def wrapper(self, environment):
        # The emulator's own libraries. What it runs is static; a root for that
        # would stand before ours for all paths that a test opens.
        return ["env", f"LD_LIBRARY_PATH={environment['LD_LIBRARY_PATH']}",
                *self.emulator(self.root, "/")]

    def cross(self, packages):
        """The file that tells meson all of this."""
        root = packages.root
        self.root = root
        cached = ["ccache"] if shutil.which("ccache") else []
        words = ", ".join(f"'{word}'" for word in cached + self.compiler(root))
        # What meson tries may be dynamic.
        wrapper = ", ".join(f"'{word}'" for word in self.emulator(
            root, root / "usr" / self.triple))
        file = packages.place / "cross.ini"
        file.write_text(CROSS.format(
            compiler=f"[{words}]", ar=self.binary(root, "ar"),
            strip=self.binary(root, "strip"), cpu=self.cpu, endian=self.endian,
            libraries=packages.libraries,
            wrapper=f"exe_wrapper = [{wrapper}]" if wrapper else ""))
        return file

    def more(self, report, program, packages):
        """What only this one can show."""


class Musl(Machine):
    """This machine, with musl in place of glibc."""

    tools = ("cmake", "musl-dev")

    def __init__(self):
        super().__init__("musl", "little", "this machine with musl")
        self.cpu = "x86_64"

    def compiler(self, root):
        return ["gcc", f"-specs={root}/musl.specs", "-idirafter",
                str(root / "kernel")]

    def binary(self, root, name):
        return name

    def prepare(self, packages):
        """Debian's specs with this place, and the kernel's headers."""
        root = packages.root
        specs = root / "usr/lib/x86_64-linux-musl/musl-gcc.specs"
        (root / "musl.specs").write_text(re.sub(
            r"(?<![\w/])/usr/(?=(?:lib|include)/x86_64-linux-musl)",
            f"{root}/usr/", specs.read_text()))
        kernel = root / "kernel"
        kernel.mkdir(exist_ok=True)
        for name, place in (("linux", "linux"), ("asm-generic", "asm-generic"),
                            ("asm", "x86_64-linux-gnu/asm")):
            link = kernel / name
            link.unlink(missing_ok=True)
            link.symlink_to(Path("/usr/include") / place)

    def emulator(self, root, libraries):
        return []

    def wrapper(self, environment):
        return []

    def more(self, report, program, packages):
        """As in an initramfs, or a container made from scratch."""
        empty = packages.place / "empty"
        shutil.rmtree(empty, ignore_errors=True)
        empty.mkdir()
        shutil.copy(program, empty / "vmclockctl")
        page = (FIXTURES / "real/qemu-10.0.2-boot.bin").read_bytes()
        words = ["unshare", "--user", "--map-root-user", "chroot", str(empty)]
        if subprocess.run([*words, "/vmclockctl", "--version"], check=False,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode:
            report.skipped("in an empty root directory",
                           "no user namespaces here")
            return
        with report.case("in an empty root directory: verify, show, doctor"):
            for status, arguments in ((0, ("verify", "-")), (0, ("show", "-")),
                                      (4, ("doctor",))):
                done = subprocess.run([*words, "/vmclockctl", *arguments],
                                      input=page, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, check=False)
                assert done.returncode == status and done.stdout, \
                    f"{arguments}: {done.returncode} {done.stdout.decode()}"


class Repeated(Machine):
    quick = False


class Young(Repeated):
    not_in = ("bullseye", "bookworm")


MACHINES = {machine.name: machine for machine in (
    Machine("s390x", "big", "a big-endian machine"),
    Repeated("riscv64", "little", "a little-endian machine"),
    Repeated("ppc64le", "little", "a POWER machine", cpu="ppc64",
             debian="ppc64el", triple="powerpc64le"),
    Repeated("aarch64", "little", "a machine with a counter", debian="arm64"),
    Young("loongarch64", "little", "a LoongArch machine", debian="loong64"),
    Musl(),
)}


class MachinePackages(Packages):
    """A machine's tools in root/, its libraries in libraries/."""

    def __init__(self, place, machine):
        super().__init__(place)
        self.machine = machine

    @property
    def root(self):
        return self.place / "root"

    @property
    def libraries(self):
        return self.place / "libraries"

    @property
    def environment(self):
        return run_from(self.root, "")[1]

    def usable(self):
        try:
            self.found = json.loads(self.record.read_text())
            # The libraries' files have their own places in them.
            return (self.found["place"] == str(self.place)
                    and self.found["tools"] == list(self.machine.tools)
                    and all(self.library(name).exists() for name in LIBRARIES))
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def fetch(self, say):
        codename = system()
        self.record.unlink(missing_ok=True)
        suites = suites_of(codename, "updates")
        apt = Apt(self.place / "apt", archive(codename), suites,
                  types="deb deb-src")
        say(f"fetching {', '.join(self.machine.tools)} of {codename}, to "
            f"{self.place}; nothing is installed")
        apt.update()
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        for deb in apt.download_with_dependencies(*self.machine.tools):
            command("dpkg-deb", "-x", deb, self.root)
        self.machine.prepare(self)
        for name, options in LIBRARIES.items():
            self.build_library(apt, name, options)
        shutil.rmtree(self.place / "apt")
        self.found = {"time": time.time(), "place": str(self.place),
                      "tools": list(self.machine.tools)}
        self.record.write_text(json.dumps(self.found))

    def library(self, name):
        return (self.libraries / "lib"
                / f"lib{'z' if name == 'zlib' else name}.a")

    def build_library(self, apt, name, options):
        sources = self.place / "sources" / name
        shutil.rmtree(sources, ignore_errors=True)
        sources.mkdir(parents=True)
        apt.get("source", name, cwd=sources)
        tree, = (path for path in sources.iterdir() if path.is_dir())
        if name in LEFT_OUT:
            (tree / LEFT_OUT[name]).parent.mkdir(exist_ok=True)
            (tree / LEFT_OUT[name]).touch()
        environment = dict(self.environment)
        compiler = self.machine.compiler(self.root)
        environment["CC"] = " ".join(str(word) for word in compiler)
        environment["CFLAGS"] = OPTIMISED
        if shutil.which("ccache"):
            environment["CMAKE_C_COMPILER_LAUNCHER"] = "ccache"
        cmake = self.root / "usr/bin/cmake"
        build = sources / "build"
        for words in (
                (cmake, "-G", "Ninja", "-S", tree, "-B", build,
                 "-DCMAKE_SYSTEM_NAME=Linux",
                 f"-DCMAKE_SYSTEM_PROCESSOR={self.machine.cpu}",
                 "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_INSTALL_LIBDIR=lib",
                 "-DCMAKE_POLICY_VERSION_MINIMUM=3.5",
                 f"-DCMAKE_INSTALL_PREFIX={self.libraries}", *options),
                (cmake, "--build", build, "-j", str(os.cpu_count())),
                (cmake, "--install", build)):
            command(*words, env=environment)
        place = self.libraries / "lib"
        # cmocka's older sources give it another name, beside a shared one.
        for shared in place.glob("lib*.so*"):
            shared.unlink()
        if (place / f"lib{name}-static.a").exists():
            (place / f"lib{name}-static.a").rename(place / f"lib{name}.a")
        if not self.library(name).exists():
            raise Unavailable(f"{name}: its source built no static library")
        shutil.rmtree(sources)
