/** The numbers of the presets: those of the review's table, and those that follow from quoted ones. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LoadedDevice, loadDevice, presetNames } from '../../../experiments/devices/load.ts';
import { CONDUCTANCE_QUANTUM } from '../../../synapses/devices/quantised.ts';
import { vteam, vteamMemristor } from '../../../synapses/devices/vteam.ts';

/** Table 1 of Cao et al., Nanoscale Horiz. 2023, 8, 716: thickness in nm, on/off ratio, retention in s, endurance in cycles. */
const TABLE: Readonly<Record<string, readonly [number, number, number | undefined, number]>> = {
  'pt-hbn-ag': [0.33, 1e7, undefined, 1e8],
  'ag-pmma-cs3cu2i5-ito': [500, 1e2, 1e4, 100],
  'ag-cspbbr3-ptpo-pedot': [70, 1e3, 1e5, 5655],
  'ti-pdse2-au': [3, 1e3, 1e5, 100],
  'cr-cuse-au': [2.4, 100, 1e6, 300],
  'ag-hfox-pt': [300, 1e3, 1e4, 100],
  'ag-cuinse2-mo': [400, 4e5, 1e4, 160],
  'ag-ag2s-ag': [100, 1e2, 1e4, 1e5],
  'ag-sto-sio2-si': [70, 1e3, 1e4, 1e3],
  'ag-ceo2-pt': [27, 4, 5e4, 100],
  'ta-ta2o5-zro2-pt': [12, 1e2, 1e4, 1e4],
  'al-polymer-ito': [300, 1e3, 1e4, 20],
  'al-mehppv-cmp-ito': [45, 1e5, 3e4, 50],
  'ag-csrgo-ito-pet': [80, 1e3, 1e4, 100],
  'ag-fluoropolymer-au': [280, 1e5, 2000, 400],
  'ag-pei-pt': [400, 1e5, 1e5, 1000],
};

const near = (found: number, expected: number, what: string, tolerance = 1e-9) =>
  assert.ok(Math.abs(found / expected - 1) < tolerance, `${what}: ${found}, not ${expected}`);

const at = (tree: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree);

test('the sixteen devices have the numbers of the table, and every one of them is quoted', () => {
  for (const [name, [thickness, onOffRatio, retention, endurance]] of Object.entries(TABLE)) {
    const { about, quoted } = loadDevice(name);
    assert.equal({ ...about.table }, JSON.parse(JSON.stringify({ thickness, onOffRatio, retention, endurance })), name);
    for (const key of Object.keys(about.table)) {
      const entry = quoted.find(({ parameter }) => parameter === `about.table.${key}`);
      assert.match(entry?.reference ?? '', /Table 1/, `${name}: ${key}`);
    }
  }
});

test('retention and endurance of a table become parameters as the documentation says', () => {
  let found = 0;
  for (const name of presetNames()) {
    const { device, about } = loadDevice(name);
    const { retention, endurance } = about.table;
    const [tau, cycles] = ['retention.tau', 'endurance.cycles'].map((path) => at(device, path) as number | undefined);
    if (at(device, 'retention.model') === 'powerLaw') continue; // drift
    if (retention !== undefined) near(tau!, (1000 * retention) / -Math.log(0.9), `${name}: tau`);
    if (endurance !== undefined) near(cycles!, 2 * endurance, `${name}: cycles`);
    assert.is(tau === undefined, retention === undefined, `${name}: a retention that nobody measured`);
    found += Number(retention !== undefined) + Number(endurance !== undefined);
  }
  assert.ok(found > 30);
});

const UNITS: Readonly<Record<string, number>> = {
  pJ: 1e-12,
  ns: 1e-9,
  mA: 1e-3,
  µA: 1e-6,
  nA: 1e-9,
  pA: 1e-12,
  '%': 0.01,
};

/** What a formula comes to: names are paths in the file or facts of its own, words after a semicolon a remark. */
function computed(formula: string, file: LoadedDevice): number {
  const facts = [...file.quoted, ...file.assumed, ...file.derived].filter(
    ({ parameter }) => at(file, parameter) === undefined,
  );
  const known = new Map<string, number>([
    ...facts.map(({ parameter, value, unit }) => [parameter, Number(value) * (UNITS[unit ?? ''] ?? 1)] as const),
    ['G0', CONDUCTANCE_QUANTUM],
  ]);
  let text = formula.split(';')[0]!;
  for (const [name, value] of [...known].sort(([a], [b]) => b.length - a.length))
    text = text.replaceAll(name, `(${value})`);
  text = text.replaceAll(/(device|about)(\.\w+)+/g, (path) => `(${at(file, path)})`);
  text = text.replaceAll('×', '*').replaceAll('²', '**2').replaceAll('√', 'Math.sqrt');
  assert.match(text, /^([-+*/() .\de]|Math\.sqrt)+$/, `${file.name}: ${formula} is ${text}`);
  return Number(new Function(`return ${text}`)());
}

test('what is said to follow from quoted values does', () => {
  let count = 0;
  for (const name of presetNames()) {
    const file = loadDevice(name);
    for (const { parameter, value, formula } of file.derived) {
      const rounded = parameter.startsWith('about.') ? 1e-4 : 1e-9;
      near(Number(value), computed(formula, file), `${name}: ${parameter} = ${formula}`, rounded);
      count++;
    }
  }
  assert.ok(count > 50);
});

test('a pulse of the VTEAM preset moves the state alike both ways', () => {
  const { device } = loadDevice('memtorch-vteam');
  const { rate } = vteamMemristor(
    vteam.declaration.params.parse(Object.fromEntries(Object.entries(device).filter(([key]) => key !== 'model'))),
  );
  const [up, down] = [rate(0.5, -Number(device.writeVoltageUp)), -rate(0.5, Number(device.writeVoltageDown))];
  near(up, down, 'speeds', 0.1);
});

test.run();
