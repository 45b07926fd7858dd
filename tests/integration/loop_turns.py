# SPDX-License-Identifier: MIT
"""How long the turns of a server's event loop take, by tests/support/loop_turns.c."""
import mmap
import os
import struct
import tempfile

# The rule is 10 ms; machines differ.
TURN_MS = 20 * (10 if os.environ.get("CERTGATE_BUILD_KIND") in ("asan", "valgrind") else 1)


class LoopTurns:
    """Server(env=turns.env); then turns.longest() since the last turns.reset()."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile(prefix="certgate-test-")
        self.file.truncate(24)
        self.map = mmap.mmap(self.file.fileno(), 24)
        self.is_there = "LOOP_TURNS_SO" in os.environ
        self.env = {}
        if self.is_there:
            self.env = {"LD_PRELOAD": os.environ["LOOP_TURNS_SO"], "LOOP_TURNS": self.file.name}
            if "ASAN_OPTIONS" in os.environ:
                self.env["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"] + ":verify_asan_link_order=0"

    def reset(self):
        self.map[0:24] = bytes(24)

    def longest(self):
        """How many turns there were; of the longest, the ms that it computed and took."""
        n, computed, took = struct.unpack("=QQQ", self.map[:24])
        return n, computed / 1e6, took / 1e6

    def judge(self, tap, title):
        """What no turn may take, and the figures."""
        n, computed, took = self.longest()
        if self.is_there:
            tap.ok(n > 0 and computed <= TURN_MS, f"{title}: no turn of the loop computes for more "
                   f"than {TURN_MS} ms", f"{computed:.1f} ms, of {n} turns")
        return f"of {n} turns of the loop, the longest computes {computed:.1f} ms ({took:.1f})"
