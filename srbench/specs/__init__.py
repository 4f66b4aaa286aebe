"""Specs: the frozen dataclasses with which a plugin declares what it adds. Nothing here imports numpy or torch.

``dataset``, ``images``, ``model``, ``weights``, ``method``, ``metric``, ``loss``, ``protocol``, ``search_space``: one
kind of spec each.
``recipe``, ``optimizer``, ``adversary``: trainings, at the paper's budget and cut to that of a profile.
``table``, ``figure``, ``drawing``: the tables and figures of a paper.
``extension``, ``opener``: extensions of srbench itself.
``identity``: the data of specs that the keys of records and trainings are hashed from.
``check``, ``rules``, ``cycles``: checks of what plugins declare.
"""
