export const REPORT_CSS = `
:root { color-scheme: light dark; --ink: #222; --muted: #595959; --ground: #fff; --card: #f6f7f9; --rule: #d9dce1; --accent: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --muted: #a9b0b8; --ground: #15181c; --card: #1e2228; --rule: #3a4049; --accent: #56b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 16px 20px 60px; background: var(--ground); color: var(--ink);
  font: 15px/1.45 'DejaVu Sans', Verdana, system-ui, sans-serif; }
h1 { font-size: 24px; margin: 8px 0 2px; } h2 { font-size: 18px; margin: 36px 0 10px; }
header p { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 12px 0 0; padding: 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 14px; }
th, td { border-bottom: 1px solid var(--rule); padding: 3px 14px 3px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.data td, .data thead th { text-align: right; padding: 3px 0 3px 18px; } .data th, .data td { overflow-wrap: normal; } .data tbody th { font-weight: normal; white-space: pre; } .data thead th:first-child { text-align: left; padding-left: 0; } .data .short { white-space: nowrap; }
.wide { overflow-x: auto; } h3 { font-size: 15px; margin: 20px 0 6px; }
.facts th { font-weight: normal; color: var(--muted); white-space: nowrap; } td { font-variant-numeric: tabular-nums; }
.columns { columns: 2 420px; column-gap: 40px; } .columns table { width: 100%; }
figure { margin: 0 0 14px; background: #fff; border-radius: 6px; padding: 6px; display: inline-block; max-width: 100%; }
figure img { display: block; max-width: 100%; height: auto; }
@media screen and (prefers-color-scheme: dark) { figure { background: #1f1f1f; } figure img { filter: invert(0.88) hue-rotate(180deg); } }
@media screen and (max-width: 600px) { .facts th { white-space: normal; overflow-wrap: normal; } .data { font-size: 12px; } .data td, .data thead th { padding-left: 8px; } .data tbody th { white-space: pre-wrap; } figure { overflow-x: auto; } figure img { min-width: 560px; } }
.answer { display: flex; flex-wrap: wrap; gap: 16px 32px; align-items: flex-start; } .answer figure { flex: 1 1 420px; max-width: 560px; }
.answer dl { flex: 1 1 300px; display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 24px; margin: 0; }
.answer dt { color: var(--muted); font-size: 13px; } .answer dd { margin: 0; font-size: 24px; font-variant-numeric: tabular-nums; } .answer dd.hint { font-size: 13px; }
.expectations { padding-left: 20px; } .buttons { margin: 4px 0 10px; display: flex; gap: 8px; }
button, select { font: inherit; font-size: 13px; color: var(--ink); background: var(--card); border: 1px solid var(--rule); border-radius: 5px; padding: 2px 9px; cursor: pointer; }
.bar { display: flex; gap: 8px; align-items: center; font-size: 13px; margin: 6px 0; } .bar span { flex: 0 1 260px; height: 12px; border: 1px solid var(--rule); }
canvas { display: block; width: 100%; color: var(--ink); font-family: inherit; } #raster { touch-action: pan-y; }
canvas.fields { background: var(--card); }
.controls { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 6px; align-items: center; }
.controls label { display: inline-flex; gap: 6px; align-items: center; cursor: pointer; }
.swatch { width: 12px; height: 12px; border-radius: 2px; display: inline-block; background: var(--on-light); }
@media screen and (prefers-color-scheme: dark) { .swatch { background: var(--on-dark); } }
.hint { color: var(--muted); font-size: 13px; }
.tooltip { position: fixed; z-index: 2; background: var(--ink); color: var(--ground); padding: 4px 8px; border-radius: 4px; font-size: 13px;
  white-space: pre-line; pointer-events: none; max-width: 420px; }
.digits { display: flex; flex-wrap: wrap; gap: 8px; padding: 0; margin: 0; list-style: none; }
.digits li { text-align: center; font-size: 13px; } .digits img { width: 56px; height: 56px; display: block; image-rendering: pixelated; border: 1px solid var(--rule); }
pre { background: var(--card); padding: 10px 12px; border-radius: 6px; overflow: auto; font-size: 13px; }
[hidden] { display: none !important; } summary { cursor: pointer; }
@media print {
  :root { --ink: #000; --muted: #444; --ground: #fff; --card: #fff; --rule: #bbb; }
  @page { margin: 14mm; }
  nav, .tooltip, .buttons, #wrong-controls, #raster-hint, #fields-hint { display: none; } body { max-width: none; padding: 0; font-size: 13px; }
  h2, h3, .controls { break-after: avoid; } figure, canvas, tr, li { break-inside: avoid; } .columns { columns: 2; }
  #raster { height: auto !important; } .wide { overflow: visible; }
}
`;
