import { UserError } from './errors.ts';

/** Mistakes that are told one by one. */
export const MAX_REPORTED_PROBLEMS = 5;

/** Characters of several sentences together; the first is told whatever its length. */
const MAX_CHARACTERS = 340;

/** The sentences on several mistakes, up to five and 340 characters, and how many more there are. */
export function joinMessages(sentences: readonly string[]): string {
  let text = sentences[0] ?? '';
  let count = 1;
  while (
    count < Math.min(MAX_REPORTED_PROBLEMS, sentences.length) &&
    text.length + sentences[count]!.length < MAX_CHARACTERS
  )
    text += ` ${sentences[count++]!}`;
  const more = sentences.length - count;
  return more > 0 ? `${text} (and ${more} more problem${more > 1 ? 's' : ''})` : text;
}

/** Collects mistakes that do not follow from each other, so that a user learns of them at once. */
export class ErrorCollector {
  readonly #sentences = new Set<string>();

  get hasErrors(): boolean {
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
  throwIfAny(): void {
    if (this.hasErrors) throw new UserError(joinMessages([...this.#sentences]));
  }
}
