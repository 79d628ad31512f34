const NOBODY = 65_534;

/** Runs `body` as a user to whom permissions apply, which they do not to root. */
export async function asUnprivileged(body: () => Promise<void>): Promise<void> {
  if (process.geteuid!() !== 0) return body();
  process.seteuid!(NOBODY);
  try {
    await body();
  } finally {
    process.seteuid!(0);
  }
}
