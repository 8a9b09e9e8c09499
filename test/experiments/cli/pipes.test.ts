/** A pipe that nobody writes to would keep a command waiting for ever: it is refused wherever a file is read. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../../../core/checkpoint/file.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { readMatrix } from '../../../experiments/logs/readMatrix.ts';
import { readJson } from '../../../experiments/logs/runJson.ts';
import { readConfig } from '../../../experiments/network/config/load.ts';
import { readEventRecording, readSpikeList } from '../../../experiments/network/stimuli/recording.ts';
import { readPlan } from '../../../experiments/sweep/directory.ts';
import { memspike } from '../run/cli.ts';

const test = suite('pipes');
const directory = mkdtempSync(join(tmpdir(), 'memspike-pipes-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));
test.before(() => {
  for (const place of ['run', 'data', 'sweep']) mkdirSync(at(place));
  const pipes = ['pipe', 'run/config.json', 'data/train-images-idx3-ubyte', 'sweep/sweep.json'];
  assert.is(spawnSync('mkfifo', pipes.map(at)).status, 0);
});

const READERS: Readonly<Record<string, () => unknown>> = {
  'network, sweep and device files': () => readConfig(at('pipe')),
  logs: () => openLog(at('pipe')),
  checkpoints: () => readCheckpoint(at('pipe')),
  'events of a sensor': () => readEventRecording(at('pipe'), { width: 2, height: 2, polarity: 'both' }),
  'lists of spikes': () => readSpikeList(at('pipe'), 'a'),
  matrices: () => readMatrix(at('pipe')),
  images: () => loadMnist(at('data')),
  'run directories': () => readJson(at('run'), 'config.json'),
  plans: () => readPlan(at('sweep')),
};

for (const [what, read] of Object.entries(READERS)) {
  test(what, () => {
    const refusal = (e: unknown) =>
      e instanceof UserError && /^cannot read .*: it is a pipe, but must be a regular file$/.test(e.message);
    assert.throws(read, refusal);
  });
}

test('memspike run PIPE: one sentence, status 1', () => {
  const { status, stderr } = memspike(directory, 'run', 'pipe', '--out', 'out');
  assert.equal([status, stderr], [1, 'memspike: cannot read pipe: it is a pipe, but must be a regular file\n']);
});

test.run();
