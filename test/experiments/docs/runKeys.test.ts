/** The page on log formats lists every key that run.json of a network and of a training has, and every column of each table. */
// slow: runs two commands
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DOCUMENTED_LOG_TABLES, readLogDescriptions } from '../../../experiments/docs/logFormats.ts';
import { resolvePackagePath } from '../../../experiments/shipped.ts';
import { inProcess } from '../cli/inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-keys-'));
test.after(() => rmSync(directory, { recursive: true }));

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of all values of a mapping; names of populations become NAME. */
const listKeys = (value: Record<string, unknown>, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, entry]) => {
    const path = `${prefix}${prefix === 'populations.' ? 'NAME' : key}`;
    return isMapping(entry) ? listKeys(entry, `${path}.`) : [path];
  });

const IMAGES = ['--neurons', '10', '--train', '100', '--label', '50', '--test', '50', '--epochs', '1', '--no-pictures'];

for (const [name, words] of Object.entries({
  network: ['run', resolvePackagePath('experiments/examples/network.yaml')],
  images: ['mnist', ...IMAGES],
}))
  test(`keys of run.json: ${name}`, async () => {
    const { status, stderr } = await inProcess(directory, ...words, '--out', name, '--progress', 'none');
    assert.is(status, 0, stderr);
    const keys = listKeys(JSON.parse(readFileSync(join(directory, name, 'run.json'), 'utf8')));
    const { runJson } = readLogDescriptions();
    assert.equal(
      keys.filter((key) => runJson[key] === undefined),
      [],
    );
    assert.ok(keys.length > 30);
  });

test('texts name no table and no column that the code lacks', () => {
  const columns = new Map(DOCUMENTED_LOG_TABLES.map((table) => [table.name, Object.keys(table.columns)]));
  for (const [name, text] of Object.entries(readLogDescriptions().tables))
    assert.equal(Object.keys(text.columns).sort(), [...(columns.get(name) ?? [])].sort(), name);
});

test.run();
