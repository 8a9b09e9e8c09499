/** One page on several runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/inProcess.ts';

const dir = mkdtempSync(join(tmpdir(), 'memspike-side-'));
test.after(() => rmSync(dir, { recursive: true, force: true }));

test('runs are laid side by side: results, and what their configurations differ in', async () => {
  const network = join(dir, 'pair.yaml');
  writeFileSync(
    network,
    'memspike: 1\nduration: 100\npopulations: { in: { model: poisson, size: 5, rate: 100 } }\nrecord: { spikes: [in] }\n',
  );
  for (const rate of [100, 200])
    assert.is(
      (await inProcess(dir, 'run', network, '--out', join(dir, `r${rate}`), '--set', `populations.in.rate=${rate}`))
        .status,
      0,
    );
  const runs = [join(dir, 'r100'), join(dir, 'r200')];
  assert.match((await inProcess(dir, 'report', ...runs)).stderr, /^memspike: report: --out is missing: [^\n]+\n$/);
  const page = join(dir, 'pair.html');
  assert.is((await inProcess(dir, 'report', ...runs, '--out', page)).status, 0);
  const text = readFileSync(page, 'utf8');
  assert.match(
    text,
    /<th scope="row">populations\.in\.rate<\/th><td class="short">100<\/td><td class="short">200<\/td>/,
  );
  assert.not.match(text, 'populations.in.size');
  const unfinished = await inProcess(dir, 'report', runs[0]!, dir, '--out', join(dir, 'no.html'));
  assert.match(unfinished.stderr, /has no config\.json: only finished runs can be compared\.\n$/);
});

test.run();
