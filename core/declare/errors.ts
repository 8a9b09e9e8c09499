/** A mistake of the user's, told in one sentence: what, where, the value, what is allowed. Shown without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** A command line that says nothing sensible: exit status 2. */
export class UsageError extends UserError {}

/** Runs `act`; a mistake of the user's (of this kind) that comes out of it is one of the command line. @throws UsageError */
export function toUsageError<T>(act: () => T, of: new (message: string) => UserError = UserError): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof of ? new UsageError(error.message) : error;
  }
}

/** Runs `act`; a mistake of the user's that comes out of it is told with where it lies: `net.yaml: …`. */
export function prefixErrors<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${where}: ${error.message}`, { cause: error }) : error;
  }
}
