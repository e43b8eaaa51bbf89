"""A consent service: stores which text a user agreed to, asks again after a material change, and exports the proof.

Run it as it is:

    pip install --requirement requirements.txt
    TEXTS=https://www.example.com/api/v1/ DATABASE_URL=sqlite:///consent.db uvicorn consent:app

It keeps document, version, language, digest and moment of each consent, and nothing else about a user but the
identifier that the app gives. The texts come from the static API of the company's yururluk site.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urljoin
from urllib.request import urlopen

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import DateTime, String, UniqueConstraint, create_engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

MINUTES_KEPT = 5


class Base(DeclarativeBase):
    """The tables."""


class Consent(Base):
    """One user's consent to one version of one document, once."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("user", "document", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(String(200), index=True)
    document: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def record(self) -> dict[str, str]:
        """The consent as it is exported."""
        at = self.at if self.at.tzinfo else self.at.replace(tzinfo=UTC)  # SQLite forgets the offset
        return {
            "user": self.user,
            "document": self.document,
            "version": self.version,
            "language": self.language,
            "sha256": self.sha256,
            "at": at.isoformat(timespec="seconds"),
        }


class Agreement(BaseModel):
    """What the form sends when the user agrees: the text that was shown, not the one that is in force by then."""

    document: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}$", max_length=40)]
    language: Annotated[str, Field(max_length=20)]


@dataclass
class Texts:
    """The static API of the texts at `address`; what is in force is asked again after some minutes."""

    address: str
    _answers: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def get(self, path: str, *, keep: bool = False) -> Any:
        """An answer as JSON. Raises `HTTPException` 502 where the texts cannot be read: nobody is let through then."""
        kept = self._answers.get(path)
        if kept and time.monotonic() - kept[0] < MINUTES_KEPT * 60:
            return kept[1]
        try:
            with urlopen(urljoin(self.address, path), timeout=10) as answer:  # noqa: S310 - the address is the operator's
                found = json.load(answer)
        except (OSError, ValueError) as error:
            raise HTTPException(502, f"the texts cannot be read: {error}") from error
        if keep:
            self._answers[path] = time.monotonic(), found
        return found

    def in_force(self, document: str) -> Any:
        """What is in force of a document."""
        return self.get(f"{document}/in-force.json", keep=True)

    def digest(self, document: str, version: str, language: str) -> str:
        """The digest of a published text. Raises `HTTPException` 422 where there is no such text."""
        try:
            answer = self.get(f"{document}/{version}.json")
        except HTTPException as error:
            raise HTTPException(422, "no such text has been published") from error
        text = answer["texts"].get(language)
        if text is None:
            raise HTTPException(422, "this version has no text in this language")
        return str(text["sha256"])


def _session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as opened:
        yield opened


def _texts(request: Request) -> Texts:
    found: Texts = request.app.state.texts
    return found


Opened = Annotated[Session, Depends(_session)]
Source = Annotated[Texts, Depends(_texts)]
routes = APIRouter()


@routes.put("/users/{user}/consents", status_code=201)
def agree(user: str, agreement: Agreement, opened: Opened, texts: Source) -> dict[str, str]:
    """Store a consent. The same one again changes nothing: the first moment counts."""
    digest = texts.digest(agreement.document, agreement.version, agreement.language)
    consent = Consent(user=user, sha256=digest, at=datetime.now(UTC), **agreement.model_dump())
    opened.add(consent)
    try:
        opened.commit()
    except IntegrityError:  # stored before, perhaps by another request at this moment
        opened.rollback()
        same = Consent.document == agreement.document, Consent.version == agreement.version
        consent = opened.scalars(select(Consent).where(Consent.user == user, *same)).one()
    return consent.record()


@routes.get("/users/{user}/consents/{document}")
def state(user: str, document: str, opened: Opened, texts: Source) -> dict[str, Any]:
    """Whether the user must be asked, and for which text."""
    answer = texts.in_force(document)
    stored = {row.version for row in opened.scalars(_of_user(user)) if row.document == document}
    agreed = bool(stored & set(answer["equivalent_versions"]))
    return {"ask": answer["version"] is not None and not agreed, "in_force": answer["version"], "next": answer["next"]}


@routes.get("/users/{user}/proof")
def proof(user: str, opened: Opened, texts: Source) -> Response:
    """A ZIP with the user's consents and the published record of each text, for the user or a court."""
    rows = list(opened.scalars(_of_user(user)))
    if not rows:
        raise HTTPException(404, "nothing is stored about this user")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("consents.json", json.dumps([row.record() for row in rows], indent=2))
        bundle.writestr("register.json", json.dumps(texts.get("register.json"), ensure_ascii=False, indent=2))
        for document, version in sorted({(row.document, row.version) for row in rows}):
            text = json.dumps(texts.get(f"{document}/{version}.json"), ensure_ascii=False, indent=2)
            bundle.writestr(f"texts/{document}-{version}.json", text)
    return Response(out.getvalue(), media_type="application/zip")


@routes.delete("/users/{user}", status_code=204)
def forget(user: str, opened: Opened) -> None:
    """Delete all that is stored about a user."""
    opened.execute(delete(Consent).where(Consent.user == user))
    opened.commit()


def _of_user(user: str) -> Any:
    return select(Consent).where(Consent.user == user).order_by(Consent.id)


def create_app(database: str, texts: str) -> FastAPI:
    """The service over a database (SQLAlchemy's URL) and the address of the texts' API, which ends with a slash."""
    service = FastAPI(title="Consent")
    service.state.engine = create_engine(database)
    service.state.texts = Texts(texts)
    Base.metadata.create_all(service.state.engine)
    service.include_router(routes)
    return service


if "TEXTS" in os.environ:
    app = create_app(os.environ.get("DATABASE_URL", "sqlite:///consent.db"), os.environ["TEXTS"])
