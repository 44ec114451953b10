"""Who is this, and what may he do and see?"""

from osos.access.viewer import ALL_TIME, Held, PointFacts, Role, Viewer, ViewerKind, merged, sight

__all__ = ["ALL_TIME", "Held", "PointFacts", "Role", "Viewer", "ViewerKind", "merged", "sight"]
