"""The table of operations as a module of JavaScript, for the sweep in the browser.

    python -m qsts_core.engine.javascript

writes `assets/sweep/operations.js`: for each operation its value, and its local derivatives made of
the table's own texts by the same lowering as for all engines. A test holds the file to the table.
"""

from __future__ import annotations

import json
import math

from qsts_core import files
from qsts_core.engine.algebra import Builder
from qsts_core.engine.dialects import JAVASCRIPT
from qsts_core.graph import CONSTANT, VARIABLE
from qsts_core.ops import GATES, OPERATIONS, Operation

__all__ = ["PATH", "write_operations"]

PATH = ("sweep", "operations.js")
"""Where the module is, among the assets."""

FUNCTIONS = r"""
  /** IEEE 754's power; ECMAScript's is NaN for 1 to the NaN, and for 1 and -1 to an infinity. */
  function power(a, b) {
    if (b === 2) return a * a;
    if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
    return a ** b;
  }

  function sigmoid(a) {
    if (a >= 0) return 1 / (1 + Math.exp(-a));
    const grown = Math.exp(a);
    return grown / (1 + grown);
  }

  function softplus(a) {
    return a !== a ? a : (a > 0 ? a : 0) + Math.log1p(Math.exp(-Math.abs(a)));
  }

  /** The length of (a, b), scaled by a power of two where its square is no normal number. */
  function hypot(a, b) {
    const x = Math.abs(a);
    const y = Math.abs(b);
    if (x === Infinity || y === Infinity) return Infinity;
    const most = x > y ? x : y;
    if (most > 1e150) return Math.sqrt((x * 2 ** -600) ** 2 + (y * 2 ** -600) ** 2) * 2 ** 600;
    if (most < 1e-150) return Math.sqrt((x * 2 ** 600) ** 2 + (y * 2 ** 600) ** 2) * 2 ** -600;
    return Math.sqrt(x * x + y * y);
  }

  function logit(a) {
    return a > 0.25 && a < 0.75 ? Math.log1p((2 * a - 1) / (1 - a)) : Math.log(a / (1 - a));
  }

  /** The nearest whole number, of two the even one. */
  function round(a) {
    const up = Math.round(a);
    return up - a === 0.5 && up % 2 !== 0 ? up - 1 : up;
  }

  function copysign(a, b) {
    const x = Math.abs(a);
    return b < 0 || Object.is(b, -0) ? -x : x;
  }

  const polynomial = (x, coefficients) => coefficients.reduceRight((sum, c) => sum * x + c, 0);

  // The error function, which Math lacks: the rational approximations of s_erf.c in FDLIBM
  // (Sun Microsystems, 1993; https://www.netlib.org/fdlibm/s_erf.c), less than one unit in the last
  // place off; the C library of Python is made of the same.
  const NEAR = [
    [
      1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2,
      -5.77027029648944159157e-3, -2.37630166566501626084e-5,
    ],
    [
      1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
      1.32494738004321644526e-4, -3.96022827877536812320e-6,
    ],
  ];
  const AT_ONE = 8.45062911510467529297e-1;
  const AROUND_ONE = [
    [
      -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
      3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
      -2.16637559486879084300e-3,
    ],
    [
      1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
      1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2,
    ],
  ];
  const BEYOND = [
    [
      -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
      -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
      -8.12874355063065934246e1, -9.81432934416914548592,
    ],
    [
      1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2,
      6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
      6.57024977031928170135, -6.04244152148580987438e-2,
    ],
  ];
  const FAR = [
    [
      -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
      -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
      -4.83519191608651397019e2,
    ],
    [
      1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
      3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
      -2.24409524465858183362e1,
    ],
  ];
  const ratio = (x, [above, below]) => polynomial(x, above) / polynomial(x, below);

  /** x with the lower half of its bits set to 0, so that its square is exact. */
  function truncate(x) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, x);
    view.setUint32(4, 0);
    return view.getFloat64(0);
  }

  function erf(a) {
    if (a !== a) return a;
    const x = Math.abs(a);
    if (x < 2 ** -28) return a + a * NEAR[0][0];
    if (x < 0.84375) return a + a * ratio(a * a, NEAR);
    const sign = a < 0 ? -1 : 1;
    if (x < 1.25) return sign * (AT_ONE + ratio(x - 1, AROUND_ONE));
    return x >= 6 ? sign : sign * (1 - tailOf(x));
  }

  /** 1 - erf(x) from 1.25 on. */
  function tailOf(x) {
    const tail = ratio(1 / (x * x), x < 1 / 0.35 ? BEYOND : FAR);
    const z = truncate(x);
    return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + tail)) / x;
  }

  function erfc(a) {
    if (a !== a) return a;
    const x = Math.abs(a);
    if (x < 2 ** -56) return 1 - a;
    if (x < 0.84375) {
      const r = a * ratio(a * a, NEAR);
      return a < 0.25 ? 1 - (a + r) : 0.5 - (a - 0.5 + r);
    }
    if (x < 1.25) {
      const r = ratio(x - 1, AROUND_ONE);
      return a > 0 ? 1 - AT_ONE - r : 1 + (AT_ONE + r);
    }
    if (a < -6) return 2;
    return a < 0 ? 2 - tailOf(x) : x < 28 ? tailOf(x) : 0;
  }
"""
"""What JavaScript's Math lacks, or has otherwise than IEEE 754."""

MODULE = """// Written by `python -m qsts_core.engine.javascript` from the table of operations.

/**
 * @typedef {{value: Function, locals: (Function|null)[], rules: string[]}} Operation
 *   its value, over (a, b); its partial derivatives, over (a, b, z), and their texts; null and ""
 *   where no derivative goes
 */

/** @type {{[name: string]: Operation}} */
export const OPERATIONS = (() => {%s
  return {
%s
  };
})();

/** The gates, and whether their condition must hold for a value to pass. */
export const OPEN_WHERE = %s;
"""


def write_operations() -> str:
    """Return the module: for each operation its value, its local derivatives and their texts.

    Examples
    --------
    >>> '"/": {' in write_operations()
    True
    """
    rows = "\n".join(map(_write_row, OPERATIONS.values()))
    return MODULE % (FUNCTIONS, rows, json.dumps(GATES))


def _write_row(row: Operation) -> str:
    locals_ = ", ".join(
        f"(a, b, z) => {_write_local(row.name, k)}" if goes else "null"
        for k, goes in enumerate(row.differentiable)
    )
    return (
        f"    {json.dumps(row.name)}: {{\n"
        f"      value: (a, b) => {_write(row.name, 'a', 'b')},\n"
        f"      locals: [{locals_}],\n"
        f"      rules: {json.dumps(row.locals)},\n"
        "    },"
    )


def _write_local(op: str, slot: int) -> str:
    builder = Builder(JAVASCRIPT, exact=True)
    output = builder.copy_local(op, slot, {name: builder.variable(name) for name in "abz"})
    texts: list[str] = []
    for node in builder.nodes:
        if node.op == VARIABLE:
            texts.append(node.name)
        elif node.op == CONSTANT:
            texts.append(_number(node.number))
        else:
            inputs = [texts[i] for i in node.inputs]
            texts.append(f"({_write(node.op, inputs[0], inputs[-1])})")
    return texts[output]


def _write(op: str, a: str, b: str) -> str:
    return JAVASCRIPT[op].format(a=a, b=b)


def _number(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    text = repr(number).removesuffix(".0").replace("inf", "Infinity")
    return f"({text})" if math.copysign(1.0, number) < 0 else text


if __name__ == "__main__":
    files.asset(*PATH).write_text(write_operations(), encoding="utf-8")
