"""Operations number by number."""
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F

from common import Recorder, booleans, distinct, integers, values

record = Recorder("elementwise")


def unary(op, function, low=-2.0, high=2.0):
    record.torch(op, lambda x: function(x), {"x": values(2, 3, low=low, high=high)})


for op in "acos asin atanh".split():
    unary(op, getattr(torch, op), -0.8, 0.8)
for op in "asinh atan cos cosh erf exp expm1 neg reciprocal sigmoid sin sinh square tanh".split():
    unary(op, getattr(torch, op))
for op in "acosh log rsqrt sqrt".split():
    unary(op, getattr(torch, op), 1.2, 4)
unary("log1p", torch.log1p, -0.7, 4)
unary("tan", torch.tan, -1.2, 1.2)
unary("logSigmoid", F.logsigmoid, -6, 6)
unary("softplus", F.softplus, -6, 6)
kinked = distinct(3, 4, gap=0.7)
for op, function in {
    "abs": torch.abs,
    "ceil": torch.ceil,
    "elu": F.elu,
    "floor": torch.floor,
    "relu": F.relu,
    "relu6": F.relu6,
    "round": torch.round,
    "selu": F.selu,
    "sign": torch.sign,
}.items():
    record.torch(op, lambda x, function=function: function(x), {"x": kinked})
for op in "isfinite isinf isnan".split():
    name = {"isfinite": "isFinite", "isinf": "isInf", "isnan": "isNaN"}[op]
    x = np.array([1.0, np.nan, np.inf, -np.inf, 0.0])
    record.torch(name, lambda x, op=op: getattr(torch, op)(x), {"x": x}, gradients=[])

SHAPES = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1, 4), (3, 1)), ((), (2, 2)), ((1, 2), (2, 1))]
for a, b in SHAPES:
    record.torch("add", lambda a, b: a + b, {"a": values(*a), "b": values(*b)})
    record.torch("sub", lambda a, b: a - b, {"a": values(*a), "b": values(*b)})
    record.torch("mul", lambda a, b: a * b, {"a": values(*a), "b": values(*b)})
    record.torch("div", lambda a, b: a / b, {"a": values(*a), "b": values(*b, low=0.5)})
    record.torch("squaredDifference", lambda a, b: (a - b) ** 2, {"a": values(*a), "b": values(*b)})
    record.torch("pow", lambda a, b: torch.pow(a, b), {"a": values(*a, low=0.4), "b": values(*b)})
    record.torch("atan2", lambda a, b: torch.atan2(a, b), {"a": values(*a, low=0.5), "b": values(*b)})
    far = {"a": distinct(*a, gap=0.5), "b": distinct(*b, gap=0.5) + 0.125}
    record.torch("maximum", lambda a, b: torch.maximum(a, b), far)
    record.torch("minimum", lambda a, b: torch.minimum(a, b), far)
    steps = {"a": distinct(*a, gap=2.0) + 0.375, "b": np.where(booleans(*b), 1.0, -1.0)}
    record.torch("mod", lambda a, b: torch.remainder(a, b), steps)
    record.tensorflow("divNoNan", lambda a, b: tf.math.divide_no_nan(a, b), {"a": values(*a), "b": values(*b, low=0.5)})
    record.torch("where", lambda condition, a, b: torch.where(condition, a, b), {"condition": booleans(*b), "a": values(*a), "b": values(*b)})
for op, function in {
    "floorDiv": torch.floor_divide,
    "mod": torch.remainder,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "bitwiseAnd": torch.bitwise_and,
}.items():
    whole = {"a": integers(3, 4, low=-9, high=9), "b": integers(3, 4, low=1, high=4) * np.int32(-1)}
    record.torch(op, lambda a, b, function=function: function(a, b), whole)
for op, function in {
    "equal": torch.eq,
    "notEqual": torch.ne,
    "greater": torch.gt,
    "greaterEqual": torch.ge,
    "less": torch.lt,
    "lessEqual": torch.le,
}.items():
    numbers = {"a": integers(3, 4), "b": integers(4)}
    record.torch(op, lambda a, b, function=function: function(a, b), numbers)
for op, function in {
    "logicalAnd": torch.logical_and,
    "logicalOr": torch.logical_or,
    "logicalXor": torch.logical_xor,
}.items():
    record.torch(op, lambda a, b, function=function: function(a, b), {"a": booleans(3, 4), "b": booleans(4)})
record.torch("logicalNot", lambda x: torch.logical_not(x), {"x": booleans(5)})

record.torch("clipByValue", lambda x: torch.clamp(x, -1.0, 1.5), {"x": kinked}, {"low": -1.0, "high": 1.5})
record.torch("leakyRelu", lambda x: F.leaky_relu(x, 0.2), {"x": kinked}, {"alpha": 0.2})
record.torch("prelu", lambda x, alpha: torch.where(x > 0, x, x * alpha), {"x": kinked, "alpha": values(4)})
record.torch("addN", lambda a, b, c: a + b + c, {"a": values(2, 3), "b": values(2, 3), "c": values(2, 3)})
record.torch("cast", lambda x: x.to(torch.int32), {"x": kinked}, {"to": "int32"}, gradients=[])
record.torch("cast", lambda x: x.to(torch.bool), {"x": integers(6)}, {"to": "bool"})
record.torch("linspace", lambda: torch.linspace(-1, 2, 7, dtype=torch.float64), {}, {"start": -1, "stop": 2, "num": 7})
record.torch(
    "range",
    lambda: torch.arange(3, -4, -2, dtype=torch.int32),
    {},
    {"start": 3, "stop": -4, "step": -2, "dtype": "int32"},
)
record.torch("eye", lambda: torch.eye(2, 3, dtype=torch.float64), {}, {"rows": 2, "columns": 3, "batch": [], "dtype": "float32"})
record.torch(
    "oneHot",
    lambda indices: F.one_hot(indices.long(), 4).to(torch.int32),
    {"indices": integers(2, 3, low=0, high=4)},
    {"depth": 4, "on": 1, "off": 0, "type": "int32"},
)
record.write()
