"""The command line: gradients and traces in a terminal, and the way to start the app.

    qsts grad  FORMULA x=2 y=3 [--sharing HOW] [--json]
    qsts trace FORMULA x=2 y=3 [--sharing HOW] [--json] [--build]
    qsts cost  FORMULA [x=2 …] [--json]
    qsts digits FORMULA x=2 y=3 [--json]
    qsts why   FORMULA x=2 y=3 [--of NODE] [--json]
    qsts check FORMULA x=2 y=3 [--gradient x=8,y=3] [--json]
    qsts export FORMULA x=2 y=3 --to FILE [--step STEP] [--theme dark] [--build] [--pytest]
    qsts play  FILE [--json]
    qsts app   [--port PORT] [--host ADDRESS] [--no-browser] [any flag of Streamlit]

`python -m qsts_core` is the same program. Its exit status is 0, 2 where the input is at fault, 1
where the output cannot be written or `qsts check` finds something wrong, and what a shell expects
of a program that was interrupted. The commands are in qsts_core/command/.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qsts_core.command import output
from qsts_core.command.program import run
from qsts_core.command.words import INTERRUPTED, READER_GONE
from qsts_core.errors import QstsError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    # Counts of nodes are exact integers, and may have more digits than Python prints unasked.
    sys.set_int_max_str_digits(0)
    output.prepare()
    try:
        status = run(list(sys.argv[1:] if arguments is None else arguments))
        output.finish()
    except output.OutputError as error:
        output.complain(error)
        return 1
    except QstsError as error:
        output.complain(error)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        output.give_up()
        return READER_GONE
    return status


if __name__ == "__main__":
    sys.exit(main())
