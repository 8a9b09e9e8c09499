/**
 * What 0.1.0 computed, to the bit: every device with each flaw, every rule, neuron, stimulus, short-term model and modulator; in one
 * go and resumed in the middle, with recorders (which shut fast paths) and without.
 * The files were written by 0.1.0: `UPDATE_REFERENCE=1 node dist/test/run.js releases/results` in a work tree of that version.
 */
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isShort, reference, referenceFile } from '../support.ts';
import { ALIKE, CASES, type Cases, type Parts, VOLTAGE_MODELS } from './cases.ts';
import { compute, type Recorded, type Result, type RunOptions } from './network.ts';

type Expected = Result & Recorded;
/** Each choice with and without the other one; in short runs each choice once. */
const ALL_WAYS: readonly RunOptions[] = [
  { recorded: true, resumed: false },
  { recorded: false, resumed: true },
  { recorded: true, resumed: true },
  { recorded: false, resumed: false },
];
const WAYS = isShort ? ALL_WAYS.slice(0, 2) : ALL_WAYS;

function write(path: string, cases: Cases): void {
  const lines = Object.entries(cases).map(
    ([name, parts]) => `${JSON.stringify(name)}: ${JSON.stringify(compute(parts, WAYS[0]!))}`,
  );
  writeFileSync(referenceFile(path), `{\n${lines.join(',\n')}\n}\n`);
}

function check(name: string, parts: Parts, expected: Expected): void {
  const { weightsLog: _, potentialsLog: __, ...bare } = expected;
  for (const way of WAYS) {
    assert.equal(compute(parts, way), way.recorded ? expected : bare, `${name}, ${JSON.stringify(way)}`);
  }
}

const FILES = {
  devices: '0.1.0/devices.json',
  rules: '0.1.0/rules.json',
  neurons: '0.1.0/neurons.json',
  deviceToDevice: '0.1.0/deviceToDevice.json',
};

/** What draws other numbers since 0.1.0, of the same law: a bound on the hazard by pieces. All ways must still agree. */
const DRAWN_ANEW: ReadonlySet<string> = new Set(['escapeRate, thinning']);

/** What draws the noise of pulses or reads anew too; their results are those of the version that began it: `UPDATE_REFERENCE=noise`. */
const isNoisy = ({ device }: Parts): boolean =>
  ['cycleToCycle', 'writeNoise', 'readNoise'].some((flaw) => device?.[1][flaw] !== undefined);
const NOISE = 'noise.json';
const noisy = Object.fromEntries(
  Object.values(CASES).flatMap((cases) => Object.entries(cases).filter(([, parts]) => isNoisy(parts))),
);
if (process.env.UPDATE_REFERENCE === 'noise') write(NOISE, noisy);
const ofNoise = reference<Record<string, Expected>>(NOISE);

/** Neurons that did not fire in 0.1.0 when homeostasis lowered their threshold below V. All ways must still agree. */
const FIRES_ANEW: ReadonlySet<string> = new Set(['lif, homeostasis']);

/** Whose unselected devices 0.1.0 left alone. All ways must still agree. */
const DISTURBED_ANEW = new RegExp(`^(${VOLTAGE_MODELS.join('|')}): selection `);

/** Whose write energies 0.1.0 had wrong: that of a current which changes during a pulse, or is no multiple of the conductance. */
const COSTED_ANEW = /^(linearDrift|vteam|yakopcic):| on vteam$|: selection /;

/** Whose potentials differ from those of 0.1.0 in their last digits, as they are summed in another order; spikes do not. All ways must still agree. */
const ROUNDED_ANEW: ReadonlySet<string> = new Set(['lif, integrating', 'lif, conductance']);

/** What is expected, with the hash of recorded potentials as it is now. */
const withPotentials = (expected: Expected, parts: Parts): Expected => ({
  ...expected,
  potentialsLog: (compute(parts, WAYS[0]!) as Expected).potentialsLog,
});

/** What is expected, with energies of writes that are checked elsewhere; all ways must agree on them. */
function withEnergies(expected: Expected, parts: Parts): Expected {
  const [read] = expected.energy;
  const [, ...writes] = compute(parts, WAYS[0]!).energy;
  return { ...expected, energy: [read!, ...writes] };
}

for (const [file, path] of Object.entries(FILES)) {
  const cases = CASES[file]!;
  if (process.env.UPDATE_REFERENCE === '1') write(path, cases);
  const expected = reference<Record<string, Expected>>(path);
  test(`${file}: the same bits as 0.1.0`, () => {
    // Short runs leave out the largest file; contract/state and the other files represent it.
    if (isShort && file === 'devices') return;
    assert.equal(Object.keys(expected), Object.keys(cases));
    for (const name of Object.keys(cases)) assert.is(ofNoise[name] !== undefined, noisy[name] !== undefined);
    for (const [name, parts] of Object.entries(cases)) {
      let known = ofNoise[name] ?? expected[name]!;
      if (DRAWN_ANEW.has(name) || FIRES_ANEW.has(name) || DISTURBED_ANEW.test(name))
        known = compute(parts, WAYS[0]!) as Expected;
      if (ROUNDED_ANEW.has(name)) known = withPotentials(known, parts);
      check(name, parts, COSTED_ANEW.test(name) ? withEnergies(known, parts) : known);
    }
  });
  test(`${file}: no case is idle`, () => {
    const seen = new Map<string, string>();
    for (const [name, result] of Object.entries(expected)) {
      assert.ok(result.writes > 100, `${name} has ${result.writes} pulses`);
      const same = seen.get(JSON.stringify(result));
      assert.ok(same === undefined || ALIKE.has(name), `${name} is the same as ${same}`);
      seen.set(JSON.stringify(result), name);
    }
  });
}

test.run();
