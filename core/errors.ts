/** A mistake of the user's, told in one sentence: what, where, the value, what is allowed. Shown without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
