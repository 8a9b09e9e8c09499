/** Every model: its state is complete, ties have no order, cuts and recording change nothing, weights keep their bounds. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode } from '../../core/checkpoint/codec.ts';
import { load, save } from '../../core/checkpoint/state.ts';
import type { Population, Stimulus } from '../../core/graph/population.ts';
import type {
  DeviceFactory,
  ModulatorFactory,
  NeuronFactory,
  RuleFactory,
  ShortTermFactory,
  StimulusFactory,
} from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';
import { bits } from '../core/zoo.ts';
import { Rows } from '../support.ts';
import { DEVICES, livelyOf, MODULATORS, NEURONS, parametersOf, RULES, SHORT_TERMS } from './models.ts';
import { variantsOf } from './variants.ts';

const DURATION = 40;
const ON_GRID = Array.from({ length: 4 }, (_, i) => Array.from({ length: 80 / (i + 1) }, (_, k) => ((i + 1) * k) / 2));

interface Parts {
  readonly neuron?: NeuronFactory;
  readonly stimulus?: StimulusFactory;
  readonly device?: DeviceFactory;
  readonly rule?: RuleFactory;
  readonly shortTerm?: ShortTermFactory;
  readonly modulator?: ModulatorFactory;
  readonly dendriticDelay?: number;
}

/** A small recurrent network in which the part under test is driven by ties and by noise. `turned`: declared backwards. */
function network(parts: Parts, turned = false) {
  const net = new Network({ seed: 11 });
  const get = (name: string): Population => net.populations.get(name)!;
  const declare = (steps: (() => unknown)[]) => {
    for (const step of turned ? steps.reverse() : steps) step();
  };
  declare([
    () => net.population('ties', spikeTrains({ trains: ON_GRID })),
    () => net.population('noise', parts.stimulus ?? poisson({ size: 4, rate: 200 })),
    () => net.population('cells', parts.neuron ?? lif({ size: 4, current: 200 })),
    () => net.population('readers', lif({ size: 4, threshold: 6 })),
  ]);
  const synapse = {
    ...(parts.shortTerm && { shortTerm: parts.shortTerm }),
    device: parts.device ?? ideal({ wMax: 8 }),
    rule: parts.rule ?? pairStdp({ aPlus: 0.2, aMinus: 0.2 }),
    dendriticDelay: parts.dendriticDelay ?? 0,
  };
  const list = [0, 1, 2, 3].flatMap((i) =>
    [0, 1, 2, 3].map((j) => [i, j, 0.3 + 0.1 * ((3 * i + j) % 7), 0.5 + (i % 2)]),
  );
  const third = (from: string, delay: number) =>
    parts.modulator && { modulator: { from: get(from), delay, model: parts.modulator } };
  const connect = { list: turned ? [...list].reverse() : list };
  declare([
    () => net.projection(get('ties'), get('cells'), { connect, ...synapse, ...third('noise', 0) }),
    () =>
      net.projection(get('noise'), get('cells'), {
        connect: { all: { weight: { uniform: [0.2, 0.9] } } },
        ...synapse,
        ...third('cells', 0.5),
      }),
    () => net.projection(get('ties'), get('cells'), { name: 'drive', connect: { all: { weight: 5 } }, delay: 0.5 }),
    () => net.projection(get('cells'), get('cells'), { connect: { all: { weight: -0.5 } }, delay: 0.5 }),
    () => net.projection(get('cells'), get('readers'), { connect: { all: { weight: 4 } } }),
  ]);
  const rows = new Rows();
  net.recordSpikes([...net.populations.values()], rows);
  return { net, rows };
}

const finish = ({ net, rows }: ReturnType<typeof network>) => {
  net.run(DURATION - net.now);
  net.flush();
  return { rows: rows.rows, end: bits(save(net)) };
};

function keepsItsPromises(parts: Parts): void {
  const whole = finish(network(parts));
  assert.ok(whole.rows.length > 50, `only ${whole.rows.length} spikes`);
  assert.equal(finish(network(parts, true)), whole, 'declared backwards');
  for (const cut of [0, 7.5, 13.3, 20, 39]) {
    const first = network(parts);
    first.net.run(cut);
    first.net.flush();
    const at = first.net.now;
    const { snapshot } = decode(encode(save(first.net), {}), 'test');
    assert.equal(finish(first), whole, `cut at ${cut}`);
    const second = network(parts);
    load(second.net, snapshot);
    const resumed = finish(second);
    assert.equal(resumed.end, whole.end, `loaded at ${cut}`);
    assert.equal(
      resumed.rows,
      whole.rows.filter((row) => row.time! > at),
      `loaded at ${cut}`,
    );
  }
}

for (const [key, model] of Object.entries(NEURONS)) {
  const factory = model(parametersOf(model));
  for (const [variant, params] of variantsOf(model)) {
    test(`neurons: ${key}${variant}`, () => {
      const made = model(params);
      keepsItsPromises(made.kind === 'neurons' ? { neuron: made } : { stimulus: made });
    });
  }
  if (factory.kind !== 'stimulus') continue;
  test(`neurons: ${key} can be restarted at any time and forgets only the future`, () => {
    const [plain, changed] = [network({ stimulus: factory }), network({ stimulus: factory })];
    for (const { net } of [plain, changed]) net.run(10);
    changed.net.change(changed.net.populations.get('noise') as Stimulus, () => {});
    for (const { net } of [plain, changed]) {
      net.run(10);
      net.flush();
    }
    const until = ({ rows }: typeof plain, t: number) => rows.rows.filter((row) => row.time! <= t);
    assert.equal(until(changed, 10), until(plain, 10));
    if (key !== 'poisson') assert.equal(changed.rows.rows, plain.rows.rows);
  });
}

for (const [key, model] of Object.entries(SHORT_TERMS)) {
  const spread = 'deviceToDevice' in model.declaration.params.shape ? [{ deviceToDevice: 0.3, cycleToCycle: 0.5 }] : [];
  for (const more of [{}, ...spread]) {
    test(['shortTerm:', key, ...Object.keys(more)].join(' '), () =>
      keepsItsPromises({ shortTerm: model({ ...parametersOf(model), ...more }) }),
    );
  }
}

/** Parameters with which the weights reach from low to high; null where a device cannot have such a range. */
function rangeOf(device: (typeof DEVICES)[string], low: number, high: number): Record<string, unknown> | null {
  const { shape } = device.declaration.params;
  if ('gMax' in shape) return { gMin: low / high, gMax: 1, weightAtGMax: high };
  if ('wMax' in shape) return { wMin: low, wMax: high };
  if ('rOff' in shape) return low === 0 ? null : { rOn: 1, rOff: high / low, weightAtGMax: high };
  if ('quantaMin' in shape) return low === 0 ? { quantaMin: 0, weightAtGMax: high } : null;
  return low === 0 ? { weightAtGMax: high } : null;
}

/** Every non-ideality at once, strong enough to matter in 40 ms. */
const everything = (retention: object) => ({
  deviceToDevice: 0.3,
  cycleToCycle: 0.5,
  writeNoise: 0.05,
  writeOnChange: true,
  levels: { count: 50 },
  retention,
  endurance: { cycles: 60, spread: 0.5, failure: 'last' },
  stuck: { low: 0.1, high: 0.1 },
  readNoise: { sd: 0.1 },
  telegraph: { amplitude: 0.2, tauHigh: 10, tauLow: 5 },
  readErrors: { rate: 0.02, writeRate: 0.02 },
});
const EVERYTHING = [
  everything({ model: 'powerLaw', t0: 5, nu: 0.1 }),
  everything({ tau: 0.5, rest: 0.6 }),
  everything({ tau: 0.5, rest: 0.6, spread: 0.5 }),
];
for (const [key, model] of Object.entries(MODULATORS)) {
  test(`modulators: ${key}`, () => {
    for (const [ruleKey, rule] of Object.entries(RULES)) {
      for (const dendriticDelay of [0, 1.25]) {
        keepsItsPromises({ modulator: model(parametersOf(model)), rule: rule(livelyOf(rule)), dendriticDelay });
      }
      const learned = ({ net }: ReturnType<typeof network>) => [...net.projections.get('ties->cells')!.edges.weights!];
      const [plain, modulated] = [{}, { modulator: model(parametersOf(model)) }].map((m) => {
        const made = network({ ...m, rule: rule(livelyOf(rule)) });
        finish(made);
        return learned(made);
      });
      assert.not.equal(modulated, learned(network({})), `${ruleKey} learns nothing`);
      assert.not.equal(modulated, plain, `${ruleKey} is not modulated`);
    }
  });
}

for (const [key, rule] of Object.entries(RULES)) {
  test(`${key} with a dendritic delay`, () => {
    keepsItsPromises({ rule: rule(livelyOf(rule)), dendriticDelay: 0.5 });
    keepsItsPromises({ rule: rule(livelyOf(rule)), dendriticDelay: 13 });
  });
}

for (const [deviceKey, device] of Object.entries(DEVICES)) {
  for (const [ruleKey, rule] of Object.entries(RULES)) {
    test(`${deviceKey} × ${ruleKey}`, () => {
      const floors = 'gMinSpread' in device.declaration.params.shape ? { gMinSpread: 0.4 } : {};
      const all = EVERYTHING.map((every) => ({ ...every, ...floors }));
      for (const spread of [{}, { deviceToDevice: 0.3, cycleToCycle: 0.5 }, ...all]) {
        keepsItsPromises({
          device: device({ ...parametersOf(device), ...spread }),
          rule: rule(livelyOf(rule)),
        });
      }
    });

    test(`${deviceKey} × ${ruleKey}: weights stay within the bounds, whatever the strength`, () => {
      const strong = /^(a[23]?(Plus|Minus)|up|down|rate|gain(Up|Down))$/; // far beyond what is sensible
      const mu = /^mu(Plus|Minus)$/;
      fc.assert(
        fc.property(
          fc.constantFrom('f32' as const, 'f64' as const),
          fc.constantFrom(0.1, 1, 30),
          fc.constantFrom(0, 0.4, 1),
          fc.constantFrom(0, 0.6),
          fc.constantFrom([0.1, 0.3], [0.7, 1.1], [0, 1]),
          (precision, strength, exponent, cycleToCycle, [low, high]) => {
            const net = new Network({ seed: 2 });
            const noise = net.population('noise', poisson({ size: 10, rate: 300 }));
            const out = net.population('out', lif({ size: 3, threshold: 2, precision }));
            const keys = Object.keys(rule.declaration.params.shape);
            const wild = Object.fromEntries(
              keys.filter((k) => strong.test(k) || mu.test(k)).map((k) => [k, strong.test(k) ? strength : exponent]),
            );
            const range = rangeOf(device, low!, high!);
            if (range === null) return;
            const projection = net.projection(noise, out, {
              connect: { list: Array.from({ length: 30 }, (_, k) => [k % 10, k % 3, k % 2 ? low! : high!]) },
              delay: 0.5,
              device: device({ ...parametersOf(device), ...range, cycleToCycle }),
              rule: rule({ ...livelyOf(rule), ...wild }),
            });
            const drive = net.population('drive', poisson({ size: 3, rate: 150 }));
            net.projection(drive, out, { connect: { oneToOne: { weight: 3 } } });
            const round = precision === 'f32' ? Math.fround : (w: number) => w;
            const wMin =
              round('wMin' in range ? low! : (high! * (low! / high!)) / 1) * ('rOff' in range ? 1 - 1e-15 : 1);
            net.at('look', { every: 1 }, (t) => {
              for (const w of projection.edges.weights!) {
                assert.ok(w >= wMin && w <= round(high!), `${w} at ${t} is not in ${low} … ${high}`);
              }
            });
            net.run(50);
            assert.ok(projection.devices!.writes > 0);
          },
        ),
        { numRuns: 25 },
      );
    });
  }
}

test.run();
