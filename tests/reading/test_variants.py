"""A hundred ways to write a formula, against the same in mpmath, which knows no such text."""

from typing import Any

import mpmath
import pytest

from qsts_core import Expression

WAYS = [
    ("np.exp(-x**2)+numpy.log(y)", "exp(-x**2)+log(y)"),
    ("torch.sigmoid(x)*torch.tanh(y)", "sig(x)*tanh(y)"),
    ("tf.math.softplus(x)+tf.nn.relu(y)", "log(1+exp(x))+max(y,0)"),
    ("jnp.sqrt(jnp.square(x)+jnp.square(y))", "sqrt(x**2+y**2)"),
    ("jax.numpy.sin(x) * jax.nn.sigmoid(y)", "sin(x)*sig(y)"),
    ("jax.nn.relu(x)*y", "max(x,0)*y"),
    ("F.softplus(x) - F.relu(y)", "log(1+exp(x))-max(y,0)"),
    ("torch.nn.functional.relu(x-0.1)**2*y", "max(x-mpf('0.1'),0)**2*y"),
    ("import numpy as np\ndef f(x, y):\n    return np.sin(x) * y", "sin(x)*y"),
    ("from math import *\nlambda x, y: exp(x)/y", "exp(x)/y"),
    ("f = lambda x, y: x**2 * y", "x**2*y"),
    ("def loss(x, y):\n    z = x*y\n    return z + z**2", "x*y+(x*y)**2"),
    (
        "def loss(x: float, y: float) -> float:\n    t = math.exp(-x)  # decay\n    return t*y",
        "exp(-x)*y",
    ),
    ("import torch\nx*torch.log(y)", "x*log(y)"),
    ("return x*y", "x*y"),
    ("math.sqrt(x) * math.pi * y", "sqrt(x)*pi*y"),
    ("np.power(x, 3) + np.maximum(x, y)", "x**3+max(x,y)"),
    ("np.arctan2(y, x) + np.hypot(x, y)", "atan2(y,x)+sqrt(x**2+y**2)"),
    ("np.abs(x) + np.fabs(y)", "abs(x)+abs(y)"),
    ("math.pow(x, y)", "x**y"),
    ("np.e**x * y", "exp(x)*y"),
    ("math.e**(x*y)", "exp(x*y)"),
    ("math.log(x, 2) + y", "log(x)/log(2)+y"),
    ("math.log(y, x)", "log(y)/log(x)"),
    ("np.log10(x)*np.log2(y)", "log(x)/log(10)*log(y)/log(2)"),
    ("np.cbrt(x)*y", "x**(mpf(1)/3)*y"),
    ("x ** 2. + 3. * y", "x**2+3*y"),
    ("tf.reduce_mean(tf.square(x - y))", "(x-y)**2"),
    ("y = x**2 + y\ny*2", "2*(x**2+y)"),
    ("torch.special.expm1(x)*y", "expm1(x)*y"),
    ("np.log1p(x)*np.expm1(y)", "log1p(x)*expm1(y)"),
    ("np.arcsinh(x)*np.arctanh(y/5)", "asinh(x)*atanh(y/5)"),
    ("np.multiply(x, y) + np.add(x, y) - np.divide(x, y) + np.subtract(x,y)", "x*y+x+y-x/y+x-y"),
    ("np.logaddexp(x, y)", "log(exp(x)+exp(y))"),
    ("scipy.special.erf(x)*y", "erf(x)*y"),
    ("$$x^2 + y$$", "x**2+y"),
    ("$x^2 y$", "x**2*y"),
    ("\\[ \\dfrac{x}{y} \\]", "x/y"),
    ("\\( x y \\)", "x*y"),
    ("f(x, y) = \\frac{1}{1 + e^{-x}} y", "sig(x)*y"),
    ("\\operatorname{sigmoid}(x) y", "sig(x)*y"),
    ("\\mathrm{tanh}(x) + y", "tanh(x)+y"),
    ("\\mathrm{relu}\\left(x - y\\right)", "max(x-y,0)"),
    ("\\lVert x \\rVert + y", "abs(x)+y"),
    ("\\left| x - y \\right|", "abs(x-y)"),
    ("\\sum_{i=1}^{3} x^i y", "(x+x**2+x**3)*y"),
    ("\\prod_{k=1}^{3} (x + k y)", "(x+y)*(x+2*y)*(x+3*y)"),
    ("\\sum_{i=0}^{2} \\frac{x^{i}}{i+1} + y", "1+x/2+x**2/3+y"),
    ("\\sum\\limits_{n=1}^3 \\frac{(-1)^n x^{2n}}{n} + y", "-x**2+x**4/2-x**6/3+y"),
    ("\\sqrt[3]{x} \\cdot y", "x**(mpf(1)/3)*y"),
    ("\\sqrt{x^2+y^2}", "sqrt(x**2+y**2)"),
    ("\\sin^2 x + \\cos^2 y", "sin(x)**2+cos(y)**2"),
    ("\\sin^{2}(x)\\,\\cos(y)", "sin(x)**2*cos(y)"),
    ("\\log_{2} x + \\log_{10}(y)", "log(x)/log(2)+log(y)/log(10)"),
    ("\\ln(x)\\ln y", "log(x)*log(y)"),
    ("\\exp\\left(-\\frac{(x-y)^2}{2}\\right)", "exp(-(x-y)**2/2)"),
    ("e^{-\\frac{x^2}{2}} y", "exp(-x**2/2)*y"),
    ("\\frac{1}{\\sqrt{2\\pi}} e^{-x^2/2} y", "exp(-x**2/2)*y/sqrt(2*pi)"),
    ("\\frac12 x y^2", "x*y**2/2"),
    ("\\tfrac{1}{2} \\left( x^2 + y^2 \\right)", "(x**2+y**2)/2"),
    ("\\max(x, y) + \\min\\{x, y\\}", "x+y"),
    ("\\max\\left(0, x\\right) y", "max(x,0)*y"),
    ("x \\times y \\div 3", "x*y/3"),
    ("\\arctan\\frac{y}{x}", "atan(y/x)"),
    ("\\sinh x \\cosh y", "sinh(x)*cosh(y)"),
    ("\\operatorname{arcsinh}(x) y", "asinh(x)*y"),
    ("\\sec x \\cdot y", "y/cos(x)"),
    ("\\cot(x)\\csc(y)", "1/tan(x)/sin(y)"),
    ("x^{2}y^{3}", "x**2*y**3"),
    ("2x\\left(x+y\\right)", "2*x*(x+y)"),
    ("\\{x + [y(x+1)]\\}", "x+y*(x+1)"),
    ("\\begin{aligned} f(x,y) &= x^2 + y \\end{aligned}", "x**2+y"),
    ("\\begin{equation} x y^2 \\end{equation}", "x*y**2"),
    ("z = x y \\\\ z^2 + z", "x*y+(x*y)**2"),
    ("\\frac{x}{y}^2", "(x/y)**2"),
    ("x\\,\\mathrm{e}^{-y}", "x*exp(-y)"),
    ("\\mathrm{e}^{x} y", "exp(x)*y"),
    ("\\Vert x - y \\Vert^2", "(x-y)**2"),
    ("\\lvert x\\rvert^{3} y", "abs(x)**3*y"),
    ("\\ln\\left(1+e^{x}\\right)y", "log(1+exp(x))*y"),
    ("\\hat{y} = x^2 \\\\ \\hat{y} + y", "x**2+y"),
    ("-\\left[ y \\log x + (1-y)\\log(1+x) \\right]", "-(y*log(x)+(1-y)*log(1+x))"),
    ("x^{-\\frac{1}{2}} y", "y/sqrt(x)"),
    ("{x}^{2}+{y}", "x**2+y"),
    ("sum(i=1..3, i*x^i) + y", "x+2*x**2+3*x**3+y"),
    ("sum(i=1...3, x^i) y", "(x+x**2+x**3)*y"),
    ("∑(i=1..3, x^i)*y", "(x+x**2+x**3)*y"),
    ("prod(k=1..3, x+k)*y", "(x+1)*(x+2)*(x+3)*y"),
    ("sum(i=1..2, sum(j=1..2, x^i*y^j))", "x*y+x*y**2+x**2*y+x**2*y**2"),
    ("f(t) = t^2 + 1; f(x)*f(y)", "(x**2+1)*(y**2+1)"),
    ("f(a,b) = a*b; g(t) = f(t,t)+1; g(x)+f(x,y)", "x**2+1+x*y"),
    ("sin^2 x + cos^2 y", "sin(x)**2+cos(y)**2"),
    ("sin²x·cos y", "sin(x)**2*cos(y)"),
    ("|x - y| + |x|", "abs(x-y)+abs(x)"),
    ("‖x‖ + y", "abs(x)+y"),
    ("√x + ∛y", "sqrt(x)+y**(mpf(1)/3)"),
    ("√(x²+y²)", "sqrt(x**2+y**2)"),
    ("½x² + ¼y", "x**2/2+y/4"),
    ("log_2(x) + log_10(y)", "log(x)/log(2)+log(y)/log(10)"),
    ("log2 x + y", "log(x)/log(2)+y"),
    ("e^(-x²/2)·y", "exp(-x**2/2)*y"),
    ("exp(-½(x−y)²)", "exp(-(x-y)**2/2)"),
    ("x^{2} + y", "x**2+y"),
    ("arctan(y/x)", "atan(y/x)"),
    ("sec(x)*csc(y) + cot(x)", "1/cos(x)/sin(y)+1/tan(x)"),
    ("arcsinh(x)+arccosh(1+y)", "asinh(x)+acosh(1+y)"),
    ("asinh(x)+acosh(1+y)+atanh(x/9)", "asinh(x)+acosh(1+y)+atanh(x/9)"),
    ("gelu(x)+silu(y)", "x*ncdf(x)+y*sig(y)"),
    ("logaddexp(x,y)+logsumexp(x,y)", "2*log(exp(x)+exp(y))"),
    ("logsumexp(x,y,1)", "log(exp(x)+exp(y)+exp(1))"),
    ("max(x, y, 1) + min(x,y,2)", "max(x,y,1)+min(x,y,2)"),
    ("hypot(x, y, 2)", "sqrt(x**2+y**2+4)"),
    ("mean(x, y, 3)", "(x+y+3)/3"),
    ("5(x+1)(y-1)", "5*(x+1)*(y-1)"),
    ("tg(x) + ctg(y) + arctg(x)", "tan(x)+1/tan(y)+atan(x)"),
    ("1/(1+exp(-x))*y", "sig(x)*y"),
    ("logit(x/9)+y", "log(x/9/(1-x/9))+y"),
    ("erfc(x)*y", "erfc(x)*y"),
    ("mish(x)+elu(y)+softsign(x)", "x*tanh(log(1+exp(x)))+y+x/(1+abs(x))"),
]
AT = {"x": 1.3, "y": 0.7}
NAMES: dict[str, Any] = vars(mpmath) | {
    "sig": lambda t: 1 / (1 + mpmath.exp(-t)),
    "abs": abs,
    "max": max,
    "min": min,
}


@pytest.mark.parametrize(("text", "meaning"), WAYS, ids=[ascii(text) for text, _ in WAYS])
def test_each_way_has_the_value_and_the_gradient_of_its_meaning(text: str, meaning: str) -> None:
    expression = Expression(text)
    at = {name: AT[name] for name in expression.variables}

    def true(state: dict[str, Any]) -> Any:
        return eval(meaning, NAMES | state)

    with mpmath.workdps(40):
        state = {name: mpmath.mpf(number) for name, number in AT.items()}
        assert expression.value(at) == pytest.approx(float(true(state)), rel=1e-14)
        for name, slope in expression.gradient(at).items():

            def along(t: Any, name: str = name) -> Any:
                return true(state | {name: t})

            assert slope == pytest.approx(float(mpmath.diff(along, state[name])), rel=1e-13), name
