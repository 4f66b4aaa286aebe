"""The page of weights on the Hub: how they were trained, what they reach, and how to use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from srbench.escape import markdown, markdown_code

if TYPE_CHECKING:
    from collections.abc import Mapping

METADATA = """---
library_name: srbench
pipeline_tag: image-to-image
tags:
- super-resolution
- srbench
---
"""


def model_card(document: Mapping[str, Any], repo: str) -> str:
    """Return ``README.md`` for weights that ``srbench bundle`` wrote; no licence is stated in it.

    Args:
        document: Card beside the weights.
        repo: Repository that they are pushed to, ``org/repo``.
    """
    trained = document["trained"]
    recipe = trained["trained_with"]
    file = document["file"]
    phases = "; ".join(f"{phase['name']}: {phase['budget']['steps']} steps" for phase in recipe["phases"])
    lines = [
        [
            markdown(entry["dataset"]),
            f"x{entry['scale']:g}",
            entry["metric"],
            f"{entry['value']:.4f}",
            entry["n_images"],
        ]
        for entry in document["measured"]
    ]
    table = tabulate(lines, ["Dataset", "Scale", "Metric", "Value", "Images"], "pipe", disable_numparse=True)
    protocols = ", ".join(sorted({markdown_code(entry["protocol"]) for entry in document["measured"]}))
    address = f"hf://{repo}/{file}"
    scales = f" --scales {document['measured'][0]['scale']:g}"
    name = str(recipe["model"]["name"])
    how = (
        f"Super-resolution network {markdown_code(name)}, trained by srbench: recipe "
        f"{markdown_code(trained['recipe'])}, profile {markdown_code(trained['profile'])}, {phases}. Training images: "
        f"{', '.join(map(markdown, recipe['data']))}."
    )
    card = file.removesuffix(".safetensors") + ".json"
    facts = (
        f"SHA-256 {markdown_code(document['sha256'])}. {markdown_code(card)} holds the whole recipe, both budgets, the "
        "images and the machine."
    )
    command = f"srbench eval --method {name} --weights {address} --datasets Set5{scales}"
    head = f"{METADATA}\n# {markdown(file)}"
    measured = f"Measured with these half-precision weights, protocol {protocols}:"
    return "\n\n".join((head, how, measured, table, facts, f"```\n{command}\n```")) + "\n"
