/** The style of the page: light or dark like the reader's system, and readable in print and on narrow screens. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #fff; --ink: #1c2024; --quiet: #5c646d; --line: #dcdfe3; --link: #0b5cad;
  --used: #9aa4af; --up: #1f7a5c; --down: #b3541e; --good: #1a7349; --warn: #8a5a00; --bad: #b3261e; --mark: #e9edf1; --shade: #1c202440;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --card: #1d2125; --ink: #e8eaed; --quiet: #a3abb4; --line: #343a41; --link: #7db7ff;
    --used: #6d7782; --up: #4fc397; --down: #f0935a; --good: #5fd39b; --warn: #f0bf57; --bad: #ff8d85; --mark: #2a3036; --shade: #000c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
.quiet, caption, footer { color: var(--quiet); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.state { font-weight: 600; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 0; }
dl.figures div { border-left: 3px solid var(--line); padding-left: .75rem; }
dl.figures dt { color: var(--quiet); font-size: .875rem; }
dl.figures dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.scroll {
  overflow-x: auto; overscroll-behavior-x: contain;
  /* A shadow shows that the table scrolls; at the end of the table, a cover hides it. */
  background:
    linear-gradient(to right, var(--card) 40%, transparent) left / 2.5rem 100%,
    linear-gradient(to left, var(--card) 40%, transparent) right / 2.5rem 100%,
    linear-gradient(to right, var(--shade), transparent) left / .9rem 100%,
    linear-gradient(to left, var(--shade), transparent) right / .9rem 100%;
  background-attachment: local, local, scroll, scroll; background-repeat: no-repeat;
}
table { border-collapse: collapse; width: max-content; max-width: max(100%, 44rem); font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: .875rem; padding-bottom: .25rem; }
th, td { text-align: left; padding: .35rem 1.25rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-size: .875rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.number small { display: block; color: var(--quiet); }
th.link, td.link { overflow-wrap: anywhere; min-width: 8rem; }
th.link { min-width: 12rem; }
th.id, td.id { white-space: nowrap; }
td.quote { overflow-wrap: anywhere; min-width: 8rem; }
td.text:last-child { min-width: 14rem; }
tr.group > * { font-weight: 600; padding-top: .9rem; }
code { font: .875em ui-monospace, monospace; overflow-wrap: break-word; }
svg { display: block; }
svg .room { fill: var(--mark); } svg .used { fill: var(--used); } svg .up { fill: var(--up); } svg .down { fill: var(--down); }
.legend span { margin-right: 1rem; white-space: nowrap; }
.legend svg { display: inline-block; vertical-align: -.1em; margin-right: .35rem; }
.tools { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: .75rem; }
.tools label { display: grid; gap: .25rem; flex: 1 1 16rem; font-size: .875rem; color: var(--quiet); }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: .35rem; padding: .35rem .6rem; }
.tools [role=status] { padding: .4rem 0; }
button { cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
thead button { border: 0; background: none; padding: 0; font-weight: 600; }
thead button::after { content: " \\2195"; opacity: .5; }
th[aria-sort="ascending"] button::after { content: " \\2191"; opacity: 1; }
th[aria-sort="descending"] button::after { content: " \\2193"; opacity: 1; }
[hidden] { display: none; }
td.bar svg { margin-top: .45rem; }
@media (max-width: 40rem) {
  table { width: auto; max-width: none; }
  th.link, td.link { min-width: 8.5rem; }
  td.quote { min-width: 14rem; }
  td.text:last-child { min-width: 22rem; }
}
@media print { body { background: none; } section { break-inside: avoid; border: 0; padding: 0; } .tools { display: none; } .scroll { overflow: visible; background: none; } table { max-width: 100%; } th.link, td.link, td.text:last-child { min-width: 0; } }
`;
