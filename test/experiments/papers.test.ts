/** Networks of papers run, small or short, and show what their docstrings promise. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as barrelCortex from '../../experiments/examples/papers/barrelCortex.ts';
import * as coba from '../../experiments/examples/papers/coba.ts';
import * as cuba from '../../experiments/examples/papers/cuba.ts';
import * as jeffress from '../../experiments/examples/papers/jeffress.ts';
import * as song2000 from '../../experiments/examples/papers/song2000.ts';
import * as vogels2011 from '../../experiments/examples/papers/vogels2011.ts';

const SOURCES = fileURLToPath(new URL('../../../experiments/examples/papers/', import.meta.url));
const within = (value: number, low: number, high: number) =>
  assert.ok(value >= low && value <= high, `${value} is not between ${low} and ${high}`);

/** A new port without an entry here fails. */
const CHECKS: Record<string, () => void> = {
  cuba: () => within(cuba.main().rate, 4.8, 6.4),
  coba: () => within(coba.main(40, { excitatory: 5, inhibitory: 5 }, 134).rate, 15, 40),
  song2000: () => {
    const { rate, weak, strong, middle } = song2000.main(40_000);
    within(rate, 12, 25);
    assert.ok(weak > 0.12 && strong > 0.12 && middle < 0.18, `${weak}, ${middle}, ${strong}`);
  },
  jeffress: () => {
    const { coincidences, error, chance } = jeffress.main();
    within(coincidences, 2500, 4000);
    assert.ok(error < 0.2 && chance > 2 * error, `${error}, ${chance}`);
  },
  vogels2011: () => {
    const { first, last, inhibition } = vogels2011.main({ duration: 300 });
    assert.ok(first.rate > 100 && last.rate < first.rate, `${first.rate}, ${last.rate}`);
    within(inhibition, 0.1, 5);
  },
  barrelCortex: () => {
    const { before, after, rate } = barrelCortex.main({ barrels: 2, duration: 2400 });
    within(rate, 4, 12);
    assert.ok(after.near > before.near + 0.04 && after.strength > before.strength, JSON.stringify({ before, after }));
  },
};

test('every port has a check, a source and a command', () => {
  const files = readdirSync(SOURCES).filter((file) => file.endsWith('.ts')); // network files have tests of their own
  const ports = files.map((file) => file.replace(/\.ts$/, ''));
  assert.equal(ports.sort(), Object.keys(CHECKS).sort());
  for (const name of ports) {
    const text = readFileSync(`${SOURCES}${name}.ts`, 'utf8');
    assert.match(text, /^\/\*\*\n \* .*\d{4}.*doi:/);
    assert.match(text, new RegExp(`Run: node dist/experiments/examples/papers/${name}\\.js\\n \\* Expect: .*\\d`));
  }
});

for (const [name, check] of Object.entries(CHECKS)) test(name, check);

test.run();
