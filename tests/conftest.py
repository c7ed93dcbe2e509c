"""What holds for every test."""

import os

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
settings.load_profile("ci" if os.environ.get("CI") else "here")
