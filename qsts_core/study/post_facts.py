"""Why each statement of the post is what it is, with its numbers; and which step shows it.

Nothing goes in; out come sentences. No number in them is typed: each is computed when it is asked
for, or read from what a program measured (`assets/measured.json`, by `tests/benchmarks/post.py`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from qsts_core import files
from qsts_core.construction import describe_program
from qsts_core.expression import Expression
from qsts_core.graph import VARIABLE, Sharing
from qsts_core.notation import plural, show, show_times
from qsts_core.ops import OPERATIONS
from qsts_core.reading.postfix import read
from qsts_core.study.descent import Settings, Step, descend
from qsts_core.study.families import DESCENDED, FAMILIES, POST
from qsts_core.study.measure import measure_cost
from qsts_core.study.size import count
from qsts_core.study.verdict import memory_ratio
from qsts_core.trace import BackwardStep, ResetStep, SeedStep, Trace

Moment: TypeAlias = Callable[[Trace], int]
"""Which step of a film shows something, found in the film itself."""

Reason: TypeAlias = Callable[[], str]
"""Why a statement is what it is, with its numbers."""

AT = {"x": 2.0, "y": 3.0}
"""The state of the post's worked example."""

NEXT = {name: number + 1 for name, number in AT.items()}
"""The state after it, as the button moves on."""

APART = "(a+b) + c*(d+e)"
"""The post's function with a variable of its own for each occurrence: the same tree."""
APART_AT = {"a": 2.0, "b": 3.0, "c": 2.0, "d": 2.0, "e": 3.0}

FACTORED = "(x+1)*(x+y)"
ALIKE = "(a+b)*c + (d+e)*c"
ALIKE_AT = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0}
MERGED = "p = (a+b)*c; p + p"
"""What `ALIKE` becomes where two products are taken for one because their labels agree."""

QUOTIENT = "x/y"
FIVE_NODES = "x*y + z"
FACTORS = 100
START = {"x": 1.0, "y": 1.0, "z": 1.0}
RATE, STEPS = 0.01, 100
"""Of the descent in the repository."""


# Moments ----------------------------------------------------------------------------------------


def _forward_done(trace: Trace) -> int:
    return len(trace.building) + len(trace.run.values)


def _seed(trace: Trace) -> int:
    return next(k for k, step in enumerate(trace, 1) if isinstance(step, SeedStep))


def _final(node: int) -> Moment:
    """Return when the last contribution to a node arrives."""
    return lambda trace: max(
        k
        for k, step in enumerate(trace, 1)
        if isinstance(step, BackwardStep) and step.child == node
    )


def _into(parent: int, child: int) -> Moment:
    return lambda trace: next(
        k
        for k, step in enumerate(trace, 1)
        if isinstance(step, BackwardStep) and (step.parent, step.child) == (parent, child)
    )


def _queued(trace: Trace) -> int:
    """Return when the last token is read: the whole postfix stands in the queue."""
    whole = len(trace.building[-1].program.entries)
    return next(k for k, step in enumerate(trace.building, 1) if step.queued == whole)


def _operation_found(trace: Trace) -> int:
    """Return when an operation is looked up and found for the first time."""
    return next(
        k for k, step in enumerate(trace.building, 1) if step.reused and len(step.inputs) == 2
    )


MOMENTS: dict[str, Moment] = {
    "start": lambda trace: 0,
    "built": lambda trace: len(trace.building),
    "reset": lambda trace: next(k for k, s in enumerate(trace, 1) if isinstance(s, ResetStep)),
    "end": len,
    "values": _forward_done,
    "seed": _seed,
    "queued": _queued,
    "operation found": _operation_found,
    "z3 final": _final(2),
    "z3 to y": _into(2, 1),
    "z5 to z4": _into(4, 3),
}
"""By what happens then."""


# Reasons ----------------------------------------------------------------------------------------


def _nodes(text: str = POST) -> dict[Sharing, int]:
    return Expression(text).count_nodes()


def _tell_nodes() -> str:
    graph = Expression(POST).graph
    nodes = [f"{graph.show_node(k)} = {_definition(k)}" for k in range(len(graph.nodes))]
    return f"{len(nodes)} nodes: {', '.join(nodes)}."


def _definition(index: int) -> str:
    graph = Expression(POST).graph
    node = graph.nodes[index]
    if node.op == VARIABLE:
        return node.name
    return f" {OPERATIONS[node.op].symbol} ".join(map(graph.show_node, node.inputs))


def _tell_seed() -> str:
    return (
        "The seed is a step of its own. Where the post has a 0 that nothing has reached yet, "
        "here stands –: an adjoint that is 0 is something else than one that is not known."
    )


def _tell_sum() -> str:
    trace = Expression(POST).trace(AT)
    steps = [s for s in trace if isinstance(s, BackwardStep) and s.child == 2]
    terms = " + ".join(show(step.contribution) for step in steps)
    name = trace.tape.graph.show_node(2)
    return f"{name} has {plural(len(steps), 'parent')}: {terms} = {show(steps[-1].after or 0.0)}."


def _tell_rules() -> str:
    times, over = (" and ".join(OPERATIONS[op].locals) for op in ("*", "/"))
    return f"The table of operations has {times} for a × b, and {over} for z = a ÷ b."


def _tell_worked() -> str:
    value, gradient = Expression(POST).value(AT), Expression(POST).gradient(AT)
    return (
        f"f = {show(value)}, ∂f/∂x = {show(gradient['x'])}, ∂f/∂y = {show(gradient['y'])}. Its "
        "steps agree with ours, but for the next one here."
    )


def slip() -> tuple[float, float, float]:
    """Return z4's adjoint and the derivatives by x and y, with the slip taken literally.

    The slip multiplies the output's adjoint by the *value* of z3, where the local derivative of
    the sum z5 = z3 + z4 is 1.
    """
    run = Expression(POST).trace(AT).run
    x, _, shared, *_ = run.values
    product = run.adjoints[4] * shared  # type: ignore[operator]  # the output's adjoint is 1
    sum_ = 1.0 + product * x
    return product, sum_ + product * shared, sum_


def _tell_slip() -> str:
    product, by_x, by_y = slip()
    right = Expression(POST).trace(AT).run
    gradient = right.gradient()
    return (
        f"z₅ = z₃ + z₄ is a sum, so its local derivative is {show(right.adjoints[3] or 0.0)}. "
        f"Taken literally, the line gives z₄ the adjoint {show(product)}, and the gradient "
        f"{show(by_x)}, {show(by_y)} in place of {show(gradient['x'])}, {show(gradient['y'])}. A "
        "slip of the pen: its results are right."
    )


def _tell_tree() -> str:
    return f"{_nodes()['none']} nodes, a leaf for each occurrence."


def _tell_threaded() -> str:
    graph = Expression(POST, "variables").graph
    parents = sum(0 in node.inputs for node in graph.nodes)
    return (
        f"{len(graph.nodes)} nodes in place of {_nodes()['none']}; x has {parents} parents. The "
        "film below the three graphs moves the edges one variable at a time."
    )


def _tell_apart() -> str:
    apart = Expression(APART).gradient(APART_AT)
    adjoints = [apart[name] for name in ("a", "c", "d")]
    total = " + ".join(map(show, adjoints))
    return (
        f"g = {APART} has the same tree. The tree's leaves have the derivatives of g; those of "
        f"f are their sums, {total} = {show(sum(adjoints))} for x. So the tree is not wrong, it "
        "answers another question."
    )


def _tell_postfix() -> str:
    entries = describe_program(read(POST))["entries"]
    return f"{' '.join(entry['text'] for entry in entries)}, by two stacks and a queue."


def _tell_prefix() -> str:
    return "The operator comes first in its example: that is prefix. Postfix of x + y is x y +."


def _tell_expression() -> str:
    steps = Expression(POST).trace(AT, build=True).building
    run = sum(step.node is not None for step in steps)
    return f"{run} entries run; the last leaves one node on the stack, the output."


def _tell_unique() -> str:
    steps = Expression(POST).trace(AT, build=True).building
    found = [step.token.text for step in steps if step.reused]
    return (
        f"{_nodes()['unique']} nodes are made and {len(found)} found ({', '.join(found)}): the "
        "triple is looked up before it is made."
    )


def _tell_order() -> str:
    return (
        "Any order of all triples will do, and an ordered set needs about log₂ n comparisons. "
        "Here a hash table finds them without an order; both are counted, look-up by look-up."
    )


def _tell_labels() -> str:
    merged = Expression(MERGED)
    right = Expression(ALIKE).value(ALIKE_AT)
    wrong = merged.value({name: ALIKE_AT[name] for name in merged.variables})
    return (
        f"Whether inputs are compared as nodes or by their labels decides whether {ALIKE} is "
        f"{show(right)} or {show(wrong)}: by label, both products are “+ times c”. Here nodes are "
        "compared."
    )


def _tell_factored() -> str:
    one, other = Expression(POST), Expression(FACTORED)
    assert (one.value(AT), one.gradient(AT)) == (other.value(AT), other.gradient(AT))
    return (
        f"Same value, same gradient, {len(one.graph.nodes)} and {len(other.graph.nodes)} unique "
        "nodes. Sharing finds what is written alike, not what is equal."
    )


def _tell_generating() -> str:
    figures = measured()
    five, hundred = (figures["build"][name]["unique / tree"] for name in ("five nodes", "product"))
    return (
        f"Where nothing repeats, the stack machine takes {five - 1:.0%} longer with its look-ups "
        f"on {FIVE_NODES}, {hundred - 1:.0%} on a product of {FACTORS} variables, and nothing "
        f"repays that. {_tell_repaid(figures['repaid after gradients'])}{_since()}"
    )


def _tell_repaid(repaid: float | None) -> str:
    if repaid is None:
        return "On the post's own formula no gradient repays them."
    if repaid == 0:
        return "On the post's own formula fewer nodes pay for them at once."
    return f"On the post's own formula they are repaid after {_gradients(repaid)}."


def _gradients(count: float) -> str:
    return plural(math.ceil(count), "gradient")


def _tell_memory() -> str:
    tree, threaded = (_memory(POST, sharing) for sharing in ("none", "variables"))
    deep = FAMILIES["nested squares"].write(3)
    deeper = [_memory(deep, sharing) for sharing in ("none", "variables")]
    return (
        f"On the post's own formula the tree takes {show_times(tree)} times the memory, the "
        f"threaded graph {show_times(threaded)} times: neither is twice. On three nested squares "
        f"{show_times(deeper[0])} and {show_times(deeper[1])} times. It depends on how much "
        "repeats, and on which of the two graphs is meant."
    )


@cache
def _memory(text: str, sharing: Sharing) -> float:
    weighed = next(cost for cost in measure_cost(text) if cost.bytes)
    ratio = memory_ratio(weighed, sharing)
    assert ratio is not None
    return ratio


def _tell_reset() -> str:
    counts = _nodes()
    return (
        f"Each gradient begins with as many empty values and adjoints as there are nodes: "
        f"{counts['unique']} in place of {counts['variables']} threaded, {counts['none']} as a "
        f"tree; the film shows it as one step. So it holds in numbers; in time a reset is "
        f"{measured()['reset share']:.0%} of a gradient.{_since()}"
    )


def _tell_states() -> str:
    states = [(2.0, 3.0), (1.0, 1.0), (-1.0, 4.0)]
    _, gradients = Expression(POST).batch(list(zip(*states, strict=True)))
    one_by_one = [
        tuple(Expression(POST).gradient(dict(zip("xy", s, strict=True))).values()) for s in states
    ]
    assert [tuple(column) for column in gradients.T.tolist()] == one_by_one
    return (
        "The graph is built once; a state is a reset, a sweep forward and one backward. Each step "
        "of a descent is one; many starts descend together, in arrays."
    )


def _tell_speed() -> str:
    tree, unique = (count(read(POST), s).operations for s in ("none", "unique"))
    figures = measured()["gradient"]
    return (
        f"On the post's own formula a gradient takes {tree} operations as a tree or threaded, "
        f"{unique} with unique nodes: {show_times(tree / unique)} times. In time: tree "
        f"{_times(figures['post'], 'tree')}, threaded {_times(figures['post'], 'threaded')}; on "
        f"three nested squares {_times(figures['squares'], 'tree')} and "
        f"{_times(figures['squares'], 'threaded')}. Twice is reached where more repeats.{_since()}"
    )


def _times(ratios: Mapping[str, float], opponent: str) -> str:
    return f"{show_times(ratios[f'{opponent} / unique'])} times"


@cache
def descended() -> Step:
    """Return where the repository's own descent ends."""
    settings = Settings(rate=RATE, steps=STEPS)
    *_, last = descend(Expression(DESCENDED), START, tuple(START), settings)
    return last


def _tell_descended() -> str:
    last, counts = descended(), _nodes(DESCENDED)
    ends = ", ".join(f"{n} = {show(v)}" for n, v in zip(START, last.point, strict=True))
    return (
        f"At rate {show(RATE)}, {last.index} steps end at {ends}, f = {show(last.value)}. Its "
        f"graph has {counts['none']} nodes as a tree, {counts['variables']} threaded, "
        f"{counts['unique']} unique. It stands in the repository of the program, not in the post."
    )


# What was measured ------------------------------------------------------------------------------


@cache
def measured() -> dict[str, Any]:
    """Return the figures that `tests/benchmarks/post.py` wrote, with where and when."""
    figures: dict[str, Any] = json.loads(files.asset("measured.json").read_text(encoding="utf-8"))
    return figures


def _since() -> str:
    return f" (Measured {measured()['when']}, {measured()['where']}.)"


REASONS: dict[str, Reason] = {
    "function": _tell_nodes,
    "seed": _tell_seed,
    "sum": _tell_sum,
    "rules": _tell_rules,
    "worked": _tell_worked,
    "slip": _tell_slip,
    "tree": _tell_tree,
    "threaded": _tell_threaded,
    "apart": _tell_apart,
    "postfix": _tell_postfix,
    "prefix": _tell_prefix,
    "expression": _tell_expression,
    "unique": _tell_unique,
    "order": _tell_order,
    "labels": _tell_labels,
    "factored": _tell_factored,
    "generating": _tell_generating,
    "memory": _tell_memory,
    "reset": _tell_reset,
    "states": _tell_states,
    "speed": _tell_speed,
    "descent": _tell_descended,
}
"""By statement."""
