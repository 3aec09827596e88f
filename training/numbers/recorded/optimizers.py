"""Steps of optimizers in float64: values after each, from given gradients.

For ../training/optimizers.ts. Gradients are of several sizes, some are always 0,
some now and then; the learning rate changes after the tenth step.
"""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import keras
import numpy as np
import torch

keras.backend.set_floatx("float64")
random = np.random.default_rng(2020)
STEPS = 20
SIZES = np.array([1, 1, 30, 1e-2, 0, 1])
START = random.uniform(-2, 2, 6).astype(np.float32).astype(np.float64)
GRADIENTS = (random.normal(0.3, 1, (STEPS, 6)) * SIZES).astype(np.float32).astype(np.float64)
GRADIENTS[::3, 5] = 0
cases = []


def add(name, args, by, rate, step, changed=0.25):
    """step(rate, gradient) makes a step, and gives the values after it."""
    rates = [rate] * (STEPS // 2) + [rate * changed] * (STEPS // 2)
    values = [[float(f"{x:.14g}") for x in step(r, g)] for r, g in zip(rates, GRADIENTS)]
    cases.append({"optimizer": name, "args": args, "by": by, "rates": rates, "values": values})


def by_torch(name, args, make, rate, changed=0.25):
    value = torch.tensor(START, requires_grad=True)
    optimizer = make([value])

    def step(rate, gradient):
        optimizer.param_groups[0]["lr"] = rate
        value.grad = torch.tensor(gradient)
        optimizer.step()
        return value.detach().numpy().copy()

    add(name, args, "PyTorch", rate, step, changed)


def by_keras(name, args, optimizer, rate):
    value = keras.Variable(START, dtype="float64")
    optimizer.build([value])

    def step(rate, gradient):
        optimizer.learning_rate = rate
        optimizer.apply_gradients([(keras.ops.convert_to_tensor(gradient), value)])
        return keras.ops.convert_to_numpy(value).copy()

    add(name, args, "Keras", rate, step)


T = torch.optim
by_torch("sgd", [], lambda p: T.SGD(p, lr=1), 0.03)
by_torch("momentum", [0.9], lambda p: T.SGD(p, lr=1, momentum=0.9), 0.01)
by_torch("momentum", [0.7, True], lambda p: T.SGD(p, lr=1, momentum=0.7, nesterov=True), 0.01)
by_torch("adam", [], lambda p: T.Adam(p, eps=1e-7), 0.05)
by_torch("adam", [0.5, 0.9, 1e-3], lambda p: T.Adam(p, betas=(0.5, 0.9), eps=1e-3), 0.05)
by_torch("adamax", [], lambda p: T.Adamax(p, eps=1e-7), 0.05)
by_torch("adadelta", [0.9, 1e-5], lambda p: T.Adadelta(p, rho=0.9, eps=1e-5), 0.5)
# PyTorch adds epsilon after the root: of no weight, it is in nobody's way.
by_torch("adagrad", [0.1], lambda p: T.Adagrad(p, initial_accumulator_value=0.1, eps=1e-30), 0.1)
# Its learning rate is no part of the moment, as it is in TensorFlow.
by_torch("rmsprop", [0.9, 0.5, 1e-30], lambda p: T.RMSprop(p, alpha=0.9, momentum=0.5, eps=1e-15), 0.01, changed=1)

K = keras.optimizers
by_keras("sgd", [], K.SGD(), 0.03)
# Keras adds epsilon to another number than PyTorch and the paper.
by_keras("adam", [0.9, 0.999, 1e-30], K.Adam(epsilon=1e-30), 0.05)
by_keras("adamax", [0.8, 0.99, 1e-3], K.Adamax(beta_1=0.8, beta_2=0.99, epsilon=1e-3), 0.05)
by_keras("adadelta", [], K.Adadelta(rho=0.95, epsilon=1e-7), 1)
by_keras("adagrad", [0.5], K.Adagrad(initial_accumulator_value=0.5, epsilon=1e-7), 0.1)
by_keras("rmsprop", [], K.RMSprop(rho=0.9, epsilon=1e-7), 0.01)
by_keras("rmsprop", [0.8, 0.5, 1e-3], K.RMSprop(rho=0.8, momentum=0.5, epsilon=1e-3), 0.01)
by_keras("rmsprop", [0.9, 0, 1e-5, True], K.RMSprop(rho=0.9, epsilon=1e-5, centered=True), 0.01)
by_keras("rmsprop", [0.8, 0.5, 1e-3, True], K.RMSprop(rho=0.8, momentum=0.5, epsilon=1e-3, centered=True), 0.01)

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json")
with open(path, "w") as file:
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    file.write('{"start":%s,\n"gradients":%s,\n"cases":[\n%s\n]}\n' % (json.dumps(START.tolist()), json.dumps(GRADIENTS.tolist()), lines))
print(f"{path}: {len(cases)} cases")
