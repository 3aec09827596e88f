"""Operations that make one number of many, or a line of a line."""
import numpy as np
import tensorflow as tf
import torch

from common import Recorder, booleans, distinct, integers, values

record = Recorder("reductions")

AXES = [(None, False), (0, True), (-1, False), ([0, 2], False), ([-2], True), ([0, 1, 2], True)]


def attrs_of(axis, keep):
    return {"axis": axis, "keepDims": keep}


def over(name, function, draw, **options):
    """A case for each form of axes."""
    for axis, keep in AXES:
        record.tensorflow(name, lambda x: function(x, axis=axis, keepdims=keep), {"x": draw()}, attrs_of(axis, keep), **options)


over("sum", tf.reduce_sum, lambda: values(2, 3, 4))
over("mean", tf.reduce_mean, lambda: values(2, 3, 4))
over("prod", tf.reduce_prod, lambda: values(2, 3, 2))
over("max", tf.reduce_max, lambda: distinct(2, 3, 4))
over("min", tf.reduce_min, lambda: distinct(2, 3, 4))
over("logSumExp", tf.reduce_logsumexp, lambda: values(2, 3, 4))
over("all", tf.reduce_all, lambda: booleans(2, 2, 3))
over("any", tf.reduce_any, lambda: booleans(2, 2, 3))
over("sum", tf.reduce_sum, lambda: integers(2, 3, 4))
over("max", tf.reduce_max, lambda: integers(2, 3, 4))
# Differences of the reference know no gradient at a tie.
with_ties = np.array([[1.0, 3, 3], [2, 2, 2], [-1, -4, -1]])
record.torch("max", lambda x: x.amax(1), {"x": with_ties}, {"axis": 1, "keepDims": False}, gradients=[])
record.torch("min", lambda x: x.amin(0), {"x": with_ties}, {"axis": 0, "keepDims": False}, gradients=[])
zeros = np.array([[0.0, 2, 3], [0, 4, 0], [1, 5, -2]])
record.torch("prod", lambda x: x.prod(1), {"x": zeros}, {"axis": 1, "keepDims": False})
record.torch("prod", lambda x: x.prod(), {"x": zeros}, {"axis": None, "keepDims": False})
record.torch("sum", lambda x: x.sum(), {"x": np.zeros((0, 3))}, {"axis": None, "keepDims": False})
record.torch("mean", lambda x: x.mean(0), {"x": np.zeros((0, 3))}, {"axis": 0, "keepDims": False})
record.torch("logSumExp", lambda x: torch.logsumexp(x, 1), {"x": np.array([[-np.inf, 1.0], [1000, 1001]])}, {"axis": 1, "keepDims": False}, gradients=[])

nan = np.array([[1.0, np.nan, 3], [4, 5, np.nan], [-np.inf, np.inf, 0]])
for name in ["max", "min"]:
    record.torch(name, lambda x: getattr(x, f"a{name}")(1), {"x": nan}, {"axis": 1, "keepDims": False}, gradients=[])
for name in ["argmax", "argmin"]:
    op = {"argmax": "argMax", "argmin": "argMin"}[name]
    for axis, x in [(0, distinct(3, 4)), (-1, distinct(3, 4)), (1, nan), (1, integers(2, 5, 2))]:
        record.torch(op, lambda x: getattr(torch, name)(x, axis).int(), {"x": x}, {"axis": axis}, gradients=[])

for axis in [0, 1, -1]:
    for exclusive in [False, True]:
        for reverse in [False, True]:
            attrs = {"axis": axis, "exclusive": exclusive, "reverse": reverse}
            for name, function in [("cumsum", tf.cumsum), ("cumprod", tf.math.cumprod)]:
                record.tensorflow(name, lambda x: function(x, axis=axis, exclusive=exclusive, reverse=reverse), {"x": values(3, 2, 4)}, attrs)
plain = {"axis": 0, "exclusive": False, "reverse": False}
record.torch("cumprod", lambda x: torch.cumprod(x, 0), {"x": np.array([2.0, 0, 3, 0, 5])}, plain)
record.torch("cumsum", lambda x: torch.cumsum(x, 0).int(), {"x": integers(5, 2)}, plain)

for k in [1, 3, 5]:
    record.torch("topk", lambda x: [t if i == 0 else t.int() for i, t in enumerate(torch.topk(x, k))], {"x": distinct(2, 3, 5)}, {"k": k, "sorted": True})
record.tensorflow("topk", lambda x: tf.math.top_k(x, 4), {"x": np.array([[1.0, 3, 3, 1, 3], [0, 0, 0, 0, 0]])}, {"k": 4, "sorted": True}, gradients=[])

for axis in [0, 1, 2, -1, -2]:
    record.torch("softmax", lambda x: torch.softmax(x, axis), {"x": values(2, 3, 4)}, {"axis": axis})
    record.torch("logSoftmax", lambda x: torch.log_softmax(x, axis), {"x": values(2, 3, 4)}, {"axis": axis})
large = np.array([[1000.0, -1000, 999], [-np.inf, 0, 1]])
record.torch("softmax", lambda x: torch.softmax(x, 1), {"x": large}, {"axis": 1}, gradients=[])
record.torch("logSoftmax", lambda x: torch.log_softmax(x, 1), {"x": large}, {"axis": 1}, gradients=[])

for side in ["left", "right"]:
    lines = np.sort(integers(2, 3, 6), axis=-1).astype(np.float64)
    asked = {"sorted": lines, "values": integers(2, 3, 4).astype(np.float64)}
    find = lambda sorted, values: tf.searchsorted(sorted, values, side=side)
    record.tensorflow("searchSorted", find, asked, {"side": side}, gradients=[])
    record.tensorflow({"left": "lowerBound", "right": "upperBound"}[side], find, asked, gradients=[])

for size in [3, 7]:
    x = integers(9, low=0, high=6)
    record.tensorflow(
        "bincount",
        lambda x, weights: tf.math.bincount(x, weights, minlength=size, maxlength=size),
        {"x": x, "weights": values(9)}, {"size": size}, gradients=[],
    )
    record.tensorflow(
        "denseBincount",
        lambda x, weights: tf.math.bincount(x, minlength=size, maxlength=size, axis=-1, binary_output=True),
        {"x": integers(3, 5, low=0, high=6), "weights": np.zeros(0, np.int32)}, {"size": size, "binary": True},
    )
record.tensorflow(
    "math.confusionMatrix",
    lambda labels, predictions: tf.math.confusion_matrix(labels, predictions, 4),
    {"labels": integers(20, low=0, high=4), "predictions": integers(20, low=0, high=4)}, {"classes": 4},
)
record.tensorflow("unique", lambda x: tf.unique(x)[:2], {"x": integers(9, low=0, high=4)}, {"axis": 0})
record.write()
