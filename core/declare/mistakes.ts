import { UserError } from './errors.ts';

/** Mistakes that are told one by one. */
export const TOLD = 5;

/** The sentences on several mistakes, up to five, and how many more there are. */
export function toldTogether(sentences: readonly string[]): string {
  const more = sentences.length - TOLD;
  const rest = more > 0 ? ` (and ${more} more problem${more > 1 ? 's' : ''})` : '';
  return `${sentences.slice(0, TOLD).join(' ')}${rest}`;
}

/** Collects mistakes that do not follow from each other, so that a user learns of them at once. */
export class Mistakes {
  readonly #sentences = new Set<string>();

  get found(): boolean {
    return this.#sentences.size > 0;
  }

  /** What `act` returns, or undefined if it comes upon a mistake of the user's. */
  try<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#sentences.add(error.message);
      return undefined;
    }
  }

  /** UserError that tells all that were found, if any was. */
  tell(): void {
    if (this.found) throw new UserError(toldTogether([...this.#sentences]));
  }
}
