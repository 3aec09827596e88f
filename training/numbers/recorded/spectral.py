"""Complex numbers, and what transforms signals."""
import torch

from common import Recorder, values

import tensorflow as tf  # After common, which says that it is to keep quiet.

record = Recorder("spectral")


def parts(z):
    return [z.real, z.imag]


def two(*shape):
    return {"real": values(*shape), "imag": values(*shape)}


for name, function in [
    ("abs (complex)", torch.abs),
    ("neg (complex)", lambda z: parts(-z)),
    ("mul by itself (complex)", lambda z: parts(z * z)),
    ("spectral.irfft", torch.fft.irfft),
]:
    record.torch(name, lambda real, imag: function(torch.complex(real, imag)), two(2, 4))
for name, function in [
    ("mul (complex)", lambda a, b: a * b),
    ("div (complex)", lambda a, b: a / b),
    ("add (complex)", lambda a, b: a + b),
]:
    record.torch(
        name,
        lambda real, imag, otherReal, otherImag: parts(function(torch.complex(real, imag), torch.complex(otherReal, otherImag))),
        {**two(2, 3), "otherReal": values(3, low=1), "otherImag": values(3)},
    )
for size in (1, 2, 3, 5, 6, 8, 12):
    record.torch("spectral.fft", lambda real, imag: parts(torch.fft.fft(torch.complex(real, imag))), two(2, size))
    record.torch("spectral.ifft", lambda real, imag: parts(torch.fft.ifft(torch.complex(real, imag))), two(size))
    record.torch("spectral.rfft", lambda x: parts(torch.fft.rfft(x)), {"x": values(2, 1, size)})
for length in (3, 8):
    record.torch("spectral.rfft", lambda x: parts(torch.fft.rfft(x, length)), {"x": values(2, 5)}, {"length": length})
for size in (2, 3, 6):
    record.torch("spectral.irfft", lambda real, imag: torch.fft.irfft(torch.complex(real, imag)), two(2, 2, size))
for length in (1, 4, 6):
    record.torch("signal.hannWindow", lambda: torch.hann_window(length, dtype=torch.float64), {}, {"length": length})
    record.torch("signal.hammingWindow", lambda: torch.hamming_window(length, dtype=torch.float64), {}, {"length": length})
for step in (4, 3):
    record.tensorflow(
        "signal.stft",
        lambda x: (lambda z: [tf.math.real(z), tf.math.imag(z)])(tf.signal.stft(x, 4, step)),
        {"x": values(13)},
        {"length": 4, "step": step},
    )
record.tensorflow(
    "signal.frame",
    lambda x: tf.signal.frame(x, 4, 3, pad_end=True, pad_value=2),
    {"x": values(11)},
    {"length": 4, "step": 3, "padEnd": True, "value": 2},
)
record.write()
