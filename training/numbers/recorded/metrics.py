"""Metrics over all of a few batches, of uneven sizes: those of Keras, in float64. For ../metrics.ts."""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import keras
import numpy as np

keras.backend.set_floatx("float64")
random = np.random.default_rng(2021)
M, L = keras.metrics, keras.losses
ROWS = 11
cases = []


def shares(*shape):
    return random.uniform(0.05, 0.95, shape).astype(np.float32).astype(np.float64)


def numbers(array):
    return [float(f"{value:.14g}") for value in np.asarray(array, dtype=np.float64).reshape(-1)]


def add(name, metric, labels, predictions):
    metric.update_state(labels, predictions)
    cases.append(
        {
            "metric": name,
            "labels": {"shape": list(labels.shape), "values": numbers(labels)},
            "predictions": {"shape": list(predictions.shape), "values": numbers(predictions)},
            "value": float(metric.result()),
        }
    )


def mean(of):
    return M.MeanMetricWrapper(of, dtype="float64")


for shape in [(ROWS, 1), (ROWS, 3), (ROWS, 2, 3)]:
    yes = random.integers(0, 2, shape).astype(np.float64)
    guess = shares(*shape)
    any_label, any_guess = random.normal(1, 2, shape), random.normal(1, 2, shape)
    any_label, any_guess = [x.astype(np.float32).astype(np.float64) for x in (any_label, any_guess)]
    add("binaryAccuracy", mean(lambda a, b: M.binary_accuracy(a, b)), yes, guess)
    add("binaryCrossentropy", mean(L.binary_crossentropy), yes, guess)
    add("precision", M.Precision(dtype="float64"), yes, guess)
    add("recall", M.Recall(dtype="float64"), yes, guess)
    for name, of in {
        "meanSquaredError": L.mean_squared_error,
        "mse": L.mean_squared_error,
        "meanAbsoluteError": L.mean_absolute_error,
        "mae": L.mean_absolute_error,
        "meanAbsolutePercentageError": L.mean_absolute_percentage_error,
        "mape": L.mean_absolute_percentage_error,
        "logcosh": L.log_cosh,
        "hinge": L.hinge,
    }.items():
        add(name, mean(of), any_label, any_guess)
    if shape[-1] > 1:
        add("cosineProximity", mean(L.cosine_similarity), any_label, any_guess)
        hot = np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
        add("categoricalAccuracy", mean(M.categorical_accuracy), hot, guess)
        add("categoricalCrossentropy", mean(L.categorical_crossentropy), hot, guess)
        indices = random.integers(0, shape[-1], shape[:-1])
        add("sparseCategoricalAccuracy", mean(M.sparse_categorical_accuracy), indices, guess)
        add("sparseCategoricalCrossentropy", mean(L.sparse_categorical_crossentropy), indices, guess)
    if len(shape) == 2:
        add("r2Score", M.R2Score(dtype="float64"), any_label, any_label * 0.75 + any_guess * 0.25)

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
print(f"{path}: {len(cases)} cases")
