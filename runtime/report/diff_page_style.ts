// The looks of a page of differences, beside those of reports.

export const diffStyle = `
:root { --came: #009e73; --went: #d55e00; --moved: #e69f00; --named: #cc79a7; --same: #bbbbbb; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0 0 14px; font-size: 13px; color: var(--quiet); }
.legend i { display: inline-block; width: 14px; height: 10px; margin-right: 6px; border: 2px solid var(--same); }
.legend .added i { border-color: var(--came); } .legend .removed i { border-color: var(--went); border-style: dashed; }
.legend .moved i { border-color: var(--moved); } .legend .relabelled i { border-color: var(--named); }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 18px; }
.singles { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 16px; }
.change { margin: 0; min-width: 0; content-visibility: auto; contain-intrinsic-size: auto 260px; }
.shots { display: grid; grid-template-columns: repeat(auto-fit, minmax(0, 1fr)); gap: 8px; align-items: start; }
.shot { position: relative; background: var(--track); border-radius: 6px; overflow: hidden; }
.shot img, .shot svg { display: block; width: 100%; height: 100%; position: absolute; inset: 0; }
.shot .blank { position: absolute; inset: 0; height: auto; }
.shot small { position: absolute; left: 6px; bottom: 6px; padding: 0 7px; border-radius: 999px; font-size: 11.5px;
  background: rgb(0 0 0 / 60%); color: #fff; }
.shot rect { fill: none; vector-effect: non-scaling-stroke; stroke-width: 2px; stroke: var(--same); }
.shot rect.halo { stroke: rgb(0 0 0 / 55%); stroke-width: 4px; }
.shot .added rect { stroke: var(--came); } .shot .removed rect { stroke: var(--went); stroke-dasharray: 5 3; }
.shot .moved rect, .shot .rescored rect { stroke: var(--moved); } .shot .relabelled rect { stroke: var(--named); }
.shot .same { opacity: .55; }
.shot g rect.halo { stroke: rgb(0 0 0 / 55%); stroke-dasharray: none; }
.shot text { font: 600 1px system-ui, sans-serif; fill: #fff; paint-order: stroke; stroke: rgb(0 0 0 / 75%); }
.change ul { list-style: none; padding: 0; margin: 4px 0 0; font-size: 12.5px; color: var(--quiet); overflow-wrap: anywhere; }
h2 small { color: var(--quiet); font-weight: 400; margin-left: 4px; }
.up { color: var(--good); } .down { color: var(--bad); }
details { margin-top: 16px; } summary { cursor: pointer; color: var(--quiet); }
details ol { columns: 320px; padding-left: 0; list-style: none; font-size: 12.5px; }
details li { break-inside: avoid; }
`;
