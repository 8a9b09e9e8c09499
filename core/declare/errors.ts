/** Error caused by user input, in one sentence: location, value, allowed values, suggestion. Shown without stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** Error of the command line; ends the process with exit status 2. */
export class UsageError extends UserError {}

export function withUsageErrors<T>(act: () => T, ErrorType: new (message: string) => UserError = UserError): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof ErrorType ? new UsageError(error.message) : error;
  }
}

/** Calls `act`; if it throws a user error, puts `where: ` before the message unless the message starts with it. */
export function prefixErrors<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof UserError && !error.message.startsWith(`${where}: `)
      ? new UserError(`${where}: ${error.message}`, { cause: error })
      : error;
  }
}

export const MAX_REPORTED_PROBLEMS = 5;

/** Maximum length of an error message of several sentences, characters. The first sentence is always included. */
const MAX_MESSAGE_LENGTH = 340;

export function joinMessages(sentences: readonly string[]): string {
  let text = sentences[0] ?? '';
  let count = 1;
  while (
    count < Math.min(MAX_REPORTED_PROBLEMS, sentences.length) &&
    text.length + sentences[count]!.length < MAX_MESSAGE_LENGTH
  )
    text += ` ${sentences[count++]!}`;
  const more = sentences.length - count;
  return more > 0 ? `${text} (and ${more} more problem${more > 1 ? 's' : ''})` : text;
}

export class ErrorCollector {
  readonly #sentences = new Set<string>();

  get hasErrors(): boolean {
    return this.#sentences.size > 0;
  }

  tryAndCollectError<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#sentences.add(error.message);
      return undefined;
    }
  }

  throwIfAny() {
    if (this.hasErrors) throw new UserError(joinMessages([...this.#sentences]));
  }
}
