#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
#
# For QEMU's functional tests of x86_64: the page of the vmclock device as QEMU lays it
# out, without a guest. Relicense it as you need.
"""vmclockctl judges the pages of QEMU's vmclock device."""

import subprocess

from qemu_test import QemuSystemTest, skipIfMissingCommands

# Where pc and q35 put it.
PAGE, SIZE = 0xfeffb000, 4096


@skipIfMissingCommands('vmclockctl')
class VMClock(QemuSystemTest):
    """The pages at the start and after a reset."""

    def setUp(self):
        super().setUp()
        self.set_machine('q35')
        self.require_device('vmclock')
        self.vm.add_args('-nodefaults', '-device', 'vmclock')

    def save_page(self, name):
        path = self.scratch_file(name)
        self.vm.cmd('pmemsave', val=PAGE, size=SIZE, filename=path)
        return path

    def assert_conformant(self, *words):
        done = subprocess.run(['vmclockctl', 'verify', *words], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
        self.log.info(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_start(self):
        self.vm.launch()
        self.assert_conformant(self.save_page('start.page'))

    def test_reset(self):
        self.vm.launch()
        start = self.save_page('start.page')
        self.vm.cmd('system_reset')
        self.assert_conformant('--series', start, self.save_page('reset.page'))


if __name__ == '__main__':
    QemuSystemTest.main()
