import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnType } from '../../../core/log/tables.ts';
import { SequentialFile } from '../../output/file.ts';
import { VERSION } from '../../version.ts';
import type { LogFormat } from '../table.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const TYPES: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  float64: { type: 'DOUBLE' },
  float32: { type: 'FLOAT' },
  uint32: { type: 'INT32', converted_type: 'UINT_32' },
  uint16: { type: 'INT32', converted_type: 'UINT_16' },
  uint8: { type: 'INT32', converted_type: 'UINT_8' },
};

class FileByteWriter extends ByteWriter {
  readonly #file;

  constructor(file: SequentialFile) {
    super();
    this.#file = file;
  }

  flush() {
    this.#file.write(this.getBytes());
    this.index = 0;
  }

  override finish() {
    this.flush();
  }
}

/**
 * Parquet, snappy-compressed, one row group per batch; columns and metadata are those of the log, with populations and
 * projections by name. Source: Apache Parquet format 2.
 */
export const parquetFormat: LogFormat = {
  extension: 'parquet',
  help: 'Parquet; populations are identified by name',
  write: (table, out) => {
    const { spec, idColumn, metadata } = table;
    table.countRows();
    const columns = Object.entries(spec.columns).map(([name, type]) => ({ name, type }));
    const schema = columns.map(({ name, type }): SchemaElement => {
      const kind = name === idColumn?.column ? { type: 'BYTE_ARRAY', converted_type: 'UTF8' } : TYPES[type];
      return { name, repetition_type: 'REQUIRED', ...kind } as SchemaElement;
    });
    const facts = Object.entries({ schema: spec.name, ...metadata });
    SequentialFile.writeAtomic(out, (file) => {
      const writer = new ParquetWriter({
        writer: new FileByteWriter(file),
        schema: [{ name: 'root', num_children: columns.length }, ...schema],
        kvMetadata: facts.map(([key, value]) => ({ key, value })),
        createdBy: `memspike ${VERSION}`,
      });
      for (const batch of table.readBatches()) {
        const columnData = columns.map(({ name }) => {
          const values = batch.columns[name]!;
          if (name === idColumn?.column)
            return { name, data: Array.from(values, (id) => idColumn.names[id] ?? String(id)) };
          // The Parquet writer accepts values above 2^31 in a list, but not in a Uint32Array.
          return {
            name,
            data: values instanceof Uint32Array || values instanceof Uint16Array ? Array.from(values) : values,
          };
        });
        writer.write({ columnData, rowGroupSize: batch.rows });
      }
      writer.finish();
    });
  },
};
