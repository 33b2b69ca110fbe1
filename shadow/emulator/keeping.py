"""What the emulator keeps in memory for its callers: files, batches, interactions, webhooks.

https://ai.google.dev/gemini-api/docs/files, batch-api, interactions, webhooks. A batch is worked off when somebody
looks at it for the first time; webhooks are kept and never called.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from json import loads
from threading import Lock
from typing import cast

from shadow.emulator.errors import ApiError, invalid, nothing_here
from shadow.emulator.resources import Resource
from shadow.emulator.wire import Json, parsed, written

MOST = 500
"""Things of a kind that are kept; then the oldest goes."""
WHEN = "2026-01-01T00:00:00Z"
Work = Callable[[bytes], Json]
"""Answers one request of a batch. Raises ApiError."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """One thing that is kept: what the API shows of it, bytes of a file, work that is still to do."""

    shown: Json
    data: bytes = b""
    work: Callable[[], Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """JSON or bytes, with headers of their own."""

    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Keeping:
    """The shelves, one for each kind. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = count(1)
        self._shelves: dict[str, dict[str, Kept]] = {}

    def answer(self, resource: Resource, body: bytes, headers: Mapping[str, str], base: str) -> Reply:
        """What a request about a resource gets. Header names are in Title-Case, `base` is the address that the caller
        used. Raises ApiError.
        """
        with self._lock:
            if resource.upload:
                return self._upload(resource, body, headers, base)
            if not resource.name:
                return self._collection(resource, body)
            kept = self._kept(resource)
            if resource.kind == "files" and resource.verb == "download":
                return Reply(body=kept.data, content_type=str(kept.shown["mimeType"]))
            return _json(self._one(resource, kept, body))

    def keep(self, kind: str, shown: Json, *, data: bytes = b"", name: str = "") -> Kept:
        """Put something on its shelf, under a name of ours where it has none."""
        name = name or self._name(kind)
        return self._put(kind, name, Kept(shown={"name": f"{kind}/{name}", **shown}, data=data))

    def remember_interaction(self, interaction: Json) -> None:
        """So that it can be asked for again."""
        with self._lock:
            self._put("interactions", str(interaction["id"]), Kept(shown=interaction))

    def _put(self, kind: str, name: str, kept: Kept) -> Kept:
        shelf = self._shelves.setdefault(kind, {})
        shelf[name] = kept
        if len(shelf) > MOST:
            del shelf[next(iter(shelf))]
        return kept

    def batch(self, model: str, body: bytes, work: Work, *, answers: str) -> Json:
        """A batch of requests that waits. `answers` is the key of its answers. Raises ApiError."""
        asked = cast(Json, parsed(body).get("batch") or {})
        given = cast(Json, asked.get("inputConfig") or {})
        with self._lock:
            lines = self._lines(given)
            kept = self.keep("batches", {"done": False})
            kept.shown["metadata"] = {
                "@type": "type.googleapis.com/google.ai.generativelanguage.v1.GenerateContentBatch",
                "name": kept.shown["name"],
                "model": f"models/{model}",
                "displayName": asked.get("displayName", ""),
                "state": "BATCH_STATE_PENDING",
                "createTime": WHEN,
                "updateTime": WHEN,
                "batchStats": {"requestCount": str(len(lines)), "pendingRequestCount": str(len(lines))},
            }
            in_file = "fileName" in given
            kept.work = lambda: self._worked(lines, work, in_file=in_file, answers=answers)
            return dict(kept.shown)

    def inlined(self, request: Json) -> Json:
        """The request with every file of ours as inline bytes. Raises ApiError 400 for a file that is not here."""
        return cast(Json, self._inlined(request))

    def _inlined(self, value: object) -> object:
        if isinstance(value, list):
            return [self._inlined(item) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(reference := value.get("fileData"), dict):
            name = str(reference.get("fileUri", "")).rpartition("/")[2]
            kept = self._shelves.get("files", {}).get(name)
            if kept is None:
                raise invalid(why=f"File {name} does not exist here: upload it first, or send bytes as inlineData.")
            blob = {"mimeType": kept.shown["mimeType"], "data": b64encode(kept.data).decode()}
            return {key: item for key, item in value.items() if key != "fileData"} | {"inlineData": blob}
        return {key: self._inlined(item) for key, item in value.items()}

    def _lines(self, given: Json) -> list[Json]:
        if "fileName" in given:
            name = str(given["fileName"]).rpartition("/")[2]
            kept = self._shelves.get("files", {}).get(name)
            if kept is None:
                raise invalid(why=f"File {name} does not exist here.")
            return [parsed(line) for line in kept.data.splitlines() if line.strip()]
        listed = cast(Json, given.get("requests") or {}).get("requests")
        lines = cast("list[Json]", listed if isinstance(listed, list) else [])
        if not lines:
            raise invalid(why="* BatchGenerateContentRequest.batch.input_config: requests are not specified")
        return lines

    def _worked(self, lines: list[Json], work: Work, *, in_file: bool, answers: str) -> Json:
        made = [_line(line, work) for line in lines]
        if not in_file:
            return {answers: {"inlinedResponses": made}}
        data = b"\n".join(written(line) for line in made)
        file = self.keep("files", _file(data, "application/jsonl", "results"), data=data)
        return {"responsesFile": file.shown["name"]}

    def _upload(self, resource: Resource, body: bytes, headers: Mapping[str, str], base: str) -> Reply:
        if "start" in headers.get("X-Goog-Upload-Command", ""):
            asked = cast(Json, parsed(body).get("file") or {})
            mime = str(asked.get("mimeType") or headers.get("X-Goog-Upload-Header-Content-Type") or "")
            name = str(asked.get("name") or "").rpartition("/")[2] or self._name("files")
            self._put("uploads", name, Kept(shown={"mimeType": mime, "displayName": asked.get("displayName", "")}))
            place = f"{base}{resource_path(resource)}?upload_id={name}&upload_protocol=resumable"
            return Reply(body=b"", headers={"X-Goog-Upload-URL": place, "X-Goog-Upload-Status": "active"})
        begun = self._shelves.get("uploads", {}).get(name := resource.query.get("upload_id", ""))
        if begun is None:
            raise invalid(why="There is no such upload.")
        begun.data += body
        if "finalize" not in headers.get("X-Goog-Upload-Command", ""):
            return Reply(body=b"", headers={"X-Goog-Upload-Status": "active"})
        del self._shelves["uploads"][name]
        shown = _file(begun.data, str(begun.shown["mimeType"]), str(begun.shown["displayName"]))
        kept = self.keep("files", shown | {"uri": f"{base}/v1/files/{name}"}, data=begun.data, name=name)
        return Reply(body=written({"file": kept.shown}), headers={"X-Goog-Upload-Status": "final"})

    def _collection(self, resource: Resource, body: bytes) -> Reply:
        shelf = self._shelves.get(resource.kind, {})
        if resource.method == "POST" and resource.kind == "webhooks":
            name = self._name("webhooks")
            shown = _snake(body) | {"id": name, "create_time": WHEN, "state": "enabled"}
            kept = self.keep("webhooks", shown, name=name)
            return _json(kept.shown | {"new_signing_secret": _secret(kept)})
        if resource.method != "GET":
            raise nothing_here(resource.kind)
        start = int(resource.query.get("pageToken") or 0)
        size = int(resource.query.get("pageSize") or 50)
        listed = [kept.shown for kept in shelf.values()]
        key = "operations" if resource.kind == "batches" else resource.kind
        page: Json = {key: [_without_answers(item) for item in listed[start : start + size]]}
        return _json(page | {"nextPageToken": str(start + size)} if start + size < len(listed) else page)

    def _one(self, resource: Resource, kept: Kept, body: bytes) -> Json:
        if resource.method == "DELETE":
            del self._shelves[resource.kind][resource.name]
            return {}
        if resource.method == "PATCH":
            kept.shown.update(_snake(body))
        match resource.verb:
            case "cancel":
                kept.work = None
                _set_state(kept, "BATCH_STATE_CANCELLED")
                return {}
            case "rotateSigningSecret":
                return {"secret": _secret(kept)}
            case "ping":
                return {}
            case "":
                self._work_off(kept)
                return kept.shown
            case _:
                raise nothing_here(resource.kind + ":" + resource.verb)

    def _work_off(self, kept: Kept) -> None:
        if kept.work is not None:
            work, kept.work = kept.work, None
            cast(Json, kept.shown["metadata"])["output"] = work()
            _set_state(kept, "BATCH_STATE_SUCCEEDED")

    def _kept(self, resource: Resource) -> Kept:
        kept = self._shelves.get(resource.kind, {}).get(resource.name)
        if kept is None:
            raise ApiError(404, "NOT_FOUND", f"{resource.kind}/{resource.name} is not found.")
        return kept

    def _name(self, kind: str) -> str:
        return sha256(f"{kind} {next(self._numbers)}".encode()).hexdigest()[:12]


def resource_path(resource: Resource) -> str:
    """The path of an upload, for its address."""
    return f"/upload/v1/{resource.kind}"


def _line(line: Json, work: Work) -> Json:
    """One answer of a batch, with what tells it apart."""
    named: Json = {key: line[key] for key in ("key", "metadata") if key in line}
    try:
        return {"response": work(written(line.get("request") or {})), **named}
    except ApiError as error:
        return {"error": {"code": error.code, "message": error.message, "status": error.status}, **named}


def _file(data: bytes, mime: str, title: str) -> Json:
    return {
        "displayName": title,
        "mimeType": mime,
        "sizeBytes": str(len(data)),
        "createTime": WHEN,
        "updateTime": WHEN,
        "sha256Hash": b64encode(sha256(data).hexdigest().encode()).decode(),
        "state": "ACTIVE",
        "source": "UPLOADED",
    }


def _set_state(kept: Kept, state: str) -> None:
    if isinstance(metadata := kept.shown.get("metadata"), dict):
        metadata["state"] = state
        kept.shown["done"] = True


def _without_answers(shown: Json) -> Json:
    metadata = shown.get("metadata")
    if not isinstance(metadata, dict):
        return shown
    return shown | {"metadata": {key: value for key, value in metadata.items() if key != "output"}}


def _snake(body: bytes) -> Json:
    """A body whose keys keep their spelling."""
    try:
        value = loads(body or b"{}")
    except ValueError as error:
        raise invalid(why=f"Invalid JSON payload received. {error}") from error
    if not isinstance(value, dict):
        raise invalid(why="Invalid JSON payload received. Expected an object.")
    return value


def _secret(kept: Kept) -> str:
    return "whsec_" + b64encode(sha256(str(kept.shown["name"]).encode()).digest()).decode()


def _json(value: object) -> Reply:
    return Reply(body=written(value))
