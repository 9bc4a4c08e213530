"""The array types of the whole program."""

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
#: Features, signals and scores, in the precision of the catalogue.
FloatArray = npt.NDArray[np.float32]
#: Sums, means and fits, where single precision loses digits.
DoubleArray = npt.NDArray[np.float64]
#: 64-bit hashes of texts (`recommender.catalogue.keys`).
KeyArray = npt.NDArray[np.uint64]
