declare const MEMSPIKE_VERSION: string;

/** The version of memspike that the page was built from. */
export const VERSION: string = MEMSPIKE_VERSION;
