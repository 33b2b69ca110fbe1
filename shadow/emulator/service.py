"""Every method of the API behind one call: a route and a body in, an answer out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from json import loads
from types import MappingProxyType
from typing import cast

from shadow.emulator.catalogue import model_list, model_page
from shadow.emulator.critic import Critic
from shadow.emulator.embedder import DIMENSIONS
from shadow.emulator.errors import not_found
from shadow.emulator.interactions import METHOD as INTERACTIONS
from shadow.emulator.interactions import interaction_of, read_interaction
from shadow.emulator.keeping import Keeping
from shadow.emulator.models import MODELS, Kind, Model
from shadow.emulator.replies import Reply, body_of, count_tokens, frames_of
from shadow.emulator.routes import Route
from shadow.emulator.seeds import chance_of
from shadow.emulator.studio import Studio
from shadow.emulator.tally import Tally
from shadow.emulator.vectors import embeddings
from shadow.emulator.wire import Ask, Json, encoded, parsed, read_ask, read_contents, read_embeds, written

_JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Bytes to send with status 200, in one piece or, for a stream, frame by frame.

    `paints` says that it takes long, `slowness` how many times as long as usual.
    """

    frames: tuple[bytes, ...]
    content_type: str = _JSON
    paints: bool = False
    slowness: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The API without the HTTP: knows the day, the seed, the painter and the critic."""

    studio: Studio
    critic: Critic
    today: date
    seed: int
    tally: Tally = field(default_factory=Tally)
    keeping: Keeping = field(default_factory=Keeping)
    _numbers: "count[int]" = field(default_factory=count)

    def answer(self, route: Route, body: bytes) -> Answer:
        """The answer of a method. Raises ApiError for every status but 200 and ConnectionDropped for none."""
        if route.method == "list":
            return _unary(model_list(route.query, self.today))
        if route.method == INTERACTIONS:
            return self.interact(route, body)
        model = self._model(route)
        return METHODS[route.method](self, model, route, body)

    def _model(self, route: Route) -> Model:
        model = MODELS.get(route.model)
        known = model is not None and model.serves(self.today) and route.method in {*model.methods, "get"}
        if model is None or not known:
            raise not_found(route.model, route.version, "generateContent" if route.method == "get" else route.method)
        return model

    def get(self, model: Model, route: Route, body: bytes) -> Answer:
        del route, body
        return _unary(model_page(model))

    def count(self, model: Model, route: Route, body: bytes) -> Answer:
        del model, route
        request = parsed(body)
        contents = read_contents(cast(Json, request.get("generateContentRequest") or request).get("contents"))
        tokens = count_tokens(contents)
        details = [{"modality": modality, "tokenCount": count} for modality, count in tokens.items()]
        return _unary({"totalTokens": sum(tokens.values()), "promptTokensDetails": details})

    def embed(self, model: Model, route: Route, body: bytes) -> Answer:
        vectors, usage = embeddings(read_embeds(parsed(body), default=DIMENSIONS))
        self.tally.pay(model.name, route.method, body)
        made: Json = {"embedding": vectors[0]} if route.method == "embedContent" else {"embeddings": vectors}
        return _unary(made | {"usageMetadata": usage})

    def generate(self, model: Model, route: Route, body: bytes) -> Answer:
        ask = read_ask(self.keeping.inlined(parsed(body)))
        paints = model.kind is Kind.PICTURE
        reply = self.studio.generate(ask, model) if paints else self.critic.generate(ask, model)
        self.tally.pay(model.name, route.method, body)
        answer = _framed(reply, ask=ask, model=model, route=route, response_id=self._response_id())
        return replace(answer, paints=paints, slowness=reply.slowness)

    def wanted(self) -> Mapping[str, str]:
        """Briefs that were asked and have no file in the album, if there is one."""
        return self.studio.album.wanted() if self.studio.album else {}

    def interact(self, route: Route, body: bytes) -> Answer:
        request = parsed(body)
        name = str(request.get("model") or "").removeprefix("models/")
        model = self._model(replace(route, model=name, method="generateContent"))
        if model.kind is not Kind.PICTURE:
            raise not_found(name, route.version, INTERACTIONS)
        ask = read_interaction(request)
        reply = self.studio.generate(ask, model)
        self.tally.pay(name, INTERACTIONS, body)
        made = interaction_of(reply, ask=ask, model=model, interaction_id=f"v1_{self._response_id()}")
        self.keeping.remember_interaction(made)
        return Answer(frames=(written(made),), paints=True, slowness=reply.slowness)

    def batch(self, model: Model, route: Route, body: bytes) -> Answer:
        embeds = route.method == "asyncBatchEmbedContent"
        method = "embedContent" if embeds else "generateContent"

        def work(request: bytes) -> Json:
            made = METHODS[method](self, model, replace(route, method=method), request)
            return cast(Json, loads(made.frames[0]))

        key = "inlinedEmbedContentResponses" if embeds else "inlinedResponses"
        return _unary(self.keeping.batch(model.name, body, work, answers=key))

    def _response_id(self) -> str:
        raw = chance_of(self.seed, "response", next(self._numbers)).bytes(16)
        return encoded(raw).rstrip("=").replace("+", "-").replace("/", "_")


def _framed(reply: Reply, *, ask: Ask, model: Model, route: Route, response_id: str) -> Answer:
    """One body, a server-sent stream for `alt=sse`, or a JSON list for a stream without it."""
    if route.method == "generateContent":
        body = body_of(reply, ask=ask, model=model, response_id=response_id)
        return Answer(frames=(written(body),))
    frames = frames_of(reply, ask=ask, model=model, response_id=response_id)
    if route.query.get("alt") != "sse":
        return Answer(frames=(written(frames),))
    sent = tuple(b"data: " + written(frame) + b"\r\n\r\n" for frame in frames)
    return Answer(frames=sent, content_type="text/event-stream")


def _unary(body: Mapping[str, object]) -> Answer:
    return Answer(frames=(written(body),))


METHODS: MappingProxyType[str, Callable[[Service, Model, Route, bytes], Answer]] = MappingProxyType(
    {
        "get": Service.get,
        "countTokens": Service.count,
        "batchGenerateContent": Service.batch,
        "asyncBatchEmbedContent": Service.batch,
        "embedContent": Service.embed,
        "batchEmbedContents": Service.embed,
        "generateContent": Service.generate,
        "streamGenerateContent": Service.generate,
    }
)
