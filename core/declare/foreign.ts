/** What is told, after "must be", of a name that other programs know and this one has not, in small letters. Filled by those who know why. */
export const FOREIGN_NAME_HINTS = new Map<string, string>();
