"""Execution of tasks on the nodes of a Ray cluster."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench import Outcome, StoreError, UsageError
from srbench_ray.connection import connect
from srbench_ray.worker import Inbox, run, sees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench import ExecutorSetup, Needs, Task, TaskObserver

POLL = 0.25
"""Seconds between two looks for reports."""
PATIENCE = 60.0
"""Seconds that the inbox of the reports has to answer."""


class RayExecutor:
    """An executor on a Ray cluster, which places the tasks by their needs.

    A timed task takes all CPUs of a node, or a whole GPU. A task whose process or node dies is lost; Ray itself doesn't
    run it again, so that every retry is one of ``--retries``.

    Args:
        setup: Options ``address``, ``gpus`` and ``cpus``.

    Raises:
        UsageError: if Ray isn't installed, or there is no cluster at the address.
    """

    def __init__(self, setup: ExecutorSetup) -> None:
        self._cpus: int = setup.options.get("cpus", 1)
        self._gpus: float | None = setup.options.get("gpus")
        self._ray, self._connected = connect(*setup.options.get("address", ())[-1:])
        main_node = self._on(self._ray.get_runtime_context().get_node_id(), soft=True)
        inbox = self._ray.remote(Inbox).options(num_cpus=0, max_restarts=-1, scheduling_strategy=main_node)
        self._inbox = inbox.remote()
        self._run = self._ray.remote(run)
        self._running: dict[Any, tuple[Task[Any], TaskObserver]] = {}
        """Tasks that were handed to Ray and have not ended, by Ray's reference to the result."""
        self._node: dict[str, str] = {}
        """Node of each task that has started and not ended, by key."""
        self._refused: list[tuple[Task[Any], Outcome[Any]]] = []

    def submit(self, tasks: Sequence[Task[Any]], observer: TaskObserver) -> None:
        """Hand the tasks to Ray."""
        nodes = self._node_resources()
        for task in tasks:
            try:
                request = self._request(task.needs, nodes)
                options = {"num_cpus": request["CPU"], "num_gpus": request["GPU"]}
                remote_run = self._run.options(max_retries=0, name=task.label, **options)
                threads = max(1, int(request["CPU"]))
                ref = remote_run.remote(pickle.dumps(task), threads, str(Path.cwd()), self._inbox)
            except Exception as error:  # noqa: BLE001 - the code of a plugin that is pickled here may raise any
                self._refused.append((task, Outcome(error=error)))
            else:
                self._running[ref] = task, observer

    def wait(self) -> list[tuple[Task[Any], Outcome[Any]]]:
        """Return the tasks that have ended, after their reports are passed on."""
        ended, self._refused = self._refused, []
        while not ended:
            ready, _ = self._ray.wait(list(self._running), timeout=POLL)
            if ready:  # `wait` returns at the first; ask for all that have ended
                ready, _ = self._ray.wait(list(self._running), num_returns=len(self._running), timeout=0)
            self._pass_on_reports()
            ended = [self._end(ref, self._outcome(ref)) for ref in ready] or self._end_stranded()
        return ended

    def shares(self, folder: Path) -> bool:
        """Return whether a new file in `folder` is seen on every node.

        Raises:
            StoreError: if the file can't be written.
            UsageError: if a node can't run srbench.
        """
        remote_sees = self._ray.remote(num_cpus=0, max_retries=0)(sees)
        nodes = {node["NodeID"]: node["NodeManagerHostname"] for node in self._ray.nodes() if node["Alive"]}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(prefix=".srbench-", dir=folder.absolute()) as file:
                refs = [remote_sees.options(scheduling_strategy=self._on(node)).remote(file.name) for node in nodes]
                seen = [self._is_seen(ref, name) for ref, name in zip(refs, nodes.values(), strict=True)]
        except OSError as error:
            raise StoreError(f"{folder}: can't be written ({error.strerror}); use another folder") from error
        return all(seen)

    def close(self, *, cancel: bool) -> None:
        """Disconnect, whereupon Ray ends the processes of this run."""
        if cancel:
            for ref in self._running:
                self._ray.cancel(ref, force=True)
        self._ray.kill(self._inbox)
        if self._connected:
            self._ray.shutdown()

    def _on(self, node: str, *, soft: bool = False) -> Any:
        """Return the scheduling strategy that runs a task on a node; with `soft`, elsewhere if it is gone."""
        return self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=soft)

    def _node_resources(self) -> list[Mapping[str, float]]:
        """Return the resources of each node that is up, by ``CPU``, ``GPU`` and others, used or free."""
        return [node["Resources"] for node in self._ray.nodes() if node["Alive"]]

    def _request(self, needs: Needs, nodes: Sequence[Mapping[str, float]]) -> dict[str, float]:
        """Return the resources that a task takes of a node, by ``CPU`` and ``GPU``.

        Raises:
            UsageError: if no node has them.
        """
        gpus = self._gpus if self._gpus is not None else float(any(node.get("GPU") for node in nodes))
        request = {"CPU": float(self._cpus), "GPU": 0.0 if needs.device == "cpu" else gpus}
        if needs.timed and request["GPU"]:
            request["GPU"] = max(1.0, gpus)
        elif needs.timed:
            request["CPU"] = max([node.get("CPU", 0.0) for node in nodes] + [request["CPU"]])
        if not any(all(node.get(name, 0.0) >= amount for name, amount in request.items()) for node in nodes):
            listed = ", ".join(f"{amount:g} {name}" for name, amount in request.items() if amount)
            raise UsageError(f"--executor ray: no node has {listed} for a task; use fewer --cpus or --gpus")
        return request

    def _end_stranded(self) -> list[tuple[Task[Any], Outcome[Any]]]:
        """End and return the tasks that no node can take any more, once no other task runs."""
        nodes = [] if self._node else self._node_resources()
        if not nodes:
            return []
        stranded: list[tuple[Task[Any], Outcome[Any]]] = []
        for ref, (task, _) in list(self._running.items()):
            try:
                self._request(task.needs, nodes)
            except UsageError as error:
                self._ray.cancel(ref, force=True)
                stranded.append(self._end(ref, Outcome(error=error)))
        return stranded

    def _pass_on_reports(self) -> None:
        """Pass the reports that have arrived on to the observers."""
        try:
            messages = self._ray.get(self._inbox.take.remote(), timeout=PATIENCE)
        except self._ray.exceptions.RayError:  # the inbox died and is started again; results don't go through it
            return
        running = {task.key: (task, observer) for task, observer in self._running.values()}
        for key, node, value in messages:
            if key in running:
                task, observer = running[key]
                if node:
                    self._node[key] = node
                    observer.started(task)
                else:
                    observer.reported(task, value)

    def _end(self, ref: Any, outcome: Outcome[Any]) -> tuple[Task[Any], Outcome[Any]]:
        """Forget a task that has ended, and return it with its outcome."""
        task, _ = self._running.pop(ref)
        self._node.pop(task.key, None)
        return task, outcome

    def _outcome(self, ref: Any) -> Outcome[Any]:
        """Return the outcome of a task that has ended: its result, its error, or the death of its process or node."""
        errors = self._ray.exceptions
        try:
            outcome: Outcome[Any] = self._ray.get(ref)
        except errors.RayTaskError as error:  # a module that the node lacks, a result that can't be pickled
            return Outcome(error=error.cause if isinstance(error.cause, Exception) else error)
        except errors.RayError as error:
            where = self._node.get(self._running[ref][0].key, "its node")
            reason = f"the process died on {where}, or the node did (Ray: {type(error).__name__}); see --retries"
            return Outcome(error=RuntimeError(reason), lost=True)
        return outcome

    def _is_seen(self, ref: Any, node: str) -> bool:
        """Return whether a node sees the file; `ref` is the answer of `sees` there.

        Raises:
            UsageError: if the node can't run srbench.
        """
        try:
            return bool(self._ray.get(ref))
        except self._ray.exceptions.RayTaskError as error:
            reason = str(error.cause).strip().splitlines()[-1]
            raise UsageError(
                f"--executor ray: node {node} can't run srbench ({reason}); install the same packages on all nodes"
            ) from error
        except self._ray.exceptions.RayError:  # the node has just died: no task will run there
            return True
