"""Models: the paper's networks, and reduced networks that a CPU can train."""

from __future__ import annotations

from typing import Any

from srbench import Component, ModelSpec

PAPER = "Park and Kim, Image Restoration by Solving IVP"
VDSR = Component("vdsr-derivative", "srbench_ode_ivp.derivative:VdsrDerivative")
RDN = Component("rdn-derivative", "srbench_ode_ivp.derivative:RdnDerivative")
REDUCED: dict[str, Any] = {"depth": 10, "features": 16}
"""Arguments of the reduced VDSR, for a CPU; the paper's has 20 layers of 64 features."""
RDN_REDUCED: dict[str, Any] = {"blocks": 3, "layers": 3, "growth": 16, "features": 16}
"""Arguments of the reduced RDN; the paper's has 16 blocks of 8 layers, growth 64 and 64 features."""
BICUBIC_RADIUS = 2
"""Radius of bicubic interpolation in LR pixels."""
RK4_STAGES = 4
"""Number of evaluations of f in a step of Runge-Kutta; each widens the receptive field."""


def ivp(name: str, build: Component, summary: str, *, radius: int, scheme: str = "rk4", **kwargs: Any) -> ModelSpec:
    """Return the spec of a network f, integrated in one step of a scheme.

    Args:
        name: the model's name.
        build: the component f.
        summary: one-line description.
        radius: radius of the receptive field of f in HR pixels.
        scheme: the scheme of the solver.
        **kwargs: arguments of `build`.
    """
    stages = {"rk4": RK4_STAGES, "euler": 1}[scheme]
    return ModelSpec(
        name,
        "srbench_ode_ivp.model:Ivp",
        joint=True,
        kwargs={"build": build, "kwargs": kwargs, "solver": {"scheme": scheme}},
        receptive_radius=stages * radius + BICUBIC_RADIUS,
        paper=PAPER,
        summary=summary,
    )


def one_step(name: str, build: Component, summary: str, *, radius: int, **kwargs: Any) -> ModelSpec:
    """Return the spec of the same network, evaluated once.

    Args:
        name: the model's name.
        build: the component that is the network.
        summary: one-line description.
        radius: radius of the network's receptive field in HR pixels.
        **kwargs: arguments of `build`.
    """
    return ModelSpec(
        name,
        "srbench_ode_ivp.model:OneStep",
        joint=True,
        kwargs={"build": build, "kwargs": kwargs},
        receptive_radius=radius + BICUBIC_RADIUS,
        paper=PAPER,
        summary=summary,
    )


RDN_RADIUS = 132
"""Radius of RDN's receptive field in HR pixels.

It counts two shallow convolutions, 16 blocks of 8, the convolution of the fusion and the last one; 1x1 convolutions add
nothing.
"""
MODELS = (
    ivp("vdsr-ivp", VDSR, "dI/dt by VDSR with t, one step of Runge-Kutta", radius=20),
    ivp("vdsr-ivp-euler", VDSR, "dI/dt by VDSR with t, one step of Euler", radius=20, scheme="euler"),
    one_step("vdsr-t", VDSR, "VDSR with t as an input (VDSR+t)", radius=20),
    ivp("rdn-ivp", RDN, "dI/dt by RDN with t and without its upsampler, one step of Runge-Kutta", radius=RDN_RADIUS),
    one_step("rdn-t", RDN, "RDN with t as an input and without its upsampler (RDN+t)", radius=RDN_RADIUS),
    ivp("vdsr-ivp-reduced", VDSR, "vdsr-ivp reduced to 10 layers of 16 features", radius=10, **REDUCED),
    ivp("vdsr-ivp-euler-reduced", VDSR, "the same with Euler's method", radius=10, scheme="euler", **REDUCED),
    ivp("rdn-ivp-reduced", RDN, "rdn-ivp reduced to 3 blocks of 3 layers, 16 features", radius=13, **RDN_REDUCED),
    one_step("vdsr-t-reduced", VDSR, "VDSR+t reduced to 10 layers of 16 features", radius=10, **REDUCED),
)
