"""Published indicators of money laundering, which kinds of findings answer them, and what the others would need.

Titles are those of the publications; what an indicator says is told here in our own words. Most of these lists do not
number their indicators: then the heading under which one stands is named, and no number is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

TRADE = "FATF and Egmont Group, Trade-Based Money Laundering: Risk Indicators (March 2021)"
TERROR = "Egmont Group, FIUs and Terrorist Financing Analysis"
CASES = "Egmont Group, one hundred sanitised cases (2000), indicators"
CORRUPTION = "Egmont Group, Set of Indicators for Corruption Related Cases (November 2018)"
UNODC = "UNODC, Riesgo de Lavado de Activos en Instrumentos Financieros y Comerciales, Versión II (Bogotá, 2011)"
CURRENT = "señales de alerta, cuenta corriente"
SAVINGS = "señales de alerta, cuenta de ahorros"
STANDARDS = "FATF, Recommendations (2012, as amended)"
FUNNEL = "FinCEN, Advisory FIN-2014-A005 on funnel accounts (28 May 2014)"
EXAMINERS = "FFIEC, BSA/AML Examination Manual, Appendix F: Money Laundering and Terrorist Financing “Red Flags”"
ENTITIES = "FFIEC, BSA/AML Examination Manual, Business Entities (Domestic and Foreign): Overview"
HAWALA = (
    "FATF, The Role of Hawala and Other Similar Service Providers in Money Laundering and Terrorist Financing "
    "(October 2013)"
)

SOURCES = (TRADE, TERROR, CASES, CORRUPTION, UNODC, STANDARDS, FUNNEL, EXAMINERS, ENTITIES, HAWALA)

ACCOUNTS = "account and transaction activity risk indicators"


@dataclass(frozen=True)
class Indicator:
    """One indicator: `heading` or number it stands under, `says` in our words; `kinds` of findings that answer it, or
    `needs`: the data without which nobody can."""

    source: str
    heading: str
    says: str
    kinds: tuple[str, ...] = ()
    needs: str = ""


INDICATORS = (
    Indicator(TRADE, ACCOUNTS, "money only passes through an account and next to nothing stays", ("pass_through",)),
    Indicator(
        TRADE, ACCOUNTS, "what comes in is split and sent on to several accounts that have nothing to do with it",
        ("fan_out", "gather_scatter", "scatter_gather"),
    ),
    Indicator(TRADE, ACCOUNTS, "payments go out and come back in a circle", ("cycle", "simple_cycle")),
    Indicator(TRADE, ACCOUNTS, "amounts again and again just under a reporting threshold", ("structuring",)),
    Indicator(TRADE, ACCOUNTS, "much happens at once in an account that is new or had slept", ("pass_through",)),
    Indicator(
        TRADE, "trade document and commodity risk indicators", "documents, goods, quantities or prices do not agree",
        needs="invoices, bills of lading and customs declarations",
    ),
    Indicator(TRADE, "structural risk indicators", "the firm is at an address where masses of firms are registered",
              ("shells",)),
    Indicator(
        TRADE, "structural risk indicators", "the firm's structure, owners or staff make no sense for its trade",
        needs="company registers with owners and staff, dated, and what the firm is registered for",
    ),
    Indicator(
        TRADE, ACCOUNTS, "somebody who has no part in the deal pays for the goods",
        needs="contracts or invoices that name who is to pay",
    ),
    Indicator(
        TERROR, "red flags", "a series of complicated transfers hides where money is from or meant for",
        ("scatter_gather", "bipartite", "stack", "pass_through", "cycle"),
    ),
    Indicator(TERROR, "red flags", "deposits are kept under what must be reported", ("structuring",)),
    Indicator(
        TERROR, "red flags", "several small deposits, then one large transfer abroad", ("pass_through", "fan_in"),
    ),
    Indicator(
        TERROR, "red flags", "funds of a non-profit body are used for something else",
        needs="the body's stated purpose and its budget",
    ),
    Indicator(CASES, "large and/or rapid movements of funds", "much money moves, or quickly",
              ("pass_through", "fan_out")),
    Indicator(
        CASES, "atypical or uneconomical fund transfer to or from a foreign jurisdiction",
        "money takes a way across borders that makes no sense",
        needs="countries of the accounts are a term of every pattern here; what a way costs would need prices of banks",
    ),
    Indicator(CASES, "unrealistic wealth compared to client profile", "more money than the client can have",
              needs="what banks know of the client's income and business"),
    Indicator(
        CORRUPTION, "the whole list", "officials, their families and public contracts",
        needs="lists of politically exposed persons, public contracts and who won them",
    ),
    Indicator(
        STANDARDS, "Recommendation 16", "a transfer without who ordered it or is to have it, or with others on its way",
        ("missing_parties", "wire_stripping"),
    ),
    # Each row of UNODC's is a whole list, told by its title.
    Indicator(UNODC, f"1.2.1.1 {CURRENT}: apertura y manejo", "how an account is opened and used",
              ("pass_through", "shells")),
    Indicator(UNODC, f"1.2.2.1 {CURRENT}: registro de firmas autorizadas", "who may sign for an account", ("shells",)),
    Indicator(UNODC, f"1.2.3.1 {CURRENT}: estado mensual", "what a month's statement shows",
              ("pass_through", "fan_in", "fan_out", "gather_scatter")),
    Indicator(UNODC, f"{CURRENT}: consignaciones", "how money is paid in",
              ("structuring", "funnel", "beyond_declared")),
    Indicator(UNODC, f"{CURRENT}: cheques", "how cheques are drawn, endorsed and cashed",
              needs="cheques with drawer, payee, endorsements and where they were cashed"),
    Indicator(UNODC, f"{CURRENT}: transferencias", "where money is sent to and comes from",
              ("fan_out", "scatter_gather", "cycle", "wire_stripping", "missing_parties", "exchange_round_trip")),
    Indicator(UNODC, f"{SAVINGS}: apertura y manejo", "how an account is opened and used", ("pass_through", "shells")),
    Indicator(UNODC, f"{SAVINGS}: registro de firmas autorizadas", "who may sign for an account", ("shells",)),
    Indicator(UNODC, f"{SAVINGS}: extracto periódico", "what a statement shows",
              ("pass_through", "fan_in", "fan_out", "gather_scatter")),
    Indicator(UNODC, f"{SAVINGS}: consignaciones", "how money is paid in",
              ("structuring", "funnel", "beyond_declared")),
    Indicator(UNODC, f"{SAVINGS}: comprobantes de retiro", "how money is drawn out in cash", ("funnel",)),
    Indicator(UNODC, f"{SAVINGS}: transferencias locales o internacionales", "where money is sent to and comes from",
              ("fan_out", "scatter_gather", "cycle", "wire_stripping", "missing_parties", "exchange_round_trip")),
    Indicator(STANDARDS, "Recommendations 6 and 7", "dealings with those whose funds are to be frozen, or with what "
              "they own", ("listed_party",)),
    Indicator(
        STANDARDS, "Recommendation 32", "cash carried over a border and not declared: more is banked than was declared",
        ("beyond_declared",),
    ),
    Indicator(
        FUNNEL, "definition", "cash put in at many places far away and soon taken out somewhere else",
        ("funnel",),
    ),
    Indicator(EXAMINERS, "efforts to avoid reporting", "deposits below a threshold, then one account, then abroad",
              ("structuring", "fan_in", "scatter_gather")),
    Indicator(EXAMINERS, "funds transfers", "many transfers of large round amounts",
              needs="what payments are for: savings clubs, rents and loans are as round; so it is a term only"),
    Indicator(EXAMINERS, "funds transfers", "many small transfers come in and nearly all of it leaves at once",
              ("fan_in", "pass_through")),
    Indicator(EXAMINERS, "other suspicious customer activity", "money goes from one bank to another and back",
              ("cycle", "simple_cycle")),
    Indicator(EXAMINERS, "funds transfers", "money goes out and comes back by way of others and of other currencies",
              ("exchange_round_trip",)),
    Indicator(EXAMINERS, "activity inconsistent with the customer's business",
              "unusual transfers among related accounts", ("bipartite", "stack", "gather_scatter")),
    Indicator(EXAMINERS, "shell company activity", "firms on paper pay each other much and often for no reason to be "
              "seen", ("shells",)),
    Indicator(ENTITIES, "indicators of shell company activity", "firms that deal with each other have one address, or "
              "the address of an agent", ("shells",)),
    Indicator(
        HAWALA, "settlement", "one house takes money in and another pays it out elsewhere, as much one way as the "
        "other, and no transfer between them belongs to it", ("house_netting",),
    ),
    Indicator(
        HAWALA, "settlement", "the difference of many deals is settled in cash, in goods or by a third house",
        needs="the house's own books by customer, and customs declarations",
    ),
    Indicator(ENTITIES, "indicators of shell company activity", "goods and services do not fit what the firm is said "
              "to do", needs="invoices, and what the firm is registered for"),
)  # fmt: skip


def page() -> str:
    """The table as a page of the documentation."""
    lines = [
        "# Indicators",
        "",
        "Which published indicators of money laundering Veedor's findings answer, and what the others would need. Made",
        "from `veedor.money.indicators`; titles are those of the publications, the rest is in our own words. Where",
        "a list has no numbers, the heading stands for them. An indicator is a reason to look, never a proof.",
        "",
        "UNODC's signs stand in lists by instrument. The titles of the first lists were at hand, not what they say: a",
        "row stands for a whole list, and names the findings that look at what it is about. Lists from certificates",
        "of deposit on were not at hand.",
        "",
    ]
    for source in SOURCES:
        lines += [
            f"## {source}",
            "",
            "| where | what | answered by | not covered: data it would need |",
            "|---|---|---|---|",
        ]
        for each in INDICATORS:
            if each.source == source:
                kinds = ", ".join(f"`{kind}`" for kind in each.kinds)
                lines.append(f"| {each.heading} | {each.says} | {kinds} | {each.needs} |")
        lines.append("")
    return "\n".join(lines)
