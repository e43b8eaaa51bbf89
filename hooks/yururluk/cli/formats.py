"""In which formats the command line answers."""

from __future__ import annotations

from typing import Final

REDLINE_FORMATS: Final = ("html", "json", "text", "markdown", "docx", "pdf")
REPORT_FORMATS: Final = ("text", "json", "github", "sarif")
