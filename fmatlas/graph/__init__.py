"""The facts as a property graph: one set of named questions, two engines (Ladybug and Neo4j)."""

from fmatlas.graph.graph import Graph, find_question, open_graph
from fmatlas.graph.queries import QUESTIONS
from fmatlas.graph.questions import Parameter, Question

__all__ = ["QUESTIONS", "Graph", "Parameter", "Question", "find_question", "open_graph"]
