"""Poolings of images and volumes. PyTorch has the channels in front; TensorFlow pads as "same" does."""
import tensorflow as tf
import torch
from torch.nn import functional as F

from common import Recorder, distinct, values

record = Recorder("pooling")


def last(y):
    return y.movedim(1, -1)


def first(x):
    return x.movedim(-1, 1)


def sides(pad, axes):
    """One number of padding for each axis, as tfjs writes it."""
    return pad if isinstance(pad, int) else [[0, 0], *([p, p] for p in pad), [0, 0]]


# PyTorch: sizes, window, strides, padding, ceil
PLANES = [
    ((2, 6, 5, 3), 2, 2, 0, False),
    ((1, 7, 6, 2), [3, 2], [2, 1], [1, 0], False),
    ((2, 5, 4, 1), [2, 3], [1, 2], [0, 1], False),
    ((1, 6, 6, 4), 3, 2, 1, True),
    ((1, 6, 7, 5), [3, 4], [2, 3], 1, True),
]
for shape, window, strides, pad, ceil in PLANES:
    attrs = {"window": window, "strides": strides, "pad": sides(pad, 2)}
    if ceil:
        attrs["dimRoundingMode"] = "ceil"

    def most(x):
        return last(F.max_pool2d(first(x), window, strides, pad, ceil_mode=ceil))

    def mean(x):
        return last(F.avg_pool2d(first(x), window, strides, pad, ceil_mode=ceil, count_include_pad=False))

    record.torch("maxPool", most, {"x": distinct(*shape)}, attrs)
    record.torch("avgPool", mean, {"x": values(*shape)}, attrs)
    record.torch("pool", most, {"x": distinct(*shape)}, {**attrs, "type": "max"})
    if ceil:
        continue

    def both(x):
        y, at = F.max_pool2d(first(x), window, strides, pad, return_indices=True)
        channels = x.shape[-1]
        index = at * channels + torch.arange(channels).reshape(1, -1, 1, 1)
        return [last(y), last(index).int()]

    record.torch("maxPoolWithArgmax", both, {"x": distinct(*shape)}, attrs)

for shape, window, dilation, pad in [
    ((1, 6, 7, 2), 2, 2, 0),
    ((2, 7, 6, 1), [3, 2], [2, 3], [1, 0]),
    ((1, 5, 5, 3), 3, 2, 1),
]:
    record.torch(
        "pool",
        lambda x: last(F.max_pool2d(first(x), window, 1, pad, dilation)),
        {"x": distinct(*shape)},
        {"window": window, "strides": 1, "dilations": dilation, "pad": sides(pad, 2), "type": "max"},
    )

VOLUMES = [
    ((1, 4, 5, 4, 2), 2, 2, 0, False),
    ((2, 3, 4, 5, 1), [2, 3, 2], [1, 2, 3], [1, 0, 1], False),
    ((1, 4, 4, 5, 1), 3, 2, 1, True),
]
for shape, window, strides, pad, ceil in VOLUMES:
    attrs = {"window": window, "strides": strides, "pad": sides(pad, 3)}
    if ceil:
        attrs["dimRoundingMode"] = "ceil"
    record.torch(
        "maxPool3d",
        lambda x: last(F.max_pool3d(first(x), window, strides, pad, ceil_mode=ceil)),
        {"x": distinct(*shape)},
        attrs,
    )
    record.torch(
        "avgPool3d",
        lambda x: last(F.avg_pool3d(first(x), window, strides, pad, ceil_mode=ceil, count_include_pad=False)),
        {"x": values(*shape)},
        attrs,
    )

# TensorFlow: who counts with "same".
for shape, window, strides in [
    ((2, 5, 6, 3), [2, 3], [2, 2]),
    ((1, 4, 3, 2), [3, 5], [1, 3]),
    ((1, 7, 2, 1), [1, 2], [3, 1]),
]:
    for pad in ["same", "valid"]:
        if pad == "valid" and window[1] > shape[2]:
            continue
        attrs = {"window": window, "strides": strides, "pad": pad}
        record.tensorflow(
            "maxPool", lambda x: tf.nn.max_pool2d(x, window, strides, pad.upper()), {"x": distinct(*shape)}, attrs
        )
        record.tensorflow(
            "avgPool", lambda x: tf.nn.avg_pool2d(x, window, strides, pad.upper()), {"x": values(*shape)}, attrs
        )
for shape, window, strides in [
    ((1, 4, 3, 5, 2), [2, 3, 2], [2, 1, 3]),
    ((2, 3, 3, 2, 1), [3, 2, 3], [1, 2, 2]),
]:
    attrs = {"window": window, "strides": strides, "pad": "same"}
    record.tensorflow(
        "maxPool3d",
        # It takes 32-bit floats alone, of which a maximum is one.
        lambda x: tf.cast(tf.nn.max_pool3d(tf.cast(x, tf.float32), window, strides, "SAME"), tf.float64),
        {"x": distinct(*shape)},
        attrs,
    )

    # It has averages of volumes in 32 bits alone; here the share of the cells that are inside makes up for the padding.
    def mean(x):
        sizes = shape[1:4]
        missing = [max(0, (-(-n // s) - 1) * s + w - n) for n, w, s in zip(sizes, window, strides)]
        around = [side for m in reversed(missing) for side in (m // 2, m - m // 2)]
        inside = F.pad(torch.ones_like(first(x)), around)
        return last(
            F.avg_pool3d(F.pad(first(x), around), window, strides) / F.avg_pool3d(inside, window, strides)
        )

    record.torch("avgPool3d", mean, {"x": values(*shape)}, attrs)
record.write()
