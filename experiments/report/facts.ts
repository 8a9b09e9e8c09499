import { factsTable, type Html, html } from './html.ts';

/** Names of the form `energy.read`, in the order of the file. */
export function flattened(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flattened(inner, path === '' ? key : `${path}.${key}`));
  }
  return [[path, shown(value)]];
}

function shown(value: unknown): string {
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return value.toLocaleString('en');
    return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? String(+value.toPrecision(6)) : value.toExponential(4);
  }
  if (value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Everything that `run.json` tells. */
export const summaryTable = (run: unknown): Html => html`<div class="columns">${factsTable(flattened(run))}</div>`;

export const configuration = (config: unknown): Html =>
  html`<details><summary>config.json</summary><pre>${JSON.stringify(config, null, 2)}</pre></details>`;
