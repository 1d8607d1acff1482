"""Nodes, relationships and paths of either engine as the same plain dictionaries."""

from collections.abc import Mapping
from typing import Any

from fmatlas.graph.schema import NODE, RELATION


def node_record(label: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A node: its label, then its properties as the schema declares them; None where it has none.

    Example:
        >>> node_record("Task", {"id": "task:a", "name": "a", "build": 3})
        {'label': 'Task', 'id': 'task:a', 'name': 'a', 'families': None, 'origin': None}
    """
    declared = NODE[label].properties if label in NODE else ()
    return {"label": label} | {property.name: properties.get(property.name) for property in declared}


def relation_record(type: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A relationship: its type, then its properties as the schema declares them."""
    declared = RELATION[type].properties if type in RELATION else ()
    return {"type": type} | {property.name: properties.get(property.name) for property in declared}


def path_record(nodes: list[dict[str, Any]], relations: list[dict[str, Any]]) -> dict[str, Any]:
    """A path: its nodes and relationships in order."""
    return {"nodes": nodes, "relations": relations}
