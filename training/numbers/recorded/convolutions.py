"""Convolutions. PyTorch has the channels in front and filters the other way round; TensorFlow pads as "same" does."""
import tensorflow as tf
import torch
from torch.nn import functional as F

from common import Recorder, distinct, values

record = Recorder("convolutions")


def last(y):
    return y.movedim(1, -1)


def first(x):
    return x.movedim(-1, 1)


def weight(filter):
    """[...windows, in, out] as PyTorch has it: [out, in, ...windows]."""
    return filter.movedim(-1, 0).movedim(-1, 1).contiguous()


def sides(pads):
    return [[0, 0], *([p, p] if isinstance(p, int) else list(p) for p in pads), [0, 0]]


def padded(x, pads):
    """PyTorch has no padding of its own for two sides."""
    flat = [size for pair in reversed([(p, p) if isinstance(p, int) else p for p in pads]) for size in pair]
    return F.pad(x, flat)


CONVOLVE = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSE = {2: F.conv_transpose2d, 3: F.conv_transpose3d}
NAMES = {1: "conv1d", 2: "conv2d", 3: "conv3d"}


def convolution(x, filter, strides, dilations, pads):
    return last(CONVOLVE[len(pads)](padded(first(x), pads).contiguous(), weight(filter), stride=strides, dilation=dilations))


# sizes with batch and channels, window, out channels, strides, dilations, paddings
CONVOLUTIONS = [
    ((2, 7, 2), [3], 3, [1], [1], [0]),
    ((1, 9, 3), [4], 2, [2], [1], [2]),
    ((3, 8, 1), [3], 2, [1], [2], [(1, 3)]),
    ((2, 4, 5, 2), [3, 2], 3, [1, 1], [1, 1], [0, 0]),
    ((1, 7, 5, 2), [2, 3], 3, [2, 3], [1, 1], [1, 2]),
    ((2, 6, 5, 1), [3, 1], 2, [1, 1], [2, 3], [(0, 2), (1, 0)]),
    ((1, 4, 4, 5), [1, 1], 3, [2, 1], [1, 1], [0, 0]),
    ((1, 3, 4, 3, 2), [2, 2, 1], 2, [1, 1, 1], [1, 1, 1], [0, 0, 0]),
    ((1, 5, 4, 5, 1), [2, 3, 2], 2, [2, 1, 3], [1, 1, 1], [1, 1, 1]),
    ((1, 4, 5, 3, 2), [2, 2, 2], 1, [1, 1, 1], [1, 2, 1], [(0, 1), (2, 0), (1, 1)]),
]
for shape, window, out, strides, dilations, pads in CONVOLUTIONS:
    inputs = {"x": values(*shape), "filter": values(*window, shape[-1], out)}
    equal = all(p == pads[0] and isinstance(p, int) for p in pads)
    attrs = {
        "strides": strides if len(window) > 1 else strides[0],
        "dilations": dilations if len(window) > 1 else dilations[0],
        "pad": pads[0] if equal else sides(pads),
    }
    record.torch(NAMES[len(window)], lambda x, filter: convolution(x, filter, strides, dilations, pads), inputs, attrs)

# Transposed, by what comes out: sizes, window, channels in, strides, paddings
for batch, sizes, window, channels, out, strides, pads in [
    (1, (5, 4), [3, 2], 2, 3, [1, 1], [0, 0]),
    (1, (7, 7), [3, 3], 3, 1, [2, 2], [1, 1]),
    (2, (6, 5), [2, 4], 1, 2, [2, 3], [0, 2]),
    (1, (3, 3, 5), [2, 2, 3], 2, 1, [1, 1, 2], [0, 1, 1]),
    (2, (3, 3, 3), [1, 2, 2], 1, 2, [2, 1, 1], [0, 0, 0]),
]:
    small = [(s + 2 * p - w) // k + 1 for s, w, k, p in zip(sizes, window, strides, pads)]
    rest = [s + 2 * p - w - (n - 1) * k for s, w, k, p, n in zip(sizes, window, strides, pads, small)]

    def transposed(x, filter):
        return last(
            TRANSPOSE[len(window)](
                first(x), weight(filter), stride=strides, padding=pads, output_padding=rest
            )
        )

    inputs = {"x": values(batch, *small, channels), "filter": values(*window, out, channels)}
    attrs = {
        "strides": strides,
        "pad": pads[0] if len(set(pads)) == 1 else sides(pads),
        "outputShape": [batch, *sizes, out],
    }
    record.torch(NAMES[len(window)] + "Transpose", transposed, inputs, attrs)


def depthwise(x, filter, strides, dilations, pads):
    height, width, channels, multiplier = filter.shape
    own = filter.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return last(F.conv2d(padded(first(x), pads), own, stride=strides, dilation=dilations, groups=channels))


# Channel by channel: sizes, window, multiplier, strides, dilations, paddings
for shape, window, multiplier, strides, dilations, pads in [
    ((2, 5, 4, 3), [3, 2], 1, [1, 1], [1, 1], [0, 0]),
    ((1, 5, 3, 2), [2, 3], 3, [2, 1], [1, 1], [1, 1]),
    ((1, 7, 5, 4), [3, 2], 1, [2, 2], [2, 3], [(2, 0), (1, 2)]),
    ((2, 4, 4, 1), [2, 2], 2, [1, 1], [1, 2], [0, 1]),
]:
    inputs = {"x": values(*shape), "filter": values(*window, shape[-1], multiplier)}
    attrs = {"strides": strides, "dilations": dilations, "pad": sides(pads)}
    record.torch("depthwiseConv2d", lambda x, filter: depthwise(x, filter, strides, dilations, pads), inputs, attrs)
    parts = {
        "x": inputs["x"],
        "depthwise": inputs["filter"],
        "pointwise": values(1, 1, shape[-1] * multiplier, 2),
    }
    record.torch(
        "separableConv2d",
        lambda x, depthwise, pointwise, of=depthwise: convolution(
            of(x, depthwise, strides, dilations, pads), pointwise, 1, 1, [0, 0]
        ),
        parts,
        attrs,
    )

ACTIVATIONS = {
    "linear": lambda y: y,
    "relu": F.relu,
    "relu6": F.relu6,
    "sigmoid": torch.sigmoid,
    "leakyrelu": lambda y: F.leaky_relu(y, 0.1),
}
for activation, activate in ACTIVATIONS.items():
    attrs = {"strides": [2, 1], "dilations": 1, "pad": 1, "activation": activation}
    if activation == "leakyrelu":
        attrs["leakyreluAlpha"] = 0.1
    inputs = {"x": values(1, 5, 4, 2), "filter": values(3, 2, 2, 2), "bias": values(2)}
    record.torch(
        "fused.conv2d",
        lambda x, filter, bias: activate(convolution(x, filter, [2, 1], 1, [1, 1]) + bias),
        inputs,
        attrs,
    )
    inputs = {"x": values(1, 4, 3, 3), "filter": values(3, 2, 3, 1), "bias": values(3)}
    record.torch(
        "fused.depthwiseConv2d",
        lambda x, filter, bias: activate(depthwise(x, filter, [2, 1], 1, [1, 1]) + bias),
        inputs,
        attrs,
    )
inputs = {"x": values(1, 4, 4, 2), "filter": values(2, 2, 2, 3), "bias": values(3), "slopes": values(3)}
record.torch(
    "fused.conv2d",
    lambda x, filter, bias, slopes: last(
        F.prelu(first(convolution(x, filter, [1, 1], [2, 2], [1, 1]) + bias), slopes)
    ),
    inputs,
    {"strides": 1, "dilations": 2, "pad": 1, "activation": "prelu"},
)

# TensorFlow, for its padding
for shape, window, strides, dilations in [
    ((1, 5, 4, 2), [3, 2], [1, 1], [1, 1]),
    ((1, 5, 6, 1), [2, 4], [2, 2], [1, 1]),
    ((1, 3, 2, 1), [5, 4], [1, 1], [1, 1]),
    ((1, 6, 5, 2), [3, 3], [1, 1], [2, 2]),
    ((2, 5, 8, 1), [1, 1], [3, 3], [1, 1]),
]:
    inputs = {"x": values(*shape), "filter": values(*window, shape[-1], 2)}
    attrs = {"strides": strides, "dilations": dilations, "pad": "same"}
    record.tensorflow(
        "conv2d",
        lambda x, filter: tf.nn.convolution(x, filter, strides=strides, dilations=dilations, padding="SAME"),
        inputs,
        attrs,
    )
    inputs = {"x": values(*shape), "filter": values(*window, shape[-1], 2)}
    if strides[0] == strides[1]:
        record.tensorflow(
            "depthwiseConv2d",
            lambda x, filter: tf.nn.depthwise_conv2d(
                x, filter, strides=[1, *strides, 1], dilations=dilations, padding="SAME"
            ),
            inputs,
            attrs,
        )

for shape, window, strides in [((1, 4, 5, 3, 2), [2, 3, 2], [2, 2, 2]), ((2, 3, 3, 4, 1), [3, 2, 1], [1, 1, 3])]:
    inputs = {"x": values(*shape), "filter": values(*window, shape[-1], 2)}
    record.tensorflow(
        "conv3d",
        lambda x, filter: tf.nn.conv3d(x, filter, [1, *strides, 1], "SAME", data_format="NDHWC"),
        inputs,
        {"strides": strides, "dilations": 1, "pad": "same"},
    )

for sizes, window, strides in [((5, 6), [3, 2], [2, 2]), ((4, 7), [2, 3], [1, 3])]:
    small = [-(-s // k) for s, k in zip(sizes, strides)]
    shape = [1, *sizes, 2]
    inputs = {"x": values(1, *small, 2), "filter": values(*window, 2, 2)}
    record.tensorflow(
        "conv2dTranspose",
        lambda x, filter: tf.nn.conv2d_transpose(x, filter, shape, strides, padding="SAME"),
        inputs,
        {"strides": strides, "pad": "same", "outputShape": shape},
    )

for shape, window, strides, dilations, pad in [
    ((2, 4, 5, 1), [3, 2], [1, 1], [1, 1], "same"),
    ((1, 7, 6, 3), [2, 3], [2, 2], [1, 1], "valid"),
    ((1, 6, 6, 1), [2, 2], [1, 2], [2, 2], "same"),
    ((1, 7, 5, 2), [3, 2], [2, 1], [2, 3], "valid"),
]:
    inputs = {"x": distinct(*shape), "filter": distinct(*window, shape[-1], gap=0.125 / 64)}
    record.tensorflow(
        "dilation2d",
        lambda x, filter: tf.nn.dilation2d(
            x, filter, [1, *strides, 1], pad.upper(), "NHWC", [1, *dilations, 1]
        ),
        inputs,
        {"strides": strides, "dilations": dilations, "pad": pad},
    )

record.write()
