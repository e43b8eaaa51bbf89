"""Takes the pictures of the guides for legal editors: the comment under a pull request, as a forge shows it.

Run by `make screenshots`. The comment is that of a real review of this project's own texts; the page around it stands
in for the forge's.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from markdown import markdown
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, Project, copy_project

_PICTURE = ROOT / ".github" / "images" / "yorum.png"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 24px; width: 860px; color: #1f2328; }
main { border: 1px solid #d1d9e0; border-radius: 6px; padding: 8px 20px; }
h2 { font-size: 1.4em; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; } h3 { font-size: 1.1em; }
table { border-collapse: collapse; } td, th { border: 1px solid #d1d9e0; padding: 4px 10px; text-align: left; }
code { background: #eff1f3; padding: 2px 5px; border-radius: 4px; } li { margin: .25em 0; }
"""


def _change(project: Project) -> None:
    """What a legal editor might propose: a period that changes, and a clause forgotten in the translation."""
    project.git("switch", "--quiet", "--create", "oneri")
    project.edit("docs/tr/gizlilik-politikasi.md", "temas kurmak", "30 gün içinde temas kurmak")
    project.edit("docs/tr/gizlilik-politikasi.md", "kullanılabileceği gibi", "kullanılacağı gibi")
    text = project.read("docs/en/gizlilik-politikasi.md")
    begin, end = text.index("## 7. "), text.index("## 8. ")
    project.write("docs/en/gizlilik-politikasi.md", text[:begin] + text[end:])
    project.commit("Change")


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project")
        _change(project)
        told = project.run("review", "--base", "main", "--folder", "review", "--lang", "tr")
        if told.code:
            raise SystemExit(told.err)
        comment = project.read("review/comment.md").replace("❌", "✖")
        comment = comment.replace("<details open>", '<details open markdown="1">')
        body = markdown(comment + "\n[files]: #files\n", extensions=["tables", "md_in_html", "sane_lists"])
        page_file = Path(folder) / "comment.html"
        head = f'<!doctype html><html lang="tr"><meta charset="utf-8"><style>{_STYLE}</style>'
        page_file.write_text(f"{head}<main>{body}</main>", encoding="utf-8")
        browser_path = shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 920, "height": 900})
            page.goto(page_file.as_uri())
            page.screenshot(path=_PICTURE, clip={"x": 0, "y": 0, "width": 920, "height": 1100}, full_page=True)
            browser.close()
    print(f"Written: {_PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
