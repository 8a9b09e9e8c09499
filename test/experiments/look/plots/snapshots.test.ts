/**
 * Every picture of the project, compared byte for byte with the one that was looked at: `snapshots/<name>.svg`. After a change
 * that is meant, write them anew with `UPDATE_SNAPSHOTS=1 node dist/test/run.js plots/snapshots`, and look at what changed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { analysisSamples } from './analysisSamples.ts';
import { SAMPLES } from './samples.ts';
import { SWEEP_SAMPLES } from './sweepSamples.ts';

const UPDATE = 'UPDATE_SNAPSHOTS=1 node dist/test/run.js plots/snapshots';
const directory = new URL('../../../../../test/experiments/look/plots/snapshots/', import.meta.url);
const drawn: Record<string, () => string> = { ...SAMPLES, ...SWEEP_SAMPLES, ...analysisSamples() };

/** One element a line, so that a difference can be read. */
const inLines = (svg: string): string => svg.replaceAll('><', '>\n<');

for (const [name, draw] of Object.entries(drawn)) {
  test(`${name} looks as it did`, () => {
    const file = new URL(`${name}.svg`, directory);
    const svg = inLines(draw());
    if (process.env.UPDATE_SNAPSHOTS === '1') writeFileSync(file, svg);
    const path = fileURLToPath(file);
    assert.ok(existsSync(file), `${path} is missing; look at the picture, and write it with ${UPDATE}`);
    const [lines, old] = [svg.split('\n'), readFileSync(file, 'utf8').split('\n')];
    const at = Array.from({ length: Math.max(lines.length, old.length) }, (_, i) => i).find((i) => lines[i] !== old[i]);
    if (at === undefined) return;
    const cut = (text: string | undefined): string => (text ?? 'nothing').slice(0, 300);
    assert.unreachable(
      `${path} differs in line ${at + 1}:\n  was ${cut(old[at])}\n  is  ${cut(lines[at])}\n` +
        `If the new picture is right, look at it and run ${UPDATE}`,
    );
  });
}

test('there is no snapshot without a picture', () => {
  const known = Object.keys(drawn).map((name) => `${name}.svg`);
  assert.equal(readdirSync(directory).sort(), known.sort());
});

test.run();
