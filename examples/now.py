#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""now.py [PATH]: the time and its bounds from Python, by ctypes."""
import ctypes
import os
import sys


class Epoch(ctypes.Structure):
    _fields_ = [("disruption", ctypes.c_uint64),
                ("generation", ctypes.c_uint64),
                ("has", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


class Now(ctypes.Structure):
    _fields_ = [("time", ctypes.c_int64), ("earliest", ctypes.c_int64),
                ("latest", ctypes.c_int64), ("counter", ctypes.c_uint64),
                ("epoch", Epoch), ("flags", ctypes.c_uint32),
                ("status", ctypes.c_uint8), ("leap", ctypes.c_int8),
                ("time_type", ctypes.c_uint8), ("reserved", ctypes.c_uint8),
                ("tai_minus_utc", ctypes.c_int32),
                ("reserved2", ctypes.c_uint32)]


UTC = 0
library = ctypes.CDLL("libvmclock.so.0")
library.vmclock_open.argtypes = [ctypes.POINTER(ctypes.c_void_p),
                                 ctypes.c_char_p]
library.vmclock_now.argtypes = [ctypes.c_void_p, ctypes.c_int,
                                ctypes.POINTER(Now), ctypes.c_size_t]
library.vmclock_close.argtypes = [ctypes.c_void_p]


def main():
    clock, now = ctypes.c_void_p(), Now()
    path = os.fsencode(sys.argv[1]) if len(sys.argv) > 1 else None
    result = library.vmclock_open(ctypes.byref(clock), path)
    if result == 0:
        result = library.vmclock_now(clock, UTC, ctypes.byref(now),
                                     ctypes.sizeof(now))
    library.vmclock_close(clock)
    if result:
        sys.exit("now.py: " + os.strerror(-result))
    print(now.earliest, now.time, now.latest)


main()
