import { UserError } from '../../../../core/declare/errors.ts';

const TOLD = 5;

/** Collects what is wrong with a file, row by row, and tells the first few in one sentence. */
export class Faults {
  readonly #file: string;
  readonly #found: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(fault: string): void {
    this.#found.push(fault);
  }

  throwIfAny(): void {
    const more = this.#found.length - TOLD;
    if (this.#found.length === 0) return;
    const told = this.#found.slice(0, TOLD).join('; ');
    throw new UserError(`${this.#file}: ${told}${more > 0 ? `; and ${more} more faults` : ''}.`);
  }
}
