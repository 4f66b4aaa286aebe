"""Self-test of the metrics on this machine, against golden values from independent implementations.

`golden` reads the values, `images` and `network` provide the inputs, `check` measures and compares.
"""
