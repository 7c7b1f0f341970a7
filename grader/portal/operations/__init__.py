"""What operators need: health checks, metrics and logs."""

from __future__ import annotations

from grader.portal.operations.health import health_routes
from grader.portal.operations.json_logs import begin_logs
from grader.portal.operations.measuring import Measures
from grader.portal.operations.request_watch import RequestWatch

__all__ = ["Measures", "RequestWatch", "begin_logs", "health_routes"]
