"""The array types of the whole tree, named by what they hold."""

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
#: Features, signals and scores, as the catalogue keeps them.
FloatArray = npt.NDArray[np.float32]
#: Sums, means and fits, where single precision would lose digits.
DoubleArray = npt.NDArray[np.float64]
#: 64-bit hashes of texts (`recommender.catalogue.keys`).
KeyArray = npt.NDArray[np.uint64]
