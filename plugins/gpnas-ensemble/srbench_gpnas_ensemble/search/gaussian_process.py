"""The Gaussian process: a linear mean over the architecture's encoding, and an RBF residual."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch
from botorch.exceptions.errors import ModelFittingError
from botorch.exceptions.warnings import OptimizationWarning
from botorch.fit import fit_gpytorch_mll
from botorch.models.gpytorch import GPyTorchModel
from gpytorch.distributions import MultivariateNormal
from gpytorch.kernels import Kernel, RBFKernel, ScaleKernel
from gpytorch.likelihoods import GaussianLikelihood
from gpytorch.means import ZeroMean
from gpytorch.mlls import ExactMarginalLogLikelihood
from gpytorch.models import ExactGP
from gpytorch.priors import LogNormalPrior
from linear_operator.utils.warnings import NumericalWarning

if TYPE_CHECKING:
    from torch import Tensor

WEIGHT_DEVIATION = 1.0
"""Prior standard deviation of each weight of the linear mean, in standard deviations of PSNR over the space."""
LENGTHSCALE, OUTPUTSCALE, NOISE = (0.0, 0.7), (-2.0, 1.0), (-4.0, 1.0)
"""Log-normal priors of the kernel's hyperparameters: mean and standard deviation of their logarithms.

A priori the residual varies over the width of the space (1) and has a variance of 0.14, and the noise has a variance of
0.02, where PSNR has a variance of 1.
"""


class LinearMeanKernel(Kernel):  # type: ignore[misc]  # GPyTorch ships no annotations
    """Covariance kernel of a linear mean w^T phi(x), phi(x) = (1, x), with weights w from N(0, `WEIGHT_DEVIATION`^2).

    A mean with Gaussian weights is a kernel (Rasmussen and Williams 2006, Sec. 2.7): the weights are integrated out,
    and their uncertainty is part of the predicted deviation.
    """

    def forward(self, x1: Tensor, x2: Tensor, *, diag: bool = False, **_: object) -> Tensor:
        """Return the covariance of two sets of points.

        Args:
            x1: (..., n, d).
            x2: (..., m, d).
            diag: whether to return the diagonal alone.
            **_: further arguments of GPyTorch, ignored.

        Returns:
            (..., n, m), or (..., n) with `diag`.
        """
        first, second = features(x1), features(x2)
        if diag:
            return WEIGHT_DEVIATION**2 * (first * second).sum(-1)
        return WEIGHT_DEVIATION**2 * first @ second.transpose(-1, -2)


class LinearMeanGP(ExactGP, GPyTorchModel):  # type: ignore[misc]  # as above
    """A Gaussian process f(x) = w^T phi(x) + residual, with a linear mean and an RBF residual.

    Before `fit`, the hyperparameters are the medians of their priors.

    Args:
        x: points (n, d) in [0, 1]^d, float64.
        y: standardised values (n), float64.
    """

    _num_outputs = 1

    def __init__(self, x: Tensor, y: Tensor) -> None:
        noise = LogNormalPrior(*NOISE)
        likelihood = GaussianLikelihood(noise_prior=noise).to(torch.float64)
        super().__init__(x, y, likelihood)
        self.mean_module = ZeroMean()
        self.residual = ScaleKernel(
            RBFKernel(ard_num_dims=x.shape[-1], lengthscale_prior=LogNormalPrior(*LENGTHSCALE)),
            outputscale_prior=LogNormalPrior(*OUTPUTSCALE),
        )
        self.trend = LinearMeanKernel()
        self.covar_module = self.residual + self.trend
        self.to(torch.float64)
        self.residual.base_kernel.lengthscale = torch.tensor(LENGTHSCALE[0], dtype=torch.float64).exp()
        self.residual.outputscale = torch.tensor(OUTPUTSCALE[0], dtype=torch.float64).exp()
        self.likelihood.noise = torch.tensor(NOISE[0], dtype=torch.float64).exp()

    def forward(self, x: Tensor) -> MultivariateNormal:
        """Return the prior distribution at `x` (n, d)."""
        return MultivariateNormal(self.mean_module(x), self.covar_module(x))

    def fit(self) -> None:
        """Set the hyperparameters to the maximum of marginal likelihood times prior.

        If the optimiser fails, the previous hyperparameters are kept.
        """
        with warnings.catch_warnings():
            # the optimiser handles restarts that end early, and jitter on a nearly singular matrix
            warnings.simplefilter("ignore", OptimizationWarning)
            warnings.simplefilter("ignore", NumericalWarning)
            before = {name: value.clone() for name, value in self.state_dict().items()}
            try:
                fit_gpytorch_mll(ExactMarginalLogLikelihood(self.likelihood, self))
            except ModelFittingError:
                self.load_state_dict(before)
        self.eval()

    @torch.no_grad()
    def covariance(self, x: Tensor) -> Tensor:
        """Return the prior covariance (n, n) of the function values at `x` (n, d), float64."""
        dense: Tensor = self.covar_module(x).to_dense()
        return dense

    @property
    def noise(self) -> float:
        """Variance of the measured values around the function value."""
        return float(self.likelihood.noise.detach())


def features(x: Tensor) -> Tensor:
    """Return phi(x) = (1, x), (..., n, d + 1), of points (..., n, d)."""
    return torch.cat([torch.ones_like(x[..., :1]), x], dim=-1) if x.shape[-1] else x.new_ones(*x.shape[:-1], 1)
