"""The consent kit against the published static API: it stores what was agreed to, and asks again when it must."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from examples.consent.consent import create_app
from fastapi.testclient import TestClient

from tests.conftest import Project

POLICY = "gizlilik-politikasi"


def _client(folder: Path, address: str) -> TestClient:
    return TestClient(create_app(f"sqlite:///{folder / 'consent.db'}", f"{address}api/v1/"))


def _agree(client: TestClient, version: str = "1.1", language: str = "tr", user: str = "42") -> dict[str, str]:
    answer = client.put(f"/users/{user}/consents", json={"document": POLICY, "version": version, "language": language})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_a_user_is_asked_until_they_agree_and_again_only_after_a_material_change(tmp_path: Path, address: str) -> None:
    client = _client(tmp_path, address)
    asked = client.get(f"/users/42/consents/{POLICY}").json()
    assert (asked["ask"], asked["in_force"], asked["next"]["version"]) == (True, "1.1", "2.0")
    _agree(client, "1.0")
    assert client.get(f"/users/42/consents/{POLICY}").json()["ask"] is True
    _agree(client)
    assert client.get(f"/users/42/consents/{POLICY}").json()["ask"] is False


def test_the_record_holds_the_digest_of_the_frozen_text(tmp_path: Path, address: str, published: Project) -> None:
    record = _agree(_client(tmp_path, address), language="en")
    frozen = (published.root / f"releases/1.1/en/{POLICY}.md").read_bytes()
    assert record["sha256"] == hashlib.sha256(frozen).hexdigest()


def test_two_requests_at_once_store_one_consent(tmp_path: Path, address: str) -> None:
    client = _client(tmp_path, address)
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda _: _agree(client), range(16)))
    assert len({json.dumps(record) for record in records}) == 1


def test_what_was_stored_is_there_after_a_restart_and_gone_on_request(tmp_path: Path, address: str) -> None:
    record = _agree(_client(tmp_path, address))
    again = _client(tmp_path, address)
    assert again.get(f"/users/42/consents/{POLICY}").json()["ask"] is False
    assert _agree(again) == record  # the first moment counts
    assert again.delete("/users/42").status_code == 204
    assert again.get("/users/42/proof").status_code == 404


def test_the_proof_of_a_user_holds_their_records_the_register_and_the_texts(tmp_path: Path, address: str) -> None:
    client = _client(tmp_path, address)
    record = _agree(client)
    _agree(client, user="43")
    bundle = zipfile.ZipFile(io.BytesIO(client.get("/users/42/proof").content))
    assert json.loads(bundle.read("consents.json")) == [record]
    entry = json.loads(bundle.read("register.json"))["entries"][1]
    assert record["sha256"] in {document["sha256"] for document in entry["documents"]}
    assert json.loads(bundle.read(f"texts/{POLICY}-1.1.json"))["version"] == "1.1"


@pytest.mark.parametrize(("version", "language"), [("9.0", "tr"), ("1.0", "en"), ("1.1", "de")])
def test_a_text_that_was_never_published_cannot_be_agreed_to(
    tmp_path: Path, address: str, version: str, language: str
) -> None:
    body = {"document": POLICY, "version": version, "language": language}
    assert _client(tmp_path, address).put("/users/42/consents", json=body).status_code == 422


def test_nobody_is_let_through_when_the_texts_cannot_be_read(tmp_path: Path) -> None:
    client = _client(tmp_path, "http://127.0.0.1:9/")
    assert client.get(f"/users/42/consents/{POLICY}").status_code == 502
