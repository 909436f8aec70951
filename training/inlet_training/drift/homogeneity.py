"""Whether two samples of categories may come from one distribution."""

import numpy as np
from scipy.stats import chi2_contingency

# Cochran (1954): with fewer expected, the chi-square approximation does not hold.
FEWEST_EXPECTED = 1


def homogeneity(first: np.ndarray, second: np.ndarray) -> float:
    """The p-value of Pearson's chi-square test on two rows of counts [K]; rare ones are pooled.

    Both rows are samples: a test of one against the other's shares would take the shares for
    exact and alarm too often.
    """
    counts = np.array([first, second], np.float64)
    smaller = counts.sum(axis=1).min() / counts.sum()
    rare = counts.sum(axis=0) * smaller < FEWEST_EXPECTED
    pooled = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    if pooled.shape[1] < 2:
        return 1.0
    return float(chi2_contingency(pooled, correction=False).pvalue)


def total_variation(first: np.ndarray, second: np.ndarray) -> float:
    """Half the summed differences of the shares of two rows of counts, 0 to 1."""
    return float(np.abs(first / first.sum() - second / second.sum()).sum() / 2)
