/** Devices written for other simulators are read back as those read them, and make the same curve. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPORTERS } from '../../../experiments/devices/export/exporters.ts';
import { measureRangeEnds, removeNoise, simulateMeanPulseTrain } from '../../../experiments/devices/export/steps.ts';
import { type LoadedDevice, loadDevice } from '../../../experiments/devices/load.ts';

const RANGE = { gMin: 2e-6, gMax: 1e-5 };
const specimen = (device: { model: string } & Record<string, unknown>): LoadedDevice => ({
  ...loadDevice(device.model),
  name: 'specimen',
  device,
});

const DEVICES: readonly LoadedDevice[] = [
  specimen({ model: 'linear', ...RANGE, etaUp: 0.02, etaDown: 0.03 }),
  specimen({ model: 'softBound', ...RANGE, etaUp: 0.05, etaDown: 0.03 }),
  specimen({ model: 'power', ...RANGE, aUp: 0.04, bUp: 1.6, aDown: 0.06, bDown: 0.7 }),
  specimen({ model: 'exponential', ...RANGE, alphaUp: 0.03, betaUp: 3, alphaDown: 0.05, betaDown: 2 }),
  specimen({ model: 'neuroSim', ...RANGE, pulsesUp: 60, pulsesDown: 80, nonlinearityUp: 2.4, nonlinearityDown: -4.88 }),
  specimen({ model: 'neuroSim', ...RANGE, pulsesUp: 60, pulsesDown: 80, nonlinearityUp: -1, nonlinearityDown: 0 }),
];
/** Steps of 1 to 3 % upwards, as far below as above their mean downwards. */
const TABLE = {
  model: 'table',
  ...RANGE,
  steps: {
    up: [
      [0, 0.01, 0.03],
      [1, 0, 0.01],
    ],
    down: [
      [0, -0.01, 0],
      [1, -0.05, -0.01],
    ],
  },
};
const PULSES = 50;

/** Parameters of `DEVICE = TYPE(name=value, …)`. */
function pythonDevice(text: string) {
  const [, type, body] = /^DEVICE = (\w+)\(\n([\s\S]*?)^\)/m.exec(text)!;
  const values = [...body!.matchAll(/^ {4}(\w+)=(.+),$/gm)].map(([, key, value]) => [
    key!,
    JSON.parse(value!.replace('True', 'true').replace('False', 'false')),
  ]);
  return { type: type!, p: Object.fromEntries(values) as Record<string, number> & Record<string, number[]> };
}

/** One noiseless pulse of aihwkit's pulsed devices, from its documentation and rpucuda. */
function aihwkitPulse({ type, p }: ReturnType<typeof pythonDevice>, w: number, up: boolean): number {
  const bias = up ? Math.min(p.up_down!, 0) : -Math.max(p.up_down!, 0);
  const scale = (1 + bias) * p.dw_min!;
  const [low, high] = [p.w_min!, p.w_max!];
  const size = (): number => {
    const omega = (high - w) / (high - low);
    const z = ((2 * w) / (high - low)) * p.a! + p.b!;
    switch (type) {
      case 'ConstantStepDevice':
        return 1;
      case 'SoftBoundsDevice':
        return 1 - w / (up ? high : low);
      case 'LinearStepDevice':
        return 1 - ((up ? p.gamma_up! : p.gamma_down!) * w) / (up ? high : low);
      case 'PowStepDevice':
        // As in rpu_powstep_device.cpp of aihwkit 1.1.0, whose docstring says pow_gamma (1 ± pow_up_down).
        return up
          ? omega ** (p.pow_gamma! * (1 + Math.min(p.pow_up_down!, 0)))
          : (1 - omega) ** (p.pow_gamma! * (1 - Math.max(p.pow_up_down!, 0)));
      case 'ExpStepDevice':
        return Math.max(0, up ? 1 - p.A_up! * Math.exp(p.gamma_up! * z) : 1 - p.A_down! * Math.exp(-p.gamma_down! * z));
      default: {
        const nodes = (up ? p.piecewise_up : p.piecewise_down) as unknown as number[];
        const at = Math.min(((w - low) / (high - low)) * (nodes.length - 1), nodes.length - 1 - 1e-12);
        const i = Math.floor(at);
        return nodes[i]! + (at - i) * (nodes[i + 1]! - nodes[i]!);
      }
    }
  };
  return Math.min(Math.max(w + (up ? 1 : -1) * scale * size(), low), high);
}

function furthest(found: readonly number[], expected: readonly number[], range: number): number {
  return expected.reduce((most, g, i) => Math.max(most, Math.abs(g - found[i]!) / range), 0);
}

function eachTrain(
  loaded: LoadedDevice,
  then: (direction: 'up' | 'down', train: number[], low: number, range: number) => void,
) {
  const device = removeNoise(loaded.device);
  const { low, high } = measureRangeEnds(device);
  for (const direction of ['up', 'down'] as const)
    then(
      direction,
      simulateMeanPulseTrain(device, direction, PULSES),
      low.conductance,
      high.conductance - low.conductance,
    );
}

const follow = (start: number, pulse: (x: number) => number): number[] => {
  const out = [start];
  for (let i = 0; i < PULSES; i++) out.push(pulse(out.at(-1)!));
  return out;
};

test('aihwkit: five models are the same curve, others by their mean steps', () => {
  const types = new Set<string>();
  const others = [
    specimen({ model: 'yakopcic', writeTime: 1e-6 }),
    specimen(TABLE),
    specimen({ model: 'vteam', writeVoltageUp: 0.21, writeTime: 1e-9 }),
  ];
  for (const loaded of [...DEVICES, ...others]) {
    const device = pythonDevice(EXPORTERS.aihwkit(loaded).fileContents['device.py']!);
    types.add(device.type);
    eachTrain(loaded, (direction, train, low, range) => {
      const up = direction === 'up';
      const found = follow(up ? device.p.w_min! : device.p.w_max!, (w) => aihwkitPulse(device, w, up)).map(
        (w) => low + ((w - device.p.w_min!) / 2) * range,
      );
      const tolerance = device.type === 'PiecewiseStepDevice' ? 0.05 : 1e-6;
      assert.ok(
        furthest(found, train, range) < tolerance,
        `${loaded.device.model} ${direction}: ${furthest(found, train, range)}`,
      );
    });
  }
  assert.is(types.size, 6);
});

test('aihwkit: spread and noise are those of the device, and what it cannot have is said', () => {
  const spread = { rangeSpread: 0.1, gMinSpread: 0.2, stepSpread: 0.3, stepCorrelation: 0.5 };
  const noisy = specimen({
    model: 'softBound',
    ...RANGE,
    etaUp: 0.05,
    etaDown: 0.05,
    ...spread,
    writeNoise: 0.01,
    retention: { model: 'exponential', tau: 1e6 },
    readNoise: { sd: 0.02, of: 'range' },
  });
  const { fileContents: files, lostProperties: lost } = EXPORTERS.aihwkit(noisy);
  const { p } = pythonDevice(files['device.py']!);
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`);
  near(p.w_max_dtod!, (0.1 * 1e-5) / 4e-6);
  near(p.w_min_dtod!, (0.2 * 2e-6) / 4e-6);
  near(p.dw_min_dtod! ** 2 + p.up_down_dtod! ** 2, 0.09); // sd of either direction
  near((p.dw_min_dtod! ** 2 - p.up_down_dtod! ** 2) / 0.09, 0.5); // and their correlation
  near(p.dw_min_std! * p.dw_min!, 0.02); // 1 % of a range of 2, in every state
  assert.is(p.mult_noise as unknown, false);
  assert.ok(lost.some((s) => s.includes('w_noise = 0.04')));
  assert.ok(lost.some((s) => s.startsWith('retention:')));
  const preset = pythonDevice(EXPORTERS.aihwkit(loadDevice('aihwkit-reram-sb')).fileContents['device.py']!).p; // as aihwkit has it
  const asPublished = { dw_min: 0.002, up_down: 0, w_max: 1.25, w_min: -0.75, dw_min_std: 3.75, dw_min_dtod: 0.3 };
  const spreads = { up_down_dtod: 0.01, w_max_dtod: 0.3 / 1.25, w_min_dtod: 0.3 / 0.75, write_noise_std: 56 };
  for (const [key, value] of Object.entries({ ...asPublished, ...spreads }))
    assert.ok(Math.abs(preset[key]! - value) < 1e-6, `${key}: ${preset[key]}`);
  for (const sentence of lost) assert.ok(files['device.py']!.includes(sentence));
});

/** `name = value;` */
const assignments = (text: string) =>
  Object.fromEntries([...text.matchAll(/^(\w+) = (.+);$/gm)].map(([, key, value]) => [key!, JSON.parse(value!)]));

test('NeuroSim: its own model is the same curve; others within 12 % of the range, and how far is said', () => {
  for (const loaded of DEVICES) {
    const { fileContents: files, lostProperties: lost } = EXPORTERS.neurosim(loaded);
    const c = assignments(files['RealDevice.cpp']!);
    const back = {
      model: 'neuroSim',
      gMin: c.minConductance,
      gMax: c.maxConductance,
      pulsesUp: c.maxNumLevelLTP,
      pulsesDown: c.maxNumLevelLTD,
      nonlinearityUp: c.NL_LTP,
      nonlinearityDown: c.NL_LTD,
    };
    eachTrain(loaded, (direction, train, _low, range) => {
      const off = furthest(simulateMeanPulseTrain(back, direction, PULSES), train, range);
      assert.ok(
        off < (loaded.device.model === 'neuroSim' ? 1e-6 : 0.12),
        `${loaded.device.model} ${direction}: ${off}`,
      );
    });
    assert.is(
      lost.some((s) => s.includes('root mean square')),
      loaded.device.model !== 'neuroSim',
    );
  }
  const agasi = assignments(EXPORTERS.neurosim(loadDevice('neurosim-ag-a-si')).fileContents['RealDevice.cpp']!);
  const { writeVoltageLTP, writeVoltageLTD, writePulseWidthLTP, NL_LTP, NL_LTD, sigmaCtoC } = agasi;
  assert.equal([writeVoltageLTP, writeVoltageLTD, writePulseWidthLTP, NL_LTP, NL_LTD], [3.2, 2.8, 3e-4, 2.4, -4.88]);
  assert.ok(Math.abs(sigmaCtoC / (0.035 * (3.8462e-8 - 3.0769e-9)) - 1) < 1e-6);
});

test('CrossSim: its tables make the same curve within 1 % of the range, and have the noise of the steps', () => {
  for (const { name, device } of DEVICES) {
    const loaded = { ...specimen({ ...device }), name };
    const read = (file: string) => {
      const lines = EXPORTERS.crosssim(loaded).fileContents[file]!.trim().split('\n').slice(1);
      const [g, cdf, ...rows] = lines.map((line) => line.split(',').map(Number));
      assert.is(rows.length, cdf!.length);
      assert.equal([cdf![0], cdf!.at(-1)], [0, 1]);
      return { g: g!, mean: g!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length) };
    };
    const tables = { up: read('dG_increasing.txt'), down: read('dG_decreasing.txt') };
    eachTrain(loaded, (direction, train, low, range) => {
      const { g, mean } = tables[direction];
      const step = (x: number): number => {
        const at = Math.min(((x - low) / range) * (g.length - 1), g.length - 1 - 1e-9);
        const i = Math.max(0, Math.floor(at));
        return Math.min(Math.max(x + mean[i]! + (at - i) * (mean[i + 1]! - mean[i]!), low), low + range);
      };
      const off = furthest(follow(train[0]!, step), train, range);
      assert.ok(off < 0.01, `${device.model} ${direction}: ${off}`);
    });
  }
  const noisy = EXPORTERS.crosssim(specimen({ ...DEVICES[0]!.device, cycleToCycle: 0.4 })).fileContents[
    'dG_increasing.txt'
  ]!;
  const rows = noisy
    .trim()
    .split('\n')
    .slice(3)
    .map((line) => line.split(',').map(Number)[25]!);
  const mean = rows.reduce((a, b) => a + b) / rows.length;
  const sd = Math.sqrt(rows.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows.length);
  assert.ok(Math.abs(sd / (0.4 * 0.02 * 8e-6) - 1) < 0.2, `sd ${sd}`);
});

test('what differs downwards, and what a synapse has of several devices, is written or said', () => {
  const pulses = { writeTime: 1e-5, writeTimeDown: 2e-5, voltageStepUp: 0.01, voltageStepDown: 0.01 };
  const curve = { pulsesUp: 60, pulsesDown: 80, nonlinearityUp: 2.4, nonlinearityDown: -4.88 };
  const sigmas = [0, 0.4].map((cycleToCycleDown) => {
    const loaded = specimen({ model: 'neuroSim', ...RANGE, ...curve, ...pulses, cycleToCycle: 0.2, cycleToCycleDown });
    const c = assignments(EXPORTERS.neurosim(loaded).fileContents['RealDevice.cpp']!);
    assert.equal([c.writePulseWidthLTP, c.writePulseWidthLTD, c.PWinitLTP, c.PWinitLTD], [1e-5, 2e-5, 1e-5, 2e-5]);
    return c.sigmaCtoC! / (RANGE.gMax - RANGE.gMin);
  });
  for (const [i, down] of [0, 0.4].entries())
    assert.ok(Math.abs(sigmas[i]! / Math.sqrt(((0.2 / 60) ** 2 + (down / 80) ** 2) / 2) - 1) < 1e-6, `${sigmas[i]}`);
  const pair = { reading: 'differential', oneSided: {}, devicesPerSynapse: 3, programming: { tolerance: 0.1 } };
  const loaded = specimen({ model: 'softBound', ...RANGE, etaUp: 0.05, etaDown: 0.03, ...pair });
  for (const tool of ['aihwkit', 'neurosim', 'crosssim'] as const) {
    const said = (of: LoadedDevice) =>
      JSON.stringify(EXPORTERS[tool](of).fileContents).replaceAll(/(#|\/\/) .*?\\n/g, '');
    const { lostProperties: lost } = EXPORTERS[tool](loaded);
    assert.is(said(loaded), said({ ...loaded, device: DEVICES[1]!.device }), tool);
    assert.ok(
      lost.some((s) => /^devicesPerSynapse: .* several devices per synapse\.$/.test(s)),
      tool,
    );
    assert.ok(
      lost.some((s) => /^reading: .* differential pairs of devices\.$/.test(s)),
      tool,
    );
  }
});

test('a device of two states is refused where it has no counterpart', () => {
  assert.throws(() => EXPORTERS.aihwkit(loadDevice('n2d2-rram')), /n2d2-rram is a binary device.*no such device/);
  assert.throws(() => EXPORTERS.neurosim(loadDevice('n2d2-rram')), /n2d2-rram is a binary device/);
  assert.ok(EXPORTERS.crosssim(loadDevice('n2d2-rram')).fileContents['dG_increasing.txt']);
});

test.run();
