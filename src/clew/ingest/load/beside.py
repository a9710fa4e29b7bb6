"""Lists of one register whose regions lie in each other: neither takes the other's place, and that is said."""

from __future__ import annotations

import duckdb

from clew.contracts.model import Kind
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.mode import Mode
from clew.problems import Problems


def say_lists_beside(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Warn where the list of a city comes while one of its counties stands, or the other way round (I063).

    Whoever is on the older list stays on it, though the newer one may have left them out.
    """
    if delivery.mode is not Mode.SNAPSHOT or delivery.contract.kind is not Kind.REGISTER:
        return
    sidecar = delivery.incoming.sidecar
    found = con.execute(
        """select file, region from clew.delivery
        where dataset = $dataset and status = 'loaded' and batch <> $batch and mode = 'snapshot' and region <> $region
            and (starts_with(region, $region) or starts_with($region, region)) and received_on <= $on
            and (superseded_on is null or superseded_on > $on) order by batch""",
        {"dataset": delivery.contract.dataset, "batch": delivery.batch, "region": sidecar.region,
         "on": sidecar.received_on},
    ).fetchall()  # fmt: skip
    if found:
        file, region = found[0]
        more = f" and {len(found) - 1} others" if len(found) > 1 else ""
        problems.warn(
            delivery.place,
            "I063",
            f"'{file}' of {_said(region)}{more} stands beside this list of {_said(sidecar.region)}: who is on either of"
            " them is on the register",
            "where this list holds what the other held, name the other under 'replaces'",
        )


def _said(region: str) -> str:
    return f"region {region}" if region else "everywhere"
