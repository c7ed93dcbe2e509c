// Written by `python -m qsts_core.engine.javascript` from the table of operations.

/**
 * @typedef {{value: Function, locals: (Function|null)[], rules: string[]}} Operation
 *   its value, over (a, b); its partial derivatives, over (a, b, z), and their texts; null and ""
 *   where no derivative goes
 */

/** @type {{[name: string]: Operation}} */
export const OPERATIONS = (() => {
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

  return {
    "or": {
      value: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "and": {
      value: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "not": {
      value: (a, b) => (a === 0 ? 1 : 0),
      locals: [null],
      rules: [""],
    },
    "<": {
      value: (a, b) => (a < b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "<=": {
      value: (a, b) => (a <= b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    ">": {
      value: (a, b) => (a > b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    ">=": {
      value: (a, b) => (a >= b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "==": {
      value: (a, b) => (a === b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "!=": {
      value: (a, b) => (a !== b ? 1 : 0),
      locals: [null, null],
      rules: ["", ""],
    },
    "when": {
      value: (a, b) => (a !== 0 ? b : 0),
      locals: [null, (a, b, z) => 1],
      rules: ["", "1"],
    },
    "unless": {
      value: (a, b) => (a === 0 ? b : 0),
      locals: [null, (a, b, z) => 1],
      rules: ["", "1"],
    },
    "+": {
      value: (a, b) => a + b,
      locals: [(a, b, z) => 1, (a, b, z) => 1],
      rules: ["1", "1"],
    },
    "-": {
      value: (a, b) => a - b,
      locals: [(a, b, z) => 1, (a, b, z) => (-1)],
      rules: ["1", "-1"],
    },
    "*": {
      value: (a, b) => a * b,
      locals: [(a, b, z) => b, (a, b, z) => a],
      rules: ["b", "a"],
    },
    "/": {
      value: (a, b) => a / b,
      locals: [(a, b, z) => (1 / b), (a, b, z) => (-(z / b))],
      rules: ["1/b", "-z/b"],
    },
    "neg": {
      value: (a, b) => -a,
      locals: [(a, b, z) => (-1)],
      rules: ["-1"],
    },
    "^": {
      value: (a, b) => power(a, b),
      locals: [(a, b, z) => ((b === 0 ? 0 : b * (power(a, (b - 1))))), (a, b, z) => ((z === 0 ? 0 : z * Math.log(a)))],
      rules: ["xtimesy(b, a^(b-1))", "xlogy(z, a)"],
    },
    "sin": {
      value: (a, b) => Math.sin(a),
      locals: [(a, b, z) => (Math.cos(a))],
      rules: ["cos(a)"],
    },
    "cos": {
      value: (a, b) => Math.cos(a),
      locals: [(a, b, z) => (-(Math.sin(a)))],
      rules: ["-sin(a)"],
    },
    "tan": {
      value: (a, b) => Math.tan(a),
      locals: [(a, b, z) => (1 + (z * z))],
      rules: ["1 + z^2"],
    },
    "asin": {
      value: (a, b) => Math.asin(a),
      locals: [(a, b, z) => (1 / (Math.sqrt((1 - (a * a)) + 0)))],
      rules: ["1/sqrt(1 - a^2)"],
    },
    "acos": {
      value: (a, b) => Math.acos(a),
      locals: [(a, b, z) => ((-1) / (Math.sqrt((1 - (a * a)) + 0)))],
      rules: ["-1/sqrt(1 - a^2)"],
    },
    "atan": {
      value: (a, b) => Math.atan(a),
      locals: [(a, b, z) => (1 / (1 + (a * a)))],
      rules: ["1/(1 + a^2)"],
    },
    "sinh": {
      value: (a, b) => Math.sinh(a),
      locals: [(a, b, z) => (Math.cosh(a))],
      rules: ["cosh(a)"],
    },
    "cosh": {
      value: (a, b) => Math.cosh(a),
      locals: [(a, b, z) => (Math.sinh(a))],
      rules: ["sinh(a)"],
    },
    "tanh": {
      value: (a, b) => Math.tanh(a),
      locals: [(a, b, z) => (1 / ((Math.cosh(a)) * (Math.cosh(a))))],
      rules: ["1/cosh(a)^2"],
    },
    "asinh": {
      value: (a, b) => Math.asinh(a),
      locals: [(a, b, z) => (1 / (hypot(1, a)))],
      rules: ["1/hypot(1, a)"],
    },
    "acosh": {
      value: (a, b) => Math.acosh(a),
      locals: [(a, b, z) => ((1 / (Math.sqrt((a - 1) + 0))) / (Math.sqrt((a + 1) + 0)))],
      rules: ["1/sqrt(a - 1)/sqrt(a + 1)"],
    },
    "atanh": {
      value: (a, b) => Math.atanh(a),
      locals: [(a, b, z) => (1 / ((1 - a) * (a + 1)))],
      rules: ["1/((1 - a)*(1 + a))"],
    },
    "exp": {
      value: (a, b) => Math.exp(a),
      locals: [(a, b, z) => z],
      rules: ["z"],
    },
    "expm1": {
      value: (a, b) => Math.expm1(a),
      locals: [(a, b, z) => (Math.exp(a))],
      rules: ["exp(a)"],
    },
    "log": {
      value: (a, b) => Math.log(a),
      locals: [(a, b, z) => (1 / a)],
      rules: ["1/a"],
    },
    "log1p": {
      value: (a, b) => Math.log1p(a),
      locals: [(a, b, z) => (1 / (a + 1))],
      rules: ["1/(1 + a)"],
    },
    "log2": {
      value: (a, b) => Math.log2(a),
      locals: [(a, b, z) => (1 / (0.6931471805599453 * a))],
      rules: ["1/(a*log(2))"],
    },
    "log10": {
      value: (a, b) => Math.log10(a),
      locals: [(a, b, z) => (1 / (2.302585092994046 * a))],
      rules: ["1/(a*log(10))"],
    },
    "sqrt": {
      value: (a, b) => Math.sqrt(a + 0),
      locals: [(a, b, z) => (1 / (z + z))],
      rules: ["1/(2*z)"],
    },
    "cbrt": {
      value: (a, b) => Math.cbrt(a),
      locals: [(a, b, z) => (1 / (3 * (z * z)))],
      rules: ["1/(3*z^2)"],
    },
    "abs": {
      value: (a, b) => Math.abs(a),
      locals: [(a, b, z) => (Math.sign(a))],
      rules: ["sign(a)"],
    },
    "sign": {
      value: (a, b) => Math.sign(a),
      locals: [(a, b, z) => 0],
      rules: ["0"],
    },
    "sigmoid": {
      value: (a, b) => sigmoid(a),
      locals: [(a, b, z) => (z * (sigmoid((-a))))],
      rules: ["z*sigmoid(-a)"],
    },
    "softplus": {
      value: (a, b) => softplus(a),
      locals: [(a, b, z) => (sigmoid(a))],
      rules: ["sigmoid(a)"],
    },
    "relu": {
      value: (a, b) => (a > 0 || a !== a ? a : 0),
      locals: [(a, b, z) => ((a > 0 ? 1 : a !== a ? NaN : 0))],
      rules: ["step(a)"],
    },
    "square": {
      value: (a, b) => a * a,
      locals: [(a, b, z) => (a + a)],
      rules: ["2*a"],
    },
    "erf": {
      value: (a, b) => erf(a),
      locals: [(a, b, z) => (1.1283791670955126 * (Math.exp((-(a * a)))))],
      rules: ["2/sqrt(pi)*exp(-a^2)"],
    },
    "erfc": {
      value: (a, b) => erfc(a),
      locals: [(a, b, z) => (-(1.1283791670955126 * (Math.exp((-(a * a))))))],
      rules: ["-2/sqrt(pi)*exp(-a^2)"],
    },
    "sec": {
      value: (a, b) => 1 / Math.cos(a),
      locals: [(a, b, z) => (z * (Math.tan(a)))],
      rules: ["z*tan(a)"],
    },
    "csc": {
      value: (a, b) => 1 / Math.sin(a),
      locals: [(a, b, z) => (-(z / (Math.tan(a))))],
      rules: ["-z/tan(a)"],
    },
    "cot": {
      value: (a, b) => 1 / Math.tan(a),
      locals: [(a, b, z) => ((-1) - (z * z))],
      rules: ["-1 - z^2"],
    },
    "silu": {
      value: (a, b) => a * sigmoid(a),
      locals: [(a, b, z) => ((sigmoid(a)) + (z * (sigmoid((-a)))))],
      rules: ["sigmoid(a) + z*sigmoid(-a)"],
    },
    "gelu": {
      value: (a, b) => a * (erfc(-a * Math.SQRT1_2) / 2),
      locals: [(a, b, z) => ((0.5 * (erfc((-(a / 1.4142135623730951))))) + ((a * (Math.exp((-(0.5 * (a * a)))))) / 2.5066282746310002))],
      rules: ["erfc(-a/sqrt(2))/2 + a*exp(-a^2/2)/sqrt(2*pi)"],
    },
    "mish": {
      value: (a, b) => a * Math.tanh(softplus(a)),
      locals: [(a, b, z) => ((Math.tanh((softplus(a)))) + ((a * (sigmoid(a))) / ((Math.cosh((softplus(a)))) * (Math.cosh((softplus(a)))))))],
      rules: ["tanh(softplus(a)) + a*sigmoid(a)/cosh(softplus(a))^2"],
    },
    "elu": {
      value: (a, b) => (a > 0 ? a : Math.expm1(a)),
      locals: [(a, b, z) => (Math.exp(((a < 0 || a !== a ? a : 0))))],
      rules: ["exp(min(a, 0))"],
    },
    "selu": {
      value: (a, b) => 1.0507009873554805 * (a > 0 ? a : 1.6732632423543772 * Math.expm1(a)),
      locals: [(a, b, z) => (1.0507009873554805 * (((a > 0 ? 1 : a !== a ? NaN : 0)) + ((1.6732632423543772 * (1 - ((a > 0 ? 1 : a !== a ? NaN : 0)))) * (Math.exp(((a < 0 || a !== a ? a : 0)))))))],
      rules: ["1.0507009873554805*(step(a) + (1 - step(a))*1.6732632423543772*exp(min(a, 0)))"],
    },
    "leakyrelu": {
      value: (a, b) => Math.max(a, 0.01 * a),
      locals: [(a, b, z) => (0.01 + (0.99 * ((a > 0 ? 1 : a !== a ? NaN : 0))))],
      rules: ["0.01 + 0.99*step(a)"],
    },
    "softsign": {
      value: (a, b) => a / (1 + Math.abs(a)),
      locals: [(a, b, z) => (1 / ((1 + (Math.abs(a))) * (1 + (Math.abs(a)))))],
      rules: ["1/(1 + abs(a))^2"],
    },
    "logsigmoid": {
      value: (a, b) => -softplus(-a),
      locals: [(a, b, z) => (sigmoid((-a)))],
      rules: ["sigmoid(-a)"],
    },
    "logit": {
      value: (a, b) => logit(a),
      locals: [(a, b, z) => (1 / (a * (1 - a)))],
      rules: ["1/(a*(1 - a))"],
    },
    "normcdf": {
      value: (a, b) => erfc(-a * Math.SQRT1_2) / 2,
      locals: [(a, b, z) => ((Math.exp((-(0.5 * (a * a))))) / 2.5066282746310002)],
      rules: ["exp(-a^2/2)/sqrt(2*pi)"],
    },
    "normpdf": {
      value: (a, b) => Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI),
      locals: [(a, b, z) => (-(a * z))],
      rules: ["-a*z"],
    },
    "floor": {
      value: (a, b) => Math.floor(a),
      locals: [(a, b, z) => 0],
      rules: ["0"],
    },
    "ceil": {
      value: (a, b) => Math.ceil(a),
      locals: [(a, b, z) => 0],
      rules: ["0"],
    },
    "round": {
      value: (a, b) => round(a),
      locals: [(a, b, z) => 0],
      rules: ["0"],
    },
    "logaddexp": {
      value: (a, b) => Math.max(a, b) + softplus(-Math.abs(a - b)),
      locals: [(a, b, z) => (sigmoid((a - b))), (a, b, z) => (sigmoid((b - a)))],
      rules: ["sigmoid(a - b)", "sigmoid(b - a)"],
    },
    "min": {
      value: (a, b) => (a < b || a !== a ? a : b),
      locals: [(a, b, z) => ((b > a ? 1 : b < a ? 0 : b === a ? 0.5 : NaN)), (a, b, z) => ((a > b ? 1 : a < b ? 0 : a === b ? 0.5 : NaN))],
      rules: ["wins(b, a)", "wins(a, b)"],
    },
    "max": {
      value: (a, b) => (a > b || a !== a ? a : b),
      locals: [(a, b, z) => ((a > b ? 1 : a < b ? 0 : a === b ? 0.5 : NaN)), (a, b, z) => ((b > a ? 1 : b < a ? 0 : b === a ? 0.5 : NaN))],
      rules: ["wins(a, b)", "wins(b, a)"],
    },
    "atan2": {
      value: (a, b) => Math.atan2(a, b),
      locals: [(a, b, z) => ((b / (hypot(a, b))) / (hypot(a, b))), (a, b, z) => (-((a / (hypot(a, b))) / (hypot(a, b))))],
      rules: ["b/hypot(a, b)/hypot(a, b)", "-a/hypot(a, b)/hypot(a, b)"],
    },
    "hypot": {
      value: (a, b) => hypot(a, b),
      locals: [(a, b, z) => (a / z), (a, b, z) => (b / z)],
      rules: ["a/z", "b/z"],
    },
    "step": {
      value: (a, b) => (a > 0 ? 1 : a !== a ? NaN : 0),
      locals: [(a, b, z) => 0],
      rules: ["0"],
    },
    "wins": {
      value: (a, b) => (a > b ? 1 : a < b ? 0 : a === b ? 0.5 : NaN),
      locals: [(a, b, z) => 0, (a, b, z) => 0],
      rules: ["0", "0"],
    },
    "xlogy": {
      value: (a, b) => (a === 0 ? 0 : a * Math.log(b)),
      locals: [(a, b, z) => (Math.log(b)), (a, b, z) => (a / b)],
      rules: ["log(b)", "a/b"],
    },
    "xtimesy": {
      value: (a, b) => (a === 0 ? 0 : a * b),
      locals: [(a, b, z) => b, (a, b, z) => a],
      rules: ["b", "a"],
    },
    "through": {
      value: (a, b) => (a !== 0 ? b : -0),
      locals: [null, (a, b, z) => 1],
      rules: ["", "1"],
    },
    "copysign": {
      value: (a, b) => copysign(a, b),
      locals: [(a, b, z) => ((Math.sign(a)) * (Math.sign(b))), (a, b, z) => 0],
      rules: ["sign(a)*sign(b)", "0"],
    },
  };
})();

/** The gates, and whether their condition must hold for a value to pass. */
export const OPEN_WHERE = {"when": true, "unless": false};
