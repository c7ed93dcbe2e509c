"""The programs that are compared: each reads a text and gives gradients, in its own best way.

A peer is made of a text and its variables, and has three functions: `first` (from text to the first
gradient), `one` (value and gradient at one state) and `many` (at an array (variables, states)).
What it takes is prepared by `point` and `states`, outside the time that is measured.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class Peer:
    """What is the same for all: how a text becomes a value, by Python's own parser."""

    package = ""

    def __init__(self, text: str, variables: Sequence[str]) -> None:
        self.text = text
        self.variables = list(variables)

    def function(self, **functions: Callable[..., Any]) -> Callable[..., Any]:
        """Return the formula as a function of one sequence."""
        lines = re.sub(r"\^", "**", self.text).split("\n")
        names = ", ".join(self.variables)
        source = f"def f(x):\n  {names}, = x\n"
        source += "".join(f"  {line}\n" for line in lines[:-1]) + f"  return {lines[-1]}\n"
        namespace: dict[str, Any] = dict(functions)
        exec(compile(source, "<formula>", "exec"), namespace)
        result: Callable[..., Any] = namespace["f"]
        return result

    def symbolic(self, symbols: Any, **functions: Callable[..., Any]) -> Any:
        return self.function(**functions)(symbols)

    def point(self, numbers: Sequence[float]) -> Any:
        return (np.array(numbers),)

    def states(self, array: Any) -> Any:
        return array

    def first(self, numbers: Sequence[float]) -> Any:
        self.prepare()
        return self.one(*self.point(numbers))

    def prepare(self) -> None:
        raise NotImplementedError

    def prepare_one(self) -> None:
        """Do what only `one` needs."""

    def one(self, *point: Any) -> Any:
        raise NotImplementedError

    def many(self, states: Any) -> Any:
        raise NotImplementedError


class Ours(Peer):
    """This project; the engine for many states is a parameter."""

    package = "qsts"
    engine = "native"
    threads: int | None = 1

    def first(self, numbers: Sequence[float]) -> Any:
        from qsts_core import Expression

        return Expression(self.text).gradient(dict(zip(self.variables, numbers, strict=True)))

    def prepare(self) -> None:
        from qsts_core import Expression

        self.expression = Expression(self.text)

    def prepare_one(self) -> None:
        self.one = self.expression.function()  # type: ignore[method-assign]

    def point(self, numbers: Sequence[float]) -> Any:
        return tuple(numbers)

    def many(self, states: Any) -> Any:
        return self.expression.batch(states, self.engine, threads=self.threads)  # type: ignore[arg-type]


class OursNumpy(Ours):
    engine = "numpy"


class OursAllCores(Ours):
    threads = None


class Autograd(Peer):
    package = "autograd"

    def prepare(self) -> None:
        import autograd.numpy as anp
        from autograd import value_and_grad

        f = self.function(sin=anp.sin, tanh=anp.tanh)
        self.one = value_and_grad(f)  # type: ignore[method-assign]
        self._many = value_and_grad(lambda x: anp.sum(f(x)))
        self._values = self.function(sin=np.sin, tanh=np.tanh)

    def many(self, states: Any) -> Any:
        return self._many(states)


class Torch(Peer):
    package = "torch"

    def prepare(self) -> None:
        import torch

        torch.set_num_threads(1)
        self._f = self.function(sin=torch.sin, tanh=torch.tanh)

    def point(self, numbers: Sequence[float]) -> Any:
        import torch

        return (torch.tensor(numbers, dtype=torch.float64),)

    def states(self, array: Any) -> Any:
        import torch

        return torch.from_numpy(array)

    def one(self, x: Any) -> Any:
        import torch

        rows = [row.requires_grad_() for row in x.detach().clone().unbind()]
        value = self._f(rows)
        gradient = torch.autograd.grad(value.sum(), rows, materialize_grads=True)
        return value.detach(), torch.stack(gradient)

    def many(self, states: Any) -> Any:
        return self.one(states)


class Jax(Peer):
    package = "jax"

    def prepare(self) -> None:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        f = jax.value_and_grad(self.function(sin=jnp.sin, tanh=jnp.tanh))
        self._one = jax.jit(f)
        self._many = jax.jit(jax.vmap(f, in_axes=1, out_axes=(0, 1)))

    def one(self, x: Any) -> Any:
        value, gradient = self._one(x)
        return value.block_until_ready(), gradient.block_until_ready()

    def many(self, states: Any) -> Any:
        value, gradient = self._many(states)
        return value.block_until_ready(), gradient.block_until_ready()


class Casadi(Peer):
    package = "casadi"

    def prepare(self) -> None:
        import casadi

        x = casadi.SX.sym("x", len(self.variables))
        value = self.symbolic(casadi.vertsplit(x), sin=casadi.sin, tanh=casadi.tanh)
        self._one = casadi.Function("f", [x], [value, casadi.gradient(value, x)])
        self._mapped: Any = None

    def one(self, x: Any) -> Any:
        return self._one(x)

    def many(self, states: Any) -> Any:
        if self._mapped is None:
            self._mapped = self._one.map(states.shape[1])
        value, gradient = self._mapped(states)
        return np.asarray(value)[0], np.asarray(gradient)


class Symengine(Peer):
    package = "symengine"

    def prepare(self) -> None:
        import symengine

        symbols = [symengine.Symbol(name) for name in self.variables]
        value = symengine.sympify(self.symbolic(symbols, sin=symengine.sin, tanh=symengine.tanh))
        outputs = [value, *(value.diff(symbol) for symbol in symbols)]
        self._one = symengine.Lambdify(symbols, outputs, backend="llvm", cse=True)

    def one(self, x: Any) -> Any:
        answer = self._one(x)
        return answer[0], answer[1:]

    def states(self, array: Any) -> Any:
        return np.ascontiguousarray(array.T)

    def many(self, states: Any) -> Any:
        answer = self._one(states)
        return answer[:, 0], answer[:, 1:].T


class Heyoka(Peer):
    package = "heyoka"

    def prepare(self) -> None:
        import heyoka

        symbols = heyoka.make_vars(*self.variables)
        symbols = symbols if isinstance(symbols, list) else [symbols]
        value = self.symbolic(symbols, sin=heyoka.sin, tanh=heyoka.tanh)
        slopes = heyoka.diff_tensors([value], diff_args=symbols, diff_order=1).gradient
        self._one = heyoka.cfunc([value, *slopes], vars=symbols)

    def one(self, x: Any) -> Any:
        answer = self._one(x)
        return answer[0], answer[1:]

    def many(self, states: Any) -> Any:
        return self.one(states)


class Micrograd(Peer):
    """It has + - * / and powers, and knows no arrays."""

    package = "micrograd"

    def prepare(self) -> None:
        self._f = self.function()

    def point(self, numbers: Sequence[float]) -> Any:
        return (list(numbers),)

    def one(self, numbers: Any) -> Any:
        from micrograd.engine import Value

        x = [Value(number) for number in numbers]
        value = self._f(x)
        value.backward()
        return value.data, [v.grad for v in x]


PEERS: dict[str, type[Peer]] = {
    "ours, native": Ours,
    "ours, numpy": OursNumpy,
    "ours, all cores": OursAllCores,
    "autograd": Autograd,
    "PyTorch": Torch,
    "JAX jit": Jax,
    "CasADi": Casadi,
    "SymEngine LLVM": Symengine,
    "heyoka": Heyoka,
    "micrograd": Micrograd,
}
