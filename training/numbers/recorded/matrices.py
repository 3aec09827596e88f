"""Matrices, their products and norms."""
import torch

from common import Recorder, distinct, integers, values

record = Recorder("matrices")

PLAIN = {"transposeA": False, "transposeB": False}
for a, b in [
    ((3, 4), (4, 2)),
    ((2, 3, 4), (4, 5)),
    ((4, 3), (2, 3, 5)),
    ((2, 1, 3, 4), (3, 4, 2)),
    ((1, 3, 2), (3, 2, 1)),
]:
    record.torch("matMul", lambda a, b: a @ b, {"a": values(*a), "b": values(*b)}, PLAIN)
record.torch(
    "matMul",
    lambda a, b: a.mT @ b.mT,
    {"a": values(2, 4, 3), "b": values(5, 4)},
    {"transposeA": True, "transposeB": True},
)
record.torch("matMul", lambda a, b: a @ b, {"a": integers(2, 3, 4), "b": integers(4, 2)}, PLAIN)
record.torch("dot", lambda a, b: a @ b, {"a": values(5), "b": values(5)})
record.torch("dot", lambda a, b: a @ b, {"a": values(3, 5), "b": values(5)})
record.torch("outerProduct", lambda a, b: torch.outer(a, b), {"a": values(3), "b": values(4)})

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "leakyrelu": lambda x: torch.nn.functional.leaky_relu(x, 0.2),
}
for activation, function in ACTIVATIONS.items():
    record.torch(
        "fused.matMul",
        lambda a, b, bias: function(a @ b + bias),
        {"a": values(2, 3, 4), "b": values(4, 5), "bias": values(3, 1)},
        {**PLAIN, "activation": activation},
    )

for equation, *shapes in [
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ii->i", (3, 3)),
    ("iij->j", (3, 3, 2)),
    ("ij,jk", (2, 3), (3, 4)),
    ("bij,jk->bik", (2, 2, 3), (3, 2)),
    ("bhid,bhjd->bhij", (2, 1, 2, 3), (2, 1, 3, 3)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
    ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
    ("i...,j->...ij", (2, 3), (2,)),
    ("ij,kl->", (2, 2), (3, 2)),
]:
    record.torch(
        "einsum",
        lambda **inputs: torch.einsum(equation, *inputs.values()),
        {name: values(*shape) for name, shape in zip("abc", shapes)},
        {"equation": equation},
    )

inf = float("inf")
for order, axis in [
    (1, None), (2, None), (inf, None), (-inf, None),
    (1, -1), (2, 1), (inf, 0), (-inf, 2),
    (1, [0, 2]), (1, [2, 0]), (1, [-1, -2]), (inf, [0, 1]), (inf, [-1, 0]), (-inf, [1, 2]), ("fro", [2, 0]),
]:
    for keep in (False, True):
        function = torch.linalg.matrix_norm if isinstance(axis, list) else torch.linalg.vector_norm
        record.torch(
            "norm",
            lambda x: function(x, order, dim=axis, keepdim=keep) if axis is not None else torch.linalg.vector_norm(x, order, keepdim=keep),
            {"x": distinct(3, 2, 4) + 0.01},
            {
                "order": {inf: "Infinity", -inf: "-Infinity"}.get(order, order),
                "keepDims": keep,
                **({} if axis is None else {"axis": axis}),
            },
        )
record.torch("norm", lambda x: torch.linalg.vector_norm(x, 2, dim=1), {"x": values(2, 3) * [[0], [1]]}, {"order": 2, "axis": 1, "keepDims": False}, gradients=[])
record.torch("euclideanNorm", lambda x: torch.linalg.vector_norm(x, 2, dim=0), {"x": values(3, 2)}, {"axis": 0, "keepDims": False})
record.torch(
    "moments",
    lambda x: [x.mean((0, 2)), x.var((0, 2), correction=0)],
    {"x": values(2, 3, 4)},
    {"axis": [0, 2], "keepDims": False},
)

record.torch("transpose", lambda x: x.permute(2, 0, 3, 1), {"x": values(2, 3, 1, 4)}, {"perm": [2, 0, 3, 1]})
record.torch("diag", lambda x: torch.diag(x), {"x": values(4)})
record.torch("linalg.bandPart", lambda x: torch.tril(torch.triu(x, -1), 2), {"x": values(2, 4, 5)}, {"lower": 1, "upper": 2})
for shape in [(4, 2), (2, 4, 3), (3, 1)]:
    # Of more rows than columns, LAPACK's reflections have the signs of tfjs's.
    record.torch("linalg.qr", lambda x: list(torch.linalg.qr(x)), {"x": values(*shape)}, {"full": False})


def normalised(x, mean, variance, offset=None, scale=None):
    """With channels last, as tfjs has them."""
    y = torch.nn.functional.batch_norm(x.movedim(-1, 1), mean, variance, scale, offset, eps=0.001)
    return y.movedim(1, -1)


for name, shape in [("batchNorm2d", (3, 4)), ("batchNorm3d", (2, 3, 4)), ("batchNorm4d", (2, 2, 3, 4)), ("batchNorm", (2, 2, 3, 4))]:
    statistics = {"mean": values(4), "variance": values(4, low=0.5)}
    # PyTorch takes the statistics for constants.
    record.torch(name, normalised, {"x": values(*shape), **statistics}, gradients=["x"])
    record.torch(
        name,
        normalised,
        {"x": values(*shape), **statistics, "offset": values(4), "scale": values(4)},
        gradients=["x", "offset", "scale"],
    )
for radius, bias, alpha, beta in [(1, 1.0, 1.0, 0.5), (2, 2.0, 0.5, 0.75), (9, 1.0, 0.1, 1.0)]:
    record.torch(
        "localResponseNormalization",
        lambda x: (lambda size: torch.nn.functional.local_response_norm(
            x.movedim(-1, 1), size, alpha=alpha * size, beta=beta, k=bias
        ).movedim(1, -1))(2 * radius + 1),
        {"x": values(2, 2, 1, 5)},
        {"radius": radius, "bias": bias, "alpha": alpha, "beta": beta},
    )
record.write()
