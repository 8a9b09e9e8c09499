/** Measurements of every kind from models whose values are known. */
import { prefixErrors } from '../../../../core/declare/errors.ts';
import { CounterRandom } from '../../../../core/random/random.ts';
import { readMeasuredRows } from '../../../../experiments/devices/fit/import/columns.ts';
import { parseTextGrid } from '../../../../experiments/devices/fit/import/grid.ts';
import { parseTable } from '../../../../experiments/devices/fit/import/table.ts';
import {
  DEFAULT_DEVICE_SECTION,
  type FitInput,
  type MeasurementFit,
  type MeasurementType,
} from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import { MEMRISTORS } from '../../../../synapses/devices/ivLoop.ts';

/** Standard normals, the same for every call. */
export function normals(name: string): () => number {
  const random = new CounterRandom(1, name);
  let n = 0;
  return () => random.normal(0, n++);
}

export const text = (names: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [names, ...rows].map((row) => row.join()).join('\n');

export const grid = (content: string) => parseTextGrid('made.csv', 'made', Buffer.from(content));

export function fitted(kind: MeasurementType, content: string, given: Partial<FitInput> = {}): MeasurementFit {
  const options = given.options ?? {};
  const rows = readMeasuredRows([parseTable(grid(content))], kind.columns, options);
  const input = { sourceFiles: 'made.csv', deviceSection: DEFAULT_DEVICE_SECTION, options, ...given };
  return prefixErrors('made.csv', () => kind.fit(rows, input));
}

export const paramsOf = (fit: MeasurementFit, name = fit.bestModel) => fit.models.find((m) => m.name === name)!.params;

/** A triangular loop in `points` steps per quarter, each held for `dwell` s. */
export function loop(
  model: string,
  params: object,
  { most = 1, dwell = 0.01, start = 0.1, noise = 0.002, turned = false, points = 50 } = {},
): string {
  const m = MEMRISTORS[model]!(params);
  const normal = normals(`loop ${model}`);
  const up = Array.from({ length: points }, (_, i) => i / points);
  const voltages = [...up, ...up.map((v) => 1 - v), ...up.map((v) => -v), ...up.map((v) => v - 1), 0].map(
    (v) => v * most,
  );
  let x = start;
  const currents = voltages.map((v) => {
    const i = m.current(x, v);
    x = Math.min(Math.max(m.stateAfter(x, v, dwell), 0), 1);
    return i;
  });
  const largest = Math.max(...currents.map(Math.abs));
  const sign = turned ? -1 : 1;
  const rows = voltages.map((v, k) => [k * dwell, sign * v, sign * (currents[k]! + noise * largest * normal())]);
  return text(['time (s)', 'voltage (V)', 'current (A)'], rows);
}
