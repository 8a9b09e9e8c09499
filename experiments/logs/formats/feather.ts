import { Data, type DataType, RecordBatch, RecordBatchFileWriter, Struct } from 'apache-arrow';
import { ARROW_TYPES, createArrowSchema } from '../../../core/log/stream.ts';
import { SequentialFile } from '../../output/file.ts';
import type { LogFormat } from '../table.ts';

/** Synchronous writer of Arrow files; the writer of the Arrow library is asynchronous. */
class FileWriter extends RecordBatchFileWriter {
  readonly #file;

  constructor(file: SequentialFile) {
    super();
    this.#file = file;
  }

  protected override _write(chunk: ArrayBufferView | ArrayBuffer): this {
    const bytes = ArrayBuffer.isView(chunk)
      ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      : new Uint8Array(chunk);
    if (bytes.length > 0) this.#file.write(bytes);
    this._position += bytes.length;
    return this;
  }
}

/**
 * Arrow IPC file (Feather version 2) with the columns and metadata of the log. Unlike the stream that a run writes, it
 * ends with an index of its record batches. Source: Arrow columnar format 1.x, "IPC file format".
 */
export const featherFormat: LogFormat = {
  extension: 'feather',
  help: 'Arrow IPC file (Feather version 2)',
  write: (table, out) => {
    table.countRows();
    const schema = createArrowSchema(table.spec, table.metadata);
    const types = Object.entries(table.spec.columns);
    SequentialFile.writeAtomic(out, (file) => {
      const writer = new FileWriter(file);
      for (const { columns, rows } of table.readBatches()) {
        const children = types.map(([name, type]) => {
          const arrow: DataType = ARROW_TYPES[type];
          return new Data(arrow, 0, rows, 0, [undefined, columns[name]!]);
        });
        writer.write(new RecordBatch(schema, new Data(new Struct(schema.fields), 0, rows, 0, {}, children)));
      }
      writer.finish();
    });
  },
};
