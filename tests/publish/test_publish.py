"""Publishing: the whole way from the frozen texts to the pages branch, with real git and real mike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import Project, Told, copy_project, environment, run
from yururluk.core.register import entry_digest, loads
from yururluk.git import GitFailed, Repository
from yururluk.publish.plan import Plan


def _aliases(project: Project) -> dict[str, list[str]]:
    return {item["version"]: item["aliases"] for item in json.loads(project.page("versions.json"))}


@pytest.mark.parametrize(
    ("day", "in_force"), [("2026-11-22", "1.0"), ("2026-11-23", "1.1"), ("2026-12-31", "1.1"), ("2027-01-01", "2.0")]
)
@pytest.mark.slow
def test_the_alias_yururlukte_is_the_release_in_force(project: Project, day: str, in_force: str) -> None:
    assert project.run("publish", "--today", day).code == 0
    holders = [version for version, aliases in _aliases(project).items() if "yururlukte" in aliases]
    assert holders == [in_force]
    assert project.git("rev-parse", "gh-pages:yururlukte") == project.git("rev-parse", f"gh-pages:{in_force}")


def test_the_alias_moves_as_the_days_come(project: Project) -> None:
    for day, in_force in (("2026-11-22", "1.0"), ("2026-11-23", "1.1"), ("2027-01-01", "2.0")):
        assert project.run("publish", "--today", day).code == 0
        assert project.git("rev-parse", "gh-pages:yururlukte") == project.git("rev-parse", f"gh-pages:{in_force}")
    fresh = copy_project(project.root.parent / "fresh")
    for day in ("2026-11-22", "2027-01-01"):  # recorded on the same day, so that the registers are the same
        assert fresh.run("publish", "--today", day).code == 0
    assert fresh.tree() == project.tree(), "the way there must not matter"


def test_a_second_publish_on_the_same_day_makes_no_commit(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    before = project.git("rev-parse", "gh-pages")
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 0
    assert told.out.startswith("Nothing to do: everything is online as of 2026-11-23.\n")
    assert project.git("rev-parse", "gh-pages") == before


def test_a_register_that_begins_is_told_for_it_may_have_been_lost(project: Project) -> None:
    """A clone cannot tell a first publish from one whose pages branch somebody deleted: the person can."""
    told = project.run("publish", "--today", "2026-11-22")
    assert told.out.startswith(
        "A new register begins: there was no earlier one. If this site has been published before,"
    )
    assert "A new register" not in project.run("publish", "--today", "2026-11-23").out


def test_a_rebuild_of_the_same_state_makes_no_commit(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    before = project.git("rev-parse", "gh-pages")
    assert project.run("publish", "--today", "2026-11-23", "--rebuild").code == 0
    assert project.git("rev-parse", "gh-pages") == before


@pytest.mark.slow
def test_the_same_state_gives_the_same_bytes_in_another_folder_time_zone_and_hash_seed(tmp_path: Path) -> None:
    trees = []
    for name, zone, seed in (("a", "Pacific/Kiritimati", "1"), ("b/c ç", "America/Los_Angeles", "4242")):
        project = copy_project(tmp_path / name)
        env = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run(
            [sys.executable, "-m", "yururluk", "publish", "--today", "2026-11-23"],
            cwd=project.root,
            env=env,
            check=True,
            capture_output=True,
        )
        trees.append(project.tree())
    assert trees[0] == trees[1]


def test_the_branch_is_an_ordinary_mike_branch(published: Project) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "mike", "list"], cwd=published.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["2.0 [son]", "1.1 [yururlukte]", "1.0"]


def test_versions_json_states_dates_status_and_digests(published: Project) -> None:
    listed = json.loads(published.page("versions.json"))
    assert [(v["version"], v["properties"]["status"]) for v in listed] == [
        ("2.0", "upcoming"),
        ("1.1", "in-force"),
        ("1.0", "superseded"),
    ]
    newest = listed[0]["properties"]
    assert newest["published"] == "2026-11-22T00:00:00+03:00"
    assert newest["effective"] == "2027-01-01"
    assert sorted(newest["digests"]) == [
        "en/aydinlatma-metni.md",
        "en/gizlilik-politikasi.md",
        "tr/aydinlatma-metni.md",
        "tr/gizlilik-politikasi.md",
    ]


def test_the_register_is_a_chain_and_an_unchanged_document_keeps_its_date(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    summaries = ("--summary", "tr=Noktalama düzeltildi.", "--summary", "en=Punctuation corrected.")
    assert (
        project.run(
            "release", "2.1", "--today", "2026-11-24", "--effective", "2027-02-01", "--editorial", *summaries
        ).code
        == 0
    )
    project.commit("Release 2.1")
    assert project.run("publish", "--today", "2026-12-01").code == 0
    content = json.loads(project.page("register.json"))
    register = loads(project.page("register.json").encode())
    assert content["format"] == 1
    assert [entry["version"] for entry in content["entries"]] == ["1.0", "1.1", "2.0", "2.1"]
    for before, entry in zip([None, *content["entries"]], content["entries"], strict=False):
        assert entry["previous"] == (entry_digest(before) if before else None)
    last = register.publications[-1]
    facts = {(d.id, d.locale): (d.effective.isoformat(), d.changed) for d in last.documents}
    assert facts == {
        ("aydinlatma-metni", "tr"): ("2027-01-01", False),
        ("aydinlatma-metni", "en"): ("2027-01-01", False),
        ("gizlilik-politikasi", "tr"): ("2027-02-01", True),
        ("gizlilik-politikasi", "en"): ("2027-02-01", False),
    }
    assert last.published.isoformat() == "2026-12-01T00:00:00+03:00"


def test_never_turkish_under_an_english_page(published: Project) -> None:
    page = published.page("1.0/en/gizlilik-politikasi/index.html")
    assert '<html lang="en"' in page
    assert "İşbu Gizlilik Politikasının amacı" not in page
    assert "../../gizlilik-politikasi/" in page or "1.0/gizlilik-politikasi/" in page


def test_a_detached_head_and_a_shallow_clone_publish(project: Project, tmp_path: Path) -> None:
    project.write("note.txt", "more history\n")
    project.commit()
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "shallow")],
        check=True,
        capture_output=True,
    )
    clone = Project(tmp_path / "shallow")
    clone.git("checkout", "--quiet", "--detach")
    told = clone.run("publish", "--today", "2026-11-23")
    assert (told.code, told.err.count("Traceback")) == (0, 0)
    assert clone.published_paths()


def test_publishing_outside_a_repository_is_refused(project: Project, tmp_path: Path) -> None:
    (project.root / ".git").rename(tmp_path / "gone")
    told = project.run("publish", "--today", "2026-11-23")
    assert told == Told(
        1,
        "",
        "this folder is not in a git repository.\n"
        "  Fix: run it in a clone of the project, or begin one: git init, git add, git commit.\n",
    )


def test_what_is_not_committed_under_releases_is_refused(project: Project) -> None:
    project.write("releases/1.1/tr/cerez-politikasi.md", "---\ntitle: Çerez\ntype: cookie-policy\n---\nMetin.\n")
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    assert told.err == (
        "releases/1.1/tr/cerez-politikasi.md: this file was added to the release after it was frozen.\n"
        "  Fix: move it away; a new text belongs in docs/tr/cerez-politikasi.md and in a new release.\n"
        "releases/1.1/tr/cerez-politikasi.md: this file is not as committed; only what is in git is published.\n"
        "  Fix: commit it (git add, git commit), or restore it.\n"
    )
    with pytest.raises(subprocess.CalledProcessError):
        project.git("rev-parse", "--verify", "--quiet", "gh-pages")


def test_before_the_first_release_is_public_nothing_is_published(project: Project) -> None:
    told = project.run("publish", "--today", "2026-11-21")
    assert (told.code, told.out) == (1, "")
    assert told.err.endswith(
        "releases/1.0/release.yml:2: on 2026-11-21 nothing is public: release 1.0 is to be published on 2026-11-22.\n"
        "  Fix: publish from that day on, or remove its line `published:` to publish it now.\n"
    )
    assert project.git("branch", "--list", "gh-pages") == ""


def test_an_effective_date_before_the_publication_day_is_refused_and_nothing_is_left(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    before = project.git("rev-parse", "gh-pages")
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = project.run(
        "release",
        "2.1",
        "--effective",
        "2026-11-25",
        "--today",
        "2026-11-24",
        "--editorial",
        "--summary",
        "tr=Düzeltme.",
        "--summary",
        "en=Fix.",
    )
    assert told.code == 0
    project.commit("Release 2.1")
    told = project.run("publish", "--today", "2026-11-26")
    assert told.code == 1
    assert told.err.splitlines()[-2:] == [
        "releases/2.1/release.yml:2: the effective date 2026-11-25 lies before the publication day 2026-11-26.",
        "  Fix: set `effective: on-publication` or a later day.",
    ]
    assert project.git("rev-parse", "gh-pages") == before
    assert project.git("for-each-ref", "--format=%(refname)", "refs/yururluk") == ""


def test_a_crash_half_way_leaves_the_branch_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.run("publish", "--today", "2026-11-22").code == 0
    before = project.git("rev-parse", "gh-pages")

    def fails(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(Plan, "build_file", fails)
        with pytest.raises(RuntimeError, match="the power went"):
            project.run("publish", "--today", "2026-11-23")
    assert project.git("rev-parse", "gh-pages") == before
    assert project.run("publish", "--today", "2026-11-23").code == 0
    assert project.git("rev-parse", "gh-pages:yururlukte") == project.git("rev-parse", "gh-pages:1.1")


@pytest.mark.slow
def test_two_publishes_at_once_in_one_work_tree_lose_nothing(project: Project) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "yururluk", "publish", "--today", "2026-11-23"],
            cwd=project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = [command.communicate() for command in commands]
    assert [command.returncode for command in commands] == [0, 0], answers
    assert sum(out.startswith("Nothing to do") for out, _ in answers) == 1
    assert set(_aliases(project)) == {"1.0", "1.1", "2.0"}


@pytest.fixture
def clones(project: Project, tmp_path: Path) -> tuple[Project, Project]:
    """Two clones of one bare remote, as two CI machines have them."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.root), str(remote)], check=True)
    found = []
    for name in ("one", "two"):
        subprocess.run(["git", "clone", "--quiet", str(remote), str(tmp_path / name)], check=True)
        clone = Project(tmp_path / name)
        clone.git("config", "user.name", "CI")
        clone.git("config", "user.email", "ci@example.org")
        found.append(clone)
    return found[0], found[1]


def test_a_push_goes_on_from_what_is_online(clones: tuple[Project, Project]) -> None:
    one, two = clones
    assert one.run("publish", "--today", "2026-11-22", "--push").code == 0
    told = two.run("publish", "--today", "2026-11-22", "--push")
    assert told.out.startswith("Nothing to do")
    assert two.run("publish", "--today", "2026-11-23", "--push").code == 0
    assert one.run("publish", "--today", "2026-11-23", "--push").out.startswith("Nothing to do")
    assert one.git("rev-parse", "gh-pages") == two.git("rev-parse", "gh-pages")


@pytest.mark.slow
def test_the_loser_of_a_push_race_builds_again_on_the_winners_pages(
    clones: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = clones
    raced = threading.Event()
    honest = Repository.run

    def slower(self: Repository, *command: str, **more: object) -> bytes:
        if command[0] == "push" and self.root == one.root and not raced.is_set():
            raced.set()
            assert two.run("publish", "--today", "2026-11-22", "--push").code == 0
        return honest(self, *command, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Repository, "run", slower)
    told = one.run("publish", "--today", "2026-11-23", "--push")
    assert told.code == 0, told.err
    assert raced.is_set()
    assert one.git("ls-remote", "origin", "refs/heads/gh-pages").split()[0] == one.git("rev-parse", "gh-pages")
    assert one.git("rev-parse", "gh-pages:yururlukte") == one.git("rev-parse", "gh-pages:1.1")
    beginnings = one.git("rev-list", "--max-parents=0", "gh-pages").splitlines()
    assert len(beginnings) == 1, "the winner's commits are kept"
    subjects = one.git("log", "--format=%s", "gh-pages").splitlines()
    assert [words.partition(":")[0] for words in subjects if words.startswith("Publish")] == [
        "Publish as of 2026-11-23",
        "Publish as of 2026-11-22",
    ]


def test_a_fresh_clone_goes_on_from_the_remotes_register(clones: tuple[Project, Project], tmp_path: Path) -> None:
    one, _ = clones
    assert one.run("publish", "--today", "2026-11-22", "--push").code == 0
    subprocess.run(["git", "clone", "--quiet", str(tmp_path / "remote.git"), str(tmp_path / "three")], check=True)
    three = Project(tmp_path / "three")
    told = three.run("publish", "--today", "2026-11-22")
    assert told.out.startswith("Nothing to do"), told
    assert three.git("rev-parse", "gh-pages") == one.git("rev-parse", "gh-pages")


def test_a_lost_branch_is_rebuilt_from_main_and_a_saved_register(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = project.run("release", "2.1", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Fix.")
    assert told.code == 0, told.err
    project.commit("Release 2.1")
    assert project.run("publish", "--today", "2027-03-01").code == 0
    tree = project.tree()
    project.write("../saved.json", project.page("register.json") + "\n")
    project.git("branch", "-D", "gh-pages")
    assert project.run("publish", "--today", "2027-04-01", "--register", "../saved.json").code == 0
    assert project.tree() == tree, "the day of the first publication is remembered, not made again"


def test_an_unreadable_register_is_an_error_and_never_an_empty_one(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    repository = Repository(project.root)
    _replace(repository, "register.json", b'{"format": 1, "entries": [')
    before = project.git("rev-parse", "gh-pages")
    told = project.run("publish", "--today", "2027-01-01")
    assert told.code == 1
    assert "gh-pages:register.json: the register cannot be relied on: it is not valid JSON" in told.err
    assert project.git("rev-parse", "gh-pages") == before


def test_a_branch_of_somebody_elses_is_not_taken_for_ours(project: Project) -> None:
    repository = Repository(project.root)
    project.git("branch", "gh-pages", repository.empty_commit("Not ours"))
    _replace(repository, "index.html", b"<p>Something else")
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    assert told.err.splitlines()[-2] == (
        "gh-pages:register.json: the branch gh-pages holds files but no register.json: "
        "it is not known what was published."
    )


def _replace(repository: Repository, path: str, data: bytes) -> None:
    """Put a file on the pages branch behind the tool's back."""
    blob = repository.run("hash-object", "-w", "--stdin", data=data).decode().strip()
    index = {"GIT_INDEX_FILE": str(repository.root / ".git/other-index")}
    repository.run("read-tree", "gh-pages", extra_env=index)
    repository.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", extra_env=index)
    tree = repository.run("write-tree", extra_env=index).decode().strip()
    commit = repository.run("commit-tree", tree, "-p", "gh-pages", "-m", "Tamper").decode().strip()
    repository.run("update-ref", "refs/heads/gh-pages", commit)


def test_a_published_text_changed_with_its_digest_is_still_refused(project: Project) -> None:
    """Anyone who changes a frozen text may also change its digest; the register remembers the first one."""
    assert project.run("publish", "--today", "2026-11-23").code == 0
    path = "releases/1.1/tr/aydinlatma-metni.md"
    old = project.git("hash-object", path)
    project.edit(path, "otuz gün", "altmış gün")
    assert old != project.git("hash-object", path)
    import hashlib

    release = project.read("releases/1.1/release.yml")
    digest = hashlib.sha256((project.root / path).read_bytes()).hexdigest()
    line = next(line for line in release.splitlines() if "tr/aydinlatma-metni.md" in line)
    project.edit("releases/1.1/release.yml", line, f"  tr/aydinlatma-metni.md: sha256:{digest}")
    project.commit("Quietly")
    told = project.run("publish", "--today", "2026-11-24")
    assert told.code == 1
    assert told.err == (
        "releases/1.1/tr/aydinlatma-metni.md: this file was changed after release 1.1 was published on 2026-11-22.\n"
        "  Fix: restore the release from git, and make the change in docs/ for a new release.\n"
    )


def test_without_a_name_in_git_publishing_still_works(project: Project, tmp_path: Path) -> None:
    project.git("config", "--unset", "user.name")
    project.git("config", "--unset", "user.email")
    with environment(HOME=str(tmp_path), EMAIL=""):
        told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 0, told.err


def test_a_withdrawn_release_governs_no_longer_but_stays_readable(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    told = project.run("withdraw", "1.1", "--reason", "Yanlış metin yayımlandı.", "--today", "2026-11-24")
    assert told.code == 0, told.err
    project.commit("Withdraw 1.1")
    assert project.run("publish", "--today", "2026-11-24").code == 0
    assert _aliases(project) == {"2.0": ["son"], "1.1": [], "1.0": ["yururlukte"]}
    last = json.loads(project.page("register.json"))["entries"][-1]
    assert last["version"] == "1.1"
    assert last["withdrawn"] == {"on": "2026-11-24", "reason": "Yanlış metin yayımlandı."}
    assert project.page("1.1/gizlilik-politikasi/index.html")


def test_git_failures_are_told_as_git_tells_them(project: Project) -> None:
    with pytest.raises(GitFailed, match="not-a-ref"):
        Repository(project.root).run("cat-file", "-p", "not-a-ref")


def test_outside_a_project_the_command_says_so(tmp_path: Path) -> None:
    assert run(tmp_path, "status") == Told(
        1, "", "mkdocs.yml: there is no mkdocs.yml here.\n  Fix: run the command in the project's folder.\n"
    )
