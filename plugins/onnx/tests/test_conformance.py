"""What `srbench check onnx` checks, each check a test of its own."""

from srbench.testing import checks


@checks("onnx")
def test_plugin(check):
    check()
