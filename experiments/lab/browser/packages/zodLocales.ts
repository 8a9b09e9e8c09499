/** Errors are worded by memspike; of zod's 40 languages the page takes none. */
export {};
