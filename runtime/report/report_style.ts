// The looks of a report page.

export const style = `
:root {
  color-scheme: light dark;
  --paper: #f5f6f8; --card: #ffffff; --ink: #16202e; --text: #3b4757; --quiet: #66717f; --line: #e1e5ea;
  --plain: #4c6fdc; --good: #23845a; --warm: #a8720d; --bad: #c23b36; --track: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2029; --ink: #eef2f7; --text: #c3cbd6; --quiet: #8b96a5; --line: #2b333f;
    --plain: #7d9bff; --good: #4cc38a; --warm: #e5ae4a; --bad: #f0807a; --track: #262e39;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1, h2, h3, b { color: var(--ink); }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 20px 0 10px; }
h3 b { float: right; }
h3 small, .lead, header p, footer { color: var(--quiet); font-weight: 400; }
.lead { margin: -10px 0 12px; font-size: 13px; }
header p { margin: 0 0 24px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin: 0 0 18px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px; margin: 0 0 18px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; }
.card b { display: block; font-size: 28px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card span { display: block; }
.card small { color: var(--quiet); min-height: 1.5em; display: block; }
.card.good b { color: var(--good); } .card.quiet b { color: var(--warm); } .card.bad b { color: var(--bad); }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 18px; margin: 0 0 18px; }
.panels section { margin: 0; }
.links { margin: 0 0 18px; }
a { color: var(--plain); }
.bars th small { color: var(--quiet); }
.wide { overflow-x: auto; }
.wide + .wide { margin-top: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 500; color: var(--quiet); }
th, td { padding: 6px 14px 6px 0; vertical-align: top; }
thead th { border-bottom: 1px solid var(--line); }
.wide tbody tr + tr td { border-top: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bars th { color: var(--text); font-weight: 400; width: 1%; white-space: nowrap; padding: 4px 12px 4px 0; }
.bars td { padding: 4px 0 4px 12px; vertical-align: middle; }
.bars td.number, .bars th.number { width: 1%; text-align: right; }
.bars th.number { color: var(--quiet); font-size: 13px; padding: 0 0 4px 12px; }
td.bar { padding: 4px 0; }
td.bar i { display: block; height: 14px; min-width: 2px; border-radius: 2px 4px 4px 2px; background: var(--plain); }
td.bar { background: linear-gradient(var(--track), var(--track)) no-repeat center / 100% 14px; }
code { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.tag { display: inline-block; border-radius: 999px; padding: 0 9px; font-size: 12.5px; font-weight: 500; border: 1px solid; }
.tag.bad { color: var(--bad); } .tag.quiet { color: var(--warm); }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px; }
.grid.large { grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); }
.grid.large img, .grid.large .blank { height: 180px; }
figure { margin: 0; min-width: 0; }
figure img, .blank { display: block; width: 100%; height: 112px; object-fit: contain; border-radius: 6px; background: var(--track); }
.blank { display: grid; place-items: center; color: var(--quiet); font-size: 12.5px; }
figcaption { margin-top: 6px; line-height: 1.35; }
figcaption code { font-size: 11.5px; }
figcaption small { display: block; color: var(--quiet); font-size: 12.5px; margin-top: 2px; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 18px; }
footer { text-align: center; font-size: 13px; margin-top: 28px; }
@media (max-width: 560px) {
  main { padding: 24px 14px 40px; }
  section { padding: 16px; overflow-x: auto; }
  .bars th small { display: block; }
}
@media print { body { background: none; } section, .card { break-inside: avoid; } }
`;
