/** `record.state` of a network file: the log has what a table in memory has, its names are told, and mistakes are refused with their path. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { STATES } from '../../../core/log/tables.ts';
import { MemoryTable } from '../../../core/recorders/memoryTable.ts';
import { LogTable } from '../../../experiments/logs/table.ts';
import { attachRecorders, buildNetwork } from '../../../experiments/network/build.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';
import { runNetwork } from '../../../experiments/run/run.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-states-'));
test.after(() => rmSync(directory, { recursive: true }));

const described = (neuron: object = {}, synapse: object = {}) =>
  validate(
    networkSchema,
    {
      memspike: 1,
      duration: 20,
      populations: {
        input: { model: 'spikeTrains', trains: [[1, 4, 9], [2]] },
        output: {
          model: 'lif',
          size: 2,
          adaptive: { increment: 1, tau: 10 },
          record: { state: { quantities: ['threshold', 'potential'], neurons: [0, 1], every: 2, ...neuron } },
        },
      },
      projections: [
        {
          from: 'input',
          to: 'output',
          connect: { all: { weight: 20 } },
          shortTerm: { model: 'tsodyksMarkram' },
          record: { state: { quantities: ['u', 'x'], neurons: [0], on: 'pre', ...synapse } },
        },
      ],
    },
    'net.yaml',
  );

test('the log of a run is what a table in memory gets, whole and by quantity', async () => {
  const out = join(directory, 'run');
  assert.ok(await runNetwork({ description: described(), source: 'net.yaml', out }));
  const net = buildNetwork(described());
  net.build();
  const memory = new MemoryTable();
  attachRecorders(net, described(), (table) => (table === STATES ? memory : new MemoryTable()));
  net.run(20);
  const log = new LogTable(join(out, 'states.arrows'), {}, STATES);
  const rows = new MemoryTable();
  for (const { columns, rows: count } of log.readBatches()) rows.write(columns, count);
  log.requireIntact();
  for (const name of Object.keys(STATES.columns)) assert.equal(rows.column(name), memory.column(name), name);
  assert.equal(log.idColumn?.names, ['input->output.u', 'input->output.x', 'output.potential', 'output.threshold']);
  const u = new LogTable(join(out, 'states.arrows'), { populations: ['input->output.x'] }, STATES);
  assert.is(u.countRows(), memory.course('input->output.x', 0).times.length);
  assert.is(u.countRows(), 3);
});

test('mistakes have their path', () => {
  const refuses = (act: () => unknown, message: RegExp) =>
    assert.throws(act, (e: unknown) => e instanceof UserError && message.test(e.message));
  refuses(() => described({ evry: 3 }), /populations\.output\.record\.state\.evry is unknown/);
  refuses(() => described({ on: 'spike' }), /record\.state is .*exactly one of the keys every, times, on/);
  refuses(
    () => described({}, { on: 'spike' }),
    /projections\.0\.record\.state\.on is "spike", but must be one of "pre", "post"/,
  );
  const attach = (d: ReturnType<typeof described>) => attachRecorders(buildNetwork(d), d, () => new MemoryTable());
  refuses(
    () => attach(described({ quantities: ['theta'] })),
    /output\.record\.state\.quantities\[0\] is "theta".*known quantities: potential, threshold/,
  );
});

test.run();
