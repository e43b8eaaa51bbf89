"""Finds the release that `yururluk notice` is about, published or about to be, with its dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from yururluk.core.history import publish_moment
from yururluk.core.messages import msg, quoted
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.releases import read_releases
from yururluk.core.settings import Settings
from yururluk.publish.register_update import known_history
from yururluk.publish.status import known_register
from yururluk.site.assets import shared_files
from yururluk.site.notice import Notice, notice_of


def notice_of_version(root: Path, settings: Settings, version: str, locale: str, today: date) -> Notice:
    """The notice of a release. One that is not published yet needs an effective date of its own. Raises `Refused`."""
    releases, problems = read_releases(root, settings)
    refuse_if_any(in_order(problems))
    register = known_register(root, settings)
    release = next((found for found in releases if found.version == version), None)
    if release is None:
        message = msg('there is no release "{name}".', name=quoted(version))
        known = ", ".join(found.version for found in releases) or msg("none")
        raise Refused([Problem("version", "", 0, message, msg("the releases are: {known}.", known=known))])
    unpublished = register.publication(version) is None
    if unpublished and release.published is None and release.effective is None:
        message = msg(
            "release {version} takes effect when it is published; its date is not known yet.", version=version
        )
        fix = msg("publish it first, or freeze it with --effective and the day from which it binds.")
        raise Refused([Problem("notice", release.path, release.lines.get("effective", 1), message, fix)])
    fresh = [release] if unpublished else []
    history = known_history(releases, register, settings, fresh=fresh, moment=publish_moment(today, settings.timezone))
    made = notice_of(history, history[version], settings, locale, shared_files(root)["assets/notice.js"])
    if not made.documents:
        message = msg("release {version} changes no text: there is nothing to announce.", version=version)
        fix = msg("announce the release that changed the text: yururluk status names it.")
        raise Refused([Problem("notice", release.path, 1, message, fix)])
    return made
