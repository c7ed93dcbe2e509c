"""The formulas that are timed, as texts of the project's language; `a^b` is Python's `a**b`."""

import random
from typing import NamedTuple


class Workload(NamedTuple):
    """A formula, and at how many states its throughput is measured."""

    name: str
    text: str
    states: int = 100_000


def rosenbrock(n: int) -> str:
    return " + ".join(f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(1, n))


def speelpenning(n: int) -> str:
    return "*".join(f"x{i}" for i in range(1, n + 1))


def network(inputs: int = 4, hidden: int = 8) -> str:
    """A net of two layers of tanh, its weights variables as well."""
    lines = []
    for layer, width, below in (("g", inputs, "x"), ("h", hidden, "g")):
        for j in range(hidden):
            terms = " + ".join(f"{layer}w{j}_{k}*{below}{k}" for k in range(width))
            lines.append(f"{layer}{j} = tanh({terms} + {layer}b{j})")
    return "\n".join([*lines, " + ".join(f"v{j}*h{j}" for j in range(hidden))])


def nested(depth: int) -> str:
    text = "x"
    for _ in range(depth):
        text = f"sin({text})*({text})"
    return text


def random_formula(nodes: int, variables: int = 20, seed: int = 1) -> str:
    """Statements on variables and recent results; neither values nor slopes grow or vanish."""
    forms = {
        "({a} + {b})/2": 2,
        "sin({a} + {b})/2 + 0.2": 4,
        "(tanh({a}) + {b})/2": 3,
        "1/(1 + {a}*{b})": 3,
    }
    chance = random.Random(seed)
    names = [f"x{i}" for i in range(variables)]
    lines: list[str] = []
    while nodes > 40 + variables:
        a, b = chance.choice(names[-60:]), chance.choice(names[-60:])
        form = chance.choice(list(forms))
        names.append(f"t{len(lines)}")
        lines.append(f"{names[-1]} = {form.format(a=a, b=b)}")
        nodes -= forms[form]
    return "\n".join([*lines, " + ".join(names[-41:])])


WORKLOADS = (
    Workload("seed", "(x+y) + x*(x+y)"),
    Workload("Rosenbrock 10", rosenbrock(10)),
    Workload("Rosenbrock 100", rosenbrock(100)),
    Workload("Rosenbrock 1000", rosenbrock(1000), 10_000),
    Workload("Speelpenning 100", speelpenning(100)),
    Workload("tanh net", network()),
    Workload("nested sine 12", nested(12)),
    Workload("random 10000", random_formula(10_000), 10_000),
)
