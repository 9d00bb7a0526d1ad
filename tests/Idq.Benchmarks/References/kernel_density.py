"""A Gaussian kernel density on a regular grid of [0, 1]: scikit-learn, and once with the reflections that it does not have."""
import numpy
import sklearn
from scipy.special import ndtr
from sklearn.neighbors import KernelDensity

from reference import serve


def prepare(data):
    ranks = numpy.fromfile(data["ranks"], numpy.float64)
    grid = numpy.linspace(0, 1, data["points"])
    width = data["bandwidth"]

    def density(samples):
        return KernelDensity(bandwidth=width).fit(samples[:, None]).score_samples(grid[:, None])

    # Images behind the ends, and the part of every kernel and its images that lies inside.
    mirrored = 3 * numpy.exp(density(numpy.concatenate((ranks, -ranks, 2 - ranks))))
    inside = sum(ndtr((1 - x) / width) - ndtr(-x / width) for x in (ranks, -ranks, 2 - ranks)).mean()
    (mirrored / inside).tofile(data["result"])

    return lambda: density(ranks), lambda scores: None, "scikit-learn " + sklearn.__version__


serve(prepare)
