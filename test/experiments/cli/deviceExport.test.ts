/** `memspike device export`: what it writes and says. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from './inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-export-cli-'));
const exported = (...words: string[]) => inProcess(directory, 'device', 'export', ...words);

test('each tool gets its files, and what it cannot have is said', async () => {
  const files = {
    aihwkit: ['device.py', 'export.json'],
    crosssim: ['dG_decreasing.txt', 'dG_increasing.txt', 'export.json'],
    neurosim: ['RealDevice.cpp', 'export.json'],
  };
  for (const [tool, expected] of Object.entries(files)) {
    const { status, stdout } = await exported('ag-hfox-pt', '--to', tool, '--out', tool);
    assert.is(status, 0);
    assert.equal(readdirSync(join(directory, tool)).sort(), expected);
    const { lost, to } = JSON.parse(readFileSync(join(directory, tool, 'export.json'), 'utf8'));
    assert.is(to, tool);
    for (const sentence of lost) assert.ok(stdout.includes(sentence));
    assert.ok(stdout.includes('retention:') && stdout.includes('endurance:'), tool);
  }
});

test('earlier results give way, and another directory does not', async () => {
  assert.is((await exported('ag-hfox-pt', '--to', 'aihwkit', '--out', 'aihwkit')).status, 0);
  const { status, stderr } = await exported('ag-hfox-pt', '--to', 'aihwkit', '--out', '.');
  assert.is(status, 1);
  assert.match(stderr, /\S/);
});

test('a tool or device that there is not is named', async () => {
  assert.match((await exported('ag-hfox-pt', '--to', 'neurosym', '--out', 'x')).stderr, /neurosym.*neurosim/);
  assert.match((await exported('ag-hfox', '--to', 'neurosim', '--out', 'x')).stderr, /ag-hfox-pt/);
  const ideal = await exported('ideal', '--to', 'neurosim', '--out', 'x');
  assert.is(ideal.status, 1);
  assert.match(ideal.stderr, /ideal has no conductance/);
});

test.run();
