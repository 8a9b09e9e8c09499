import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { attempt } from '../../core/log/fileError.ts';

/** A new file, written from front to back; a file that is there already is refused, and one that fails is removed. */
export class OutputFile {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = attempt('write', path, () => openSync(path, 'wx'));
  }

  write(bytes: Uint8Array | string): void {
    const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    attempt('write', this.path, () => {
      for (let done = 0; done < whole.length; ) done += writeSync(this.#fd, whole, done);
    });
  }

  close(): void {
    attempt('close', this.path, () => closeSync(this.#fd));
  }

  /** Runs `fill` on a new file and closes it. */
  static fill(path: string, fill: (file: OutputFile) => void): void {
    const file = new OutputFile(path);
    try {
      fill(file);
    } catch (error) {
      closeSync(file.#fd);
      rmSync(path);
      throw error;
    }
    file.close();
  }
}
