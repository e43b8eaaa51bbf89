"""History made elsewhere: published states from git or a folder become releases of this project."""
