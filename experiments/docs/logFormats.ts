import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { TABLES, type TableSpec } from '../../core/log/tables.ts';
import { CURVE_TABLE, NEURON_TABLE, PAIR_TABLE } from '../look/analyse/write.ts';
import { HISTOGRAM_TABLE, STDP_PAIR_TABLE } from '../look/weights/write.ts';
import { readConfig } from '../network/config/load.ts';
import { resolvePackagePath } from '../shipped.ts';
import { formatTable, joinPageParts } from './page.ts';

const SOURCE = 'experiments/docs/logs.yaml';
const entries = z.record(z.string(), z.tuple([z.string(), z.string()]));
const textsSchema = z.strictObject({
  tables: z.record(z.string(), z.strictObject({ file: z.string(), about: z.string(), columns: entries })),
  metadata: z.record(z.string(), z.string()),
  runJson: entries,
});

/** Reads the texts with units and meanings of log columns, metadata and keys of `run.json`. */
export const readLogDescriptions = () => validate(textsSchema, readConfig(resolvePackagePath(SOURCE)), SOURCE);

export const DOCUMENTED_LOG_TABLES: readonly TableSpec[] = [
  ...TABLES,
  NEURON_TABLE,
  CURVE_TABLE,
  PAIR_TABLE,
  HISTOGRAM_TABLE,
  STDP_PAIR_TABLE,
];

const INTRODUCTION = `# Log formats

A log is one table in an Arrow IPC stream (\`.arrows\`). Columns are plain numbers: no nulls, no dictionaries, no 64-bit
integers. [Recording](../guide/recording.md) shows how to read, check and export logs.`;

const RUN_JSON = `## Keys of \`run.json\`

A run directory holds \`config.json\`, the complete configuration, and \`run.json\`, the results; \`run.json\` is written last. \`NAME\`
stands for the name of a population. A key that does not apply to a run is absent. NaN is written as null.`;

const RESULT_TABLES = `## Tables of results

Sweeps, demonstrations and \`device fit\` write each table twice: as a log with the metadata \`units\` (JSON mapping from
columns to units) and \`codes\` (JSON mapping from columns to the texts of the codes 0, 1, 2 …), and as CSV with texts for codes.`;

export function renderLogFormatsPage(): string {
  const { tables, metadata, runJson } = readLogDescriptions();
  const chapters = DOCUMENTED_LOG_TABLES.flatMap(({ name, columns }) => {
    const { file, about, columns: texts } = tables[name]!;
    const rows = Object.entries(columns).map(([column, type]) => [`\`${column}\``, type, ...texts[column]!]);
    return [`## ${name}`, `\`${file}\`. ${about}`, formatTable(['Column', 'Type', 'Unit', 'Meaning'], rows)];
  });
  return joinPageParts(SOURCE, [
    INTRODUCTION,
    ...chapters,
    RESULT_TABLES,
    '## Metadata of a log',
    formatTable(
      ['Key', 'Meaning'],
      Object.entries(metadata).map(([key, meaning]) => [`\`${key}\``, meaning]),
    ),
    RUN_JSON,
    formatTable(
      ['Key', 'Unit', 'Meaning'],
      Object.entries(runJson).map(([key, text]) => [`\`${key}\``, ...text]),
    ),
  ]);
}
