"""What the service needs to know of its surroundings, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024


class SettingsError(Exception):
    """The environment is incomplete or wrong; the message names everything at once."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and the next."""

    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "leernetwerk@localhost"
    mail_folder: Path | None = None
    contact: str = "de leercoördinator van uw regio"
    password_cost: tuple[int, int] = (3, 65536)
    """argon2id: passes, and memory in KiB."""
    upload_limit: int = 100 * MEGABYTE
    pseudonym_key: str = ""
    """Makes the pseudonyms in events; empty for the secret key, which may then never change."""
    proxies: int = 0
    """How many proxies of our own stand before the service; only their word on who asks counts."""
    example: bool = False

    @property
    def is_secure(self) -> bool:
        """Whether people reach the service over TLS."""
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """Return the only host names the service answers to."""
        host = urlsplit(self.base_url).hostname or ""
        local = ["127.0.0.1", "localhost", "[::1]"]
        return [host] if host not in local else local

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings; refuse when incomplete, naming all that is missing."""
        given = os.environ if environment is None else environment
        wrong = [
            f"{name} ontbreekt: {meaning}"
            for name, meaning in {
                "COORDINATOR_DATABASE_URL": "bijvoorbeeld sqlite:////srv/leernetwerk/data.sqlite3 "
                "of postgresql+psycopg://gebruiker:wachtwoord@host/naam",
                "COORDINATOR_SECRET_KEY": "een geheim van minstens 32 tekens, bijvoorbeeld van "
                '`python3 -c "import secrets; print(secrets.token_hex())"`',
                "COORDINATOR_BASE_URL": "het adres waarop mensen de dienst openen, "
                "bijvoorbeeld https://leernetwerk.example.nl",
            }.items()
            if not given.get(name)
        ]
        secret_key = given.get("COORDINATOR_SECRET_KEY", "")
        if secret_key and len(secret_key) < 32:
            wrong.append("COORDINATOR_SECRET_KEY is te kort: geef minstens 32 tekens")
        pseudonym_key = given.get("COORDINATOR_PSEUDONYM_KEY") or ""
        if pseudonym_key and len(pseudonym_key) < 32:
            wrong.append("COORDINATOR_PSEUDONYM_KEY is te kort: geef minstens 32 tekens")
        smtp_url = given.get("COORDINATOR_SMTP_URL") or None
        mail_folder = given.get("COORDINATOR_MAIL_FOLDER") or None
        if not smtp_url and not mail_folder:
            wrong.append(
                "COORDINATOR_SMTP_URL ontbreekt: bijvoorbeeld smtp://naam:wachtwoord@host:587; "
                "of geef COORDINATOR_MAIL_FOLDER, een map waarin de mail als bestand komt te staan"
            )
        base_url = given.get("COORDINATOR_BASE_URL", "").rstrip("/")
        if base_url and urlsplit(base_url).scheme not in ("http", "https"):
            wrong.append("COORDINATOR_BASE_URL moet met http:// of https:// beginnen")
        proxies = given.get("COORDINATOR_PROXIES") or "0"
        if not proxies.isdecimal():
            wrong.append("COORDINATOR_PROXIES moet een getal zijn: het aantal proxy's, of 0")
        if wrong:
            raise SettingsError("De dienst kan niet starten.\n- " + "\n- ".join(wrong))
        return cls(
            database_url=given["COORDINATOR_DATABASE_URL"],
            secret_key=secret_key,
            base_url=base_url,
            smtp_url=smtp_url,
            mail_from=given.get("COORDINATOR_MAIL_FROM")
            or f"leernetwerk@{urlsplit(base_url).hostname}",
            mail_folder=Path(mail_folder) if mail_folder else None,
            contact=given.get("COORDINATOR_CONTACT") or cls.contact,
            pseudonym_key=pseudonym_key,
            proxies=int(proxies),
        )
