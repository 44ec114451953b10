"""Which modems, meters and points are there, who may talk to us, and whose is a point when?"""

from osos.registry.admissions import Admission, parse_admissions
from osos.registry.admitting import AdmitReport, admit
from osos.registry.calling import CallingPlace
from osos.registry.lists import (
    ListedMeter,
    ListedModem,
    ListedPoint,
    list_meters,
    list_modems,
    list_points,
)
from osos.registry.meters import (
    Installation,
    Learned,
    MeterBehind,
    installations,
    kind_of,
    learn_meter,
    meters_behind,
)
from osos.registry.modem_pages import (
    ModemPage,
    meters_named,
    modem_before,
    modem_page,
)
from osos.registry.modems import (
    Identified,
    Listening,
    Modem,
    find_modem,
    first_lines,
    listening_modems,
    mark_registered,
    note_identification,
    note_seen,
)
from osos.registry.network import (
    HeldTerms,
    Member,
    Node,
    NodeTerms,
    find_node,
    members_of,
    memberships,
    network_nodes_of,
    node_terms,
)
from osos.registry.network_admitting import NetworkReport, admit_network
from osos.registry.network_rows import NetworkRow, parse_network
from osos.registry.paperwork import (
    Exchanged,
    ImpossibleMultiplier,
    NothingInstalled,
    OverlappingInstallation,
    correct_multiplier,
    exchange_meter,
)
from osos.registry.parties import (
    Customer,
    Supplier,
    all_customers,
    customer_at,
    find_customer,
    find_supplier,
    list_customers,
    list_suppliers,
)
from osos.registry.point_admitting import PointReport, admit_service_points
from osos.registry.point_rows import ServicePointRow, parse_service_points
from osos.registry.point_search import PointPage, list_service_points
from osos.registry.points import (
    Holders,
    Holding,
    ServicePoint,
    holdings,
    points_of_party,
    service_point,
    service_points_of,
)
from osos.registry.problems import LineProblem
from osos.registry.sheet import decode_sheet
from osos.registry.strangers import Quarantined, list_quarantine, quarantine

__all__ = [
    "Admission",
    "AdmitReport",
    "CallingPlace",
    "Customer",
    "Exchanged",
    "HeldTerms",
    "Holders",
    "Holding",
    "Identified",
    "ImpossibleMultiplier",
    "Installation",
    "Learned",
    "LineProblem",
    "ListedMeter",
    "ListedModem",
    "ListedPoint",
    "Listening",
    "Member",
    "MeterBehind",
    "Modem",
    "ModemPage",
    "NetworkReport",
    "NetworkRow",
    "Node",
    "NodeTerms",
    "NothingInstalled",
    "OverlappingInstallation",
    "PointPage",
    "PointReport",
    "Quarantined",
    "ServicePoint",
    "ServicePointRow",
    "Supplier",
    "admit",
    "admit_network",
    "admit_service_points",
    "all_customers",
    "correct_multiplier",
    "customer_at",
    "decode_sheet",
    "exchange_meter",
    "find_customer",
    "find_modem",
    "find_node",
    "find_supplier",
    "first_lines",
    "holdings",
    "installations",
    "kind_of",
    "learn_meter",
    "list_customers",
    "list_meters",
    "list_modems",
    "list_points",
    "list_quarantine",
    "list_service_points",
    "list_suppliers",
    "listening_modems",
    "mark_registered",
    "members_of",
    "memberships",
    "meters_behind",
    "meters_named",
    "modem_before",
    "modem_page",
    "network_nodes_of",
    "node_terms",
    "note_identification",
    "note_seen",
    "parse_admissions",
    "parse_network",
    "parse_service_points",
    "points_of_party",
    "quarantine",
    "service_point",
    "service_points_of",
]
