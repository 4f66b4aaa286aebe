"""Checkpoint files: finding and verifying them, and loading their tensors into models.

- `files`: the file of a spec, found by name and verified by SHA-256.
- `state_dict`: the entry point for loading; `checkpoint_file` reads a file as data, `file_kind` recognises its format,
  and `formats` has those of other frameworks.
- `candidates`, `fit`: the state dicts in a file, and the one that is a given network.
- `misfit`, `tensor_kinds`: words for a file that does not fit, and for tensors that no network takes.
- `bundled`: weights that a plugin ships.
"""
