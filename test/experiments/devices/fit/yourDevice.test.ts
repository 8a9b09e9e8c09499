/** docs/tutorials/fit-your-device.md: its measurement is what it says, and its five commands run, on fewer images. */
// slow: runs every command of a page; cli/deviceFit.test.ts fits in `npm test`
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memspike as run } from '../../run/cli.ts';
import { examplePulses } from './example.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'memspike-your-device-'));
const test = suite('your device');
test.after(() => rmSync(dir, { recursive: true }));

test('the measurement is made by the device that the page tells of', () => {
  assert.is(readFileSync(join(root, 'experiments/examples/pulses.csv'), 'utf8'), examplePulses());
});

test('the five commands run one after the other', () => {
  const page = readFileSync(join(root, 'docs/tutorials/fit-your-device.md'), 'utf8');
  const commands = [...page.matchAll(/^memspike (.*)$/gm)].map(([, words]) => words!);
  assert.is(commands.length, 5);
  for (const command of commands) {
    const words = command
      .replace('pulses.csv', `${root}experiments/examples/pulses.csv`)
      .replace(/--neurons \d+/, '--neurons 10')
      .replace(/--train \d+/, '--train 200 --label 100 --test 100')
      .split(' ');
    const { status, stderr } = run(dir, ...words);
    assert.is(status, 0, `${command}: ${stderr}`);
  }
  for (const file of [
    'fitted/device.yaml',
    'curves/characterise.png',
    'learned/run.json',
    'passports/league.html',
    'learned.html',
  ])
    assert.ok(existsSync(join(dir, file)), file);
});

test.run();
