"""Specs: the frozen dataclasses with which a plugin declares what it adds. Nothing here imports numpy or torch.

``dataset``, ``model``, ``weights``, ``method``, ``metric``, ``loss``, ``protocol``, ``recipe``, ``search_space``: one
kind of spec each.
``table``, ``figure``, ``drawing``: the tables and figures of a paper.
``identity``: the data of specs that the keys of records and trainings are hashed from.
"""
