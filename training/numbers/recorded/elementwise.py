"""Operations number by number."""
import torch

from common import Recorder, values

record = Recorder("elementwise")
record.torch("exp", lambda x: torch.exp(x), {"x": values(3, 4)})
for a, b in [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1, 4), (3, 1))]:
    record.torch("add", lambda a, b: a + b, {"a": values(*a), "b": values(*b)})
record.write()
