"""Specifications that plugins declare: models, methods, datasets, protocols, metrics, recipes, tables and figures."""
