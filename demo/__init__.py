"""The built-in demonstration county site, with planted defects: pages, a server, what should be found."""

from demo.demanded import PACKS
from demo.model import DemoSite, HostSite, Planted, Response, Trap
from demo.nights import SecondNight, second_night
from demo.server import ServeError, serve
from demo.settings import config, toml
from demo.site import AS_OF, build, built, first_night
from demo.verification import CheckVerification, Verification, verify

__all__ = [
    "AS_OF",
    "PACKS",
    "CheckVerification",
    "DemoSite",
    "HostSite",
    "Planted",
    "Response",
    "SecondNight",
    "ServeError",
    "Trap",
    "Verification",
    "build",
    "built",
    "config",
    "first_night",
    "second_night",
    "serve",
    "toml",
    "verify",
]
