"""What holds for every test."""

import os
import signal

from hypothesis import HealthCheck, settings

# Deadlines measure how busy the machine is. On CI each run tries the same examples: what failed
# once fails again.
settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# A shell starts what runs in the background with SIGINT ignored, and a process hands that on to
# those it starts: the tests that interrupt one would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.load_profile("ci" if os.environ.get("CI") else "here")
