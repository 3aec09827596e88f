"""Layers and small models of them, by Keras in float64.

A case is a graph: tensors are counted, first the inputs, then what each node
gives. Weights are in the order of the nodes. Configurations are written as
TensorFlow.js takes them.
"""
import json
import os
import re

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch

from common import _number, random

keras.config.set_floatx("float64")

HERE = os.path.dirname(os.path.abspath(__file__))


def values(*shape, most=2.0):
    """Of both signs, in 8ths and a half: short in JSON, exact, never 0, no two alike where that is possible."""
    steps = int(most * 8)
    size = int(np.prod(shape))
    choice = random.permutation(np.arange(-steps, steps)) if size <= 2 * steps else random.integers(-steps, steps, size)
    return ((choice[:size] + 0.5) / 8).reshape(shape)


def distinct(*shape):
    """No two alike: no maximum is shared."""
    size = int(np.prod(shape))
    return ((random.permutation(size) - size // 2 + 0.5) / 8).reshape(shape)


def whole(*shape, low=0, high=5):
    return random.integers(low, high, shape).astype(np.int32)


def shown(array):
    array = np.asarray(array)
    kind = {"b": "bool", "i": "int32", "f": "float32"}[array.dtype.kind]
    if kind == "float32" and array.size > 0 and np.all(array * 16 == np.round(array * 16)):
        return {"shape": list(array.shape), "sixteenths": [int(v) for v in (array * 16).reshape(-1)]}
    numbers = [_number(float(f"{float(v):.6g}")) for v in array.reshape(-1)]
    return {"shape": list(array.shape), "values": numbers, **({} if kind == "float32" else {"dtype": kind})}


@keras.saving.register_keras_serializable()
def hard_sigmoid_of_keras_2(x):
    return torch.clip(0.2 * x + 0.5, 0, 1)


ACTIVATIONS = {
    "hardSigmoid": hard_sigmoid_of_keras_2,
    "gelu": lambda x: torch.nn.functional.gelu(x),
    "gelu_new": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "swish": "silu",
    "logSoftmax": "log_softmax",
}

CLASSES = {
    "reLU": "ReLU", "leakyReLU": "LeakyReLU", "prelu": "PReLU", "elu": "ELU", "softmax": "Softmax",
    "activation": "Activation", "dense": "Dense", "conv1d": "Conv1D", "conv2d": "Conv2D", "conv3d": "Conv3D",
    "conv2dTranspose": "Conv2DTranspose", "conv3dTranspose": "Conv3DTranspose", "separableConv2d": "SeparableConv2D",
    "depthwiseConv2d": "DepthwiseConv2D", "cropping2D": "Cropping2D", "upSampling2d": "UpSampling2D",
    "zeroPadding2d": "ZeroPadding2D", "maxPooling1d": "MaxPooling1D", "maxPooling2d": "MaxPooling2D",
    "maxPooling3d": "MaxPooling3D", "averagePooling1d": "AveragePooling1D", "averagePooling2d": "AveragePooling2D",
    "averagePooling3d": "AveragePooling3D", "globalAveragePooling1d": "GlobalAveragePooling1D",
    "globalAveragePooling2d": "GlobalAveragePooling2D", "globalMaxPooling1d": "GlobalMaxPooling1D",
    "globalMaxPooling2d": "GlobalMaxPooling2D", "embedding": "Embedding", "flatten": "Flatten", "permute": "Permute",
    "reshape": "Reshape", "repeatVector": "RepeatVector", "masking": "Masking", "add": "Add", "average": "Average",
    "concatenate": "Concatenate", "maximum": "Maximum", "minimum": "Minimum", "multiply": "Multiply", "dot": "Dot",
    "batchNormalization": "BatchNormalization", "simpleRNN": "SimpleRNN",
    "gru": "GRU", "lstm": "LSTM", "rnn": "RNN", "simpleRNNCell": "SimpleRNNCell", "gruCell": "GRUCell",
    "lstmCell": "LSTMCell", "stackedRNNCells": "StackedRNNCells", "bidirectional": "Bidirectional",
    "timeDistributed": "TimeDistributed", "convLstm2d": "ConvLSTM2D", "centerCrop": "CenterCrop",
    "resizing": "Resizing", "rescaling": "Rescaling", "categoryEncoding": "CategoryEncoding", "dropout": "Dropout",
    "spatialDropout1d": "SpatialDropout1D", "alphaDropout": "AlphaDropout", "gaussianNoise": "GaussianNoise",
    "gaussianDropout": "GaussianDropout",
}

# What TensorFlow.js takes where nothing is said, and Keras otherwise.
DEFAULTS = {
    "lstm": {"recurrentActivation": "hardSigmoid"}, "lstmCell": {"recurrentActivation": "hardSigmoid"},
    "gru": {"recurrentActivation": "hardSigmoid", "resetAfter": False},
    "gruCell": {"recurrentActivation": "hardSigmoid", "resetAfter": False},
    "convLstm2d": {"recurrentActivation": "hardSigmoid"},
    **{f"averagePooling{rank}d": {"poolSize": 2} for rank in (1, 2, 3)},
}

RENAMED = {"leakyReLU": {"alpha": "negative_slope"}}


class ThresholdedReLU(keras.layers.Layer):
    def __init__(self, theta=1.0):
        super().__init__()
        self.supports_masking = True
        self.theta = theta

    def call(self, x):
        return x * (x > self.theta)


class SoftmaxOf(keras.layers.Layer):
    """Over several axes, too."""

    def __init__(self, axis=-1):
        super().__init__()
        self.supports_masking = True
        self.axis = axis

    def call(self, x):
        axes = self.axis if isinstance(self.axis, list) else [self.axis]
        return torch.exp(x - torch.logsumexp(x, axes, keepdim=True))


class LayerNormalizationOf(keras.layers.Layer):
    """Keras gives the torch backend the last axes alone."""

    def __init__(self, axis=-1, epsilon=1e-3, center=True, scale=True):
        super().__init__(dtype="float64")
        self.supports_masking = True
        self.axis, self.epsilon, self.center, self.scale = axis, epsilon, center, scale

    def build(self, shape):
        axes = self.axis if isinstance(self.axis, list) else [self.axis]
        self.axes = sorted(axis % len(shape) for axis in axes)
        own = [size if axis in self.axes else 1 for axis, size in enumerate(shape)]
        kept = tuple(shape[axis] for axis in self.axes)
        self.own = own
        self.gamma = self.add_weight(shape=kept, name="gamma") if self.scale else None
        self.beta = self.add_weight(shape=kept, name="beta") if self.center else None

    def call(self, x):
        mean = x.mean(self.axes, keepdim=True)
        variance = ((x - mean) ** 2).mean(self.axes, keepdim=True)
        y = (x - mean) / torch.sqrt(variance + self.epsilon)
        if self.gamma is not None:
            y = y * self.gamma.value.reshape(self.own)
        return y if self.beta is None else y + self.beta.value.reshape(self.own)


def snake(name):
    return re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def translated(key, value):
    if key in ("activation", "recurrentActivation"):
        return ACTIVATIONS.get(value, value)
    if key in ("cell", "layer"):
        return made(*value) if isinstance(value[0], str) else [made(*one) for one in value]
    if key == "cells":
        return [made(*one) for one in value]
    if value in ("channelsLast", "channelsFirst"):
        return snake(value)
    if key == "outputMode":
        return snake(value)
    if isinstance(value, list):
        return tuple(tuple(v) if isinstance(v, list) else v for v in value)
    return value


def made(layer, config):
    if layer == "thresholdedReLU":
        return ThresholdedReLU(**config)
    if layer == "softmax":
        return SoftmaxOf(**config)
    if layer == "layerNormalization":
        return LayerNormalizationOf(**config)
    given = {**DEFAULTS.get(layer, {}), **config}
    renamed = RENAMED.get(layer, {})
    arguments = {renamed.get(k, snake(k)): translated(k, v) for k, v in given.items() if k != "implementation"}
    if layer in ("lstm", "gru"):
        arguments["use_cudnn"] = False
    return getattr(keras.layers, CLASSES[layer])(**arguments, dtype="float64")


def weight(variable):
    shape = tuple(variable.shape)
    if "moving_variance" in variable.name:
        return np.abs(values(*shape))
    return values(*shape, most=1.0)


def keep_mask(kind, config, inputs, result):
    """Of merged tensors, as in Keras 2: a step counts where it counts in each of them. Keras 3 takes either."""
    if kind not in ("add", "average", "multiply", "maximum", "minimum", "concatenate"):
        return
    masks = [getattr(x, "_keras_mask", None) for x in inputs]
    if all(mask is None for mask in masks):
        return
    whole = [torch.ones(x.shape[:2], dtype=torch.bool) if m is None else m for x, m in zip(inputs, masks)]
    if kind == "concatenate" and config.get("axis") == 1:
        result[0]._keras_mask = torch.cat(whole, 1)
    else:
        result[0]._keras_mask = torch.stack(whole).all(0)


cases = []


def case(inputs, *nodes, outputs=None, training=False, gradients=True, name=None):
    """A case of its graph: nodes are (layer, config, numbers of tensors that it is given)."""
    given = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]
    tensors, listed, weights, layers, shared = list(given), [], [], [], {}
    for node in nodes:
        kind, config, *rest = node
        at = rest[0] if rest else [len(tensors) - 1]
        if kind == "again":
            layer = shared[config]
        else:
            layer = made(kind, config)
            shared[len(listed)] = layer
        first, more = tensors[at[0]], [tensors[k] for k in at[1:]]
        arguments = {}
        isRecurrent = hasattr(layer, "get_initial_state") or kind == "bidirectional" or hasattr(layer, "cell")
        if more and isRecurrent:
            arguments = {"initial_state": more}
            of = first
        else:
            of = [first, *more] if more else first
        if kind in ("batchNormalization", "dropout", "gaussianNoise", "timeDistributed", "bidirectional"):
            arguments["training"] = training
        mask = getattr(first, "_keras_mask", None)
        # Built without values first, so that weights can be set.
        if kind != "again":
            layer(of, **{**arguments, "training": False} if "training" in arguments else arguments)
            own = list(layer.trainable_weights) + list(layer.non_trainable_weights)
            numbers = [weight(w) for w in own]
            for w, n in zip(own, numbers):
                w.assign(n)
            weights += [w for w in own]
            layers.append(layer)
            start = [n for n in numbers]
            listed.append((kind, config, at, start))
        else:
            listed.append((kind, config, at, []))
        if mask is not None:
            first._keras_mask = mask
        if mask is not None and "initial_state" in arguments:
            # Keras looks for a mask where there is one tensor alone.
            arguments["mask"] = mask
        result = layer(of, **arguments)
        result = list(result) if isinstance(result, (list, tuple)) else [result]
        keep_mask(kind, config, of, result)
        tensors += keras.tree.flatten(result)
    kept = outputs if outputs is not None else list(range(len(tensors) - len(result), len(tensors)))
    out = [tensors[k] for k in kept]
    dy = [values(*y.shape) if y.is_floating_point() else None for y in out]
    floats = [x for x in given if x.requires_grad]
    slopes = None
    if gradients:
        total = sum((y * torch.tensor(w)).sum() for y, w in zip(out, dy) if w is not None)
        trained = [w.value for layer in layers for w in layer.trainable_weights]
        found = torch.autograd.grad(total, [*floats, *trained], allow_unused=True)
        found = [torch.zeros_like(v) if g is None else g for v, g in zip([*floats, *trained], found)]
        slopes = {
            "inputs": [shown(g.detach().numpy()) for g in found[: len(floats)]],
            "weights": [shown(g.detach().numpy()) for g in found[len(floats):]],
        }
    after = [shown(w.numpy()) for layer in layers for w in layer.non_trainable_weights] if training else []
    cases.append({
        **({"name": name} if name else {}),
        "inputs": [shown(x) for x in inputs],
        "nodes": [[k, c, a] for k, c, a, _ in listed],
        "weights": [shown(w) for _, _, _, ws in listed for w in ws],
        "outputs": kept,
        **({"training": True} if training else {}),
        "expected": [shown(y.detach().numpy()) for y in out],
        **({"dy": [None if w is None else shown(w) for w in dy], "gradients": slopes} if slopes else {}),
        **({"after": after} if after else {}),
    })


# Activations
for activation in ["elu", "selu", "relu", "relu6", "linear", "sigmoid", "hardSigmoid", "softplus", "softsign", "tanh",
                   "softmax", "logSoftmax", "gelu", "gelu_new", "mish", "swish"]:
    case([values(2, 5, most=8 if activation in ("relu6", "hardSigmoid") else 3)], ("activation", {"activation": activation}))
    case([values(2, 3)], ("dense", {"units": 2, "activation": activation}))
case([values(2, 2, 3)], ("activation", {"activation": "softmax"}))
for config in [{}, {"maxValue": 1}]:
    case([values(2, 3, 4)], ("reLU", config))
for config in [{}, {"alpha": 0.1}]:
    case([values(2, 6)], ("leakyReLU", config))
for config in [{}, {"alpha": 0.5}, {"alpha": 2}]:
    case([values(2, 6)], ("elu", config))
for config in [{}, {"theta": 0.3}, {"theta": 0}]:
    case([values(3, 6)], ("thresholdedReLU", config))
case([values(3, 4)], ("prelu", {}))
case([values(2, 3, 4)], ("prelu", {}))
case([values(2, 3, 4)], ("prelu", {"sharedAxes": [1]}))
case([values(2, 3, 2, 4)], ("prelu", {"sharedAxes": [1, 2]}))
case([values(2, 3, 2, 4)], ("prelu", {"sharedAxes": [1, 2, 3]}))
case([values(2, 3, 2, 2)], ("prelu", {"sharedAxes": [2]}))
case([values(2, 5)], ("softmax", {}))
case([values(2, 3, 4)], ("softmax", {}))
for axis in [1, 2, -1, -2, [1], [1, 2], [-1, 1]]:
    case([values(2, 3, 4)], ("softmax", {"axis": axis}))
case([values(2, 3, 2, 4)], ("softmax", {"axis": 1}))
case([values(2, 3, 2, 4)], ("softmax", {"axis": [1, 3]}))

# Dense and shapes
case([values(1, 3)], ("dense", {"units": 1}))
case([values(3, 4)], ("dense", {"units": 2, "useBias": False}))
case([values(2, 3, 4)], ("dense", {"units": 2, "activation": "relu"}))
case([values(2, 3, 4)], ("dense", {"units": 3, "activation": "sigmoid"}))
case([values(2, 2, 3, 4)], ("dense", {"units": 2, "activation": "tanh"}))
case([values(2, 2, 1, 3, 4)], ("dense", {"units": 2}))
case([values(2, 3)], ("flatten", {}))
case([values(2, 3, 4)], ("flatten", {}))
case([values(2, 3, 2, 4)], ("flatten", {"dataFormat": "channelsFirst"}), ("dense", {"units": 2}))
case([values(2, 3, 4)], ("permute", {"dims": [2, 1]}))
case([values(2, 3, 4, 2)], ("permute", {"dims": [3, 1, 2]}), ("dense", {"units": 2}))
case([values(2, 6)], ("reshape", {"targetShape": [2, 3]}))
case([values(2, 2, 6)], ("reshape", {"targetShape": [3, -1]}), ("dense", {"units": 2}))
case([values(2, 2, 3)], ("reshape", {"targetShape": [-1]}), ("dense", {"units": 2}))
case([values(2, 3)], ("repeatVector", {"n": 3}))

# Convolutions
for config in [{}, {"strides": 2}, {"padding": "same"}, {"padding": "same", "strides": 2}, {"padding": "causal"},
               {"padding": "causal", "strides": 2}, {"padding": "causal", "dilationRate": 2}, {"dilationRate": 2},
               {"padding": "same", "dilationRate": 3}, {"useBias": False, "activation": "relu"}, {"activation": "softmax"}]:
    case([values(1 if len(config) > 1 else 2, 7, 2)], ("conv1d", {"filters": 3, "kernelSize": 3, **config}))
case([values(1, 6, 3)], ("conv1d", {"filters": 2, "kernelSize": [2], "padding": "causal", "activation": "tanh"}))
for padding in ["valid", "same"]:
    case([values(2, 3, 6)], ("conv1d", {"filters": 2, "kernelSize": 2, "padding": padding, "dataFormat": "channelsFirst"}))
case([values(2, 3, 6)], ("conv1d", {"filters": 2, "kernelSize": 3, "padding": "same", "dilationRate": 2, "dataFormat": "channelsFirst", "activation": "relu"}))
for config in [{}, {"strides": 2}, {"strides": [1, 2], "padding": "same"}, {"padding": "same", "activation": "relu"},
               {"dilationRate": 2}, {"dilationRate": [1, 2], "padding": "same"}, {"useBias": False},
               {"activation": "elu"}, {"activation": "softmax"}, {"dataFormat": "channelsFirst"},
               {"dataFormat": "channelsFirst", "padding": "same", "strides": 2, "activation": "relu6"},
               {"dataFormat": "channelsFirst", "dilationRate": 2, "activation": "sigmoid"}]:
    first = "dataFormat" in config
    batch = 1 if len(config) > 1 else 2
    case([values(batch, 2, 5, 4) if first else values(batch, 5, 4, 2)], ("conv2d", {"filters": 3, "kernelSize": [3, 2], **config}))
case([values(1, 4, 4, 1)], ("conv2d", {"filters": 2, "kernelSize": 1}))
for config in [{}, {"strides": 2}, {"padding": "same"}, {"padding": "same", "strides": [1, 2, 1], "activation": "relu"},
               {"dilationRate": [1, 2, 1]}, {"dataFormat": "channelsFirst"},
               {"dataFormat": "channelsFirst", "padding": "same", "activation": "tanh"}]:
    first = "dataFormat" in config
    case([values(1, 2, 3, 4, 3) if first else values(1, 3, 4, 3, 2)], ("conv3d", {"filters": 2, "kernelSize": [2, 2, 1], **config}))
for config in [{}, {"strides": 2}, {"strides": [2, 3]}, {"padding": "same"}, {"padding": "same", "strides": 2, "activation": "relu"},
               {"padding": "same", "strides": [1, 3]}, {"dilationRate": 2}, {"dilationRate": [2, 1], "padding": "same"},
               {"dataFormat": "channelsFirst", "strides": 2}, {"useBias": False, "dataFormat": "channelsFirst", "padding": "same", "strides": [2, 1]}]:
    first = "dataFormat" in config
    batch = 1 if len(config) > 0 else 2
    case([values(batch, 2, 3, 2) if first else values(batch, 3, 2, 2)], ("conv2dTranspose", {"filters": 3, "kernelSize": [2, 3], **config}))
case([values(1, 2, 3, 1)], ("conv2dTranspose", {"filters": 1, "kernelSize": 1, "strides": 2}))
for config in [{}, {"strides": 2}, {"padding": "same"}, {"padding": "same", "strides": [2, 1, 2], "activation": "relu"},
               {"dataFormat": "channelsFirst"}, {"dataFormat": "channelsFirst", "strides": 2, "padding": "same", "useBias": False}]:
    first = "dataFormat" in config
    case([values(1, 2, 2, 3, 2) if first else values(1, 2, 3, 2, 2)], ("conv3dTranspose", {"filters": 2, "kernelSize": [2, 2, 1], **config}))
for config in [{}, {"strides": 2}, {"padding": "same", "depthMultiplier": 2}, {"padding": "same", "strides": 2, "activation": "relu"},
               {"dilationRate": 2}, {"padding": "same", "dilationRate": [2, 2], "depthMultiplier": 2}, {"useBias": False},
               {"dataFormat": "channelsFirst"}, {"dataFormat": "channelsFirst", "padding": "same", "depthMultiplier": 2, "strides": 2}]:
    first = "dataFormat" in config
    batch = 1 if len(config) > 0 else 2
    case([values(batch, 2, 5, 5) if first else values(batch, 5, 5, 2)], ("depthwiseConv2d", {"kernelSize": [2, 3], **config}))
for config in [{}, {"strides": 2}, {"padding": "same", "depthMultiplier": 2}, {"padding": "same", "strides": 2, "activation": "relu"},
               {"dilationRate": 2}, {"useBias": False}, {"dataFormat": "channelsFirst"},
               {"dataFormat": "channelsFirst", "padding": "same", "depthMultiplier": 2, "activation": "tanh"}]:
    first = "dataFormat" in config
    batch = 1 if len(config) > 0 else 2
    case([values(batch, 2, 5, 4) if first else values(batch, 5, 4, 2)], ("separableConv2d", {"filters": 3, "kernelSize": [3, 2], **config}))
case([values(2, 5, 4, 2)], ("cropping2D", {"cropping": 1}))
case([values(2, 5, 4, 2)], ("cropping2D", {"cropping": [2, 1]}))
case([values(2, 5, 4, 2)], ("cropping2D", {"cropping": [[0, 2], [1, 0]]}))
case([values(2, 2, 5, 4)], ("cropping2D", {"cropping": [[1, 0], [1, 2]], "dataFormat": "channelsFirst"}))
for config in [{}, {"size": [2, 3]}, {"size": [3, 1], "interpolation": "bilinear"}, {"size": [2, 2], "interpolation": "bilinear"},
               {"dataFormat": "channelsFirst", "size": [1, 2]}, {"dataFormat": "channelsFirst", "interpolation": "bilinear"}]:
    first = "dataFormat" in config
    case([values(2, 2, 3, 2) if first else values(2, 3, 2, 2)], ("upSampling2d", config))
case([values(2, 2, 3, 2)], ("zeroPadding2d", {}))
case([values(2, 2, 3, 2)], ("zeroPadding2d", {"padding": 2}))
case([values(2, 2, 3, 2)], ("zeroPadding2d", {"padding": [0, 1]}))
case([values(2, 2, 3, 2)], ("zeroPadding2d", {"padding": [[0, 2], [1, 0]]}))
case([values(2, 2, 3, 2)], ("zeroPadding2d", {"padding": [[1, 0], [2, 1]], "dataFormat": "channelsFirst"}))

# Poolings
for kind in ["maxPooling1d", "averagePooling1d"]:
    for config in [{}, {"poolSize": 3, "strides": 1}, {"poolSize": [3], "strides": 2, "padding": "same"}, {"poolSize": 2, "strides": 3}]:
        case([distinct(2, 7, 2)], (kind, config))
for kind in ["maxPooling2d", "averagePooling2d"]:
    for config in [{}, {"poolSize": [2, 3]}, {"poolSize": 3, "strides": 1, "padding": "same"}, {"poolSize": [3, 2], "strides": [2, 1]},
                   {"poolSize": 2, "strides": 3, "padding": "same"}, {"poolSize": 2, "padding": "same", "dataFormat": "channelsFirst"}]:
        first = "dataFormat" in config
        case([distinct(1, 2, 5, 4) if first else distinct(1, 5, 4, 2)], (kind, config))
for kind in ["maxPooling3d", "averagePooling3d"]:
    for config in [{}, {"poolSize": [2, 1, 3], "strides": 1}, {"poolSize": 2, "strides": [1, 2, 2], "padding": "same"},
                   {"poolSize": 2, "dataFormat": "channelsFirst", "padding": "same"}]:
        first = "dataFormat" in config
        case([distinct(1, 2, 3, 4, 3) if first else distinct(1, 3, 4, 3, 2)], (kind, config))
for kind in ["globalAveragePooling1d", "globalMaxPooling1d"]:
    case([distinct(2, 4, 3)], (kind, {}))
for kind in ["globalAveragePooling2d", "globalMaxPooling2d"]:
    case([distinct(2, 3, 2, 4)], (kind, {}))
    case([distinct(2, 3, 2, 4)], (kind, {"dataFormat": "channelsFirst"}))

# Without effect outside of training
for kind, config in [("dropout", {"rate": 0.5}), ("spatialDropout1d", {"rate": 0.5}), ("alphaDropout", {"rate": 0.5}),
                     ("gaussianNoise", {"stddev": 1}), ("gaussianDropout", {"rate": 0.5})]:
    case([values(2, 3, 4)], (kind, config))

# Embedding and masks
case([whole(2, 4)], ("embedding", {"inputDim": 5, "outputDim": 3}))
case([whole(3, 4)], ("embedding", {"inputDim": 5, "outputDim": 2, "inputLength": 4}), ("flatten", {}), ("dense", {"units": 2}))
case([whole(2, 2, 3)], ("embedding", {"inputDim": 5, "outputDim": 2}))
case([np.array([[1, 4, 2, 0], [3, 0, 0, 0]], np.int32)], ("embedding", {"inputDim": 5, "outputDim": 3, "maskZero": True}), ("lstm", {"units": 2}))
case([np.array([[1, 4, 2, 0], [0, 3, 0, 1]], np.int32)], ("embedding", {"inputDim": 5, "outputDim": 2, "maskZero": True}), ("gru", {"units": 2, "returnSequences": True}), ("dense", {"units": 2}))


def padded(*shape, at=((0, -2), (0, -1), (1, 0))):
    x = values(*shape)
    for place in at:
        x[place] = 0
    return x


case([padded(2, 4, 3)], ("masking", {}))
case([np.where(values(2, 4, 3) > 1, -1.0, values(2, 4, 3))], ("masking", {"maskValue": -1}))
for kind in ["simpleRNN", "gru", "lstm"]:
    for config in [{}, {"returnSequences": True}, {"goBackwards": True}, {"returnSequences": True, "goBackwards": True, "returnState": True}]:
        case([padded(2, 4, 3)], ("masking", {}), (kind, {"units": 2, **config}))
    case([padded(2, 4, 3), values(2, 2), *([values(2, 2)] if kind == "lstm" else [])], ("masking", {}, [0]),
         (kind, {"units": 2, "returnSequences": True}, [3, 1, 2] if kind == "lstm" else [2, 1]))
case([padded(2, 4, 3)], ("masking", {}), ("lstm", {"units": 3, "returnSequences": True}), ("dropout", {"rate": 0.5}), ("gru", {"units": 2}))
case([padded(2, 4, 3)], ("masking", {}), ("timeDistributed", {"layer": ["dense", {"units": 2}]}), ("lstm", {"units": 2}))
case([padded(2, 4, 3)], ("masking", {}), ("rnn", {"cell": [["lstmCell", {"units": 2}], ["gruCell", {"units": 3}]]}))
for mode in ["concat", "sum", "ave", "mul", None]:
    for config in [{}, {"returnSequences": True}]:
        case([padded(2, 3, 2)], ("masking", {}), ("bidirectional", {"layer": ["lstm", {"units": 2, **config}], "mergeMode": mode}))
# A mask ends where its tensors do.
case([padded(2, 4, 3), values(2, 3, 2)], ("masking", {}, [0]), ("lstm", {"units": 2}, [2]), ("lstm", {"units": 2}, [1]), ("add", {}, [3, 4]))
case([padded(2, 4, 3), padded(2, 4, 3, at=((0, 0), (1, 3)))], ("masking", {}, [0]), ("masking", {}, [1]), ("add", {}, [2, 3]), ("lstm", {"units": 2}))
case([padded(2, 4, 3), padded(2, 4, 3, at=((0, 0), (1, 3)))], ("masking", {}, [0]), ("masking", {}, [1]), ("concatenate", {}, [2, 3]), ("gru", {"units": 2}))
case([padded(2, 4, 3), padded(2, 2, 3, at=((0, 0),))], ("masking", {}, [0]), ("masking", {}, [1]), ("concatenate", {"axis": 1}, [2, 3]), ("gru", {"units": 2}))
case([padded(2, 4, 3), values(2, 4, 3)], ("masking", {}, [0]), ("multiply", {}, [1, 2]), ("simpleRNN", {"units": 2}))
case([padded(2, 4, 3)], ("masking", {}), ("lstm", {"units": 2, "returnSequences": True, "returnState": True}), ("dense", {"units": 2}, [3]), ("gru", {"units": 2}, [2, 5]))

# Merges
for kind in ["add", "average", "multiply", "maximum", "minimum"]:
    for shapes in [[(2, 3), (2, 3)], [(2, 3, 2), (2, 3, 2), (2, 3, 2)], [(2, 3, 2), (2, 1, 2)], [(2, 1, 2), (2, 3, 1)], [(2, 3, 2), (2, 2)]]:
        sizes = [int(np.prod(shape)) for shape in shapes]
        parts = np.split(distinct(sum(sizes)) / 2, np.cumsum(sizes)[:-1])
        case([part.reshape(shape) for part, shape in zip(parts, shapes)], (kind, {}, list(range(len(shapes)))))
case([values(2, 3), values(2, 2)], ("concatenate", {}, [0, 1]))
case([values(2, 3, 2), values(2, 1, 2), values(2, 2, 2)], ("concatenate", {"axis": 1}, [0, 1, 2]))
case([values(2, 3, 2), values(2, 3, 2)], ("concatenate", {"axis": -2}, [0, 1]))
case([values(2, 3, 2, 2), values(2, 1, 2, 2)], ("concatenate", {"axis": -3}, [0, 1]))
case([values(2, 3), values(2, 3)], ("dot", {"axes": 1}, [0, 1]))
case([values(2, 3), values(2, 3)], ("dot", {"axes": -1, "normalize": True}, [0, 1]))
case([values(2, 3, 4), values(2, 5, 4)], ("dot", {"axes": 2}, [0, 1]))
case([values(2, 3, 4), values(2, 3, 2)], ("dot", {"axes": 1}, [0, 1]))
case([values(2, 3, 4), values(2, 4, 2)], ("dot", {"axes": [2, 1]}, [0, 1]))
case([values(2, 3, 4), values(2, 4, 2)], ("dot", {"axes": [-1, -2], "normalize": True}, [0, 1]))
case([values(2, 3, 4), values(2, 5, 3)], ("dot", {"axes": [1, 2]}, [0, 1]))
case([values(2, 3, 4), values(2, 4)], ("dot", {"axes": [2, 1]}, [0, 1]))
case([values(2, 3, 4), values(2, 3)], ("dot", {"axes": 1}, [0, 1]))
case([values(2, 3), values(2, 3, 4)], ("dot", {"axes": 1}, [0, 1]))
case([values(2, 4), values(2, 3, 4)], ("dot", {"axes": [1, 2]}, [0, 1]))

# Normalizations
for shape in [(4, 3), (3, 2, 3), (2, 2, 2, 3), (2, 2, 1, 2, 3)]:
    for training in [False, True]:
        case([values(*shape)], ("batchNormalization", {"momentum": 0.9}), training=training)
for config in [{"axis": 1}, {"axis": -2, "epsilon": 0.1}, {"center": False}, {"scale": False}, {"center": False, "scale": False}]:
    for training in [False, True]:
        case([values(3, 2, 3)], ("batchNormalization", {"momentum": 0.75, **config}), training=training)
for training in [False, True]:
    case([values(2, 3, 2, 2)], ("batchNormalization", {"axis": 1}), training=training)
case([values(2, 3, 2, 1, 2)], ("batchNormalization", {"axis": 1}), training=True)
for shape in [(3, 4), (2, 3, 4), (2, 3, 2, 4), (2, 2, 1, 2, 3)]:
    case([values(*shape)], ("layerNormalization", {}))
for config in [{"axis": 1}, {"axis": [1, 2]}, {"axis": [1, -1], "epsilon": 0.1}, {"center": False}, {"scale": False, "axis": -2}]:
    case([values(2, 3, 4)], ("layerNormalization", config))
case([values(2, 3, 2, 2)], ("layerNormalization", {"axis": [1, 2, 3]}))
case([values(2, 3, 2, 2)], ("layerNormalization", {"axis": [1, 3]}))

# Recurrent
for kind in ["simpleRNN", "gru", "lstm"]:
    for config in [{}, {"returnSequences": True}, {"returnState": True}, {"goBackwards": True, "returnSequences": True, "returnState": True},
                   {"useBias": False, "activation": "relu"}, {"unroll": True}]:
        case([values(2, 3, 2)], (kind, {"units": 2, **config}))
    states = 2 if kind == "lstm" else 1
    case([values(2, 3, 2), *[values(2, 3) for _ in range(states)]], (kind, {"units": 3, "returnState": True}, list(range(states + 1))))
case([values(1, 1, 1)], ("lstm", {"units": 1}))
for kind in ["gru", "lstm"]:
    for config in [{"recurrentActivation": "sigmoid"}, {"implementation": 1}, {"implementation": 2, "recurrentActivation": "tanh"}]:
        case([values(2, 3, 2)], (kind, {"units": 2, **config}))
for config in [{}, {"returnSequences": True, "returnState": True}, {"useBias": False}, {"goBackwards": True, "recurrentActivation": "sigmoid"}]:
    case([values(1, 3, 2)], ("gru", {"units": 2, "resetAfter": True, **config}))
case([padded(2, 4, 3)], ("masking", {}), ("gru", {"units": 2, "resetAfter": True}))
for cell in [["simpleRNNCell", {"units": 2}], ["gruCell", {"units": 2}], ["lstmCell", {"units": 2}], ["gruCell", {"units": 2, "resetAfter": True}],
             ["stackedRNNCells", {"cells": [["lstmCell", {"units": 2}], ["simpleRNNCell", {"units": 3}]]}]]:
    case([values(2, 3, 2)], ("rnn", {"cell": cell}))
    case([values(2, 3, 2)], ("rnn", {"cell": cell, "returnSequences": True, "goBackwards": True}))
case([values(2, 3, 2)], ("rnn", {"cell": [["gruCell", {"units": 2}], ["lstmCell", {"units": 3}], ["gruCell", {"units": 1}]]}))
for mode in ["concat", "sum", "ave", "mul", None]:
    case([values(2, 3, 2)], ("bidirectional", {"layer": ["gru", {"units": 2}], "mergeMode": mode}))
    case([values(2, 3, 2)], ("bidirectional", {"layer": ["simpleRNN", {"units": 2, "returnSequences": True}], "mergeMode": mode}))
case([values(2, 3, 2)], ("bidirectional", {"layer": ["lstm", {"units": 2, "returnState": True}]}))
case([values(2, 3, 2)], ("bidirectional", {"layer": ["gru", {"units": 2, "resetAfter": True}]}))
case([values(2, 3, 2), values(2, 2), values(2, 2)], ("bidirectional", {"layer": ["gru", {"units": 2, "returnSequences": True}]}, [0, 1, 2]))
case([values(2, 3, 2), values(2, 2)], ("gru", {"units": 2, "returnSequences": True}, [0, 1]), ("gru", {"units": 2}, [2]))
case([values(2, 3, 4)], ("timeDistributed", {"layer": ["dense", {"units": 2, "activation": "relu"}]}))
case([values(2, 3, 4, 3, 2)], ("timeDistributed", {"layer": ["conv2d", {"filters": 2, "kernelSize": 2}]}))
case([values(2, 2, 3, 2)], ("timeDistributed", {"layer": ["lstm", {"units": 2}]}))
case([values(2, 3, 2)], ("timeDistributed", {"layer": ["batchNormalization", {}]}))
for config in [{}, {"padding": "same", "returnSequences": True}, {"padding": "same", "returnState": True, "useBias": False},
               {"padding": "same", "goBackwards": True, "activation": "relu"}, {"strides": 2}, {"dilationRate": 2},
               {"dataFormat": "channelsFirst", "padding": "same"}, {"recurrentActivation": "sigmoid", "returnSequences": True, "returnState": True}]:
    case([values(1, 2, 1, 4, 4) if "dataFormat" in config else values(1, 2, 4, 4, 1)], ("convLstm2d", {"filters": 2, "kernelSize": 2, **config}))
case([values(1, 2, 3, 3, 1), values(1, 3, 3, 2), values(1, 3, 3, 2)], ("convLstm2d", {"filters": 2, "kernelSize": 2, "padding": "same"}, [0, 1, 2]))

# Preparation
case([values(2, 5, 6, 2)], ("centerCrop", {"height": 3, "width": 4}))
case([values(2, 5, 6, 2)], ("centerCrop", {"height": 5, "width": 5}))
case([values(2, 4, 5, 1)], ("centerCrop", {"height": 3, "width": 2}), ("flatten", {}), ("dense", {"units": 2}))
case([values(1, 3, 4, 1)], ("centerCrop", {"height": 6, "width": 4}))
case([values(1, 3, 4, 1)], ("centerCrop", {"height": 4, "width": 3}))
for config in [{"height": 2, "width": 6}, {"height": 4, "width": 5, "interpolation": "nearest"}, {"height": 3, "width": 4},
               {"height": 6, "width": 2, "cropToAspectRatio": True}, {"height": 2, "width": 2, "interpolation": "nearest", "cropToAspectRatio": True}]:
    case([values(2, 3, 4, 2)], ("resizing", config))
case([values(2, 4, 4, 1)], ("resizing", {"height": 3, "width": 3}), ("conv2d", {"filters": 2, "kernelSize": 2}))
case([values(2, 3)], ("rescaling", {"scale": 0.5, "offset": 1}))
case([whole(2, 3)], ("rescaling", {"scale": 0.25}), ("dense", {"units": 2}))
for mode in ["multiHot", "count"]:
    case([whole(3, 4)], ("categoryEncoding", {"numTokens": 5, "outputMode": mode}), gradients=False)
    case([whole(3, 4)], ("categoryEncoding", {"numTokens": 6, "outputMode": mode}), ("dense", {"units": 2}))
case([whole(4, 1)], ("categoryEncoding", {"numTokens": 5, "outputMode": "oneHot"}), ("dense", {"units": 2}))
case([whole(2, 3)], ("categoryEncoding", {"numTokens": 5, "outputMode": "oneHot"}), gradients=False)

# Models
case([values(2, 3)], ("dense", {"units": 3, "activation": "tanh"}), ("again", 0), ("again", 0), name="a layer that is used three times")
case([values(2, 3), values(2, 3)], ("dense", {"units": 2}, [0]), ("again", 0, [1]), ("add", {}, [2, 3]), outputs=[2, 4], name="shared by two inputs, two outputs")
case([values(2, 6, 6, 1)], ("conv2d", {"filters": 2, "kernelSize": 3}), ("batchNormalization", {}), ("activation", {"activation": "relu"}),
     ("maxPooling2d", {}), ("flatten", {}), ("dense", {"units": 3, "activation": "softmax"}), name="a small network of convolutions", training=True)
case([values(2, 4, 3)], ("dense", {"units": 2}, [0]), ("lstm", {"units": 2}, [1]), ("dense", {"units": 1}, [2]), outputs=[1, 3], name="two outputs of different rank")

# Layers that pass a mask on, and those that count by it
for kind, config in [("reLU", {}), ("leakyReLU", {}), ("elu", {}), ("thresholdedReLU", {"theta": 0.3}), ("softmax", {}), ("prelu", {}),
                     ("rescaling", {"scale": 0.5, "offset": 0.25})]:
    case([padded(2, 4, 2)], ("masking", {}), (kind, config), ("globalAveragePooling1d", {}))
case([padded(2, 4, 2)], ("masking", {}), ("leakyReLU", {}), ("simpleRNN", {"units": 1}))
case([np.array([[1, 4, 2, 0], [0, 3, 0, 1]], np.int32)], ("embedding", {"inputDim": 5, "outputDim": 2, "maskZero": True}),
     ("globalAveragePooling1d", {}), ("dense", {"units": 1}))
for training in [False, True]:
    for config in [{}, {"center": False, "scale": False}]:
        case([padded(2, 4, 2)], ("masking", {}), ("batchNormalization", {"momentum": 0.75, **config}), training=training)
case([padded(2, 4, 2)], ("masking", {}), ("batchNormalization", {"momentum": 0.75}), ("globalAveragePooling1d", {}), training=True)
case([padded(2, 3, 2, 2, at=((0, -1, 0), (1, 0, 1)))], ("masking", {}), ("batchNormalization", {"momentum": 0.75}), training=True)
case([padded(2, 4, 4)], ("masking", {}), ("layerNormalization", {}), ("globalAveragePooling1d", {}))
case([padded(3, 2, at=((1,),))], ("masking", {}), ("batchNormalization", {"momentum": 0.75}), training=True)
case([np.array([[[1, 2, 0], [3, 0, 0]], [[1, 1, 2], [2, 0, 3]]], np.int32)], ("embedding", {"inputDim": 4, "outputDim": 2, "maskZero": True}),
     ("timeDistributed", {"layer": ["gru", {"units": 1}]}))
case([padded(2, 3, 2)], ("masking", {}), ("timeDistributed", {"layer": ["batchNormalization", {}]}), ("simpleRNN", {"units": 1}))

FILES = {
    "layers-recurrent": re.compile("rnn|gru|lstm|timeDistributed", re.IGNORECASE),
    "layers-spatial": re.compile("conv|pool", re.IGNORECASE),
    "layers": re.compile(""),
}


def file_of(one):
    nodes = json.dumps(one["nodes"])
    return next(name for name, pattern in FILES.items() if pattern.search(nodes))


for name in FILES:
    own = [one for one in cases if file_of(one) == name]
    lines = [json.dumps(one, separators=(",", ":"), allow_nan=False) for one in own]
    with open(os.path.join(HERE, f"{name}.json"), "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{name}.json: {len(lines)} cases")
