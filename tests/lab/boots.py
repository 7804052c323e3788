# SPDX-License-Identifier: BSD-2-Clause
"""The boots of the lab by their names, in the order they are run."""

import abi
import clocks
import device
import early_boot
import kit
import memory
import places
import shared
import two
import userland
import virtio

BOOTS = {
    "header": abi.header,
    "device": device.device,
    "unstable": device.given_up,
    "shared": shared.shared,
    "clocks": clocks.clocks_now,
    "former": clocks.clocks_former,
    "two": two.two,
    "userland": userland.userland,
    "virtio": virtio.virtio,
    "none": places.none,
    "unknown": places.unknown,
    "misplaced": places.misplaced,
    "memory": memory.device,
    "low": memory.low,
    "locked": memory.locked,
    "early": early_boot.early_boot,
    "kit": kit.kernels,
    "ktap": kit.ktap,
    "pages": kit.pages,
}
