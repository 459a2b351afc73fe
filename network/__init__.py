"""The network of a learning region: which table a signal reaches, when, and what it rests on."""

from network.package import Mistake, PackageError, read, write
from network.planner import Cause, Hop, Missed, NoRoute, Planner, Route
from network.region import Level, Reason, Region

__all__ = [
    "Cause",
    "Hop",
    "Level",
    "Missed",
    "Mistake",
    "NoRoute",
    "PackageError",
    "Planner",
    "Reason",
    "Region",
    "Route",
    "read",
    "write",
]
