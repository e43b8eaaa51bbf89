"""The workflows do what they promise: their own steps, run against a real remote."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Project, copy_project
from tests.helpers.played_forge import PlayedForge, played_forge
from tests.helpers.workflow_steps import WORKFLOWS, Ran, Runner

POLICY = "docs/tr/gizlilik-politikasi.md"
REPOSITORY = "sirket/metinler"


@dataclass(frozen=True)
class Office:
    """A company's repository on a server, an editor's clone of it, and the forge around it."""

    folder: Path
    remote: Path
    editor: Project
    forge: PlayedForge

    def runner(self, name: str, ref: str = "main", today: str = "2026-11-24", **context: str) -> Runner:
        """A runner for an event on `ref`."""
        folder = self.folder / name
        folder.mkdir()
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}))
        return Runner(
            folder / "clone",
            self.remote,
            ref,
            {
                "github.base_ref": "main",
                "github.actor": "editor",
                "github.token": "token-of-the-job",
                "github.repository": REPOSITORY,
                "github.event.pull_request.head.repo.full_name": REPOSITORY,
                "github.event.repository.default_branch": "main",
                **context,
            },
            {"GITHUB_API_URL": self.forge.address, "GITHUB_EVENT_PATH": str(event), "YURURLUK_TODAY": today},
        )

    def propose(self, branch: str) -> None:
        """Commit what the editor changed, on a branch of the remote."""
        self.editor.git("switch", "--quiet", "--create", branch)
        self.editor.commit("Change")
        self.editor.git("push", "--quiet", "origin", branch)

    def merge(self, branch: str) -> None:
        """Merge a branch of the remote into its main."""
        self.editor.git("fetch", "--quiet", "origin")
        self.editor.git("switch", "--quiet", "main")
        self.editor.git("merge", "--quiet", "--no-edit", f"origin/{branch}")
        self.editor.git("push", "--quiet", "origin", "main")

    def online(self, path: str) -> str:
        """A page of the remote's pages branch."""
        shown = subprocess.run(
            ["git", "show", f"gh-pages:{path}"], cwd=self.remote, check=True, capture_output=True, text=True
        )
        return shown.stdout

    def states(self) -> dict[str, str]:
        """The state of each release, as the remote's pages tell it."""
        listed = json.loads(self.online("versions.json"))
        return {row["version"]: row["properties"]["status"] for row in listed}


@pytest.fixture(scope="module")
def _online(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of one document without PDFs, published on 23 November 2026, with what the workflows start."""
    project = copy_project(tmp_path_factory.mktemp("online") / "project")
    for file in project.root.rglob("aydinlatma-metni.md"):
        file.unlink()
    for file in project.root.glob("releases/*/release.yml"):
        file.write_text(re.sub(r"  \w+/aydinlatma-metni.md: .*\n", "", file.read_text()))
    for name in ("Makefile", "requirements.txt", "pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, project.root)
    project.commit("Make")
    published = project.run("publish", "--today", "2026-11-23")
    assert published.code == 0, published.err
    return project


@pytest.fixture
def office(_online: Project, tmp_path: Path) -> Iterator[Office]:
    """The published project on a server."""
    editor = Project(tmp_path / "editor")
    shutil.copytree(_online.root, editor.root)
    remote = tmp_path / "remote.git"
    editor.git("clone", "--quiet", "--bare", ".", str(remote))
    editor.git("remote", "add", "origin", str(remote))
    with played_forge() as forge:
        yield Office(tmp_path, remote, editor, forge)


def _failed(ran: list[Ran]) -> list[Ran]:
    return [step for step in ran if step.code]


def test_an_edit_is_told_under_its_pull_request(office: Office) -> None:
    """One comment: the verdict, what matters as old and new, the redline, and where the files are."""
    office.editor.edit(POLICY, "temas kurmak", "30 gün içinde temas kurmak")
    translation = "docs/en/gizlilik-politikasi.md"
    office.editor.edit(translation, "of contacting the User", "of contacting the User within 30 days")
    office.propose("sure")
    runner = office.runner("check", "sure")
    ran = runner.run("check.yml", "texts")
    assert [step.name for step in ran] == ["Set up", "Review", "Preview", "Comment", "Check"]
    comment = office.forge.comments[1]
    assert comment.startswith("<!-- yururluk review -->\n## Hukuki metinlerde değişiklik önerisi\n")
    assert "- Eklendi: <ins>30 gün içinde</ins> (süre: ∅ → 30 gün)" in comment
    assert "| 1.1 | yürürlükte | 23 Kasım 2026 |" in comment
    assert comment.endswith("\n[files]: https://files.example/review\n")
    review = runner.folder / "review"
    assert "30 gün içinde" in (review / "redline/tr/gizlilik-politikasi.html").read_text()
    assert office.forge.asked[-1] == ("POST", f"/repos/{REPOSITORY}/issues/7/comments", "Bearer token-of-the-job")
    assert _failed(ran) == []
    assert (review / "preview/yururlukte/gizlilik-politikasi/index.html").is_file()
    assert "30 gün içinde" in (review / "drafts/gizlilik-politikasi/index.html").read_text()


@pytest.mark.slow
def test_a_preview_that_fails_does_not_take_the_comment_with_it(office: Office) -> None:
    """The reviewer reads the redline and the files all the same, and the run is red."""
    office.editor.edit(POLICY, "temas kurmak", "iletişim kurmak")
    office.editor.write("overrides/main.html", "{% nonsense %}\n")
    office.propose("onizleme-olmaz")
    ran = office.runner("check", "onizleme-olmaz").run("check.yml", "texts")
    assert "Preview" in [step.name for step in _failed(ran)]
    assert [step.name for step in ran] == ["Set up", "Review", "Preview", "Comment", "Check"]
    assert "<ins>iletişim</ins>" in office.forge.comments[1]
    assert office.forge.comments[1].endswith("\n[files]: https://files.example/review\n")


@pytest.mark.slow
def test_dependabot_gets_no_comment(office: Office) -> None:
    """Its token may only read, also within the repository itself."""
    requirements = office.editor.read("requirements.txt")
    office.editor.write("requirements.txt", f"{requirements}# A newer version.\n")
    office.propose("dependabot/pip")
    ran = office.runner("check", "dependabot/pip", **{"github.actor": "dependabot[bot]"}).run("check.yml", "texts")
    assert [step.name for step in ran] == ["Set up", "Review", "Preview", "Check"]
    assert _failed(ran) == []
    assert office.forge.asked == []


@pytest.mark.slow
def test_a_fork_gets_no_token_and_no_comment(office: Office) -> None:
    """The step that needs to write is left out; the rest runs."""
    office.editor.edit(POLICY, "temas kurmak", "iletişim kurmak")
    office.propose("catal")
    runner = office.runner("check", "catal", **{"github.event.pull_request.head.repo.full_name": "baskasi/metinler"})
    names = [step.name for step in runner.run("check.yml", "texts")]
    assert "Comment" not in names
    assert "Check" in names
    assert office.forge.asked == []


def test_an_edited_frozen_text_is_refused_and_named(office: Office) -> None:
    """The check fails, and the comment says which file, and how to restore it."""
    office.editor.edit("releases/1.0/tr/gizlilik-politikasi.md", "amacı", "gayesi")
    office.propose("donmus")
    ran = office.runner("check", "donmus").run("check.yml", "texts")
    assert [step.name for step in _failed(ran)] == ["Check"]
    comment = office.forge.comments[1]
    assert "❌ `releases/1.0/tr/gizlilik-politikasi.md" in comment
    assert "git checkout origin/main -- releases/1.0/tr/gizlilik-politikasi.md" in comment.replace("&#45;", "-")


def test_a_release_made_in_the_browser_comes_online_with_its_merge_and_in_force_on_its_day(office: Office) -> None:
    """The form → a pull request with the frozen release → merged: online; its day: in force."""
    office.editor.edit(POLICY, "temas kurmak", "iletişim kurmak")
    office.propose("taslak")
    office.merge("taslak")
    inputs = {
        "inputs.version": "2.1",
        "inputs.effective": "2027-02-01",
        "inputs.kind": "editorial",
        "inputs.summary_tr": 'Anlatım düzeltildi: "iletişim kurmak"; $(touch tuzak)',
        "inputs.summary_en": "Wording corrected.",
    }
    ran = office.runner("form", **inputs).run("release.yml", "release")
    assert _failed(ran) == []
    assert [(one["head"], one["base"]) for one in office.forge.proposals] == [("surum/2.1", "main")]
    assert "$(touch tuzak)" in office.forge.proposals[0]["body"]

    office.merge("surum/2.1")
    ran = office.runner("merged").run("publish.yml", "publish")
    assert _failed(ran) == []
    assert office.states() == {"2.1": "upcoming", "2.0": "upcoming", "1.1": "in-force", "1.0": "superseded"}
    assert "iletişim kurmak" in office.online("2.1/gizlilik-politikasi/index.html")

    ran = office.runner("daily", today="2027-02-01").run("publish.yml", "publish")
    assert _failed(ran) == []
    assert office.states()["2.1"] == "in-force"
    assert "iletişim kurmak" in office.online("yururlukte/gizlilik-politikasi/index.html")


@pytest.mark.slow
def test_two_merges_at_once_are_both_online(office: Office) -> None:
    """Two runs that publish at the same moment lose nothing of each other."""
    for version, old in (("2.1", "temas kurmak"), ("2.2", "iletişim kurmak")):
        office.editor.edit(POLICY, old, "iletişim kurmak" if old != "iletişim kurmak" else "bağlantı kurmak")
        told = office.editor.run(
            "release", version, "--editorial", "--summary", "tr=Anlatım.", "--summary", "en=Wording."
        )
        assert told.code == 0, told.err
        office.editor.commit(f"Release {version}")
    office.editor.git("push", "--quiet", "origin", "main")
    runners = [office.runner(name) for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda runner: runner.run("publish.yml", "publish"), runners))
    assert [_failed(ran) for ran in ended] == [[], []]
    assert set(office.states()) == {"1.0", "1.1", "2.0", "2.1", "2.2"}
    assert office.states()["2.2"] == "in-force"


@pytest.mark.parametrize("file", sorted(WORKFLOWS.glob("*.yml")), ids=lambda file: file.stem)
def test_a_workflow_is_valid_and_asks_for_little(file: Path) -> None:
    """By the public schema; read access at the top, actions by commit, no value inside a script."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert parsed["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in parsed[True]
    for job in parsed["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                action, _, commit = step["uses"].partition("@")
                assert action.startswith("actions/")
                assert len(commit) == 40


def test_publishing_runs_one_at_a_time_and_is_never_cancelled() -> None:
    """Half a publish would be taken up by the next; a cancelled one would only be late, yet why risk it."""
    parsed = yaml.safe_load((WORKFLOWS / "publish.yml").read_text(encoding="utf-8"))
    assert parsed["concurrency"] == {"group": "publish", "cancel-in-progress": False}


def test_the_pages_artifact_holds_every_file_that_verify_looks_for(site: Path, tmp_path: Path) -> None:
    """Packed by the rule of upload-pages-artifact v5, which leaves hidden files out unless it is asked for them."""
    steps = yaml.safe_load((WORKFLOWS / "publish.yml").read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
    [step] = [step for step in steps if step.get("uses", "").startswith("actions/upload-pages-artifact@")]
    asked = step["with"].get("include-hidden-files", False)
    hidden = [] if asked is True else ["--exclude=.[^/]*"]
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site/.well-known").mkdir()
    (tmp_path / "site/.well-known/security.txt").write_text("Contact: https://example.org/\n")
    packed = tmp_path / "artifact.tar"
    excluded = ["--exclude=.git", "--exclude=.github", *hidden]
    pack = ["tar", "--dereference", "--hard-dereference", "--directory", str(tmp_path / "site"), "-cf", str(packed)]
    subprocess.run([*pack, *excluded, "."], check=True)
    (tmp_path / "served").mkdir()
    subprocess.run(["tar", "-xf", str(packed), "-C", str(tmp_path / "served")], check=True)
    kept = {file.relative_to(tmp_path / "served") for file in (tmp_path / "served").rglob("*") if file.is_file()}
    assert kept == {file.relative_to(tmp_path / "site") for file in (tmp_path / "site").rglob("*") if file.is_file()}
    assert {Path(".nojekyll"), Path(".well-known/security.txt")} <= kept


def test_on_gitlab_no_job_that_runs_unreviewed_code_names_a_token() -> None:
    """The comment is written by the target branch's program; pushing needs a token of protected branches."""
    jobs = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    tokens = {
        name: sorted({word for word in ("COMMENT", "PUBLISH") if f"YURURLUK_{word}_TOKEN" in json.dumps(job)})
        for name, job in jobs.items()
        if isinstance(job, dict) and "script" in job
    }
    none: dict[str, list[str]] = {"texts": [], "tests": [], "held-back": []}
    assert tokens == {**none, "comment": ["COMMENT"], "pages": ["PUBLISH"], "release": ["PUBLISH"]}
    assert jobs["comment"]["environment"]["name"] == "review-comment"
    assert 'git fetch origin "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"' in jobs["comment"]["before_script"]
    page = (ROOT / "deploy/gitlab.md").read_text(encoding="utf-8")
    for word in ("`YURURLUK_COMMENT_TOKEN` | Reporter | `api`", "`YURURLUK_PUBLISH_TOKEN` | Developer | `write_rep"):
        assert word in page


def test_the_gitlab_file_is_valid() -> None:
    """By GitLab's public schema."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_the_dependabot_file_is_valid_and_covers_packages_and_actions() -> None:
    file = ROOT / ".github/dependabot.yml"
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.dependabot", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    updates = yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["pip", "github-actions"]
