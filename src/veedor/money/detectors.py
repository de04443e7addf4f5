"""Every detector of the room, in one tuple: whoever only wants a part of the room does not load them all.

Who likely stands behind accounts is asked of all names at once (`WITH_HOLDERS`):
a question for files on a desk, not for a mission of any size.
"""

from __future__ import annotations

from veedor.engine.detector import Detector
from veedor.money.accounts.chains import FindChains
from veedor.money.accounts.coverage import CountThresholds
from veedor.money.accounts.fans import FindFans
from veedor.money.accounts.pass_through import FindPassThrough
from veedor.money.accounts.profiles import ProfileAccounts
from veedor.money.accounts.structuring import FindStructuring
from veedor.money.declared.cash import ListDeclaredCash
from veedor.money.declared.judge import FindBeyondDeclared
from veedor.money.distributions import CountProfiles
from veedor.money.exchange.judge import JudgeExchangeTrips
from veedor.money.exchange.trips import FindExchangeTrips
from veedor.money.funnels.find import FindFunnels
from veedor.money.holders.find import FindHolders
from veedor.money.holders.mentions import ListMentions
from veedor.money.netting.counting import CountMirrors
from veedor.money.netting.judge import JudgeNetting
from veedor.money.netting.mirrors import FindMirroredDeals
from veedor.money.netting.pairs import FindHousePairs
from veedor.money.networks.find import FindNetworks
from veedor.money.networks.judge import JudgeNetworks
from veedor.money.payments.completing import CompleteEntries, LearnPayers
from veedor.money.payments.named_payers import ListNamedCredits, NamePayers
from veedor.money.payments.payments import AssemblePayments
from veedor.money.payments.telling import TellTransfers
from veedor.money.screening.find import FindListed, FindListedCraft, ListUnlisted, LookUpCraft, LookUpParties
from veedor.money.screening.marks import ListMarks
from veedor.money.shells.judge import FindShells
from veedor.money.shells.listing import ListDetails
from veedor.money.shells.moving import FindShellMoney
from veedor.money.shells.sharing import FindSharedDetails
from veedor.money.wires.missing_parties import FindMissingParties
from veedor.money.wires.wire_stripping import FindWireStripping

DETECTORS: tuple[Detector, ...] = (
    TellTransfers(),
    ListMentions(),
    LearnPayers(),
    ListNamedCredits(),
    NamePayers(),
    CompleteEntries(),
    AssemblePayments(),
    ProfileAccounts(),
    CountProfiles(),
    CountThresholds(),
    FindPassThrough(),
    FindChains(),
    FindFans(),
    FindStructuring(),
    FindNetworks(),
    JudgeNetworks(),
    FindExchangeTrips(),
    JudgeExchangeTrips(),
    CountMirrors(),
    FindHousePairs(),
    FindMirroredDeals(),
    JudgeNetting(),
    FindFunnels(),
    ListDeclaredCash(),
    FindBeyondDeclared(),
    ListDetails(),
    FindSharedDetails(),
    FindShellMoney(),
    FindShells(),
    ListUnlisted(),
    LookUpParties(),
    FindListed(),
    ListMarks(),
    LookUpCraft(),
    FindListedCraft(),
    FindWireStripping(),
    FindMissingParties(),
)
WITH_HOLDERS: tuple[Detector, ...] = (*DETECTORS, FindHolders())
