"""Constraints and regularizers of weights: those of Keras, in float64."""
import keras
import numpy as np

from common import Recorder, distinct, values

keras.backend.set_floatx("float64")
record = Recorder("weight-rules")


def both(name, of, w, gradients, **attrs):
    record.tensorflow(name, lambda w: of(w), {"w": w}, attrs, gradients=gradients)
    record.cases[-1]["by"] = "Keras"


C, R = keras.constraints, keras.regularizers
for shape in [(3, 4), (2, 2, 3, 2)]:
    both("maxNorm", C.MaxNorm(0.75), values(*shape), [], maxValue=0.75)
    both("maxNorm", C.MaxNorm(1, axis=1), values(*shape), [], maxValue=1, axis=1)
    both("minMaxNorm", C.MinMaxNorm(0.5, 1.5, 0.5), values(*shape), [], minValue=0.5, maxValue=1.5, rate=0.5)
    both("unitNorm", C.UnitNorm(axis=1), values(*shape), [], axis=1)
    both("nonNeg", C.NonNeg(), values(*shape), [])
    both("l1", R.L1(0.25), distinct(*shape), None, l1=0.25)
    both("l2", R.L2(0.25), distinct(*shape), None, l2=0.25)
    both("l1l2", R.L1L2(0.25, 0.5), distinct(*shape), None, l1=0.25, l2=0.5)
record.write()
