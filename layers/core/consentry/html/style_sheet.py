"""How a page looks, in light and dark and on paper, and the policy that lets nothing else into it."""

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --ground: #eef1f4;
  --admitted: #0f766e; --rejected: #b4411f; --undetermined: #6b5bb3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e6e9ec; --quiet: #9aa4ae; --line: #363d45; --ground: #232a31;
    --admitted: #2dd4bf; --rejected: #f5926c; --undetermined: #b3a5f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
header, main, footer { max-width: 58rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
.answer { border-left: .5rem solid var(--rejected); padding-left: 1.25rem; }
.answer.allow { border-color: var(--admitted); }
h1 { font-size: clamp(2.5rem, 8vw, 4rem); line-height: 1.1; margin: 0; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .25rem; }
p { margin: .5rem 0; }
.kind, .note, caption, footer { color: var(--quiet); }
.until { font-size: 1.35rem; line-height: 1.35; }
.number, thead th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
dd, td, th, code { unicode-bidi: isolate; }
.wording { white-space: pre-wrap; overflow-wrap: anywhere; }
.wording { border-left: 1px solid var(--line); padding-left: 1.25rem; }
time { white-space: nowrap; }
.wide { overflow-x: auto; margin: .75rem 0; }
.wide:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; }
th, td { border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; overflow-wrap: break-word; }
td code { display: inline-block; min-width: 11rem; }
td.words { min-width: 13rem; }
.fills { position: absolute; }
.plot { display: block; margin: 1rem 0 .25rem; overflow: hidden; }
.plot text { fill: var(--ink); font-size: .9375rem; }
.plot .told { font-variant-numeric: tabular-nums; }
.ground { fill: var(--ground); }
.under { fill: var(--paper); }
.mark.admitted { fill: var(--admitted); }
.mark.rejected { fill: var(--rejected); }
.mark.undetermined { fill: var(--undetermined); }
.part { stroke-width: 1; }
.part.admitted { stroke: var(--admitted); }
.part.rejected { stroke: var(--rejected); }
.part.undetermined { stroke: var(--undetermined); }
.key { color: var(--quiet); font-size: .9375rem; display: flex; flex-wrap: wrap; gap: .35rem; }
.key svg { align-self: center; margin-left: .75rem; }
.key svg:first-child { margin-left: 0; }
footer { margin-top: 3rem; padding-bottom: 3rem; font-size: .9375rem; }
@media (max-width: 34rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media print {
  section { break-inside: avoid; }
  .wide { overflow: visible; }
  * { print-color-adjust: exact; }
}
"""

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Content Security Policy 3: no script, no request to anywhere, no style but ours."""
