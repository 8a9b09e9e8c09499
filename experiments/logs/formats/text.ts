import { UserError } from '../../../core/declare/errors.ts';
import { GrowingFile } from '../../output/growingFile.ts';
import { VERSION } from '../../version.ts';
import { populationSizes } from '../sizes.ts';
import { requireSpikes } from '../spikes.ts';
import type { LogTable } from '../table.ts';
import { TextRows } from '../text.ts';
import type { Format } from './format.ts';

/** Comma-separated text (RFC 4180 quoting, lines end in a line feed) with the columns of the table; times in ms. */
export const csv: Format = {
  extension: 'csv',
  help: 'comma-separated text with the columns of the log',
  write: (table, out) => {
    table.count();
    const text = new TextRows(table, { separator: ',' });
    GrowingFile.fill(out, (file) => {
      file.write(text.header);
      for (const batch of table.batches()) file.write(text.lines(batch));
    });
  },
};

/** Node ids of NEST count from 1 through all populations, in the order of the log. */
function firstIds(table: LogTable): readonly number[] {
  const sizes = populationSizes(table);
  const names = table.group?.names ?? [];
  if (sizes) {
    let next = 1;
    return sizes.map((size) => {
      const id = next;
      next += size;
      return id;
    });
  }
  if (names.length === 1 || table.selection.populations?.length === 1) return names.map(() => 1);
  throw new UserError(
    `${table.path} does not tell the sizes of its ${names.length} populations, which NEST's node ids count through; name one with --population.`,
  );
}

/**
 * The file of NEST's ASCII recording backend, version 2: two comment lines, the header `sender time_ms`, and a line a
 * spike, separated by a tab. Neuron i of the first population is sender i + 1. Times keep all their digits where NEST writes
 * three decimals. Source: NEST 3, `nestkernel/recording_backend_ascii.cpp`.
 */
export const nest: Format = {
  extension: 'dat',
  help: "text as of NEST's recorders: sender, time_ms",
  write: (table, out) => {
    requireSpikes(table, 'NEST text');
    const first = firstIds(table);
    table.count();
    GrowingFile.fill(out, (file) => {
      file.write(
        `# NEST version: none, written by memspike ${VERSION}\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n`,
      );
      for (const { columns, rows } of table.batches()) {
        const { time, neuron, population } = columns;
        let text = '';
        for (let i = 0; i < rows; i++) text += `${first[population![i]!]! + neuron![i]!}\t${time![i]}\n`;
        file.write(text);
      }
    });
  },
};
