import pytest
import torch
from srbench_classics.models import MODELS

from srbench import UsageError

NETWORKS = [spec for spec in MODELS if not spec.resize_aware]
REAL = (1.3, 2, 2.5, 4)
LUMA = ("srcnn", "vdsr", "vdsr-y", "lapsrn", "mslapsrn", "idn", "drcn", "drrn", "drrn-bn")


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "scale"),
    [(spec, scale) for spec in MODELS if not spec.equal_size for scale in spec.scales or REAL],  # those: test_real.py
)
def test_size_at_every_scale(spec, scale, build):
    lr = torch.rand(2, 3, 7, 10)
    with torch.inference_mode():
        sr = build(spec.name, scale)(lr, scale)
    assert sr.shape == (2, 3, round(7 * scale), round(10 * scale))
    assert sr.dtype == torch.float32
    assert sr.isfinite().all()


@pytest.mark.slow
@pytest.mark.parametrize("spec", NETWORKS, ids=lambda spec: spec.name)
def test_every_parameter_and_the_input_get_gradients(spec, build):
    scale = 4
    model, lr = build(spec.name, scale), torch.rand(1, 3, 6, 5, requires_grad=True)
    model(lr, scale).square().mean().backward()
    assert lr.grad.abs().sum() > 0
    unused = [name for name, p in model.named_parameters() if p.grad is None]
    # A network for several scales trains the upsampler of the scale in hand.
    assert all(name.startswith(("upsample.x2", "upsample.x3")) for name in unused)
    assert bool(unused) == (spec.name in {"carn-multi", "carn-m"})
    assert all(p.grad.isfinite().all() for p in model.parameters() if p.grad is not None)


@pytest.mark.parametrize("name", LUMA)
def test_luma_networks_keep_grey_grey(name, build):
    lr = torch.rand(1, 1, 6, 8).expand(-1, 3, -1, -1)
    with torch.inference_mode():
        sr = build(name, 2)(lr, 2)
    torch.testing.assert_close(sr, sr[:, :1].expand_as(sr), atol=1e-5, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [spec for spec in NETWORKS if not spec.joint or (spec.scales is not None and 8 not in spec.scales)],
    ids=lambda spec: spec.name,
)
def test_another_scale_than_built_for_is_refused(spec, build):
    with pytest.raises(UsageError, match="built for x"):
        build(spec.name, 4)(torch.rand(1, 3, 4, 4), 8)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["edsr-baseline", "lapsrn", "enet", "srresnet", "imdn", "idn", "san", "nlsa", "d-dbpn", "srfbn"]
)
def test_scales_that_do_not_exist_are_refused(name, build):
    with pytest.raises(UsageError, match=r"x2\.5"):
        build(name, 2.5)


def test_untrained_lapsrn_image_branch_is_bilinear(build):
    """A transposed convolution with the bilinear filter is what torch calls bilinear, away from the border."""
    lr = torch.rand(1, 1, 6, 7)
    with torch.inference_mode():
        doubled = build("lapsrn", 2).levels[0].image(lr)
    expected = torch.nn.functional.interpolate(lr, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(doubled[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])
