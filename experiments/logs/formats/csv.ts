import { SPIKES } from '../../../core/log/tables.ts';
import { GrowingFile } from '../../output/growingFile.ts';
import { ownColumns, TextRows } from '../text.ts';
import type { Format } from './format.ts';

/** SONATA's names of the columns of a list of spikes. */
const SONATA = [
  { header: 'timestamps', column: 'time' },
  { header: 'population', column: 'population' },
  { header: 'node_ids', column: 'neuron' },
];

/**
 * Comma-separated text (RFC 4180 quoting, lines end in a line feed). Spikes have SONATA's column names, times in ms; other tables
 * their own. Source: Dai et al. 2020, "The SONATA data format", doi:10.1371/journal.pcbi.1007696.
 */
export const csv: Format = {
  extension: 'csv',
  help: 'comma-separated text; spikes with the column names of SONATA',
  write: (table, out) => {
    table.count();
    const columns = table.spec.name === SPIKES.name ? SONATA : ownColumns(table);
    const text = new TextRows(table, { separator: ',', columns });
    GrowingFile.fill(out, (file) => {
      file.write(text.header);
      for (const batch of table.batches()) file.write(text.lines(batch));
    });
  },
};
