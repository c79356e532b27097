"""What mkdocs is told beyond mkdocs.yml: lists of whole folders, and links that strict mode does not look at."""

import logging
import pathlib
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

log = logging.getLogger("mkdocs.hooks")  # a warning here is a fault in strict mode


def named(nav):
    """Every page that the list names by itself."""
    for entry in nav:
        value = next(iter(entry.values())) if isinstance(entry, dict) else entry
        yield from [value] if isinstance(value, str) else named(value)


def filled(nav, pages, taken):
    """The list with folders replaced by those of their pages that nobody has named."""
    out = []
    for entry in nav:
        title, value = next(iter(entry.items())) if isinstance(entry, dict) else (None, entry)
        if isinstance(value, list):
            value = filled(value, pages, taken)
        elif not value.endswith(".md"):
            value = [page for page in pages if str(pathlib.PurePath(page).parent) == value and page not in taken]
        if value:
            out.append({title: value} if title else value)
    return out


def on_config(config):
    top = pathlib.Path(config.docs_dir)
    pages = sorted(str(page.relative_to(top)) for page in top.rglob("*.md"))
    config.nav = filled(config.nav, pages, set(named(config.nav)))
    for page in set(pages) - set(named(config.nav)):
        log.warning("%s stands in no list of mkdocs.yml", page)
    return config


def on_files(files, config):
    for file in list(files):
        if file.src_uri.startswith("site/"):
            files.remove(file)
    return files


class Page(HTMLParser):
    """The names that a page has, where it leads, and what it has a browser fetch."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.fetched = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.names.update(filter(None, (attrs.get("id"), attrs.get("name"))))
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        source = attrs.get("src") if tag in ("script", "img", "iframe") else attrs.get("href") if tag == "link" else None
        if source and attrs.get("rel") != "canonical":
            self.fetched.append(source)


def on_post_build(config):
    site = pathlib.Path(config.site_dir)
    pages = {path: Page(path.read_text()) for path in site.rglob("*.html") if path.name != "404.html"}
    for path, page in pages.items():
        for source in page.fetched:
            if re.match(r"(https?:)?//", source):
                log.warning("%s fetches %s: the book is read offline", path.relative_to(site), source)
        for link in page.links:
            target, anchor = urldefrag(link)
            if re.match(r"[a-z]+:", target):
                continue
            file = (path.parent / unquote(target)).resolve() if target else path
            file = file / "index.html" if file.is_dir() else file
            if not file.exists() or (anchor and file in pages and unquote(anchor) not in pages[file].names):
                log.warning("%s leads to %s, which is not there", path.relative_to(site), link)
