import { closeSync, openSync, writeSync } from 'node:fs';
import { writeViaTemporary } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import type { OutputFile } from './file.ts';

/** File that is written from beginning to end, piece by piece. */
export class SequentialFile {
  readonly #path: string;
  readonly #fd: number;

  private constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'wx');
  }

  write(bytes: Uint8Array | string): void {
    const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    withFileErrors('write', this.#path, () => {
      for (let done = 0; done < whole.length; ) done += writeSync(this.#fd, whole, done);
    });
  }

  /** Writes a file atomically: if `fill` fails, no file remains. */
  static fill({ path, replace }: OutputFile, fill: (file: SequentialFile) => void): void {
    writeViaTemporary(path, replace, (temporary) => {
      const file = new SequentialFile(temporary);
      try {
        fill(file);
      } finally {
        closeSync(file.#fd);
      }
    });
  }
}
