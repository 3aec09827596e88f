"""The losses that `model.compile` knows by name: those of Keras, in float64, with their gradients."""
import keras
import numpy as np
import torch

from common import Recorder, integers, random, values

keras.backend.set_floatx("float64")
record = Recorder("model-losses")
L = keras.losses


def shares(*shape):
    drawn = random.uniform(0.1, 0.9, shape).astype(np.float32).astype(np.float64)
    return drawn


def both(name, of, labels, predictions, gradients=None):
    record.tensorflow(
        name, lambda labels, predictions: of(labels, predictions), {"labels": labels, "predictions": predictions}, gradients=gradients
    )
    record.cases[-1]["by"] = "Keras"


for shape in [(3, 4), (2, 3, 2)]:
    truth, guess = values(*shape), values(*shape) + 0.01
    both("meanSquaredError", L.mean_squared_error, truth, guess)
    both("meanAbsoluteError", L.mean_absolute_error, truth, guess)
    both("meanAbsolutePercentageError", L.mean_absolute_percentage_error, truth, guess)
    both("meanSquaredLogarithmicError", L.mean_squared_logarithmic_error, truth, guess)
    both("hinge", L.hinge, random.choice([-1.0, 1.0], shape), guess)
    both("squaredHinge", L.squared_hinge, random.choice([-1.0, 1.0], shape), guess)
    both("categoricalHinge", L.categorical_hinge, shares(*shape), guess)
    # Keras takes log 2 in 32 bits.
    record.torch("logcosh", lambda labels, predictions: torch.cosh(predictions - labels).log().mean(-1), {"labels": truth, "predictions": guess})
    both("categoricalCrossentropy", L.categorical_crossentropy, shares(*shape), shares(*shape))
    both("binaryCrossentropy", L.binary_crossentropy, shares(*shape), shares(*shape))
    both("kullbackLeiblerDivergence", L.kl_divergence, shares(*shape), shares(*shape))
    both("poisson", L.poisson, shares(*shape) * 5, shares(*shape) * 5)
    both("cosineProximity", L.cosine_similarity, truth, guess)
    both("sparseCategoricalCrossentropy", L.sparse_categorical_crossentropy, integers(*shape[:-1], low=0, high=shape[-1]), shares(*shape), gradients=["predictions"])
# Labels of 0 and 1 count as -1 and 1.
for name, of in [("hinge", L.hinge), ("squaredHinge", L.squared_hinge)]:
    both(name, of, random.choice([0.0, 1.0], (4, 3)), values(4, 3), gradients=["predictions"])
record.write()
