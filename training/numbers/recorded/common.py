"""What the scripts beside this one share: cases in float64, for ../recorded.ts.

    pip install -r requirements.txt
    python elementwise.py      # writes elementwise.json

Inputs are drawn here, from a fixed seed, and are exact in 32 bits. Whoever
reads the file needs neither Python nor these libraries.
"""
import json
import math
import os

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

random = np.random.default_rng(2019)


def values(*shape, low=-2.0, high=2.0):
    """Numbers of both signs, exact in 32 bits."""
    return random.uniform(low, high, shape).astype(np.float32).astype(np.float64)


def distinct(*shape, gap=0.125):
    """Numbers of both signs, none closer to another than gap."""
    size = int(np.prod(shape))
    numbers = (random.permutation(size) - size // 2 + 0.5) * gap
    return numbers.reshape(shape)


def integers(*shape, low=-5, high=6):
    return random.integers(low, high, shape).astype(np.int32)


def booleans(*shape):
    return random.integers(0, 2, shape).astype(bool)


def _type(array):
    return {"b": "bool", "i": "int32", "u": "int32", "f": "float32"}[array.dtype.kind]


def _number(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < 2**53 else float(f"{value:.14g}")


def _recorded(array):
    array = np.asarray(array)
    return {
        "shape": list(array.shape),
        "dtype": _type(array),
        "values": [_number(value) for value in array.reshape(-1)],
    }


class Recorder:
    """Collects cases of one file."""

    def __init__(self, name):
        self.path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.json")
        self.cases = []

    def _add(self, op, by, attrs, inputs, outputs, dy, gradients):
        self.cases.append(
            {
                "op": op,
                "by": by,
                "attrs": attrs,
                "inputs": {name: _recorded(value) for name, value in inputs.items()},
                "outputs": [_recorded(value) for value in outputs],
                "dy": [None if value is None else _recorded(value) for value in dy],
                "gradients": {name: _recorded(value) for name, value in gradients.items()},
            }
        )

    def torch(self, op, function, inputs, attrs=None, gradients=None):
        """A case of PyTorch.

        function: takes the inputs as tensors by name, gives a tensor or a list of them
        inputs: arrays by name; floats have a gradient, unless `gradients` names which have
        attrs: the other arguments, as the check of the operation takes them
        """
        import torch

        names = [n for n, v in inputs.items() if v.dtype.kind == "f"] if gradients is None else gradients
        given = {n: torch.tensor(v, requires_grad=n in names) for n, v in inputs.items()}
        result = function(**given)
        outputs = list(result) if isinstance(result, (list, tuple)) else [result]
        dy = [values(*y.shape) if y.is_floating_point() else None for y in outputs]
        slopes = {}
        if names and any(w is not None and y.requires_grad for y, w in zip(outputs, dy)):
            total = sum((y * torch.tensor(w)).sum() for y, w in zip(outputs, dy) if w is not None)
            found = torch.autograd.grad(total, [given[n] for n in names], allow_unused=True)
            slopes = {n: np.zeros_like(inputs[n]) if g is None else g.numpy() for n, g in zip(names, found)}
        self._add(op, "PyTorch", attrs or {}, inputs, [y.detach().numpy() for y in outputs], dy, slopes)

    def tensorflow(self, op, function, inputs, attrs=None, gradients=None):
        """The same of TensorFlow, for what PyTorch does not have or pads otherwise."""
        import tensorflow as tf

        names = [n for n, v in inputs.items() if v.dtype.kind == "f"] if gradients is None else gradients
        given = {n: tf.constant(v) for n, v in inputs.items()}
        with tf.GradientTape() as tape:
            for name in names:
                tape.watch(given[name])
            result = function(**given)
            outputs = list(result) if isinstance(result, (list, tuple)) else [result]
            dy = [values(*y.shape) if y.dtype.is_floating else None for y in outputs]
            terms = [tf.reduce_sum(y * tf.constant(w, y.dtype)) for y, w in zip(outputs, dy) if w is not None]
            total = tf.add_n(terms) if terms else None
        slopes = {}
        if names and total is not None:
            found = tape.gradient(total, {n: given[n] for n in names}, unconnected_gradients="zero")
            slopes = {n: tf.convert_to_tensor(found[n]).numpy() for n in names}
        self._add(op, "TensorFlow", attrs or {}, inputs, [y.numpy() for y in outputs], dy, slopes)

    def write(self):
        lines = [json.dumps(case, separators=(",", ":"), allow_nan=False) for case in self.cases]
        with open(self.path, "w") as file:
            file.write("[\n" + ",\n".join(lines) + "\n]\n")
        print(f"{self.path}: {len(lines)} cases")
