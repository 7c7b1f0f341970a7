"""Authentication and authorization: roles, sessions, and the ways to sign in.

People are the gradebook's own. `AccessMiddleware` says of each request who asks, in
``request.state.visitor``, and sees to it that what changes something comes from a page of ours;
`may` says whether they may.
"""

from grader.portal.identity.access_middleware import (
    AccessMiddleware,
    sign_in,
    sign_out,
)
from grader.portal.identity.entrance import Entrance, entrance_of
from grader.portal.identity.public_url import PublicUrl
from grader.portal.identity.roles import (
    PERMISSIONS,
    Permission,
    PortalRole,
    Visitor,
    may,
    may_grant,
    roles_that_may,
)
from grader.portal.identity.session_cookies import Cookies
from grader.portal.identity.sessions import Sessions, SignInWay
from grader.portal.identity.throttle import Throttle, network_of

__all__ = [
    "PERMISSIONS",
    "AccessMiddleware",
    "Cookies",
    "Entrance",
    "Permission",
    "PortalRole",
    "PublicUrl",
    "Sessions",
    "SignInWay",
    "Throttle",
    "Visitor",
    "entrance_of",
    "may",
    "may_grant",
    "network_of",
    "roles_that_may",
    "sign_in",
    "sign_out",
]
