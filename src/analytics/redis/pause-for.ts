/**
 * Ends early, and throws the reason, when one of the signals is aborted. Signals that live as long as the process are not bound to
 * others for it: those would be kept as long.
 */
export function pauseFor(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', end);
      const aborted = signals.find((signal) => signal?.aborted);
      if (aborted === undefined) resolve();
      else reject(aborted.reason as Error);
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal?.addEventListener('abort', end);
    if (signals.some((signal) => signal?.aborted)) end();
  });
}
