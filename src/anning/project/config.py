"""What an installation can set, read from `ANNING_*` environment variables and an optional `.env` file."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """One installation's settings. Names in the environment are the field names with `ANNING_` before them."""

    model_config = SettingsConfigDict(env_prefix="ANNING_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/anning.sqlite3"
    """`sqlite:///relative/path`, `sqlite:////absolute/path` (with `?mode=ro` to only read) or
    `postgresql://user:password@host:port/name`."""
    data_dir: Path = Path("var")
    """Attachments, rejects, generated keys and caches."""
    roads: Path | None = None
    """The folder `anning network build` wrote the city's road graph to; `data_dir/roads` when not given."""
    secret_key: str = ""
    """Signs sessions and the audit chain; kept in `data_dir/secret` when not given."""
    personal_keys: str = ""
    """Comma-separated Fernet keys, newest first; kept in `data_dir/personal.keys` when not given."""
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    debug: bool = False
    https: bool = False
    """Whether people reach the platform by HTTPS: turns on secure cookies and HSTS."""
    time_zone: str = "Asia/Shanghai"
    events_url: str = ""
    """Where browsers find the live feed; empty: `/events` on the same origin (a proxy joins both)."""
    events_port: int = 0
    """When set, browsers find the live feed on this port of the host they came to."""
    map_style_url: str = ""
    """An outside MapLibre style; empty: the city's own base map, and no outside request."""
    map_origins: str = ""
    """Comma-separated origins (`https://tiles.example`) the outside style takes tiles, glyphs and sprites from."""
    oidc_server: str = ""
    oidc_client_id: str = ""
    oidc_secret: str = ""
    oidc_name: str = "OpenID Connect"
    sign_in_days: int = Field(default=7, ge=1)
    """How long tries to sign in are kept, with their network address."""
    trusted_proxies: int = Field(default=0, ge=0)
    """How many proxies stand in front, each adding the address it was asked from to `X-Forwarded-For`. 0: that header
    is not read at all, for anybody can send it."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    domains: str = "anning.domains.calls"
    """Comma-separated packages of the installed domains."""
    cap_sender: str = ""
    """The name public warnings are signed with (CAP `sender`), a domain say; made of the city's code when not given."""
    webhook_private: bool = False
    """Whether webhooks may go to private networks and by plain http; else only by https to the open internet."""
    webhook_days: int = Field(default=3, ge=1)
    """How many days a webhook is tried before it is given up."""
    upload_max_mb: int = Field(default=20, ge=1)

    @property
    def hosts(self) -> list[str]:
        """The host names this installation answers to."""
        return [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]

    @property
    def domain_apps(self) -> list[str]:
        """The packages of the installed domains."""
        return [name.strip() for name in self.domains.split(",") if name.strip()]

    @property
    def map_sources(self) -> list[str]:
        """The origins the content security policy opens for the outside map; none by default."""
        named = [origin.strip() for origin in self.map_origins.split(",") if origin.strip()]
        style = urlsplit(self.map_style_url)
        return ([f"{style.scheme}://{style.netloc}"] if style.netloc else []) + named

    @property
    def roads_dir(self) -> Path:
        """Where the road graph lies."""
        return self.roads or self.data_dir / "roads"

    def secret(self) -> str:
        """The signing secret, made and kept in a file of mode 600 on first use when none is given."""
        return self.secret_key or _kept(self.data_dir / "secret", lambda: secrets.token_urlsafe(48))

    def keys(self) -> list[str]:
        """The keys of personal fields, newest first; made and kept on first use when none is given."""
        made = self.personal_keys or _kept(self.data_dir / "personal.keys", _new_key)
        return [key.strip() for key in made.replace("\n", ",").split(",") if key.strip()]

    def audit_key(self) -> bytes:
        """The key of the audit chain, derived from the secret."""
        return hashlib.sha256(b"anning audit chain\0" + self.secret().encode()).digest()


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


def database(url: str) -> dict[str, object]:
    """Django's settings for a database URL.

    Raises:
        ValueError: the scheme is neither `sqlite` nor `postgresql`.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]) or ":memory:", parts.query)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise ValueError(
        f"ANNING_DATABASE_URL starts with {parts.scheme!r}: use sqlite:///path or postgresql://user@host/name"
    )


def _sqlite(name: str, query: str = "") -> dict[str, object]:
    if name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    if query:
        name = f"file:{name}?{query}"
    start = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": start},
    }


def _postgresql(url: str) -> dict[str, object]:
    import psycopg.conninfo

    given = psycopg.conninfo.conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname", "anning"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given,
    }
