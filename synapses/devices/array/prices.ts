import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Books } from './books.ts';
import type { Cell } from './cell.ts';
import type { ReadParams } from './range.ts';

/** Voltage² × time of pulses that are not all alike: by their direction, or as the cell has it. */
export class Prices {
  readonly #books: Books;
  readonly #own: Cell['square'];
  /** Of the voltage of a write, on devices that are not selected. */
  readonly #share: number;
  /** Whether pulses differ, and whether they do so for devices that are not selected. */
  readonly differ: boolean;
  readonly partly: boolean;

  constructor(books: Books, own: Cell['square'], selection: ReadParams['selection'] = 'transistor') {
    this.#books = books;
    this.#own = own;
    this.#share = selection === 'third' ? 1 / 3 : 1 / 2;
    const alike = Object.is(books.square, books.squareDown); // NaN: no conductance
    this.differ = own !== undefined || !alike;
    this.partly = this.differ && selection !== 'transistor';
  }

  put({ count, amounts, before, squares, partial }: Pulses): void {
    if (squares === null) return;
    const { square, squareDown } = this.#books;
    const own = this.#own;
    for (let i = 0; i < count; i++) {
      const amount = amounts[i]!;
      squares[i] = own ? own(before[i]!, amount, 1) : amount > 0 ? square : squareDown;
      if (partial !== null) partial[i] = own ? own(before[i]!, amount, this.#share) : squares[i]!;
    }
  }
}
