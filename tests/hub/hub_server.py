"""A small Hub on this machine: repositories with commits, large files apart, private ones, and what pushes need.

Its routes and headers are those that ``huggingface_hub`` calls; the content is kept in memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".pth", ".png", ".zip")
"""Suffixes of the files that are kept apart (LFS), as `.gitattributes` of a new repository names them."""
TOKEN = "hf_of_this_test"  # noqa: S105 - opens nothing but this server
REPO = r"(?P<kind>datasets/)?(?P<repo>[^/]+/[^/]+)"
KIND = r"(?P<kind>models|datasets)/(?P<repo>[^/]+/[^/]+)"


@dataclass
class Repository:
    private: bool = False
    gated: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def commit(self, changes: dict[str, bytes], message: str = "", branch: str = "main") -> str:
        files = {**self.commits.get(self.branches.get(branch, ""), {}), **changes}
        listing = "".join(f"{name}:{oid(name, content)}\n" for name, content in sorted(files.items()))
        sha = hashlib.sha1(f"{self.branches.get(branch)}{message}{listing}".encode()).hexdigest()  # noqa: S324 - as git
        self.commits[sha] = files
        self.branches[branch] = sha
        return sha


def oid(name: str, content: bytes) -> str:
    """The hash that a file is listed under: SHA-256 of large files, git's of others."""
    if name.endswith(LARGE):
        return hashlib.sha256(content).hexdigest()
    return git_oid(content)


def git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324 - git's


class HubServer:
    """The Hub; `repositories` by ``models/org/repo`` or ``datasets/org/repo``."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.damage: bytes | None = None
        """Sent in place of the end of every large file."""
        self.read_only = False
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def add(self, name: str, files: dict[str, bytes], *, kind: str = "models", **settings: bool) -> str:
        """Add files in one commit, whose hash is returned."""
        repository = self.repositories.setdefault(f"{kind}/{name}", Repository(**settings))
        self.large |= {oid(path, content): content for path, content in files.items()}
        return repository.commit(files)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one method a route
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self.answer("HEAD")

            def do_GET(self):
                self.answer("GET")

            def do_POST(self):
                self.answer("POST")

            def do_PUT(self):
                self.answer("PUT")

            def log_message(self, *args):
                pass

            def answer(self, method):
                path = urlsplit(self.path).path
                hub.requests.append(f"{method} {path}")
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.writer = self.headers.get("Authorization") == f"Bearer {TOKEN}"
                for verb, name, route in hub.routes:
                    if verb == method.replace("HEAD", "GET") and (found := re.fullmatch(name, path)):
                        groups = {key: unquote(text or "") for key, text in found.groupdict().items()}
                        route(self, **groups)
                        return
                self.send(404, {"error": f"no route for {method} {path}"})

            def send(self, status, document=None, *, content=None, **headers):
                content = json.dumps(document).encode() if content is None else content
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                for key, value in headers.items():
                    self.send_header(key.replace("_", "-"), value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def refuse(self, status, code, text=""):
                self.send(status, {"error": text}, X_Error_Code=code, X_Error_Message=text)

            def repository(self, kind, repo):
                """Return a repository that the caller may see; otherwise it is answered that there is none."""
                kind = "datasets" if kind.startswith("datasets") else "models"
                repository = hub.repositories.get(f"{kind}/{repo}")
                if repository is None or (repository.private and not self.writer):
                    self.refuse(404 if self.writer else 401, "RepoNotFound", "Repository not found")
                    return None
                if repository.gated and not self.writer:
                    self.refuse(403, "GatedRepo", "Access to it is restricted")
                    return None
                return repository

            def files(self, kind, repo, revision):
                repository = self.repository(kind, repo)
                if repository is None:
                    return None, ""
                commit = repository.branches.get(revision, revision)
                if commit not in repository.commits:
                    self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
                    return None, ""
                return repository.commits[commit], commit

            def resolve(self, kind, repo, revision, path):
                files, commit = self.files(kind, repo, revision)
                if files is None:
                    return
                if path not in files:
                    self.refuse(404, "EntryNotFound", "Entry not found")
                    return
                content, name = files[path], oid(path, files[path])
                if not path.endswith(LARGE):
                    self.send(200, content=content, ETag=f'"{name}"', X_Repo_Commit=commit)
                    return
                headers = {"X_Linked_Etag": f'"{name}"', "X_Linked_Size": str(len(content))}
                place = f"{hub.url}/large/{name}".replace("127.0.0.1", "localhost")  # by name another server
                self.send(302, content=b"", Location=place, X_Repo_Commit=commit, **headers)

            def large(self, name):
                content = hub.large[name]
                if hub.damage is not None:
                    content = content[: -len(hub.damage)] + hub.damage
                self.send(200, content=content, ETag=f'"{name}"')

            def info(self, kind, repo, revision="main"):
                files, commit = self.files(kind, repo, revision)
                if files is not None:
                    self.send(200, {"id": repo, "sha": commit, "siblings": [{"rfilename": path} for path in files]})

            def tree(self, kind, repo, revision):
                files, _ = self.files(kind, repo, revision)
                if files is None:
                    return
                entries = []
                for path, content in files.items():
                    entry = {"type": "file", "path": path, "size": len(content), "oid": git_oid(content)}
                    if path.endswith(LARGE):
                        entry["lfs"] = {"oid": oid(path, content), "size": len(content), "pointerSize": 134}
                    entries.append(entry)
                self.send(200, entries)

            def may_write(self):
                if hub.read_only or not self.writer:
                    status = 403 if self.writer else 401
                    self.refuse(status, "", "You need the right to write")
                    return False
                return True

            def create(self):
                wanted = json.loads(self.body)
                kind = f"{wanted.get('type', 'model')}s"
                name = f"{wanted['organization']}/{wanted['name']}"
                if not self.may_write():
                    return
                if f"{kind}/{name}" in hub.repositories:
                    self.send(409, {"error": "You already created this model repo", "url": f"{hub.url}/{name}"})
                    return
                private = wanted.get("visibility") == "private" or bool(wanted.get("private"))
                hub.repositories[f"{kind}/{name}"] = Repository(private=private)
                hub.repositories[f"{kind}/{name}"].commit({".gitattributes": b"*.safetensors filter=lfs\n"})
                self.send(200, {"url": f"{hub.url}/{name}", "name": name, "id": "1"})

            def validate(self):
                self.send(200, {"errors": [], "warnings": []})

            def preupload(self, kind, repo, revision):
                repository = self.repository(kind, repo)
                if repository is None or not self.may_write():
                    return
                there = repository.commits[repository.branches[revision]]
                modes = []
                for file in json.loads(self.body)["files"]:
                    path = file["path"]
                    listed = {"oid": oid(path, there[path])} if path in there else {}
                    mode = "lfs" if path.endswith(LARGE) else "regular"
                    modes.append({"path": path, "uploadMode": mode, "shouldIgnore": False, **listed})
                self.send(200, {"files": modes})

            def batch(self, kind, repo):
                if self.repository(kind, repo) is None or not self.may_write():
                    return
                objects = []
                for wanted in json.loads(self.body)["objects"]:
                    upload = {"upload": {"href": f"{hub.url}/large/{wanted['oid']}"}}
                    actions = {} if wanted["oid"] in hub.large else {"actions": upload}
                    objects.append({"oid": wanted["oid"], "size": wanted["size"], **actions})
                self.send(200, {"transfer": "basic", "objects": objects})

            def upload(self, name):
                if hashlib.sha256(self.body).hexdigest() != name:
                    self.send(400, {"error": "another content than announced"})
                    return
                hub.large[name] = self.body
                self.send(200, {})

            def commit(self, kind, repo, revision):
                repository = self.repository(kind, repo)
                if repository is None or not self.may_write():
                    return
                lines = [json.loads(line) for line in self.body.splitlines()]
                changes = {}
                for line in lines[1:]:
                    value = line["value"]
                    if line["key"] == "file":
                        changes[value["path"]] = base64.b64decode(value["content"])
                    elif line["key"] == "lfsFile":
                        if value["oid"] not in hub.large:
                            self.send(400, {"error": f"{value['path']} was not uploaded"})
                            return
                        changes[value["path"]] = hub.large[value["oid"]]
                sha = repository.commit(changes, lines[0]["value"]["summary"], revision)
                self.send(200, {"commitUrl": f"{hub.url}/{repo}/commit/{sha}", "commitOid": sha})

        self.routes = (
            ("GET", f"/{REPO}/resolve/(?P<revision>[^/]+)/(?P<path>.+)", Handler.resolve),
            ("GET", r"/large/(?P<name>\w+)", Handler.large),
            ("GET", f"/api/{KIND}", Handler.info),
            ("GET", f"/api/{KIND}/revision/(?P<revision>[^/]+)", Handler.info),
            ("GET", f"/api/{KIND}/tree/(?P<revision>[^/]+)", Handler.tree),
            ("POST", "/api/repos/create", Handler.create),
            ("POST", "/api/validate-yaml", Handler.validate),
            ("POST", f"/api/{KIND}/preupload/(?P<revision>[^/]+)", Handler.preupload),
            ("POST", rf"/{REPO}\.git/info/lfs/objects/batch", Handler.batch),
            ("PUT", r"/large/(?P<name>\w+)", Handler.upload),
            ("POST", f"/api/{KIND}/commit/(?P<revision>[^/]+)", Handler.commit),
        )
        return Handler
