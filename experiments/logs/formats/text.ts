import { UserError } from '../../../core/declare/errors.ts';
import { SequentialFile } from '../../output/file.ts';
import { VERSION } from '../../version.ts';
import { type LogFormat, type LogTable, readPopulationSizes, requireSpikeLog } from '../table.ts';
import { createRowFormatter } from '../text.ts';

/** Comma-separated text (quoting as in RFC 4180, line feed at line ends) with the columns of the log; times in ms. */
export const csvFormat: LogFormat = {
  extension: 'csv',
  help: 'comma-separated text with the columns of the log',
  write: (table, out) => {
    table.countRows();
    const text = createRowFormatter(table, ',');
    SequentialFile.writeAtomic(out, (file) => {
      file.write(text.header);
      for (const batch of table.readBatches()) file.write(text.formatLines(batch));
    });
  },
};

/** First NEST node id of each population. Ids count all neurons from 1, in the order of the populations in the log. */
function firstIds(table: LogTable): readonly number[] {
  const sizes = readPopulationSizes(table);
  const names = table.idColumn?.names ?? [];
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
    `${table.path} lacks the sizes of its ${names.length} populations, which determine NEST's node ids; select one population with --population.`,
  );
}

/**
 * File of NEST's ASCII recording backend, version 2: two comment lines, the header `sender time_ms`, and one line per
 * spike, separated by tabs. Neuron i of the first population is sender i + 1. Times keep all digits.
 * Source: NEST 3, `nestkernel/recording_backend_ascii.cpp`.
 */
export const nestFormat: LogFormat = {
  extension: 'dat',
  help: "text file of NEST's ASCII recorder: sender, time_ms",
  write: (table, out) => {
    requireSpikeLog(table, 'NEST text');
    const first = firstIds(table);
    table.countRows();
    SequentialFile.writeAtomic(out, (file) => {
      file.write(
        `# NEST version: none, written by memspike ${VERSION}\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n`,
      );
      for (const { columns, rows } of table.readBatches()) {
        const { time, neuron, population } = columns;
        let text = '';
        for (let i = 0; i < rows; i++) text += `${first[population![i]!]! + neuron![i]!}\t${time![i]}\n`;
        file.write(text);
      }
    });
  },
};
