import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Books } from './books.ts';
import type { Cell } from './cell.ts';
import type { ReadParams } from './range.ts';

/** Voltage² × time of pulses that are not all alike: by their direction, by their strength, or as the cell has it. */
export class Prices {
  readonly #books: Books;
  readonly #cell: Cell;
  /** Of the voltage of a write, on devices that are not selected. */
  readonly #share: number;
  /** Whether pulses differ, and whether they do so for devices that are not selected. */
  readonly differ: boolean;
  readonly partly: boolean;

  constructor(books: Books, cell: Cell, selection: ReadParams['selection'] = 'transistor') {
    this.#books = books;
    this.#cell = cell;
    this.#share = selection === 'third' ? 1 / 3 : 1 / 2;
    const alike = Object.is(books.square, books.squareDown); // NaN: no conductance
    this.differ = cell.square !== undefined || cell.pricesPulses === true || !alike;
    this.partly = this.differ && selection !== 'transistor';
    if (selection !== 'transistor') books.disturbance = cell.disturbance?.(this.#share) ?? 0;
  }

  put({ count, amounts, before, squares, partial }: Pulses): void {
    if (squares === null) return;
    const { square: own, pricesPulses } = this.#cell;
    if (own) {
      for (let i = 0; i < count; i++) squares[i] = own(before[i]!, amounts[i]!, 1);
      if (partial) for (let i = 0; i < count; i++) partial[i] = own(before[i]!, amounts[i]!, this.#share);
      return;
    }
    const { square, squareDown } = this.#books;
    if (!pricesPulses) for (let i = 0; i < count; i++) squares[i] = amounts[i]! > 0 ? square : squareDown;
    if (partial) for (let i = 0; i < count; i++) partial[i] = squares[i]!;
  }
}
