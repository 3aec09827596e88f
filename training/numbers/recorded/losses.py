"""`tf.losses`: by PyTorch, weighted and summed up as in TensorFlow 1, from which tfjs has them."""
import numpy as np
import torch
import torch.nn.functional as F

from common import Recorder, random, values

record = Recorder("losses")



def reduced(losses, weights, reduction):
    """As TensorFlow 1 does it, which computes in 32 bits itself."""
    each = torch.ones_like(losses) if weights is None else weights * torch.ones_like(losses)
    total = (losses * each).sum()
    return {
        "NONE": lambda: losses * each,
        "MEAN": lambda: total / each.sum(),
        "SUM": lambda: total,
        "SUM_BY_NONZERO_WEIGHTS": lambda: total / (each != 0).sum(),
    }[reduction]()


SHAPE = (3, 4)


def weights(*shape):
    """Of both signs, some of them 0."""
    drawn = random.uniform(0.25, 2, shape) * random.choice([1, 1, 1, -0.5], shape)
    return drawn.astype(np.float32).astype(np.float64)


def apart(*shape):
    return values(*shape), values(*shape) + 0.01


def case(op, of, names, pair, by=None, reduction=None, **attrs):
    """of(labels, predictions) gives the losses."""
    inputs = dict(zip(names, pair))
    if by is not None:
        inputs["weights"] = by
    chosen = reduction or "SUM_BY_NONZERO_WEIGHTS"
    call = lambda **given: reduced(of(given[names[0]], given[names[1]]), given.get("weights"), chosen)
    record.torch(f"losses.{op}", call, inputs, {**attrs, **({"reduction": reduction} if reduction else {})})


plain = ("labels", "predictions")
unit = lambda *shape: random.uniform(0.1, 0.9, shape).astype(np.float32).astype(np.float64)
for reduction, by in [
    (None, None),
    ("NONE", weights(*SHAPE)),
    ("MEAN", weights(3, 1)),
    ("SUM", weights(3, 4)),
    ("SUM_BY_NONZERO_WEIGHTS", np.array([[1.5], [0.0], [-0.5]])),
]:
    case("absoluteDifference", lambda l, p: F.l1_loss(p, l, reduction="none"), plain, apart(*SHAPE), by, reduction)
    case("hingeLoss", lambda l, p: F.relu(1 - (2 * l - 1) * p), plain, (unit(*SHAPE), values(*SHAPE)), by, reduction)
    case("huberLoss", lambda l, p: F.huber_loss(p, l, reduction="none", delta=0.5), plain, apart(*SHAPE), by, reduction, delta=0.5)
    case("logLoss", lambda l, p: -l * torch.log(p + 0.01) - (1 - l) * torch.log(1 - p + 0.01), plain, (unit(*SHAPE), unit(*SHAPE)), by, reduction, epsilon=0.01)
    case("meanSquaredError", lambda l, p: F.mse_loss(p, l, reduction="none"), plain, apart(*SHAPE), by, reduction)
    case("sigmoidCrossEntropy", lambda l, p: F.binary_cross_entropy_with_logits(p, l * 0.75 + 0.125, reduction="none"), ("multiClassLabels", "logits"), (unit(*SHAPE), values(*SHAPE)), by, reduction, labelSmoothing=0.25)
    one = None if by is None else by[:, :1]
    case("cosineDistance", lambda l, p: 1 - (l * p).sum(1, keepdim=True), plain, (values(*SHAPE), values(*SHAPE)), one, reduction, axis=1)
    if by is not None:
        record.torch(
            "losses.computeWeightedLoss",
            lambda losses, weights: reduced(losses, weights, reduction),
            {"losses": values(*SHAPE), "weights": by},
            {"reduction": reduction},
        )

# Labels that do not sum to 1, too.
for shape in [(3, 4), (2, 3, 2)]:
    record.torch(
        "losses.softmaxCrossEntropy",
        lambda onehotLabels, logits: -(onehotLabels * F.log_softmax(logits, -1)).sum(-1),
        {"onehotLabels": unit(*shape), "logits": values(*shape)},
        {"reduction": "NONE"},
    )
record.torch(
    "losses.softmaxCrossEntropy",
    lambda onehotLabels, logits: F.cross_entropy(logits, onehotLabels, label_smoothing=0.5),
    {"onehotLabels": np.eye(4)[[1, 3, 1]], "logits": values(3, 4)},
    {"labelSmoothing": 0.5},
    gradients=["logits"],
)
record.torch(
    "losses.sigmoidCrossEntropy",
    lambda multiClassLabels, logits: F.binary_cross_entropy_with_logits(logits, multiClassLabels),
    {"multiClassLabels": unit(3, 4), "logits": values(3, 4, low=-9, high=9)},
)
record.write()
