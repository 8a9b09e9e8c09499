/** What `act` finds; what it throws is a fault as well, told as a sentence. */
export function attempted(who: string, act: () => readonly string[]): readonly string[] {
  try {
    return act();
  } catch (error) {
    return [`${who}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
