# SPDX-License-Identifier: BSD-2-Clause
"""What is run with faults: each command, on each of its ways."""

import dataclasses
import re

READS = ("EIO", "EINTR", "short")
WRITES = ("EIO", "ENOSPC", "ENOSPC+", "EINTR", "short")
LOOKS = ("EACCES", "EIO")
OPENS = ("EACCES", "EMFILE", "EINTR")

# How each call is made to fail.
WAYS = {
    "malloc": ("ENOMEM", "ENOMEM+"),
    "calloc": ("ENOMEM", "ENOMEM+"),
    "realloc": ("ENOMEM", "ENOMEM+"),
    "strdup": ("ENOMEM", "ENOMEM+"),
    "read": READS,
    "pread64": READS,
    "write": WRITES,
    "pwrite64": WRITES,
    "open": OPENS,
    "openat": OPENS,
    "openat2": (*OPENS, "EAGAIN", "ENOSYS"),
    "close": ("EIO", "EINTR"),
    "newfstatat": LOOKS,
    "fstat": LOOKS,
    "stat": LOOKS,
    "lstat": LOOKS,
    "statx": LOOKS,
    "access": LOOKS,
    "faccessat": LOOKS,
    "faccessat2": LOOKS,
    "readlink": LOOKS,
    "readlinkat": LOOKS,
    "getdents64": ("EIO",),
    "lseek": ("EIO",),
    "ftruncate": ("EIO", "EINTR"),
    "fallocate": ("ENOSPC", "EINTR"),
    "flock": ("ENOLCK", "EINTR"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "renameat2": ("EACCES", "EIO", "ENOSPC", "EINVAL", "ENOSYS"),
    "rename": ("EACCES", "EIO", "ENOSPC"),
    "renameat": ("EACCES", "EIO", "ENOSPC"),
    # An openat() with O_TMPFILE, which not every filesystem can do.
    "tmpfile": ("EOPNOTSUPP", "EISDIR", "EACCES", "EMFILE", "EINTR"),
    "link": ("EACCES", "EIO"),
    "linkat": ("EACCES", "EIO"),
    "unlink": ("EACCES", "EIO"),
    "unlinkat": ("EACCES", "EIO"),
    "fstatfs": ("EIO",),
    "mmap": ("ENOMEM", "ENODEV"),
    "mprotect": ("ENOMEM",),
    "munmap": ("ENOMEM",),
    "memfd_create": ("ENOMEM", "EMFILE"),
    "ioctl": ("EIO", "EINTR"),
    "dup": ("EMFILE",),
    "epoll_create1": ("EMFILE",),
    "epoll_ctl": ("ENOSPC",),
    "poll": ("ENOMEM", "EINTR"),
    "ppoll": ("ENOMEM", "EINTR"),
    "clock_nanosleep": ("EINTR",),
    "posix_spawn": ("EAGAIN", "ENOENT"),
    "wait4": ("ECHILD", "EINTR"),
    "setitimer": ("EINVAL",),
    "getrandom": ("ENOSYS",),
    "adjtimex": ("EPERM",),
    "sched_getaffinity": ("EPERM",),
    "sched_setaffinity": ("EPERM", "EINVAL"),
    "clock_adjtime": ("EPERM",),
    "uname": ("EFAULT",),
    "fcntl": ("EBADF", "EINVAL"),
    "fchmod": ("EPERM", "EIO", "EINTR"),
    "fchown": ("EPERM", "EIO"),
    # Rights that cannot be given up are kept.
    "landlock_create_ruleset": ("ENOSYS", "EOPNOTSUPP"),
    "landlock_add_rule": ("ENOMEM",),
    "landlock_restrict_self": ("EPERM",),
    "prctl": ("EINVAL",),
}

# What is not made to fail, and why. A call that is in neither is a fault of this
# list, not of the program.
SURE = {
    "rt_sigaction": "of signals that there are, by a table that is there",
    "rt_sigprocmask": "the same",
    "prlimit64": "the C library's, who asks for its own limits",
    "sysinfo": "qsort's, which asks how much memory there is",
    "brk": "the allocator's, whose functions fail instead",
    "futex": "no lock of the C library's is held by another",
    "clock_gettime": "of clocks that there are, where the kernel's own page lacks them",
    "getpid": "has no error",
    # geteuid, by its number.
    "syscall-107": "has no error",
    "alarm": "has no error",
}

# Those that must make no difference: what is asked for again, or otherwise.
HARMLESS = {"EINTR", "short"}
OTHERWISE = {("openat2", "EAGAIN"), ("openat2", "ENOSYS"),
             ("landlock_create_ruleset", "ENOSYS"),
             ("landlock_create_ruleset", "EOPNOTSUPP"), ("landlock_add_rule", "ENOMEM"),
             ("landlock_restrict_self", "EPERM"), ("prctl", "EINVAL"),
             ("tmpfile", "EOPNOTSUPP"), ("tmpfile", "EISDIR"),
             ("renameat2", "EINVAL"), ("renameat2", "ENOSYS"), ("linkat", "EPERM")}
# Faults that only another leads to: a new file has its name by the next means.
NAMED = "tmpfile:1:EOPNOTSUPP"
CHAINS = (
    f"{NAMED},fcntl:1:EINVAL",
    f"{NAMED},renameat2:1:EIO",
    f"{NAMED},renameat2:1:EACCES",
    f"{NAMED},renameat:1:EIO",
    f"{NAMED},renameat2:1:EINVAL",
    f"{NAMED},renameat2:1:EINVAL,linkat:1:EPERM",
    f"{NAMED},renameat2:1:EINVAL,linkat:1:EEXIST",
    f"{NAMED},renameat2:1:EINVAL,linkat:1:EPERM,renameat:1:EIO",
)
# A signal breaks these off only where it is one that is to end the program.
BROKEN_OFF = {"open", "openat", "tmpfile", "write"}


@dataclasses.dataclass
class Case:
    """A command line, run in an empty directory; {in} is that of the inputs."""

    name: str
    arguments: str
    status: int = 0
    # Statuses a fault may lead to, besides 3 and 4.
    others: tuple = ()
    stdin: str = "/dev/null"
    # The file that it writes, and what is under its name before.
    out: str = None
    before: str = None
    lines: bool = False  # that file grows, line by line
    page: bool = False  # it is a page that lives; the answer is beside it
    # A fault may change the answer, which then says so: what it ends with, if
    # it is whole.
    ends: str = None
    holds: str = ""  # and what it has before that
    tells: bool = False  # the answer itself says why it is undecided
    diagnoses: bool = False  # its problems are those it has without a fault
    timed: bool = False  # ends by --timeout, which breaks off a write
    waits: bool = False  # for a second, and does nothing
    play: str = None  # a PTP clock, see tests/bats/play

    @property
    def command(self):
        return self.name.split()[0]


# doctor's own last line.
COUNTS = (r"^(no problem|[0-9]+ problems?|[0-9]+ unknown"
          r"|[0-9]+ problems?, [0-9]+ unknown)$")
# A row of each clock, and what is said of them; of CLOCK_TAI it depends on the
# machine.
COMPARED = r"^ptp0 .*^CLOCK_REALTIME .*^CLOCK_TAI .*^ptp0: "
SAID = r"the page's own$|leapseclist\)$"
JSON_END = r'"[a-z_]+": .*\}$'
C = Case
CASES = [
    C("show raw", "show {in}/page.bin"),
    C("show json", "show --json {in}/page.bin"),
    C("show fields", "show -F time_sec,flags {in}/page.hex"),
    C("show counter", "show --counter 19253658472 {in}/page.hex"),
    C("show metrics", "show --format openmetrics -o vmclock.prom {in}/page.bin",
      out="vmclock.prom"),
    C("show hex", "show --hex -", stdin="{in}/page.json"),
    C("show recording", "show --at 2 {in}/story.jsonl"),
    C("show respelled", "show --at 2 {in}/respelled.jsonl"),
    C("show name", "show \u00e9t\u00e9.bin", status=3),
    C("show file", "show {in}/page.bin -o page.txt", out="page.txt"),
    C("show live", "show --hex --live {in}/live.bin"),
    C("show sim", "show sim:steady", ends=r"^0x60 time_maxerror_nanosec +[0-9]+ +ns$"),
    C("show help", "show --help"),
    C("show commands", "--help"),
    C("show root", "show --root {in}/qemu"),
    C("show scan", "show --scan {in}/core"),
    C("show phys", "show --json --phys 0xfeffb000 {in}/core"),
    C("show offset", "show --offset 0 {in}/page.bin"),
    C("show memory", "show -F size,flags --phys 0xfeffb000 --root {in}/memory"),
    C("show region", "show -F size,flags --root {in}/memory"),
    C("verify scan", "verify -v --scan {in}/core", status=1,
      ends=r"conformant$"),
    C("show nothing", "show --json --root {in}/metal", status=3),
    C("dump raw", "dump {in}/page.hex"),
    C("dump file", "dump {in}/page.json -o page.bin", out="page.bin"),
    C("dump over", "dump {in}/page.hex -o page.bin", out="page.bin",
      before="{in}/other.bin"),
    C("dump stranger", "dump {in}/page.hex -o page.bin", out="page.bin",
      before="{in}/stranger", status=4),
    C("dump hex", "dump --format hex -o page.txt {in}/page.bin", out="page.txt"),
    C("dump json", "dump --format json {in}/page.bin -o page.json", out="page.json"),
    C("dump report", "dump --format json --redact sim:steady", ends=r"^\}$"),
    C("dump text", "dump --format text --redact-key {in}/hook {in}/page.bin"),
    C("show mail", "show {in}/page.txt"),
    C("show monitor", "show {in}/monitor.json"),
    C("encode fields", "encode tai_offset_sec=-37 time_type=tai -o page.bin",
      out="page.bin"),
    C("encode document", "encode -o page.bin", stdin="{in}/page.json",
      out="page.bin"),
    C("encode from", "encode --from {in}/page.bin disruption_marker=7"),
    C("diff pages", "diff {in}/page.bin {in}/other.bin", status=1),
    C("diff recording", "diff --json --at 1,2 {in}/story.jsonl -o diff.json",
      status=1, out="diff.json"),
    C("list fields", "list fields"),
    C("list rules", "list rules --json -o rules.json", out="rules.json"),
    C("list enumerations", "list enumerations --json", ends=JSON_END),
    *(C(f"list {what} json", f"list {what} --json", ends=JSON_END)
      for what in ("fields", "events", "scenarios", "commands", "options", "metrics")),
    C("explain rule", "explain tai.sign"),
    C("explain json", "explain --json tai.sign"),
    C("verify text", "verify -v {in}/page.bin", status=1, ends=r"conformant$"),
    C("verify tap", "verify --format tap {in}/page.bin {in}/page.hex -o v.tap",
      status=1, out="v.tap", ends=r"^1\.\.[0-9]+$"),
    C("verify junit", "verify --format junit {in}/story.jsonl -o v.xml",
      out="v.xml", ends=r"^</testsuites>$"),
    C("verify json", "verify --format json {in}/story.jsonl", ends=JSON_END),
    C("verify github", "verify --format github {in}/page.bin {in}/page.hex",
      status=1, ends=r"^verify: [0-9]+ sources: .*$"),
    C("verify markdown", "verify --format markdown {in}/page.bin {in}/page.hex "
      "-o v.md", status=1, out="v.md", ends=r"^[0-9]+ sources: .*$"),
    C("verify series", "verify --series {in}/page.bin {in}/other.bin", status=1,
      ends=r"conformant$"),
    C("verify restores", "verify --json --restores --before {in}/page.bin "
      "{in}/page.hex {in}/other.bin", status=1, ends=JSON_END),
    C("verify live", "verify -v --live {in}/live.bin --samples 3",
      status=1, ends=r"conformant"),
    C("verify leaps", "verify --leap-file {in}/leaps {in}/page.bin", status=1,
      ends=r"conformant$"),
    C("verify root", "verify --format json --root {in}/qemu --live --samples 3",
      status=1, ends=JSON_END),
    C("verify here", "verify -v --root {in}/here --live --samples 3", play="tai",
      ends=r"conformant"),
    C("watch recording", "watch --all {in}/story.jsonl"),
    C("watch json", "watch --json --timeout 60s {in}/story.jsonl -o w.jsonl", out="w.jsonl",
      lines=True),
    C("watch sim", "watch --all --json --interval 20ms --timeout 50ms sim:steady",
      timed=True, ends=r'"type": "end".*\}$', status=1),
    C("watch exec", "watch --exec {hook} {in}/story.jsonl"),
    C("watch kept", "watch --state state.json --timeout 20ms --live {in}/live.bin",
      timed=True, status=1, ends=r"\}$", out="state.json",
      before="{in}/state.json"),
    C("watch until", "watch --until status=synchronized --timeout 5s sim:steady",
      ends=r"^$", others=(1,)),
    C("watch live", "watch --live {in}/live.bin --timeout 50ms", timed=True,
      status=1, ends=r"^$"),
    C("watch metrics", "watch --live {in}/live.bin --timeout 50ms --state s.json "
      "--openmetrics m.prom", timed=True, status=1, out="m.prom", ends=r"^# EOF$"),
    C("watch state", "watch --live {in}/live.bin --timeout 50ms --state s.json",
      status=3, out="s.json", before="{in}/stranger"),
    C("record file", "record --duration 50ms --interval 20ms sim:steady -o r.jsonl",
      out="r.jsonl", lines=True, ends=r'"type": "end".*\}$'),
    C("record count", "record -n 2 --interval 20ms sim:steady", waits=True,
      ends=r'"type": "end".*\}$'),
    C("record stdout", "record --duration 50ms --interval 20ms --live {in}/live.bin",
      ends=r'"type": "end".*\}$'),
    C("record redact", "record -n 1 --redact-key {in}/hook sim:steady",
      ends=r'"type": "end".*\}$'),
    # Without memory for a leap-second table a rule is not judged.
    C("report file", "report {in}/story.jsonl -o report.html", out="report.html",
      ends=r"</html>$"),
    C("report json", "report --json {in}/story.jsonl", ends=JSON_END),
    C("report pages", "report --series --format svg {in}/page.bin {in}/other.bin "
      "-o r.svg", out="r.svg", ends=r"</svg>$"),
    C("simulate record", "simulate live-migration --record r.jsonl --rate 1",
      out="r.jsonl"),
    C("simulate publish", "simulate steady --publish page.bin --duration 30ms",
      ends=r"updates in ", out="page.bin", page=True),
    C("simulate stranger", "simulate steady --publish page.bin --duration 30ms",
      out="page.bin", before="{in}/stranger", status=4),
    C("compare sim", "compare --json --samples 2 sim:steady", ends=JSON_END),
    C("compare phc", "compare --samples 2 --root {in}/here --live", play="tai",
      tells=True, ends=SAID, holds=COMPARED),
    C("compare metrics", "compare --format openmetrics --samples 2 sim:steady",
      ends=r"^# EOF$"),
    C("compare recording", "compare {in}/story.jsonl", others=(4,)),
    # The last line is that of the clock, or the note that it is not set.
    C("compare rounds", "compare --count 2 --interval 1ms --samples 2 sim:steady",
      ends=r"^CLOCK_TAI |leapseclist\)$"),
    C("compare csv", "compare --format csv {in}/story.jsonl -o c.csv", out="c.csv",
      others=(4,)),
    C("compare missing", "compare --phc {in}/nothing sim:steady", status=3),
    C("doctor qemu", "doctor --root {in}/qemu", status=1, ends=COUNTS, tells=True,
      diagnoses=True),
    C("doctor here", "doctor -v --root {in}/here", play="tai", ends=COUNTS,
      others=(1,), tells=True, diagnoses=True),
    C("doctor arm64", "doctor --json --root {in}/arm64", status=1, ends=JSON_END,
      tells=True, diagnoses=True),
]

