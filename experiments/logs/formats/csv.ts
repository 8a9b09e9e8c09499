import { GrowingFile } from '../../output/growingFile.ts';
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
